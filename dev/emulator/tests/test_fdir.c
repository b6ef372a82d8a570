// SPDX-License-Identifier: GPL-2.0-or-later
/* Flow director. The expected hashes are those of ixgbe's functions. */
#include "nic/fdir.h"
#include "nic/rx.h"
#include "queue_host.h"

/* As in ixgbe. */
#define BUCKET_KEY 0x3dad14e2
#define SIGNATURE_KEY 0x174d3614
#define SIGNATURES_64K 0x4a060001
#define PERFECT_64K 0x4a067f11
#define ADD                                                                    \
	(FIELD_PREP(FDIRCMD_COMMAND, FDIRCMD_ADD) | BIT(11) | FDIRCMD_UPDATE | \
	 FDIRCMD_QUEUE_ENABLE)
#define FLOW_UDP4 1
#define FLOW_TCP4 2

#define SIGNATURE_TCP4 0x0c835544
#define SIGNATURE_TCP4_TAGGED 0x0e675c69
#define SIGNATURE_TCP6 0x1a865220
#define PERFECT_TCP4 0x1136
#define PERFECT_UDP4_MASKED 0x0eff

#define SOURCE 0x0302010a /* 10.1.2.3, in the byte order of a frame */
#define DESTINATION 0x0708090a
#define PORTS (80 << 16 | 1234)
#define TAG 0x6005

#define RX_FLM BIT(2)

static size_t make(uint8_t *frame, bool ipv6, uint8_t protocol)
{
	size_t len = make_ethernet(frame, ipv6 ? 0x86dd : 0x0800);

	len += ipv6 ? make_ipv6(frame + len, protocol, 40) :
		      make_ipv4(frame + len, protocol, 40);
	make_l4(frame + len, protocol, 40);
	return len + 40;
}

static size_t add_tag(uint8_t *frame, size_t len)
{
	memmove(frame + 16, frame + 12, len - 12);
	put_be16(frame + 12, 0x8100);
	put_be16(frame + 14, TAG);
	return len + 4;
}

static void set_up(struct host *h, uint32_t control)
{
	wr(h, 0, REG_FDIRHKEY, BUCKET_KEY);
	wr(h, 0, REG_FDIRSKEY, SIGNATURE_KEY);
	wr(h, 0, REG_FDIRCTRL, control);
	assert_true(rd(h, 0, REG_FDIRCTRL) & FDIRCTRL_INIT_DONE);
	for (unsigned int q = 1; q < 8; q++)
		rx_enable(h, q, 0);
}

static void command(struct host *h, uint32_t hash, uint32_t value)
{
	wr(h, 0, REG_FDIRHASH, hash);
	wr(h, 0, REG_FDIRCMD, value);
	assert_int_equal(rd(h, 0, REG_FDIRCMD) & FDIRCMD_COMMAND, 0);
}

static void add(struct host *h, uint32_t hash, uint32_t flow, uint32_t queue)
{
	command(h, hash,
		ADD | FIELD_PREP(FDIRCMD_FLOW, flow) |
			FIELD_PREP(FDIRCMD_QUEUE, queue));
}

static bool query(struct host *h, uint32_t hash)
{
	command(h, hash, FDIRCMD_QUERY);
	return rd(h, 0, REG_FDIRCMD) & FDIRCMD_VALID;
}

static void wr_perfect(struct host *h, uint32_t tag_and_flex)
{
	wr(h, 0, REG_FDIRIPSA, SOURCE);
	wr(h, 0, REG_FDIRIPDA, DESTINATION);
	wr(h, 0, REG_FDIRPORT, PORTS);
	wr(h, 0, REG_FDIRVLAN, tag_and_flex);
}

/* The queue that gets the frame, in its first descriptor. */
static int queue_of(struct host *h, const uint8_t *frame, size_t len)
{
	int queue = -1;

	for (unsigned int q = 0; q < 8; q++) {
		rx_enable(h, q, 0);
		wr(h, 0, REG_RDT(q), 1);
	}
	rx_frame(&h->card.port[0], frame, len);
	for (unsigned int q = 0; q < 8; q++) {
		if (rd(h, 0, REG_RDH(q)) == 0)
			continue;
		assert_int_equal(queue, -1);
		queue = q;
	}
	return queue;
}

static void test_signatures(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);

	set_up(h, SIGNATURES_64K);
	assert_int_equal(queue_of(h, frame, len), 0);
	add(h, SIGNATURE_TCP4, FLOW_TCP4, 5);
	assert_int_equal(queue_of(h, frame, len), 5);
	assert_true(rx_done(h, 0).status & RX_FLM);
	/* Another port, another protocol. */
	frame[ETH + IPV4]++;
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_false(rx_done(h, 0).status & RX_FLM);
	len = make(frame, false, PROTOCOL_UDP);
	assert_int_equal(queue_of(h, frame, len), 0);
	len = add_tag(frame, make(frame, false, PROTOCOL_TCP));
	assert_int_equal(queue_of(h, frame, len), 0);
	add(h, SIGNATURE_TCP4_TAGGED, FLOW_TCP4, 6);
	assert_int_equal(queue_of(h, frame, len), 6);
	len = make(frame, true, PROTOCOL_TCP);
	add(h, SIGNATURE_TCP6, FLOW_TCP4 | 4, 7);
	assert_int_equal(queue_of(h, frame, len), 7);
	assert_int_equal(rd(h, 0, REG_FDIRMATCH), 3);
	assert_int_equal(rd(h, 0, REG_FDIRMISS), 4);
	/* Reading has cleared them, and a frame without IP counts in neither. */
	make_ethernet(frame, 0x1234);
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_int_equal(rd(h, 0, REG_FDIRMATCH), 0);
	assert_int_equal(rd(h, 0, REG_FDIRMISS), 0);
	assert_int_equal(rd(h, 0, REG_FDIRUSTAT), 3);
}

static void test_update_and_remove(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);
	uint32_t id = SIGNATURE_TCP4;

	set_up(h, SIGNATURES_64K);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 8190);
	add(h, id, FLOW_TCP4, 5);
	add(h, id, FLOW_TCP4, 2);
	assert_int_equal(queue_of(h, frame, len), 2);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 8189);
	/* Not an update: the old flow stays, and both are marked. */
	command(h, id, FDIRCMD_ADD | FIELD_PREP(FDIRCMD_QUEUE, 4u));
	assert_int_equal(queue_of(h, frame, len), 2);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 1 << 16 | 8189);
	assert_true(query(h, id));
	assert_true(rd(h, 0, REG_FDIRCMD) & FDIRCMD_COLLISION);
	assert_int_equal(FIELD_GET(FDIRCMD_QUEUE, rd(h, 0, REG_FDIRCMD)), 2);
	assert_false(query(h, id ^ 1));
	assert_false(query(h, id ^ BIT(16)));
	command(h, id, FDIRCMD_REMOVE);
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_int_equal(rd(h, 0, REG_FDIRUSTAT), 1 << 16 | 2);
	assert_int_equal(rd(h, 0, REG_FDIRFSTAT), 0);
	wr(h, 0, REG_EIMS, EICR_FLOW_DIRECTOR);
	command(h, id, FDIRCMD_REMOVE);
	assert_int_equal(rd(h, 0, REG_FDIRFSTAT), 1 << 8);
	assert_true(rd(h, 0, REG_EICR) & EICR_FLOW_DIRECTOR);
	add(h, id, FLOW_TCP4, 5);
	assert_int_equal(queue_of(h, frame, len), 5);
	wr(h, 0, REG_FDIRCMD, FDIRCMD_CLEAR);
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 8190);
}

/* As ixgbe does for ethtool -N. */
static void test_perfect(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);

	set_up(h, PERFECT_64K);
	/* The tag, the flexible bytes and the pool are ignored. */
	wr(h, 0, REG_FDIRM, 0x37);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 2046);
	wr_perfect(h, 0);
	add(h, 7 << 16 | PERFECT_TCP4, FLOW_TCP4, 3);
	assert_int_equal(queue_of(h, frame, len), 3);
	len = add_tag(frame, len);
	assert_int_equal(queue_of(h, frame, len), 3);
	/* Each of the fields. */
	for (size_t at = ETH + 12; at < ETH + 24; at++) {
		make(frame, false, PROTOCOL_TCP);
		frame[at] ^= 1;
		assert_int_equal(queue_of(h, frame, len), 0);
	}
	len = make(frame, false, PROTOCOL_UDP);
	assert_int_equal(queue_of(h, frame, len), 0);
	/* Dropped: such a frame is not counted as missed by the queue. */
	len = make(frame, false, PROTOCOL_TCP);
	rd(h, 0, REG_QPRDC(0));
	command(h, 7 << 16 | PERFECT_TCP4,
		ADD | FDIRCMD_DROP | FIELD_PREP(FDIRCMD_FLOW, FLOW_TCP4) |
			FIELD_PREP(FDIRCMD_QUEUE, 127u));
	assert_int_equal(queue_of(h, frame, len), -1);
	assert_int_equal(rd(h, 0, REG_QPRDC(0)), 0);
	assert_int_equal(rd(h, 0, REG_FDIRMATCH), 3);
	/* The host removes it by its number. */
	assert_false(query(h, 8 << 16 | PERFECT_TCP4));
	assert_true(query(h, 7 << 16 | PERFECT_TCP4));
	command(h, 7 << 16 | PERFECT_TCP4, FDIRCMD_REMOVE);
	assert_int_equal(queue_of(h, frame, len), 0);
	/* In a bucket other than that of its hash, it is never found. */
	add(h, 7 << 16 | (PERFECT_TCP4 ^ 1), FLOW_TCP4, 3);
	assert_int_equal(queue_of(h, frame, len), 0);
}

static void test_masks(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len;

	set_up(h, PERFECT_64K);
	/* 10.1.2.0/24, to ports 0 to 255, VLAN 5. */
	wr(h, 0, REG_FDIRM, 0x36);
	wr(h, 0, REG_FDIRSIP4M, 0xff000000);
	wr(h, 0, REG_FDIRDIP4M, 0xffffffff);
	wr(h, 0, REG_FDIRUDPM, 0xff00ffff);
	wr_perfect(h, 5);
	add(h, PERFECT_UDP4_MASKED, FLOW_UDP4, 4);
	len = add_tag(frame, make(frame, false, PROTOCOL_UDP));
	assert_int_equal(queue_of(h, frame, len), 4);
	frame[ETH + 4 + 15] = 200; /* source address */
	frame[ETH + 4 + 16]++; /* destination */
	frame[ETH + 4 + 20]++; /* source port */
	frame[ETH + 4 + 23]++; /* destination port, low byte */
	frame[14] = 0; /* priority */
	assert_int_equal(queue_of(h, frame, len), 4);
	frame[ETH + 4 + 22]++;
	assert_int_equal(queue_of(h, frame, len), 0);
	frame[ETH + 4 + 22]--;
	frame[15]++;
	assert_int_equal(queue_of(h, frame, len), 0);
	frame[15]--;
	frame[ETH + 4 + 14]++;
	assert_int_equal(queue_of(h, frame, len), 0);
}

static void test_flexible_bytes(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);

	/* Without a key all have the same hash. */
	set_up(h, PERFECT_64K);
	wr(h, 0, REG_FDIRHKEY, 0);
	wr(h, 0, REG_FDIRM, 0x27);
	wr_perfect(h, 0x0008 << 16);
	add(h, 0, FLOW_TCP4, 4);
	assert_int_equal(queue_of(h, frame, len), 4);
	wr(h, 0, REG_FDIRM, 0x37);
	assert_int_equal(queue_of(h, frame, len), 4);
	/* From another offset, up to the last possible word. */
	wr(h, 0, REG_FDIRCTRL, (PERFECT_64K & ~0x1f0000) | 31 << 16);
	wr(h, 0, REG_FDIRM, 0x27);
	put_le16(frame + 62, 0xbbaa);
	wr_perfect(h, 0xbbaau << 16);
	add(h, 0, FLOW_TCP4, 6);
	assert_int_equal(queue_of(h, frame, len), 6);
	frame[63]++;
	assert_int_equal(queue_of(h, frame, len), 0);
}

/* Any protocol over IPv4: FDIRM masks L4. */
static void test_any_protocol(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];

	set_up(h, PERFECT_64K);
	wr(h, 0, REG_FDIRHKEY, 0);
	wr(h, 0, REG_FDIRM, 0x3f);
	wr(h, 0, REG_FDIRTCPM, 0xffffffff);
	wr(h, 0, REG_FDIRUDPM, 0xffffffff);
	wr_perfect(h, 0);
	wr(h, 0, REG_FDIRPORT, 0);
	add(h, 0, 0, 4);
	assert_int_equal(queue_of(h, frame, make(frame, false, PROTOCOL_TCP)),
			 4);
	assert_int_equal(queue_of(h, frame, make(frame, false, PROTOCOL_UDP)),
			 4);
	assert_int_equal(queue_of(h, frame, make(frame, false, PROTOCOL_SCTP)),
			 4);
	assert_int_equal(queue_of(h, frame, make(frame, true, PROTOCOL_TCP)),
			 0);
}

static void test_full(void **state)
{
	struct host *h = *state;
	uint32_t longest;

	set_up(h, SIGNATURES_64K);
	wr(h, 0, REG_EIMS, EICR_FLOW_DIRECTOR);
	rd(h, 0, REG_EICR);
	for (unsigned int i = 0; i < 8190; i++) {
		bool few = 8190 - (i + 1) < 4 * 16;

		add(h, i << 16 | (i & 0x1fff), FLOW_TCP4, 1);
		assert_int_equal(!!(rd(h, 0, REG_EICR) & EICR_FLOW_DIRECTOR),
				 few);
	}
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 0);
	add(h, 0x7fff7fff, FLOW_TCP4, 1);
	assert_int_equal(rd(h, 0, REG_FDIRFSTAT), 1);
	assert_int_equal(rd(h, 0, REG_FDIRUSTAT), 8190);
	/* Removing one makes room. */
	command(h, 77 << 16 | 77, FDIRCMD_REMOVE);
	add(h, 0x7fff7fff, FLOW_TCP4, 1);
	assert_true(query(h, 0x7fff7fff));

	/* All in one bucket: the low 13 bits are its number. */
	wr(h, 0, REG_FDIRCTRL, SIGNATURES_64K);
	rd(h, 0, REG_FDIRLEN);
	for (unsigned int i = 0; i < 1000; i++)
		add(h, i << 16 | i % 4 << 13 | 9, FLOW_TCP4, 1);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 8190 - FDIR_BUCKET_MAX);
	longest = rd(h, 0, REG_FDIRLEN);
	assert_int_equal(FIELD_GET(FDIRLEN_MAX, longest), FDIR_BUCKET_MAX);
	assert_int_equal(FIELD_GET(FDIRLEN_HASH, longest) & 0x1fff, 9);
	/* Counters stay at their highest value. */
	assert_int_equal(rd(h, 0, REG_FDIRFSTAT), 0xff);
}

static void test_report(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);

	wr(h, 0, REG_RXCSUM, RXCSUM_HASH);
	set_up(h, SIGNATURES_64K | FDIRCTRL_REPORT);
	add(h, SIGNATURE_TCP4, FLOW_TCP4, 5);
	assert_int_equal(queue_of(h, frame, len), 5);
	assert_int_equal(rx_done(h, 0).type & 0xf, 0xf);
	assert_int_equal(rx_done(h, 0).hash, SIGNATURE_TCP4);
	command(h, SIGNATURE_TCP4, FDIRCMD_REMOVE);
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_int_equal(rx_done(h, 0).type & 0xf, 0);
	set_up(h, SIGNATURES_64K | FDIRCTRL_REPORT_ALWAYS);
	assert_int_equal(queue_of(h, frame, len), 0);
	assert_int_equal(rx_done(h, 0).type & 0xf, 0xf);
	assert_int_equal(rx_done(h, 0).hash, SIGNATURE_TCP4);
}

static void test_off(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make(frame, false, PROTOCOL_TCP);

	/* Commands without a table. */
	add(h, SIGNATURE_TCP4, FLOW_TCP4, 5);
	assert_false(query(h, SIGNATURE_TCP4));
	command(h, SIGNATURE_TCP4, FDIRCMD_REMOVE);
	assert_int_equal(rd(h, 0, REG_FDIRFSTAT), 0x101);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 0);
	/* A reset, or a size of 0, removes the table. */
	set_up(h, SIGNATURES_64K);
	add(h, SIGNATURE_TCP4, FLOW_TCP4, 5);
	wr(h, 0, REG_FDIRCTRL, SIGNATURES_64K & ~FDIRCTRL_SIZE);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 0);
	assert_int_equal(queue_of(h, frame, len), 0);
	/* The largest ones. */
	set_up(h, SIGNATURES_64K | 3);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 32766);
	set_up(h, PERFECT_64K | 3);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 8190);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(rd(h, 0, REG_FDIRFREE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_signatures),
		QUEUE_TEST(test_update_and_remove),
		QUEUE_TEST(test_perfect),
		QUEUE_TEST(test_masks),
		QUEUE_TEST(test_flexible_bytes),
		QUEUE_TEST(test_any_protocol),
		QUEUE_TEST(test_full),
		QUEUE_TEST(test_report),
		QUEUE_TEST(test_off),
	};

	return cmocka_run_group_tests_name("fdir", tests, NULL, NULL);
}

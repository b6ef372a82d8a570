// SPDX-License-Identifier: GPL-2.0-or-later
/* Receive: filters, descriptors, buffers, and the status of a frame. */
#include "nic/rx.h"
#include "queue_host.h"

static struct port *port0(struct host *h)
{
	return &h->card.port[0];
}

/* A frame to the port without IP: len bytes, each different. */
static size_t plain(uint8_t *frame, size_t len)
{
	make_ethernet(frame, 0x1234);
	for (size_t i = ETH; i < len; i++)
		frame[i] = i * 13 ^ i >> 8;
	return len;
}

static enum rx_result receive(struct host *h, const uint8_t *frame, size_t len)
{
	return rx_frame(port0(h), frame, len);
}

static void test_frame(void **state)
{
	struct host *h = *state;
	uint8_t frame[1514];

	wr(h, 0, REG_GPIE, GPIE_MSIX);
	wr(h, 0, REG_IVAR, 0x83);
	wr(h, 0, REG_EIMS_EX, BIT(3));
	assert_int_equal(receive(h, frame, plain(frame, 1514)), RX_TAKEN);
	assert_int_equal(rx_done(h, 0).len, 1514);
	assert_int_equal(rx_done(h, 0).status, RX_DD | RX_EOP);
	assert_int_equal(rx_done(h, 0).type, 0);
	assert_memory_equal(rx_data(h, 0), frame, 1514);
	assert_int_equal(rx_done(h, 1).status, 0);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 1);
	assert_int_equal(interrupts(h, 0, 3), 1);
	assert_int_equal(rd(h, 0, REG_GPRC), 1);
	assert_int_equal(rd(h, 0, REG_GORCL), 1518);
	assert_int_equal(rd(h, 0, REG_QPRC(0)), 1);
}

static void test_short_frame_is_padded(void **state)
{
	struct host *h = *state;
	static const uint8_t zero[60];
	uint8_t frame[42];

	memset(h->memory[0] + (RX_DATA - MEMORY_BASE), 0xee, RX_BUFFER);
	assert_int_equal(receive(h, frame, plain(frame, 42)), RX_TAKEN);
	assert_int_equal(rx_done(h, 0).len, 60);
	assert_memory_equal(rx_data(h, 0), frame, 42);
	assert_memory_equal(rx_data(h, 0) + 42, zero, 18);
	assert_int_equal(receive(h, frame, 13), RX_DROPPED);
	assert_int_equal(rd(h, 0, REG_RUC), 1);
}

static void test_buffers(void **state)
{
	struct host *h = *state;
	uint8_t frame[9724];

	assert_int_equal(receive(h, frame, plain(frame, 9724)), RX_TAKEN);
	for (unsigned int i = 0; i < 5; i++) {
		size_t len = i < 4 ? RX_BUFFER : 9724 - 4 * RX_BUFFER;

		assert_int_equal(rx_done(h, i).status,
				 i < 4 ? RX_DD : RX_DD | RX_EOP);
		assert_int_equal(rx_done(h, i).len, len);
		assert_memory_equal(rx_data(h, i), frame + i * RX_BUFFER, len);
	}
	assert_int_equal(rd(h, 0, REG_RDH(0)), 5);
	/* A frame that fills its buffers uses no empty one. */
	receive(h, frame, 2 * RX_BUFFER);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 7);
}

static void test_ring_wraps(void **state)
{
	struct host *h = *state;
	uint8_t frame[3000];

	plain(frame, sizeof(frame));
	wr(h, 0, REG_RDH(0), RING_COUNT - 1);
	wr(h, 0, REG_RDT(0), 3);
	assert_int_equal(receive(h, frame, sizeof(frame)), RX_TAKEN);
	assert_int_equal(rx_done(h, RING_COUNT - 1).status, RX_DD);
	assert_int_equal(rx_done(h, 0).status, RX_DD | RX_EOP);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 1);
}

static void test_waits_for_descriptors(void **state)
{
	struct host *h = *state;
	uint8_t frame[3000];

	plain(frame, sizeof(frame));
	rx_enable(h, 0, 1);
	/* One descriptor, but the frame needs two. */
	assert_int_equal(receive(h, frame, sizeof(frame)), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 0);
	assert_int_equal(rx_done(h, 0).status, 0);
	/* It has arrived, but has not reached the host. */
	assert_int_equal(rd(h, 0, REG_TPR), 1);
	assert_int_equal(rd(h, 0, REG_GPRC), 1);
	assert_int_equal(rd(h, 0, REG_RXDGPC), 0);
	/* A later frame that would fit waits behind it. */
	frame[ETH] = 0xee;
	assert_int_equal(receive(h, frame, 60), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 0);
	wr(h, 0, REG_RDT(0), 2);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 2);
	assert_int_equal(rd(h, 0, REG_RXDGPC), 1);
	wr(h, 0, REG_RDT(0), 3);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 3);
	assert_int_equal(rx_done(h, 1).len, 3000 - RX_BUFFER);
	assert_memory_equal(rx_data(h, 2), frame, 60);

	/* A reset and the end of receiving also drop waiting frames. */
	assert_int_equal(receive(h, frame, 60), RX_TAKEN);
	wr(h, 0, REG_RXCTRL, 0);
	wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
	wr(h, 0, REG_RDT(0), 5);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 3);
	wr(h, 0, REG_RDT(0), 3);
	assert_int_equal(receive(h, frame, 60), RX_TAKEN);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	rx_enable(h, 0, 5);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 0);
}

/* More frames than leave the buffer in one turn; it wraps around. */
static void test_many_wait(void **state)
{
	struct host *h = *state;
	uint8_t frame[1514];
	unsigned int in = 0, out = 0;

	rx_enable(h, 0, 0);
	/* As after some use. */
	plain(frame, sizeof(frame));
	for (unsigned int round = 0; round < 40; round++) {
		for (unsigned int i = 0; i < 100; i++, in++) {
			put_be32(frame + ETH, in);
			assert_int_equal(receive(h, frame, 60 + in % 1455),
					 RX_TAKEN);
		}
		while (out < in) {
			uint32_t head = rd(h, 0, REG_RDH(0)), end;

			/* All but one descriptor, after it has its buffer. */
			rx_fill(h, RING_COUNT);
			wr(h, 0, REG_RDT(0),
			   (head + RING_COUNT - 1) % RING_COUNT);
			end = rd(h, 0, REG_RDH(0));
			assert_int_not_equal(head, end);
			for (; head != end; head = (head + 1) % RING_COUNT) {
				assert_int_equal(rx_done(h, head).len,
						 60 + out % 1455);
				assert_int_equal(
					get_be32(rx_data(h, head) + ETH), out);
				out++;
			}
		}
		wr(h, 0, REG_RDT(0), rd(h, 0, REG_RDH(0)));
	}
	assert_int_equal(rd(h, 0, REG_RXMPC), 0);
}

/* A turn ends, and a timer starts the next one. */
static void test_turns(void **state)
{
	struct host *h = *state;
	uint8_t frame[60];

	rx_enable(h, 0, 0);
	plain(frame, sizeof(frame));
	for (unsigned int i = 0; i < 1000; i++)
		receive(h, frame, sizeof(frame));
	/* A queue that is off drops all of them. */
	wr(h, 0, REG_RXDCTL(0), 0);
	assert_int_equal(loop_timers_next(&host_timers), 0);
	assert_int_equal(rd(h, 0, REG_QPRDC(0)), 256);
	host_sleep(h, 1);
	assert_int_equal(rd(h, 0, REG_QPRDC(0)), 744);
	assert_int_equal(port0(h)->rx.buffer.used, 0);
}

/* Without pause frames. The host sets the limit, up to that of the card. */
static void test_missed(void **state)
{
	static const struct {
		uint32_t size, frames;
	} limits[] = {
		{ 64 * 1024, 64 * 1024 / 1004 },
		{ 384 * 1024, 384 * 1024 / 1004 },
		{ 1023 * 1024, 384 * 1024 / 1004 },
		{ 0, 0 },
	};
	struct host *h = *state;
	uint8_t frame[1000];

	plain(frame, sizeof(frame));
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		rx_enable(h, 0, 0);
		wr(h, 0, REG_RXCTRL, 0);
		wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
		wr(h, 0, REG_RXPBSIZE, limits[i].size);
		for (unsigned int n = 0; n < limits[i].frames; n++)
			assert_int_equal(receive(h, frame, sizeof(frame)),
					 RX_TAKEN);
		assert_int_equal(rd(h, 0, REG_RXMPC), 0);
		assert_int_equal(receive(h, frame, sizeof(frame)), RX_DROPPED);
		assert_int_equal(receive(h, frame, sizeof(frame)), RX_DROPPED);
		assert_int_equal(rd(h, 0, REG_RXMPC), 2);
		/* ixgbe subtracts those from the good ones. */
		assert_int_equal(rd(h, 0, REG_GPRC), limits[i].frames + 2);
	}
}

static void test_drops_if_told(void **state)
{
	struct host *h = *state;
	uint8_t frame[3000];

	plain(frame, sizeof(frame));
	rx_enable(h, 0, 1);
	wr(h, 0, REG_SRRCTL(0), rd(h, 0, REG_SRRCTL(0)) | SRRCTL_DROP);
	assert_int_equal(receive(h, frame, sizeof(frame)), RX_DROPPED);
	assert_int_equal(receive(h, frame, 60), RX_TAKEN);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	assert_int_equal(rd(h, 0, REG_QPRDC(0)), 2);
	assert_int_equal(rd(h, 0, REG_GPRC), 3);
	assert_int_equal(rd(h, 0, REG_QPRC(0)), 1);
}

/* None of these frames waits or is written. */
static void test_drops(void **state)
{
	struct host *h = *state;
	uint8_t frame[X540_FRAME_MAX + 100];

	plain(frame, sizeof(frame));
	/* more than a whole ring */
	wr(h, 0, REG_RDLEN(0), 8 * 16);
	wr(h, 0, REG_SRRCTL(0), 1);
	wr(h, 0, REG_RDT(0), 7);
	assert_int_equal(receive(h, frame, 9000), RX_DROPPED);
	/* ring, head, tail */
	wr(h, 0, REG_RDLEN(0), 0);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RDLEN(0), 8 * 16);
	wr(h, 0, REG_RDT(0), 8);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RDT(0), 7);
	wr(h, 0, REG_RDH(0), 0xffff);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RDH(0), 0);
	/* no buffer */
	wr(h, 0, REG_SRRCTL(0), 0);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_SRRCTL(0), 2);
	/* off */
	wr(h, 0, REG_RXDCTL(0), 0);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RXDCTL(0), RXDCTL_ENABLE);
	wr(h, 0, REG_RXCTRL, 0);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
	/* too long: for MAXFRS, for the queue, for the card */
	assert_int_equal(receive(h, frame, 9725), RX_DROPPED);
	assert_int_equal(rd(h, 0, REG_ROC), 1);
	wr(h, 0, REG_RXDCTL(0), RXDCTL_ENABLE | RXDCTL_LENGTH_LIMIT | 1536);
	assert_int_equal(receive(h, frame, 1537), RX_DROPPED);
	wr(h, 0, REG_RXDCTL(0), RXDCTL_ENABLE);
	wr(h, 0, REG_MAXFRS, 0xffff0000);
	assert_int_equal(receive(h, frame, sizeof(frame)), RX_DROPPED);
	/* inaccessible memory: of the ring, of a buffer */
	wr(h, 0, REG_RDBAH(0), 0xffffffff);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_RDBAH(0), RX_RING >> 32);
	put_le64(memory_at(h, RX_RING), NOWHERE);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_CTRL, CTRL_GIO_DISABLE);
	rx_fill(h, 8);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
	wr(h, 0, REG_CTRL, 0);

	assert_int_equal(rd(h, 0, REG_RDH(0)), 0);
	assert_int_equal(rx_done(h, 0).status, 0);
	assert_int_equal(receive(h, frame, 60), RX_TAKEN);
}

/* Without jumbo frames, and with a tag, which is not counted. */
static void test_lengths(void **state)
{
	struct host *h = *state;
	uint8_t frame[1600];

	plain(frame, sizeof(frame));
	wr(h, 0, REG_HLREG0, 0);
	assert_int_equal(receive(h, frame, 1514), RX_TAKEN);
	assert_int_equal(receive(h, frame, 1515), RX_DROPPED);
	put_be16(frame + 12, 0x8100);
	assert_int_equal(receive(h, frame, 1518), RX_TAKEN);
	assert_int_equal(receive(h, frame, 1519), RX_DROPPED);
	assert_int_equal(rd(h, 0, REG_ROC), 2);
	/* Shorter than a check sequence. */
	wr(h, 0, REG_HLREG0, HLREG0_JUMBO);
	wr(h, 0, REG_MAXFRS, 2 << 16);
	assert_int_equal(receive(h, frame, 60), RX_DROPPED);
}

static void test_vlan_is_stripped(void **state)
{
	struct host *h = *state;
	uint8_t frame[200];

	plain(frame, sizeof(frame));
	put_be16(frame + 12, 0x8100);
	put_be16(frame + 14, 0xe123);
	receive(h, frame, sizeof(frame));
	assert_int_equal(rx_done(h, 0).len, 200);
	assert_int_equal(rx_done(h, 0).status, RX_DD | RX_EOP);
	wr(h, 0, REG_RXDCTL(0), RXDCTL_ENABLE | RXDCTL_STRIP_VLAN);
	receive(h, frame, sizeof(frame));
	assert_int_equal(rx_done(h, 1).len, 196);
	assert_int_equal(rx_done(h, 1).status, RX_DD | RX_EOP | RX_VP);
	assert_int_equal(rx_done(h, 1).tag, 0xe123);
	assert_memory_equal(rx_data(h, 1), frame, 12);
	assert_memory_equal(rx_data(h, 1) + 12, frame + 16, 200 - 16);
	/* Without a tag, nothing is removed. */
	put_be16(frame + 12, 0x1234);
	receive(h, frame, sizeof(frame));
	assert_int_equal(rx_done(h, 2).len, 200);
	assert_int_equal(rx_done(h, 2).status, RX_DD | RX_EOP);
}

/* A frame with valid checksums. Returns its length. */
static size_t make_packet(uint8_t *frame, bool v6, uint8_t protocol, size_t len)
{
	uint8_t *ip = frame + ETH, *l4 = ip + (v6 ? IPV6 : IPV4);

	make_ethernet(frame, v6 ? 0x86dd : 0x0800);
	if (v6)
		make_ipv6(ip, protocol, len);
	else
		make_ipv4(ip, protocol, len);
	make_l4(l4, protocol, len);
	if (!v6)
		put_be16(ip + 10, sum_words(0, ip, IPV4));
	if (protocol == PROTOCOL_TCP)
		put_be16(l4 + 16, l4_sum(ip, protocol, l4, len));
	else if (protocol == PROTOCOL_UDP)
		put_be16(l4 + 6, l4_sum(ip, protocol, l4, len));
	else
		put_le32(l4 + 8, sctp_crc(l4, len));
	return l4 + len - frame;
}

static void test_checksums(void **state)
{
	static const struct {
		uint8_t protocol;
		uint32_t type;
	} kinds[] = {
		{ PROTOCOL_TCP, 0x100 },
		{ PROTOCOL_UDP, 0x200 },
		{ PROTOCOL_SCTP, 0x400 },
	};
	struct host *h = *state;
	unsigned int n = 0;

	for (unsigned int i = 0; i < 6; i++) {
		bool v6 = i % 2;
		uint32_t ip = v6 ? 0 : RX_IPCS;
		uint8_t frame[600];
		size_t len = make_packet(frame, v6, kinds[i / 2].protocol, 301);

		receive(h, frame, len);
		assert_int_equal(rx_done(h, n).status,
				 RX_DD | RX_EOP | RX_L4CS | ip);
		assert_int_equal(rx_done(h, n).type,
				 kinds[i / 2].type | (v6 ? 0x40 : 0x10));
		n++;
		frame[len - 1] ^= 1;
		receive(h, frame, len);
		assert_int_equal(rx_done(h, n).status,
				 RX_DD | RX_EOP | RX_L4CS | RX_TCPE | ip);
		n++;
		if (v6)
			continue;
		frame[len - 1] ^= 1;
		frame[ETH + 8]--;
		receive(h, frame, len);
		assert_int_equal(rx_done(h, n).status,
				 RX_DD | RX_EOP | RX_L4CS | ip | RX_IPE);
		n++;
	}
}

/* Padding is not part of the packet, and a fragment has no checksum. */
static void test_what_has_no_checksum(void **state)
{
	struct host *h = *state;
	uint8_t frame[200];
	size_t len = make_packet(frame, false, PROTOCOL_TCP, 21);

	memset(frame + len, 0xaa, sizeof(frame) - len);
	receive(h, frame, sizeof(frame));
	assert_int_equal(rx_done(h, 0).status,
			 RX_DD | RX_EOP | RX_L4CS | RX_IPCS);

	put_be16(frame + ETH + 6, 0x2000);
	put_be16(frame + ETH + 10, 0);
	put_be16(frame + ETH + 10, sum_words(0, frame + ETH, IPV4));
	receive(h, frame, sizeof(frame));
	assert_int_equal(rx_done(h, 1).status, RX_DD | RX_EOP | RX_IPCS);
	assert_int_equal(rx_done(h, 1).type, 0x10);

	len = make_packet(frame, false, PROTOCOL_UDP, 60);
	put_be16(frame + ETH + IPV4 + 6, 0);
	receive(h, frame, len);
	assert_int_equal(rx_done(h, 2).status, RX_DD | RX_EOP | RX_IPCS);
	assert_int_equal(rx_done(h, 2).type, 0x210);
}

static void test_hash(void **state)
{
	struct host *h = *state;
	uint8_t frame[200];
	size_t len = make_packet(frame, false, PROTOCOL_TCP, 40);

	for (unsigned int i = 0; i < 10; i++)
		wr(h, 0, REG_RSSRK + 4 * i, 0x12345678 * (i + 1));
	wr(h, 0, REG_MRQC, MRQC_MODE_RSS | MRQC_IPV4_TCP);
	receive(h, frame, len);
	assert_int_equal(rx_done(h, 0).type, 0x110);
	assert_int_equal(rx_done(h, 0).hash, 0);
	wr(h, 0, REG_RXCSUM, RXCSUM_HASH);
	receive(h, frame, len);
	assert_int_equal(rx_done(h, 1).type, 0x111);
	assert_true(rx_done(h, 1).hash != 0);

	/* To another queue, by the table. */
	for (unsigned int i = 0; i < 32; i++)
		wr(h, 0, REG_RETA + 4 * i, 0x05050505);
	assert_int_equal(receive(h, frame, len), RX_DROPPED);
	rx_enable(h, 5, RING_COUNT - 1);
	assert_int_equal(receive(h, frame, len), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_RDH(5)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_frame),
		QUEUE_TEST(test_short_frame_is_padded),
		QUEUE_TEST(test_buffers),
		QUEUE_TEST(test_ring_wraps),
		QUEUE_TEST(test_waits_for_descriptors),
		QUEUE_TEST(test_many_wait),
		QUEUE_TEST(test_turns),
		QUEUE_TEST(test_missed),
		QUEUE_TEST(test_drops_if_told),
		QUEUE_TEST(test_drops),
		QUEUE_TEST(test_lengths),
		QUEUE_TEST(test_vlan_is_stripped),
		QUEUE_TEST(test_checksums),
		QUEUE_TEST(test_what_has_no_checksum),
		QUEUE_TEST(test_hash),
	};

	return cmocka_run_group_tests_name("rx", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The time stamps of frames, and the Ethernet type filters. */
#include "nic/rx.h"
#include "queue_host.h"

#define TYPE_PTP 0x88f7
#define PTP_PORT 319
#define MESSAGE 44
#define RX_STAMPED BIT(16)
#define TX_TIME_STAMP BIT(19)

#define SYNC 0x0
#define DELAY_REQUEST 0x1
#define PATH_DELAY_REQUEST 0x2
#define PATH_DELAY_RESPONSE 0x3
#define FOLLOW_UP 0x8

static size_t add_message(uint8_t *message, unsigned int version,
			  unsigned int id)
{
	memset(message, 0, MESSAGE);
	if (version == 1) {
		put_be16(message, 1);
		message[32] = id;
	} else {
		message[0] = id;
		message[1] = version;
	}
	return MESSAGE;
}

static size_t make_l2(uint8_t *frame, unsigned int version, unsigned int id)
{
	make_ethernet(frame, TYPE_PTP);
	return ETH + add_message(frame + ETH, version, id);
}

static size_t make_udp(uint8_t *frame, bool ipv6, uint16_t to,
		       unsigned int version, unsigned int id)
{
	size_t len = make_ethernet(frame, ipv6 ? 0x86dd : 0x0800);

	len += ipv6 ? make_ipv6(frame + len, PROTOCOL_UDP, 8 + MESSAGE) :
		      make_ipv4(frame + len, PROTOCOL_UDP, 8 + MESSAGE);
	make_l4(frame + len, PROTOCOL_UDP, 8 + MESSAGE);
	put_be16(frame + len + 2, to);
	return len + 8 + add_message(frame + len + 8, version, id);
}

/* As ixgbe does for a filter. */
static void enable(struct host *h, uint32_t type, uint32_t ids)
{
	wr(h, 0, REG_ETQF(3), ETQF_ENABLE | ETQF_PTP | TYPE_PTP);
	wr(h, 0, REG_TSYNCRXCTL,
	   TSYNCRXCTL_ENABLE | FIELD_PREP(TSYNCRXCTL_TYPE, type));
	wr(h, 0, REG_RXMTRL, PTP_PORT << 16 | ids);
	rd(h, 0, REG_RXSTMPH);
}

static bool is_valid(struct host *h)
{
	return rd(h, 0, REG_TSYNCRXCTL) & TSYNCRXCTL_VALID;
}

/* Was this frame stamped? Also makes room for the next one. */
static bool stamped(struct host *h, const uint8_t *frame, size_t len)
{
	bool status, valid;

	rx_enable(h, 0, RING_COUNT - 1);
	assert_int_equal(rx_frame(&h->card.port[0], frame, len), RX_TAKEN);
	status = rx_done(h, 0).status & RX_STAMPED;
	valid = is_valid(h);
	assert_int_equal(status, valid);
	rd(h, 0, REG_RXSTMPH);
	assert_false(is_valid(h));
	return valid;
}

static bool l2(struct host *h, unsigned int version, unsigned int id)
{
	uint8_t frame[128];

	return stamped(h, frame, make_l2(frame, version, id));
}

static bool udp(struct host *h, unsigned int version, unsigned int id)
{
	uint8_t frame[128];
	bool ipv4 = stamped(h, frame,
			    make_udp(frame, false, PTP_PORT, version, id));

	assert_int_equal(ipv4,
			 stamped(h, frame,
				 make_udp(frame, true, PTP_PORT, version, id)));
	assert_false(stamped(
		h, frame, make_udp(frame, false, PTP_PORT + 1, version, id)));
	return ipv4;
}

static void test_events(void **state)
{
	struct host *h = *state;

	enable(h, TSYNCRXCTL_EVENT_V2, 0);
	for (unsigned int id = 0; id < 16; id++) {
		assert_int_equal(l2(h, 2, id), id < 8);
		assert_int_equal(udp(h, 2, id), id < 8);
	}
	assert_false(l2(h, 1, SYNC));
	assert_false(udp(h, 1, SYNC));
	/* Disabled, and of a type that the card does not support. */
	wr(h, 0, REG_TSYNCRXCTL, FIELD_PREP(TSYNCRXCTL_TYPE, 5));
	assert_false(l2(h, 2, SYNC));
	enable(h, 4, 0);
	assert_false(l2(h, 2, SYNC));
	/* No filter marks the Ethernet type as that of the messages. */
	enable(h, TSYNCRXCTL_EVENT_V2, 0);
	wr(h, 0, REG_ETQF(3), ETQF_ENABLE | TYPE_PTP);
	assert_false(l2(h, 2, SYNC));
	assert_true(udp(h, 2, SYNC));
}

static void test_named(void **state)
{
	struct host *h = *state;

	enable(h, TSYNCRXCTL_L2_L4_V2, DELAY_REQUEST << 8);
	assert_true(l2(h, 2, DELAY_REQUEST));
	assert_true(udp(h, 2, DELAY_REQUEST));
	assert_true(udp(h, 2, PATH_DELAY_REQUEST));
	assert_true(l2(h, 2, PATH_DELAY_RESPONSE));
	assert_false(l2(h, 2, SYNC));
	assert_false(udp(h, 2, SYNC));
	assert_false(udp(h, 2, FOLLOW_UP));
	enable(h, TSYNCRXCTL_L2_V2, SYNC << 8);
	assert_true(l2(h, 2, SYNC));
	assert_false(udp(h, 2, SYNC));
	assert_false(l2(h, 2, DELAY_REQUEST));
	enable(h, TSYNCRXCTL_L4_V1, DELAY_REQUEST);
	assert_true(udp(h, 1, DELAY_REQUEST));
	assert_false(udp(h, 1, SYNC));
	assert_false(udp(h, 2, SYNC));
	assert_false(l2(h, 2, SYNC));
}

static void test_too_short(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len;

	enable(h, TSYNCRXCTL_EVENT_V2, 0);
	len = make_udp(frame, false, PTP_PORT, 2, SYNC);
	put_be16(frame + ETH + 2, IPV4 + 8 + 33);
	assert_false(stamped(h, frame, len));
	put_be16(frame + ETH + 2, IPV4 + 8 + 34);
	assert_true(stamped(h, frame, len));
	/* A header that ends with the frame. */
	assert_true(stamped(h, frame, make_l2(frame, 2, SYNC)));
	put_be16(frame + 12, 0x8100);
	put_be16(frame + 16, TYPE_PTP);
	assert_false(stamped(h, frame, 18));
}

static uint64_t stamp(struct host *h, uint32_t low, uint32_t high)
{
	uint64_t value = rd(h, 0, low);

	return value | (uint64_t)rd(h, 0, high) << 32;
}

/* The first stamp is kept until it is read. */
static void test_one_at_a_time(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make_l2(frame, 2, SYNC);

	enable(h, TSYNCRXCTL_EVENT_V2, 0);
	wr(h, 0, REG_SYSTIML, 0);
	wr(h, 0, REG_SYSTIMH, 3);
	wr(h, 0, REG_TIMINCA, 64);
	host_sleep(h, 640);
	rx_frame(&h->card.port[0], frame, len);
	host_sleep(h, 640);
	rx_frame(&h->card.port[0], frame, len);
	assert_true(rx_done(h, 0).status & RX_STAMPED);
	assert_false(rx_done(h, 1).status & RX_STAMPED);
	assert_int_equal(stamp(h, REG_RXSTMPL, REG_RXSTMPH),
			 (3ull << 32) + 6400000);
	assert_false(is_valid(h));
	rx_frame(&h->card.port[0], frame, len);
	assert_true(rx_done(h, 2).status & RX_STAMPED);
	assert_int_equal(stamp(h, REG_RXSTMPL, REG_RXSTMPH),
			 (3ull << 32) + 12800000);
	/* A reset clears it. */
	rx_frame(&h->card.port[0], frame, len);
	assert_true(is_valid(h));
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_false(is_valid(h));
	/* The host cannot write one. */
	wr(h, 0, REG_TSYNCRXCTL, TSYNCRXCTL_VALID);
	assert_false(is_valid(h));
}

/* A frame that waits for a descriptor is stamped when it arrives. */
static void test_waiting(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make_l2(frame, 2, SYNC);

	enable(h, TSYNCRXCTL_EVENT_V2, 0);
	rx_enable(h, 0, 0);
	rx_frame(&h->card.port[0], frame, make_l2(frame, 2, FOLLOW_UP));
	rx_frame(&h->card.port[0], frame, make_l2(frame, 2, SYNC));
	assert_true(is_valid(h));
	rx_frame(&h->card.port[0], frame, len);
	assert_int_equal(rx_done(h, 0).status, 0);
	wr(h, 0, REG_RDT(0), 3);
	assert_int_equal(rx_done(h, 0).status, RX_DD | RX_EOP);
	assert_int_equal(rx_done(h, 1).status, RX_DD | RX_EOP | RX_STAMPED);
	assert_int_equal(rx_done(h, 2).status, RX_DD | RX_EOP);
}

static void send(struct host *h, unsigned int i, uint32_t command)
{
	make_l2(memory_at(h, TX_DATA), 2, SYNC);
	tx_put(h, i, TX_DATA,
	       TX_DATA_DESCRIPTOR | TX_EOP | TX_IFCS | command | 60, 0);
	wr(h, 0, REG_TDT(0), i + 1);
}

static bool is_sent_valid(struct host *h)
{
	return rd(h, 0, REG_TSYNCTXCTL) & TSYNCTXCTL_VALID;
}

static void test_sent(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_TIMINCA, 64);
	send(h, 0, TX_TIME_STAMP);
	assert_false(is_sent_valid(h));
	wr(h, 0, REG_TSYNCTXCTL, TSYNCTXCTL_ENABLE);
	send(h, 1, 0);
	assert_false(is_sent_valid(h));
	wr(h, 0, REG_SYSTIML, 0);
	wr(h, 0, REG_SYSTIMH, 3);
	host_sleep(h, 640);
	send(h, 2, TX_TIME_STAMP);
	host_sleep(h, 640);
	send(h, 3, TX_TIME_STAMP);
	assert_true(is_sent_valid(h));
	assert_int_equal(stamp(h, REG_TXSTMPL, REG_TXSTMPH),
			 (3ull << 32) + 6400000);
	assert_false(is_sent_valid(h));
	send(h, 4, TX_TIME_STAMP);
	assert_int_equal(stamp(h, REG_TXSTMPL, REG_TXSTMPH),
			 (3ull << 32) + 12800000);
}

static void test_types(void **state)
{
	struct host *h = *state;
	uint8_t frame[128];
	size_t len = make_l2(frame, 2, SYNC);
	struct port *port = &h->card.port[0];

	rx_frame(port, frame, len);
	assert_int_equal(rx_done(h, 0).type, 0);
	wr(h, 0, REG_ETQF(5), ETQF_ENABLE | TYPE_PTP);
	rx_frame(port, frame, len);
	assert_int_equal(rx_done(h, 1).type, 0x8050);
	/* The first matching filter, also behind a tag. */
	wr(h, 0, REG_ETQF(2), ETQF_ENABLE | TYPE_PTP);
	memmove(frame + 16, frame + 12, len - 12);
	put_be16(frame + 12, 0x8100);
	put_be16(frame + 14, 5);
	rx_frame(port, frame, len + 4);
	assert_int_equal(rx_done(h, 2).type, 0x8020);
	/* To a queue that does not exist. */
	wr(h, 0, REG_ETQS(2), ETQS_ENABLE | FIELD_PREP(ETQS_QUEUE, 127u));
	assert_int_equal(rx_frame(port, frame, len + 4), RX_DROPPED);
	rx_enable(h, 127, RING_COUNT - 1);
	assert_int_equal(rx_frame(port, frame, len + 4), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_RDH(127)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_events),    QUEUE_TEST(test_named),
		QUEUE_TEST(test_too_short), QUEUE_TEST(test_one_at_a_time),
		QUEUE_TEST(test_waiting),   QUEUE_TEST(test_sent),
		QUEUE_TEST(test_types),
	};

	return cmocka_run_group_tests_name("stamp", tests, NULL, NULL);
}

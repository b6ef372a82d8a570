// SPDX-License-Identifier: GPL-2.0-or-later
/* Transmit offloads: the frames of a packet on the wire. */
#include "queue_host.h"

#define DATA (TX_DATA_DESCRIPTOR | TX_IFCS)

static unsigned int sent(struct host *h)
{
	return rd(h, 0, REG_GPTC);
}

/* A frame in one descriptor, at i, after a context descriptor. */
static void send_one(struct host *h, unsigned int i, size_t len,
		     uint32_t command, uint32_t options)
{
	tx_put(h, i, TX_DATA, DATA | TX_EOP | TX_RS | command | len, options);
	wr(h, 0, REG_TDT(0), i + 1);
}

static void test_gather(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	size_t len = make_ethernet(frame, 0x1234) + 1000;

	make_l4(frame + ETH, PROTOCOL_UDP, 1000);
	/* Odd offsets and lengths, and empty data. */
	tx_put(h, 0, TX_DATA, DATA | 13, 0);
	tx_put(h, 1, TX_DATA + 13, DATA | 0, 0);
	tx_put(h, 2, TX_DATA + 13, DATA | 501, 0);
	tx_put(h, 3, TX_DATA + 514, DATA | TX_EOP | (len - 514), 0);
	wr(h, 0, REG_TDT(0), 4);
	assert_int_equal(sent(h), 1);
	assert_int_equal(rx_done(h, 0).len, len);
	assert_memory_equal(rx_data(h, 0), frame, len);
}

static void test_packet_over_two_doorbells(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);

	make_ethernet(frame, 0x1234);
	tx_put(h, 0, TX_DATA, DATA | 50, 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_int_equal(rd(h, 0, REG_TDH(0)), 1);
	assert_int_equal(sent(h), 0);
	tx_put(h, 1, TX_DATA + 50, DATA | TX_EOP | 50, 0);
	wr(h, 0, REG_TDT(0), 2);
	assert_int_equal(sent(h), 1);
	assert_int_equal(rx_done(h, 0).len, 100);
}

static void test_vlan(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	const uint8_t *got = rx_data(h, 0);

	make_ethernet(frame, 0x1234);
	tx_context(h, 0, ETH, 0, 0, TX_L4_UDP, 0, 0xa123);
	send_one(h, 1, 100, TX_VLE, 0);
	assert_int_equal(rx_done(h, 0).len, 104);
	assert_memory_equal(got, frame, 12);
	assert_int_equal(get_be16(got + 12), 0x8100);
	assert_int_equal(get_be16(got + 14), 0xa123);
	assert_memory_equal(got + 16, frame + 12, 100 - 12);

	/* A legacy descriptor has the tag itself. */
	wr(h, 0, REG_DMATXCTL, 0x88a80000 | DMATXCTL_ENABLE);
	got = rx_data(h, 1);
	tx_put(h, 2, TX_DATA, TX_IFCS | TX_EOP | TX_VLE | 100, 0x0456u << 16);
	wr(h, 0, REG_TDT(0), 3);
	assert_int_equal(get_be16(got + 12), 0x88a8);
	assert_int_equal(get_be16(got + 14), 0x0456);
	assert_int_equal(get_be16(got + 16), 0x1234);
}

/* The host stores the pseudo header's sum in the checksum field. */
static void put_pseudo(uint8_t *ip, uint8_t *l4, size_t field, uint8_t protocol,
		       size_t len)
{
	bool is_ipv4 = ip[0] >> 4 == 4;

	put_be16(l4 + field, ~sum_words(protocol + len, ip + (is_ipv4 ? 12 : 8),
					is_ipv4 ? 8 : 32));
}

static void test_checksums(void **state)
{
	static const struct {
		uint8_t protocol;
		uint32_t type;
		size_t field;
	} kinds[] = {
		{ PROTOCOL_TCP, TX_L4_TCP, 16 },
		{ PROTOCOL_UDP, TX_L4_UDP, 6 },
	};
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	unsigned int at = 0;

	for (size_t len = 40; len < 1400; len += 339) {
		for (size_t k = 0; k < 4; k++) {
			bool v6 = k % 2;
			uint8_t protocol = kinds[k / 2].protocol;
			size_t ip_len = v6 ? IPV6 : IPV4;
			size_t total = ETH + ip_len + len;
			const uint8_t *got = rx_data(h, at / 2);
			uint8_t *ip = frame + ETH;

			make_ethernet(frame, v6 ? 0x86dd : 0x0800);
			if (v6)
				make_ipv6(ip, protocol, len);
			else
				make_ipv4(ip, protocol, len);
			make_l4(ip + ip_len, protocol, len);
			put_pseudo(ip, ip + ip_len, kinds[k / 2].field,
				   protocol, len);
			tx_context(h, at, ETH, ip_len, 0, kinds[k / 2].type, 0,
				   0);
			send_one(h, at + 1, total, 0,
				 TX_TXSM | (v6 ? 0 : TX_IXSM));
			assert_int_equal(rx_done(h, at / 2).len, total);
			assert_int_equal(l4_sum(got + ETH, protocol,
						got + ETH + ip_len, len),
					 0);
			if (!v6)
				assert_int_equal(sum_words(0, got + ETH, IPV4),
						 0);
			at += 2;
		}
	}
}

/* A UDP checksum of 0 is sent as ffff, as 0 means none. */
static void test_udp_checksum_zero(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	uint8_t *udp = frame + ETH + IPV4;
	uint16_t sum;

	make_ethernet(frame, 0x0800);
	make_ipv4(frame + ETH, PROTOCOL_UDP, 40);
	make_l4(udp, PROTOCOL_UDP, 40);
	put_pseudo(frame + ETH, udp, 6, PROTOCOL_UDP, 40);
	put_be16(udp + 8, 0);
	sum = ~sum_words(0, udp, 40);
	put_be16(udp + 8, ~sum);
	tx_context(h, 0, ETH, IPV4, 0, TX_L4_UDP, 0, 0);
	send_one(h, 1, ETH + IPV4 + 40, 0, TX_TXSM);
	assert_int_equal(get_be16(rx_data(h, 0) + ETH + IPV4 + 6), 0xffff);
}

static void test_sctp_checksum(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	uint8_t *sctp = frame + ETH + IPV4;
	uint32_t crc;

	assert_int_equal(sctp_crc((const uint8_t *)"123456789", 9), 0xe3069283);
	make_ethernet(frame, 0x0800);
	make_ipv4(frame + ETH, PROTOCOL_SCTP, 101);
	make_l4(sctp, PROTOCOL_SCTP, 101);
	crc = sctp_crc(sctp, 101);
	put_be32(sctp + 8, 0xdeadbeef);
	tx_context(h, 0, ETH, IPV4, 0, TX_L4_SCTP, 0, 0);
	send_one(h, 1, ETH + IPV4 + 101, 0, TX_TXSM);
	assert_int_equal(get_le32(rx_data(h, 0) + ETH + IPV4 + 8), crc);
}

static void test_legacy_checksum(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);

	make_ethernet(frame, 0x1234);
	make_l4(frame + ETH, PROTOCOL_UDP, 86);
	/* The sum of the bytes from 20, stored at 30. */
	tx_put(h, 0, TX_DATA, TX_IFCS | TX_EOP | BIT(26) | 30 << 16 | 100,
	       20 << 8);
	put_be16(frame + 30, 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_int_equal(sum_words(0, rx_data(h, 0) + 20, 80), 0);
}

static void test_host_has_added_fcs(void **state)
{
	struct host *h = *state;

	make_ethernet(memory_at(h, TX_DATA), 0x1234);
	tx_put(h, 0, TX_DATA, TX_DATA_DESCRIPTOR | TX_EOP | 104, 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_int_equal(rx_done(h, 0).len, 100);
}

/* Checks a segment of any protocol. Returns its payload. */
static size_t check_segment(struct host *h, unsigned int number, bool v6,
			    uint8_t protocol, size_t l4_header, size_t sent_len,
			    size_t len)
{
	const uint8_t *ip = rx_data(h, number) + ETH;
	const uint8_t *l4 = ip + (v6 ? IPV6 : IPV4);
	size_t l4_len = rx_done(h, number).len - (l4 - ip) - ETH;
	const uint8_t *payload =
		memory_at(h, TX_DATA) + (l4 - ip) + ETH + l4_header + sent_len;

	if (v6) {
		assert_int_equal(get_be16(ip + 4), l4_len);
	} else {
		assert_int_equal(get_be16(ip + 2), IPV4 + l4_len);
		assert_int_equal(get_be16(ip + 4), 0x1234 + number);
		assert_int_equal(sum_words(0, ip, IPV4), 0);
	}
	assert_int_equal(l4_sum(ip, protocol, l4, l4_len), 0);
	assert_int_equal(l4_len - l4_header, len);
	assert_memory_equal(l4 + l4_header, payload, len);
	return len;
}

/* TCP over IPv4, three and a half segments in pieces of odd lengths. */
static void test_tcp_segmentation(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	uint8_t *ip = frame + ETH, *tcp = ip + IPV4;
	size_t payload = 3500, at = 0;
	/* FIN, PSH, ACK, CWR */
	static const uint16_t flags[] = { 0x5090, 0x5090, 0x5090, 0x5019 };

	make_ethernet(frame, 0x0800);
	make_ipv4(ip, PROTOCOL_TCP, 0);
	put_be16(ip + 2, 0);
	make_l4(tcp, PROTOCOL_TCP, 20 + payload);
	put_be16(tcp + 12, 0x5099);
	put_pseudo(ip, tcp, 16, PROTOCOL_TCP, 0);
	tx_context(h, 0, ETH, IPV4, 20, TX_L4_TCP, 1000, 0);
	tx_put(h, 1, TX_DATA, DATA | TX_TSE | 33,
	       TX_TXSM | TX_IXSM | payload << 14);
	tx_put(h, 2, TX_DATA + 33, DATA | TX_TSE | 1777, 0);
	tx_put(h, 3, TX_DATA + 1810,
	       DATA | TX_TSE | TX_EOP | TX_RS | (54 + payload - 1810), 0);
	wr(h, 0, REG_TDT(0), 4);
	assert_int_equal(sent(h), 4);
	for (unsigned int i = 0; i < 4; i++) {
		const uint8_t *got = rx_data(h, i) + ETH + IPV4;

		assert_int_equal(get_be32(got + 4), 0xfffffff0 + (uint32_t)at);
		assert_int_equal(get_be16(got + 12), flags[i]);
		at += check_segment(h, i, false, PROTOCOL_TCP, 20, at,
				    i < 3 ? 1000 : 500);
	}
	assert_int_equal(at, payload);
}

/* A TCP packet of 4 frames, the last one to be padded, in the next two descriptors. */
static void send_large(struct host *h, bool v6, uint16_t flags)
{
	unsigned int i = rd(h, 0, REG_TDT(0));
	uint8_t *frame = memory_at(h, TX_DATA);
	uint8_t *ip = frame + ETH, *tcp = ip + (v6 ? IPV6 : IPV4);

	make_ethernet(frame, v6 ? 0x86dd : 0x0800);
	if (v6)
		make_ipv6(ip, PROTOCOL_TCP, 0);
	else
		make_ipv4(ip, PROTOCOL_TCP, 0);
	make_l4(tcp, PROTOCOL_TCP, 20 + 3001);
	put_be16(tcp + 12, flags);
	put_pseudo(ip, tcp, 16, PROTOCOL_TCP, 0);
	tx_context(h, i, ETH, v6 ? IPV6 : IPV4, 20, TX_L4_TCP, 1000, 0);
	if (v6)
		memory_at(h, TX_RING)[16 * i + 9] &= ~(BIT(10) >> 8);
	send_one(h, i + 1, ETH + (v6 ? IPV6 : IPV4) + 20 + 3001, TX_TSE,
		 TX_TXSM | (v6 ? 0 : TX_IXSM));
}

/*
 * The maximum number of frames of one packet is sent in several turns, so that
 * other work runs in between.
 */
static void test_segmentation_in_turns(void **state)
{
	struct host *h = *state;
	const struct wire_counters *wire = wire_counters(h->card.wire[0]);
	uint8_t *frame = memory_at(h, TX_DATA);
	unsigned int turns = 0;
	uint64_t before = 0, payload = 8190;

	make_ethernet(frame, 0x0800);
	make_ipv4(frame + ETH, PROTOCOL_TCP, 0);
	make_l4(frame + ETH + IPV4, PROTOCOL_TCP, 20 + payload);
	put_be16(frame + ETH + IPV4 + 12, 0x5090); /* is cut by the card */
	tx_context(h, 0, ETH, IPV4, 20, TX_L4_TCP, 1, 0);
	tx_put(h, 1, TX_DATA, DATA | TX_TSE | 1000,
	       TX_TXSM | TX_IXSM | payload << 14);
	tx_put(h, 2, TX_DATA + 1000,
	       DATA | TX_TSE | TX_EOP | TX_RS | (54 + payload - 1000), 0);
	wr(h, 0, REG_HLREG0, rd(h, 0, REG_HLREG0) & ~HLREG0_LOOPBACK);
	wr(h, 0, REG_TDT(0), 3);
	for (; rd(h, 0, REG_TDH(0)) != 3; turns++) {
		assert_true(wire->out - before <= 300);
		before = wire->out;
		/* It is not done before the last frame. */
		assert_int_equal(memory_at(h, TX_RING)[2 * 16 + 12] & 1, 0);
		/* Changes by the host during that time do not matter. */
		tx_context(h, 2, ETH, IPV4, 20, TX_L4_TCP, 1000, 0);
		memory_at(h, TX_RING)[2 * 16 + 12] = 0;
		assert_int_equal(loop_timers_next(&host_timers), 0);
		loop_timers_run(&host_timers);
	}
	assert_int_equal(wire->out, payload);
	assert_int_equal(wire->out_bytes, payload * 60);
	assert_true(turns > 20);
}

/*
 * A cable that takes whole packets: ixgbe reads the same counters as for the
 * frames of these packets.
 */
static void test_uncut_packets(void **state)
{
	static const uint32_t counters[] = {
		REG_GPTC,    REG_TPT,	  REG_TXDGPC,  REG_PTC64, REG_GOTCL,
		REG_PTC1522, REG_PTC1023, REG_QPTC(0), REG_MPTC,  REG_PTC64 + 4,
	};
	struct host *h = *state;
	const struct wire_counters *wire = wire_counters(h->card.wire[0]);
	uint32_t hlreg0 = rd(h, 0, REG_HLREG0) | HLREG0_TX_PAD;

	for (unsigned int v6 = 0; v6 < 2; v6++) {
		uint32_t cut[ARRAY_SIZE(counters)];
		uint64_t bytes = wire->out_bytes, frames = wire->out;

		wr(h, 0, REG_HLREG0, hlreg0);
		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			rd(h, 0, counters[i]);
		send_large(h, v6, 0x5010);
		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			cut[i] = rd(h, 0, counters[i]);
		assert_int_equal(cut[0], 4);
		assert_int_equal(wire->out, frames);

		wr(h, 0, REG_HLREG0, hlreg0 & ~HLREG0_LOOPBACK);
		send_large(h, v6, 0x5010);
		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			assert_int_equal(rd(h, 0, counters[i]), cut[i]);
		assert_int_equal(wire->out, frames + 4);
		assert_int_equal(wire->out_bytes - bytes,
				 4 * (ETH + (v6 ? IPV6 : IPV4) + 20) + 3001);
		/* A packet with CWR set is cut. */
		send_large(h, v6, 0x5090);
		assert_int_equal(rd(h, 0, REG_GPTC), 4);
		assert_int_equal(wire->out, frames + 8);
	}
}

static void test_udp_segmentation(void **state)
{
	struct host *h = *state;
	uint8_t *frame = memory_at(h, TX_DATA);
	uint8_t *ip = frame + ETH, *udp = ip + IPV6;
	size_t at = 0;

	make_ethernet(frame, 0x86dd);
	make_ipv6(ip, PROTOCOL_UDP, 0);
	make_l4(udp, PROTOCOL_UDP, 8 + 2000);
	put_pseudo(ip, udp, 6, PROTOCOL_UDP, 0);
	tx_context(h, 0, ETH, IPV6, 8, TX_L4_UDP, 800, 0);
	/* There is no IPv4 header. */
	memory_at(h, TX_RING)[9] &= ~(BIT(10) >> 8);
	send_one(h, 1, ETH + IPV6 + 8 + 2000, TX_TSE, TX_TXSM);
	assert_int_equal(sent(h), 3);
	for (unsigned int i = 0; i < 3; i++) {
		const uint8_t *got = rx_data(h, i) + ETH + IPV6;

		assert_int_equal(get_be16(got + 4), 8 + (i < 2 ? 800 : 400));
		at += check_segment(h, i, true, PROTOCOL_UDP, 8, at,
				    i < 2 ? 800 : 400);
	}
}

/* None of these is sent, all are completed, and the next one is sent. */
static void test_bad_packets(void **state)
{
	static const struct {
		uint32_t mac_len, ip_len, l4_len, l4_type, mss;
		uint32_t command, options;
		uint64_t address;
		uint32_t len;
	} bad[] = {
		/* too short for any frame */
		{ 0, 0, 0, 0, 0, 0, 0, TX_DATA, 13 },
		{ 0, 0, 0, 0, 0, 0, 0, TX_DATA, 0 },
		/* longer than any frame */
		{ 0, 0, 0, 0, 0, 0, 0, TX_DATA, X540_FRAME_MAX + 1 },
		/* inaccessible memory */
		{ 0, 0, 0, 0, 0, 0, 0, NOWHERE, 100 },
		{ 0, 0, 0, 0, 0, 0, 0, UINT64_MAX - 10, 100 },
		/* checksums outside of the frame */
		{ 127, 511, 0, 1, 0, 0, TX_TXSM, TX_DATA, 600 },
		{ 127, 511, 0, 1, 0, 0, TX_IXSM, TX_DATA, 600 },
		{ 14, 20, 0, 1, 0, 0, TX_TXSM, TX_DATA, 51 },
		{ 14, 20, 0, 0, 0, 0, TX_TXSM, TX_DATA, 41 },
		{ 14, 20, 0, 2, 0, 0, TX_TXSM, TX_DATA, 45 },
		{ 14, 20, 0, 3, 0, 0, TX_TXSM, TX_DATA, 100 },
		{ 14, 11, 0, 1, 0, 0, TX_IXSM, TX_DATA, 100 },
		/* segments: no size, no payload, no protocol, no headers */
		{ 14, 20, 20, 1, 0, TX_TSE, 0, TX_DATA, 1000 },
		{ 14, 20, 20, 1, 100, TX_TSE, 0, TX_DATA, 54 },
		{ 14, 20, 20, 2, 100, TX_TSE, 0, TX_DATA, 1000 },
		{ 14, 20, 19, 1, 100, TX_TSE, 0, TX_DATA, 1000 },
		{ 14, 20, 7, 0, 100, TX_TSE, 0, TX_DATA, 1000 },
		{ 14, 19, 20, 1, 100, TX_TSE, 0, TX_DATA, 1000 },
		{ 11, 20, 20, 1, 100, TX_TSE, 0, TX_DATA, 1000 },
		/* longer than any frame */
		{ 14, 20, 20, 1, 0xffff, TX_TSE, 0, TX_DATA, 1000 },
		/* more frames than the limit for one packet */
		{ 14, 20, 20, 1, 1, TX_TSE, 0, TX_DATA, 54 + 8192 },
	};
	struct host *h = *state;
	unsigned int at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		wr(h, 0, REG_TDT(0), at);
		tx_context(h, at, bad[i].mac_len, bad[i].ip_len, bad[i].l4_len,
			   bad[i].l4_type, bad[i].mss, 0);
		tx_put(h, at + 1, bad[i].address,
		       DATA | TX_EOP | TX_RS | bad[i].command | bad[i].len,
		       bad[i].options);
		at += 2;
		wr(h, 0, REG_TDT(0), at);
		assert_int_equal(sent(h), 0);
		assert_int_equal(rd(h, 0, REG_TDH(0)), at);
		assert_true(memory_at(h, TX_RING + 16 * (at - 1))[12] & 1);
	}
	send_one(h, at, 100, 0, 0);
	assert_int_equal(sent(h), 1);
}

static void test_too_many_pieces(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_TDLEN(0), 256 * 16);
	for (unsigned int i = 0; i < TX_PIECES; i++)
		tx_put(h, i, TX_DATA, DATA | 2, 0);
	tx_put(h, TX_PIECES, TX_DATA, DATA | TX_EOP | 2, 0);
	wr(h, 0, REG_TDT(0), TX_PIECES + 1);
	assert_int_equal(sent(h), 0);

	/* The maximum. */
	for (unsigned int i = 0; i < TX_PIECES; i++)
		tx_put(h, TX_PIECES + 1 + i, TX_DATA,
		       DATA | 2 | (i == TX_PIECES - 1 ? TX_EOP : 0), 0);
	wr(h, 0, REG_TDT(0), 2 * TX_PIECES + 1);
	assert_int_equal(sent(h), 1);
	assert_int_equal(rx_done(h, 0).len, 2 * TX_PIECES);
}

/* The head is written back to the host's address, and the descriptor is not. */
static void test_head_write_back(void **state)
{
	struct host *h = *state;
	uint64_t address = TX_DATA + 0x1000;

	wr(h, 0, REG_TDWBAL(0), (uint32_t)address | TDWBAL_ENABLE);
	wr(h, 0, REG_TDWBAH(0), address >> 32);
	send_one(h, 0, 100, 0, 0);
	assert_int_equal(get_le32(memory_at(h, address)), 1);
	assert_int_equal(memory_at(h, TX_RING)[12], 0);
	send_one(h, 1, 100, 0, 0);
	assert_int_equal(get_le32(memory_at(h, address)), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_gather),
		QUEUE_TEST(test_packet_over_two_doorbells),
		QUEUE_TEST(test_vlan),
		QUEUE_TEST(test_checksums),
		QUEUE_TEST(test_udp_checksum_zero),
		QUEUE_TEST(test_sctp_checksum),
		QUEUE_TEST(test_legacy_checksum),
		QUEUE_TEST(test_host_has_added_fcs),
		QUEUE_TEST(test_tcp_segmentation),
		QUEUE_TEST(test_segmentation_in_turns),
		QUEUE_TEST(test_uncut_packets),
		QUEUE_TEST(test_udp_segmentation),
		QUEUE_TEST(test_bad_packets),
		QUEUE_TEST(test_too_many_pieces),
		QUEUE_TEST(test_head_write_back),
	};

	return cmocka_run_group_tests_name("tx_packet", tests, NULL, NULL);
}

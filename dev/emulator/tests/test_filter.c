// SPDX-License-Identifier: GPL-2.0-or-later
/* Receive filters, RSS and headers, each separately. */
#include "nic/filter.h"
#include "nic/headers.h"
#include "nic/rss.h"
#include "queue_host.h"

static bool passes(struct host *h, const uint8_t *address, const char *tag)
{
	uint8_t frame[64] = { 0 };
	struct headers headers;

	memcpy(frame, address, 6);
	put_be16(frame + 12, 0x0600);
	if (tag) {
		put_be16(frame + 12, 0x8100);
		put_be16(frame + 14, strtoul(tag, NULL, 16));
	}
	headers_parse(&headers, frame, sizeof(frame), 0x8100);
	return filter_passes(&h->card.port[0], frame, &headers);
}

static void test_addresses(void **state)
{
	static const uint8_t other[6] = { 2, 1, 2, 3, 4, 5 };
	static const uint8_t multicast[6] = { 1, 0, 0x5e, 1, 0x23, 0x45 };
	static const uint8_t broadcast[6] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	struct host *h = *state;
	const uint8_t *own = h->card.port[0].mac;

	assert_true(passes(h, own, NULL));
	assert_false(passes(h, other, NULL));
	assert_false(passes(h, multicast, NULL));
	assert_false(passes(h, broadcast, NULL));
	wr(h, 0, REG_FCTRL, FCTRL_BROADCAST);
	assert_true(passes(h, broadcast, NULL));
	wr(h, 0, REG_FCTRL, FCTRL_ALL_MULTICAST);
	assert_true(passes(h, multicast, NULL));
	assert_false(passes(h, broadcast, NULL));
	assert_false(passes(h, other, NULL));
	wr(h, 0, REG_FCTRL, FCTRL_ALL_UNICAST);
	assert_true(passes(h, other, NULL));
	assert_false(passes(h, multicast, NULL));
	wr(h, 0, REG_FCTRL, 0);

	/* The last receive address, only while it is valid. */
	wr(h, 0, REG_RAL + 127 * 8, get_le32(other));
	wr(h, 0, REG_RAH + 127 * 8, get_le16(other + 4));
	assert_false(passes(h, other, NULL));
	wr(h, 0, REG_RAH + 127 * 8, get_le16(other + 4) | RAH_VALID);
	assert_true(passes(h, other, NULL));
}

/* As in ixgbe_mta_vector(): the bits of address bytes 4 and 5. */
static void test_hashed_addresses(void **state)
{
	static const uint8_t multicast[6] = { 1, 0, 0x5e, 1, 0x23, 0x45 };
	static const uint8_t unicast[6] = { 2, 0, 0x5e, 1, 0x23, 0x45 };
	static const uint32_t vectors[] = { 0x452, 0x8a4, 0x148, 0x523 };
	struct host *h = *state;

	for (unsigned int type = 0; type < 4; type++) {
		uint32_t at = REG_MTA + vectors[type] / 32 * 4;
		uint32_t bit = BIT(vectors[type] % 32);

		wr(h, 0, REG_MCSTCTRL, type | MCSTCTRL_ENABLE);
		assert_false(passes(h, multicast, NULL));
		wr(h, 0, at, bit);
		assert_true(passes(h, multicast, NULL));
		assert_false(passes(h, unicast, NULL));
		wr(h, 0, at, ~bit);
		assert_false(passes(h, multicast, NULL));
		wr(h, 0, at, bit);
		wr(h, 0, REG_MCSTCTRL, type);
		assert_false(passes(h, multicast, NULL));
		wr(h, 0, at, 0);
	}
	wr(h, 0, REG_MCSTCTRL, MCSTCTRL_ENABLE);
	wr(h, 0, REG_UTA + 0x452 / 32 * 4, BIT(0x452 % 32));
	assert_true(passes(h, unicast, NULL));
}

static void test_vlans(void **state)
{
	struct host *h = *state;
	const uint8_t *own = h->card.port[0].mac;

	assert_true(passes(h, own, "0fff"));
	wr(h, 0, REG_VLNCTRL, 0x8100 | VLNCTRL_FILTER);
	assert_true(passes(h, own, NULL));
	assert_false(passes(h, own, "0fff"));
	wr(h, 0, REG_VFTA + 127 * 4, BIT(31));
	assert_true(passes(h, own, "0fff"));
	assert_true(passes(h, own, "ffff"));
	assert_false(passes(h, own, "0ffe"));
	wr(h, 0, REG_VLNCTRL, 0x8100 | VLNCTRL_FILTER | VLNCTRL_CFI_ENABLE);
	assert_true(passes(h, own, "efff"));
	assert_false(passes(h, own, "ffff"));
}

/* The verification suite that Microsoft publishes for RSS. */
static void test_rss(void **state)
{
	static const uint8_t key[40] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
		0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
		0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
		0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
	};
	static const uint8_t v4[12] = { 66,  9,	 149,  187,  161,  142,
					100, 80, 0x0a, 0xea, 0x06, 0xe6 };
	static const uint8_t v6[36] = {
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0,
		0,    0,    0,	  0,	0,    0,    0x07, 0x3f, 0xfe,
		0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0,	  0,	0,
		0,    0,    0,	  0,	0x01, 0x0a, 0xea, 0x06, 0xe6,
	};
	struct host *h = *state;
	struct port *port = &h->card.port[0];
	uint8_t frame[100] = { 0 };
	struct headers headers;
	struct rss rss;

	for (unsigned int i = 0; i < 40; i += 4)
		wr(h, 0, REG_RSSRK + i, get_le32(&key[i]));
	/* Entry 0x78 of the table: the hash's last 7 bits. */
	wr(h, 0, REG_RETA + 0x78, 0x0000f700);

	make_ethernet(frame, 0x0800);
	make_ipv4(frame + ETH, PROTOCOL_TCP, 20);
	memcpy(frame + ETH + 12, v4, 12);
	headers_parse(&headers, frame, sizeof(frame), 0x8100);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.type, RSS_NONE);
	wr(h, 0, REG_MRQC, MRQC_MODE_RSS | MRQC_IPV4 | MRQC_IPV4_TCP);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.type, RSS_IPV4_TCP);
	assert_int_equal(rss.hash, 0x51ccc178);
	assert_int_equal(rss.queue, 0);
	wr(h, 0, REG_RETA + 0x78, 0x0000f709);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.queue, 9);
	wr(h, 0, REG_MRQC, MRQC_MODE_RSS | MRQC_IPV4);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.type, RSS_IPV4);
	assert_int_equal(rss.hash, 0x323e8fc2);

	make_ethernet(frame, 0x86dd);
	make_ipv6(frame + ETH, PROTOCOL_TCP, 20);
	memcpy(frame + ETH + 8, v6, 36);
	headers_parse(&headers, frame, sizeof(frame), 0x8100);
	wr(h, 0, REG_MRQC, MRQC_MODE_RSS | MRQC_IPV6 | MRQC_IPV6_TCP);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.type, RSS_IPV6_TCP);
	assert_int_equal(rss.hash, 0x40207d3d);
	wr(h, 0, REG_MRQC, MRQC_MODE_RSS | MRQC_IPV6);
	rss_select(port, frame, &headers, &rss);
	assert_int_equal(rss.type, RSS_IPV6);
	assert_int_equal(rss.hash, 0x2cc18cd5);
}

static void test_ipv6_extension_headers(void **state)
{
	uint8_t frame[200] = { 0 };
	uint8_t *ip = frame + ETH;
	struct headers h;

	(void)state;
	make_ethernet(frame, 0x86dd);
	make_ipv6(ip, 0, 8 + 16 + 8 + 20); /* hop by hop */
	ip[40] = 43; /* routing, 16 bytes */
	ip[48] = 60;
	ip[49] = 1;
	ip[64] = PROTOCOL_TCP; /* behind destination options */
	headers_parse(&h, frame, sizeof(frame), 0x8100);
	assert_int_equal(h.l3, L3_IPV6);
	assert_true(h.l3_extended);
	assert_int_equal(h.l4, L4_TCP);
	assert_int_equal(h.l4_at, ETH + 40 + 32);
	assert_int_equal(h.l4_len, 20);
	/* A header that is longer than the packet. */
	ip[65] = 200;
	headers_parse(&h, frame, sizeof(frame), 0x8100);
	assert_int_equal(h.l4, L4_NONE);
}

/* For any bytes, no header is outside of the frame. */
static void test_cut_headers(void **state)
{
	uint8_t frame[400];
	uint32_t random = 1;

	(void)state;
	for (unsigned int round = 0; round < 100000; round++) {
		uint8_t *copy;
		struct headers h;
		size_t len;

		for (size_t i = 0; i < 100; i++) {
			random = random * 1664525 + 1013904223;
			frame[i] = random >> 24;
		}
		put_be16(frame + 12, round % 3 ? 0x0800 : 0x86dd);
		frame[14] = round % 3 ? 0x40 | (frame[14] & 0xf) : 0x60;
		frame[round % 3 ? 16 : 18] = 0;
		len = ETH + random % 86;
		/* On the heap, so that a sanitizer detects reads beyond it. */
		copy = malloc(len);
		memcpy(copy, frame, len);
		headers_parse(&h, copy, len, 0x8100);
		if (h.l3 == L3_IPV4)
			headers_ip_checksum_ok(&h, copy);
		if (headers_has_l4_checksum(&h, copy)) {
			assert_true(h.l4_at + h.l4_len <= len);
			headers_l4_checksum_ok(&h, copy);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_addresses),
		TEST(test_hashed_addresses),
		TEST(test_vlans),
		TEST(test_rss),
		TEST(test_ipv6_extension_headers),
		TEST(test_cut_headers),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "rss.h"

#include <string.h>

#include "base/bytes.h"
#include "headers.h"
#include "port.h"
#include "x540.h"

#define KEY_SIZE 40
#define INPUT_MAX (2 * 16 + 2 * 2)
#define RETA_ENTRIES 128

/* The type for these headers, if MRQC enables it. */
static enum rss_type choose(uint32_t mrqc, const struct headers *h)
{
	static const struct {
		enum headers_l3 l3;
		enum headers_l4 l4;
		uint32_t enabled;
		enum rss_type type;
	} types[] = {
		{ L3_IPV4, L4_TCP, MRQC_IPV4_TCP, RSS_IPV4_TCP },
		{ L3_IPV4, L4_UDP, MRQC_IPV4_UDP, RSS_IPV4_UDP },
		{ L3_IPV6, L4_TCP, MRQC_IPV6_TCP, RSS_IPV6_TCP },
		{ L3_IPV6, L4_UDP, MRQC_IPV6_UDP, RSS_IPV6_UDP },
		/* Any payload of IP. */
		{ L3_IPV4, L4_NONE, MRQC_IPV4, RSS_IPV4 },
		{ L3_IPV6, L4_NONE, MRQC_IPV6, RSS_IPV6 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((mrqc & types[i].enabled) && types[i].l3 == h->l3 &&
		    (types[i].l4 == L4_NONE || types[i].l4 == h->l4))
			return types[i].type;
	return RSS_NONE;
}

/* Toeplitz: for each bit that is set, the key from its position on. */
static uint32_t toeplitz(struct port *port, const uint8_t *input, size_t len)
{
	uint8_t key[KEY_SIZE];
	uint32_t hash = 0;
	uint64_t window;

	for (size_t i = 0; i < KEY_SIZE; i += 4)
		put_le32(&key[i], *port_reg(port, REG_RSSRK + i));
	window = get_be32(key);
	for (size_t i = 0; i < len; i++) {
		window = window << 8 | key[i + 4];
		for (unsigned int bit = 0; bit < 8; bit++)
			if (input[i] & (0x80 >> bit))
				hash ^= window >> (8 - bit);
	}
	return hash;
}

void rss_select(struct port *port, const uint8_t *frame,
		const struct headers *h, struct rss *rss)
{
	uint32_t mrqc = *port_reg(port, REG_MRQC);
	const uint8_t *ip = frame + h->l3_at;
	uint8_t input[INPUT_MAX];
	size_t len;
	uint32_t entry;

	memset(rss, 0, sizeof(*rss));
	if (FIELD_GET(MRQC_MODE, mrqc) != MRQC_MODE_RSS)
		return;
	rss->type = choose(mrqc, h);
	if (rss->type == RSS_NONE)
		return;

	/* Source and destination address, then the ports. */
	len = h->l3 == L3_IPV4 ? 2 * 4 : 2 * 16;
	memcpy(input, ip + (h->l3 == L3_IPV4 ? 12 : 8), len);
	if (rss->type != RSS_IPV4 && rss->type != RSS_IPV6) {
		memcpy(input + len, frame + h->l4_at, 4);
		len += 4;
	}
	rss->hash = toeplitz(port, input, len);
	entry = rss->hash % RETA_ENTRIES;
	rss->queue = *port_reg(port, REG_RETA + entry / 4 * 4) >>
			     (entry % 4 * 8) &
		     (X540_RSS_QUEUES - 1);
}

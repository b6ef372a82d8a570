/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers of a frame from the cable, as far as receive filters, RSS and
 * checksum verification need them. A truncated or unknown header counts as
 * payload.
 */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum headers_l3 { L3_NONE, L3_IPV4, L3_IPV6 };
enum headers_l4 { L4_NONE, L4_TCP, L4_UDP, L4_SCTP };

struct headers {
	bool tagged;
	uint16_t tag;
	uint16_t type; /* Ethernet type, after the tag */
	enum headers_l3 l3;
	bool l3_extended; /* IPv4 options, IPv6 extension headers */
	size_t l3_at, l3_len; /* with options and extension headers */
	/* L4_NONE for a fragment, and if the IP length is wrong. */
	enum headers_l4 l4;
	size_t l4_at, l4_len; /* header and payload, without padding */
};

/* tag_type: the Ethernet type of a VLAN tag. len: at least MAC_HEADER. */
void headers_parse(struct headers *h, const uint8_t *frame, size_t len,
		   uint16_t tag_type);

/* Of an IPv4 header. */
bool headers_ip_checksum_ok(const struct headers *h, const uint8_t *frame);
/* Does the L4 header have a checksum? It is optional for UDP. */
bool headers_has_l4_checksum(const struct headers *h, const uint8_t *frame);
bool headers_l4_checksum_ok(const struct headers *h, const uint8_t *frame);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "headers.h"

#include <string.h>

#include "base/bytes.h"
#include "checksum.h"
#include "mac.h"

#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd

#define IPV4_HEADER 20
#define IPV4_OFFSET_AND_MORE 0x3fff
#define IPV4_SOURCE 12
#define IPV6_HEADER 40
#define IPV6_SOURCE 8

#define PROTOCOL_HOP_BY_HOP 0
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_ROUTING 43
#define PROTOCOL_DESTINATION 60
#define PROTOCOL_SCTP 132

#define UDP_CHECKSUM 6
#define SCTP_CHECKSUM 8

/* l4_at and l4_len are set. */
static void parse_l4(struct headers *h, uint8_t protocol)
{
	static const struct {
		uint8_t protocol;
		enum headers_l4 l4;
		size_t header;
	} known[] = {
		{ PROTOCOL_TCP, L4_TCP, 20 },
		{ PROTOCOL_UDP, L4_UDP, 8 },
		{ PROTOCOL_SCTP, L4_SCTP, 12 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].protocol == protocol &&
		    h->l4_len >= known[i].header)
			h->l4 = known[i].l4;
}

/* len: length of the frame from the IP header on. */
static void parse_ipv4(struct headers *h, const uint8_t *ip, size_t len)
{
	size_t header, total;

	if (len < IPV4_HEADER || ip[0] >> 4 != 4)
		return;
	header = (ip[0] & 0xf) * 4;
	if (header < IPV4_HEADER || header > len)
		return;
	h->l3 = L3_IPV4;
	h->l3_extended = header > IPV4_HEADER;
	h->l3_len = header;

	total = get_be16(ip + 2);
	if (total < header || total > len ||
	    get_be16(ip + 6) & IPV4_OFFSET_AND_MORE)
		return;
	h->l4_at = h->l3_at + header;
	h->l4_len = total - header;
	parse_l4(h, ip[9]);
}

static void parse_ipv6(struct headers *h, const uint8_t *ip, size_t len)
{
	size_t at = IPV6_HEADER, end;
	uint8_t next;

	if (len < IPV6_HEADER || ip[0] >> 4 != 6)
		return;
	h->l3 = L3_IPV6;
	h->l3_len = IPV6_HEADER;
	end = IPV6_HEADER + get_be16(ip + 4);
	if (end > len)
		return;
	next = ip[6];
	/* A fragment header is not included: it ends the search. */
	while (next == PROTOCOL_HOP_BY_HOP || next == PROTOCOL_ROUTING ||
	       next == PROTOCOL_DESTINATION) {
		size_t size;

		if (end - at < 8)
			return;
		size = (ip[at + 1] + 1) * 8;
		if (end - at < size)
			return;
		next = ip[at];
		at += size;
		h->l3_extended = true;
		h->l3_len = at;
	}
	h->l4_at = h->l3_at + at;
	h->l4_len = end - at;
	parse_l4(h, next);
}

void headers_parse(struct headers *h, const uint8_t *frame, size_t len,
		   uint16_t tag_type)
{
	uint16_t type = get_be16(frame + MAC_TYPE_AT);

	memset(h, 0, sizeof(*h));
	h->l3_at = MAC_HEADER;
	if (type == tag_type && len >= MAC_HEADER + MAC_TAG) {
		h->tagged = true;
		h->tag = get_be16(frame + MAC_TYPE_AT + 2);
		h->l3_at += MAC_TAG;
		type = get_be16(frame + MAC_TYPE_AT + MAC_TAG);
	}
	h->type = type;
	if (type == TYPE_IPV4)
		parse_ipv4(h, frame + h->l3_at, len - h->l3_at);
	else if (type == TYPE_IPV6)
		parse_ipv6(h, frame + h->l3_at, len - h->l3_at);
}

bool headers_ip_checksum_ok(const struct headers *h, const uint8_t *frame)
{
	return checksum_fold(checksum_add(0, frame + h->l3_at, h->l3_len)) ==
	       0xffff;
}

bool headers_has_l4_checksum(const struct headers *h, const uint8_t *frame)
{
	return h->l4 != L4_NONE &&
	       !(h->l4 == L4_UDP &&
		 get_be16(frame + h->l4_at + UDP_CHECKSUM) == 0);
}

static bool sctp_checksum_ok(const uint8_t *l4, size_t len)
{
	static const uint8_t zero[4];
	uint32_t crc = CHECKSUM_CRC32C_START;

	crc = checksum_crc32c_add(crc, l4, SCTP_CHECKSUM);
	crc = checksum_crc32c_add(crc, zero, sizeof(zero));
	crc = checksum_crc32c_add(crc, l4 + SCTP_CHECKSUM + 4,
				  len - SCTP_CHECKSUM - 4);
	return get_le32(l4 + SCTP_CHECKSUM) == checksum_crc32c_end(crc);
}

bool headers_l4_checksum_ok(const struct headers *h, const uint8_t *frame)
{
	const uint8_t *ip = frame + h->l3_at, *l4 = frame + h->l4_at;
	uint64_t sum;

	if (h->l4 == L4_SCTP)
		return sctp_checksum_ok(l4, h->l4_len);
	/* The pseudo header: addresses, protocol, length. */
	if (h->l3 == L3_IPV4)
		sum = checksum_add(0, ip + IPV4_SOURCE, 2 * 4);
	else
		sum = checksum_add(0, ip + IPV6_SOURCE, 2 * 16);
	sum += h->l4 == L4_TCP ? PROTOCOL_TCP : PROTOCOL_UDP;
	sum += h->l4_len;
	return checksum_fold(checksum_add(sum, l4, h->l4_len)) == 0xffff;
}

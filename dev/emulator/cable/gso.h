/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP packet that is larger than a frame, for a far end that cuts it into
 * frames itself, if it has to at all: what Linux calls generic segmentation
 * offload. On a cable that does not take it, the card's own segments go.
 */
#ifndef GSO_H
#define GSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GSO_MAX (14 + 65535)

struct gso_packet {
	/*
   * All headers, as of one large packet, and the payload. The TCP
   * checksum is the pseudo header's sum, to be completed.
   */
	const uint8_t *data;
	size_t len; /* up to GSO_MAX; more than a frame's */
	size_t l4; /* where the TCP header is */
	size_t checksum; /* where in it its checksum is */
	size_t headers; /* where the payload is */
	size_t mss; /* of the payload, in each frame but the last; not 0 */
	bool ipv4;
};

/* How many frames it makes. */
static inline size_t gso_frames(const struct gso_packet *packet)
{
	return (packet->len - packet->headers + packet->mss - 1) / packet->mss;
}

/* What they have in all, without check sequences. */
static inline size_t gso_bytes(const struct gso_packet *packet)
{
	return packet->len + (gso_frames(packet) - 1) * packet->headers;
}

#endif

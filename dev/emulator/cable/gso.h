/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP packet that is larger than a frame, for a far end that splits it into
 * frames if necessary: generic segmentation offload in Linux. For other cables,
 * the card splits it.
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
	size_t l4; /* offset of the TCP header */
	size_t checksum; /* offset of the checksum in it */
	size_t headers; /* offset of the payload */
	size_t mss; /* of the payload, in each frame but the last; not 0 */
	bool ipv4;
};

/* The number of its frames. */
static inline size_t gso_frames(const struct gso_packet *packet)
{
	return (packet->len - packet->headers + packet->mss - 1) / packet->mss;
}

/* The sum of their lengths, without check sequences. */
static inline size_t gso_bytes(const struct gso_packet *packet)
{
	return packet->len + (gso_frames(packet) - 1) * packet->headers;
}

#endif

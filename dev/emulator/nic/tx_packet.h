/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of a transmit queue: pieces of the host's memory with options,
 * from the descriptors, and the frames that they become on the wire.
 *
 * Offloads: VLAN tag, IPv4 header checksum, TCP, UDP and SCTP checksum,
 * segmentation of TCP and UDP over IPv4 and IPv6. All offsets and lengths come
 * from the host: a packet with invalid ones is dropped as a whole.
 */
#ifndef TX_PACKET_H
#define TX_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port;

/*
 * ixgbe needs up to 21 for the largest packet of the stack. The card itself
 * accepts 40 descriptors for a packet without segmentation.
 */
#define TX_PIECES 64

struct tx_piece {
	uint64_t address;
	uint32_t len; /* of 16 bits */
};

/* A context descriptor, to which data descriptors refer. */
struct tx_context {
	uint32_t vlan; /* tag */
	uint32_t mac_len, ip_len, l4_len; /* of the headers */
	uint32_t mss;
	uint32_t l4_type; /* TX_L4_... */
	bool ipv4;
};

/* The progress of a packet with more frames than one turn may send. */
struct tx_progress {
	uint32_t frames; /* 0: not begun, or done */
	size_t payload; /* of these frames */
	unsigned int piece; /* where reading continues */
	uint32_t skip;
};

struct tx_packet {
	struct tx_piece piece[TX_PIECES];
	unsigned int pieces; /* may be TX_PIECES + 1: too many */

	/* From the first descriptor of the packet. */
	struct tx_context context;
	bool insert_vlan;
	bool insert_ip_checksum;
	bool insert_l4_checksum;
	bool segment;
	bool time_stamp;
	bool has_fcs; /* the host has added the check sequence */
	/* A legacy descriptor's checksum, from css on, to cso. */
	bool insert_legacy_checksum;
	uint32_t css, cso;

	struct tx_progress progress;
};

/*
 * Sends a complete packet, or as many of its frames as room allows, and then
 * records the progress. Returns the cost: the bytes of the frames, but at least
 * TX_FRAME_COST each.
 */
#define TX_FRAME_COST 1024
size_t tx_packet_send(struct port *port, unsigned int queue,
		      struct tx_packet *packet, size_t room);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tx_packet.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "cable/gso.h"
#include "checksum.h"
#include "mac.h"
#include "port.h"
#include "stamp.h"
#include "x540.h"

#define PACKET_MAX 0x40000 /* maximum of a descriptor's PAYLEN */
#define FRAMES_MAX 8192 /* even the smallest TCP segments result in fewer */
#define HEADERS_MAX 1024 /* more than the fields of a context can hold */

#define IPV4_LENGTH 2
#define IPV4_ID 4
#define IPV4_CHECKSUM 10
#define IPV6_LENGTH 4
#define IPV6_HEADER 40
#define TCP_SEQUENCE 4
#define TCP_FLAGS 12 /* with the data offset */
#define TCP_CWR 0x80 /* the flags' low byte: congestion window reduced */
#define TCP_CHECKSUM 16
#define UDP_LENGTH 4
#define UDP_CHECKSUM 6
#define SCTP_CHECKSUM 8

/* Reads a packet's bytes from the host's memory, in order. */
struct gather {
	struct port *port;
	const struct tx_piece *piece;
	uint32_t skip; /* of the piece: read before */
	size_t left; /* of the packet */
	size_t cost; /* of the frames that were sent */
};

static bool gather(struct gather *g, uint8_t *to, size_t len)
{
	if (len > g->left)
		return false;
	g->left -= len;
	while (len > 0) {
		uint32_t part = g->piece->len - g->skip;

		if (part > len)
			part = len;
		if (part > 0 &&
		    !port_dma_read(g->port, g->piece->address + g->skip, to,
				   part))
			return false;
		to += part;
		len -= part;
		g->skip += part;
		if (g->skip == g->piece->len) {
			g->piece++;
			g->skip = 0;
		}
	}
	return true;
}

/* frame has MAC_TAG bytes of room in front. Returns its cost. */
static size_t transmit(struct port *port, unsigned int queue,
		       const struct tx_packet *packet, uint8_t *frame,
		       size_t len)
{
	uint32_t ethertype =
		FIELD_GET(DMATXCTL_VLAN_TYPE, *port_reg(port, REG_DMATXCTL));

	if (packet->insert_vlan && len >= MAC_TYPE_AT) {
		memmove(frame - MAC_TAG, frame, MAC_TYPE_AT);
		frame -= MAC_TAG;
		len += MAC_TAG;
		put_be16(frame + MAC_TYPE_AT, ethertype);
		put_be16(frame + MAC_TYPE_AT + 2, packet->context.vlan);
	}
	mac_transmit(port, queue, frame, len);
	if (packet->time_stamp)
		stamp_sent(port);
	return len > TX_FRAME_COST ? len : TX_FRAME_COST;
}

/*
 * Completes a checksum at field, over data. The value in the field is part of
 * the sum: the host stores that of the pseudo header there.
 */
static void complete(uint8_t *field, const uint8_t *data, size_t len,
		     uint64_t sum)
{
	put_be16(field, ~checksum_fold(checksum_add(sum, data, len)));
}

/* False if the frame has no room for the inserted bytes. */
static bool insert_l4_checksum(const struct tx_context *context, uint8_t *l4,
			       size_t len, uint64_t sum)
{
	switch (context->l4_type) {
	case TX_L4_TCP:
		if (len < TCP_CHECKSUM + 2)
			return false;
		complete(l4 + TCP_CHECKSUM, l4, len, sum);
		return true;
	case TX_L4_UDP:
		if (len < UDP_CHECKSUM + 2)
			return false;
		complete(l4 + UDP_CHECKSUM, l4, len, sum);
		/* 0 would mean no checksum. */
		if (get_be16(l4 + UDP_CHECKSUM) == 0)
			put_be16(l4 + UDP_CHECKSUM, 0xffff);
		return true;
	case TX_L4_SCTP:
		if (len < SCTP_CHECKSUM + 4)
			return false;
		put_le32(l4 + SCTP_CHECKSUM, 0);
		put_le32(l4 + SCTP_CHECKSUM,
			 checksum_crc32c_end(checksum_crc32c_add(
				 CHECKSUM_CRC32C_START, l4, len)));
		return true;
	default:
		return false;
	}
}

static bool insert_ip_checksum(const struct tx_context *context, uint8_t *ip)
{
	if (context->ip_len < IPV4_CHECKSUM + 2)
		return false;
	complete(ip + IPV4_CHECKSUM, ip, context->ip_len, 0);
	return true;
}

static bool insert_checksums(const struct tx_packet *packet, uint8_t *frame,
			     size_t len)
{
	const struct tx_context *context = &packet->context;
	size_t l4 = context->mac_len + context->ip_len;

	if ((packet->insert_ip_checksum || packet->insert_l4_checksum) &&
	    l4 > len)
		return false;
	if (packet->insert_ip_checksum &&
	    !insert_ip_checksum(context, frame + context->mac_len))
		return false;
	if (packet->insert_l4_checksum &&
	    !insert_l4_checksum(context, frame + l4, len - l4, 0))
		return false;
	if (packet->insert_legacy_checksum) {
		if (packet->css >= len || packet->cso + 2 > len)
			return false;
		complete(frame + packet->cso, frame + packet->css,
			 len - packet->css, 0);
	}
	return true;
}

static bool send_whole(struct port *port, unsigned int queue,
		       const struct tx_packet *packet, struct gather *g)
{
	uint8_t buffer[MAC_TAG + X540_FRAME_MAX];
	uint8_t *frame = buffer + MAC_TAG;
	size_t len = g->left;

	if (len > X540_FRAME_MAX || !gather(g, frame, len))
		return false;
	if (packet->has_fcs) {
		if (len < MAC_FCS)
			return false;
		len -= MAC_FCS;
	}
	if (!insert_checksums(packet, frame, len))
		return false;
	g->cost += transmit(port, queue, packet, frame, len);
	return true;
}

/* Do the headers contain the fields of a segment? */
static bool can_segment(const struct tx_context *context, size_t len)
{
	uint32_t ip_min = context->ipv4 ? 20 : IPV6_HEADER;
	size_t headers = context->mac_len + context->ip_len + context->l4_len;

	switch (context->l4_type) {
	case TX_L4_TCP:
		if (context->l4_len < 20)
			return false;
		break;
	case TX_L4_UDP:
		if (context->l4_len < 8)
			return false;
		break;
	default:
		return false;
	}
	return context->mac_len >= MAC_TYPE_AT && context->ip_len >= ip_min &&
	       context->mss > 0 && headers < len && len <= PACKET_MAX &&
	       (len - headers) / context->mss < FRAMES_MAX &&
	       headers + context->mss <= X540_FRAME_MAX;
}

/* The flags of a segment: the first, the last or one in between. */
static uint32_t tcp_flags(struct port *port, bool first, bool last)
{
	uint32_t low = *port_reg(port, REG_DTXTCPFLGL);

	if (last)
		return FIELD_GET(DTXTCPFLGH_LAST,
				 *port_reg(port, REG_DTXTCPFLGH));
	return first ? FIELD_GET(DTXTCPFLGL_FIRST, low) :
		       FIELD_GET(DTXTCPFLGL_MIDDLE, low);
}

/* Segment `number`; sent is the payload of the previous ones. */
static void edit_headers(struct port *port, const struct tx_context *context,
			 uint8_t *frame, uint32_t number, size_t sent,
			 size_t payload, bool last)
{
	uint8_t *ip = frame + context->mac_len;
	uint8_t *l4 = ip + context->ip_len;
	size_t l4_total = context->l4_len + payload;

	if (context->ipv4) {
		put_be16(ip + IPV4_LENGTH, context->ip_len + l4_total);
		put_be16(ip + IPV4_ID, get_be16(ip + IPV4_ID) + number);
	} else {
		put_be16(ip + IPV6_LENGTH,
			 context->ip_len - IPV6_HEADER + l4_total);
	}
	if (context->l4_type == TX_L4_UDP) {
		put_be16(l4 + UDP_LENGTH, l4_total);
		return;
	}
	put_be32(l4 + TCP_SEQUENCE, get_be32(l4 + TCP_SEQUENCE) + sent);
	/* The 4 bits of the data offset are kept. */
	put_be16(l4 + TCP_FLAGS,
		 get_be16(l4 + TCP_FLAGS) &
			 (0xf000 | tcp_flags(port, number == 0, last)));
}

/*
 * Would the kernel make the same segments? It inserts no tags here, sets the
 * flags as ixgbe configures them, and handles CWR only on request.
 */
static bool can_gso(struct port *port, const struct tx_packet *packet,
		    size_t len)
{
	const struct tx_context *context = &packet->context;
	size_t headers = context->mac_len + context->ip_len + context->l4_len;

	return mac_takes_gso(port) && context->l4_type == TX_L4_TCP &&
	       packet->insert_l4_checksum &&
	       packet->insert_ip_checksum == context->ipv4 &&
	       !packet->insert_vlan && !packet->time_stamp &&
	       context->mac_len == MAC_HEADER && len > headers + context->mss &&
	       len <= GSO_MAX &&
	       *port_reg(port, REG_DTXTCPFLGL) == DTXTCPFLGL_DEFAULT &&
	       *port_reg(port, REG_DTXTCPFLGH) == DTXTCPFLGH_DEFAULT;
}

/* False: nothing was sent, so the card must segment it. */
static bool send_gso(struct port *port, unsigned int queue,
		     const struct tx_packet *packet, struct gather *g)
{
	const struct tx_context *context = &packet->context;
	size_t l4 = context->mac_len + context->ip_len;
	struct gso_packet gso = {
		.len = g->left,
		.l4 = l4,
		.checksum = TCP_CHECKSUM,
		.headers = l4 + context->l4_len,
		.mss = context->mss,
		.ipv4 = context->ipv4,
	};
	uint8_t data[GSO_MAX];
	uint8_t *checksum = data + l4 + TCP_CHECKSUM;

	if (!gather(g, data, gso.len) || (data[l4 + TCP_FLAGS + 1] & TCP_CWR))
		return false;
	if (context->ipv4) {
		put_be16(data + context->mac_len + IPV4_LENGTH,
			 gso.len - context->mac_len);
		insert_ip_checksum(context, data + context->mac_len);
	} else {
		put_be16(data + context->mac_len + IPV6_LENGTH,
			 gso.len - context->mac_len - IPV6_HEADER);
	}
	/* The host's pseudo header sum does not include the length. */
	put_be16(checksum, checksum_fold(get_be16(checksum) + gso.len - l4));
	gso.data = data;
	if (!mac_transmit_gso(port, queue, &gso))
		return false;
	g->cost += gso_bytes(&gso);
	return true;
}

/* The state of a packet that was sent in part. */
static void remember(struct tx_packet *packet, const struct gather *g,
		     uint32_t frames, size_t payload)
{
	packet->progress = (struct tx_progress){
		.frames = frames,
		.payload = payload,
		.piece = g->piece - packet->piece,
		.skip = g->skip,
	};
}

static void go_on(const struct tx_packet *packet, struct gather *g)
{
	const struct tx_progress *progress = &packet->progress;

	g->piece = &packet->piece[progress->piece];
	g->skip = progress->skip;
	g->left -= progress->payload;
}

static bool send_segments(struct port *port, unsigned int queue,
			  struct tx_packet *packet, struct gather *g,
			  size_t room)
{
	const struct tx_context *context = &packet->context;
	size_t l4 = context->mac_len + context->ip_len;
	size_t headers = l4 + context->l4_len;
	uint8_t buffer[MAC_TAG + X540_FRAME_MAX];
	uint8_t saved[HEADERS_MAX];
	uint8_t *frame = buffer + MAC_TAG;
	uint32_t number = packet->progress.frames;
	size_t sent = packet->progress.payload;

	if (!can_segment(context, g->left))
		return false;
	if (number == 0 && can_gso(port, packet, g->left)) {
		struct gather whole = *g;

		if (send_gso(port, queue, packet, &whole)) {
			g->cost = whole.cost;
			return true;
		}
	}
	if (!gather(g, saved, headers))
		return false;
	if (number > 0)
		go_on(packet, g);
	for (; g->left > 0; number++) {
		size_t payload = g->left < context->mss ? g->left :
							  context->mss;

		if (g->cost >= room) {
			remember(packet, g, number, sent);
			return true;
		}
		if (!gather(g, frame + headers, payload))
			return false;
		memcpy(frame, saved, headers);
		edit_headers(port, context, frame, number, sent, payload,
			     g->left == 0);
		if (packet->insert_ip_checksum)
			insert_ip_checksum(context, frame + context->mac_len);
		/* The host's pseudo header sum does not include the length. */
		if (packet->insert_l4_checksum)
			insert_l4_checksum(context, frame + l4,
					   context->l4_len + payload,
					   context->l4_len + payload);
		g->cost +=
			transmit(port, queue, packet, frame, headers + payload);
		sent += payload;
	}
	packet->progress = (struct tx_progress){ 0 };
	return true;
}

size_t tx_packet_send(struct port *port, unsigned int queue,
		      struct tx_packet *packet, size_t room)
{
	struct gather g = { .port = port, .piece = packet->piece };
	bool sent = false;

	for (unsigned int i = 0; i < packet->pieces && i < TX_PIECES; i++)
		g.left += packet->piece[i].len;
	if (packet->pieces <= TX_PIECES)
		sent = packet->segment ?
			       send_segments(port, queue, packet, &g, room) :
			       send_whole(port, queue, packet, &g);
	if (!sent) {
		packet->progress = (struct tx_progress){ 0 };
		log_debug(
			"port %u: transmit queue %u: a packet of %u descriptors can't be sent",
			port->lan, queue, packet->pieces);
	}
	return g.cost;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "rx.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "etype.h"
#include "fdir.h"
#include "filter.h"
#include "headers.h"
#include "mac.h"
#include "port.h"
#include "ring.h"
#include "rss.h"
#include "stamp.h"
#include "stats.h"
#include "x540.h"

#define STANDARD_MAX 1518 /* without jumbo frames */

/* The most frames that leave the buffer in one turn. */
#define TURN_FRAMES 256

/*
 * A descriptor written back: packet type and RSS type, header length (not
 * used), hash; status and errors, length, VLAN tag.
 */
#define TYPE_ETYPE BIT(15) /* instead of those below: the filter's number */
#define TYPE_ETYPE_INDEX GENMASK(6, 4)
#define TYPE_IPV4 BIT(4)
#define TYPE_IPV4_EXTENDED BIT(5)
#define TYPE_IPV6 BIT(6)
#define TYPE_IPV6_EXTENDED BIT(7)
#define TYPE_TCP BIT(8)
#define TYPE_UDP BIT(9)
#define TYPE_SCTP BIT(10)
#define TYPE_FLOW 15 /* instead of the RSS hash: flow director's id */
#define STATUS_DONE BIT(0)
#define STATUS_EOP BIT(1)
#define STATUS_FLOW_MATCH BIT(2)
#define STATUS_VLAN BIT(3)
#define STATUS_L4_CHECKED BIT(5)
#define STATUS_IP_CHECKED BIT(6)
#define STATUS_STAMPED BIT(16)
#define ERROR_L4_CHECKSUM BIT(30)
#define ERROR_IP_CHECKSUM BIT(31)

/* The queue of a frame, and the reason. */
struct route {
	struct headers headers;
	struct etype etype;
	struct fdir_result flow;
	struct rss rss;
	unsigned int queue;
};

/* The contents of a frame's last descriptor. */
struct description {
	uint32_t type;
	uint32_t hash;
	uint32_t status;
	uint16_t tag;
};

static uint32_t packet_type(const struct headers *h)
{
	uint32_t type = 0;

	if (h->l3 == L3_IPV4)
		type = h->l3_extended ? TYPE_IPV4_EXTENDED : TYPE_IPV4;
	else if (h->l3 == L3_IPV6)
		type = h->l3_extended ? TYPE_IPV6_EXTENDED : TYPE_IPV6;
	if (h->l4 == L4_TCP)
		type |= TYPE_TCP;
	else if (h->l4 == L4_UDP)
		type |= TYPE_UDP;
	else if (h->l4 == L4_SCTP)
		type |= TYPE_SCTP;
	return type;
}

static uint32_t checksum_status(const struct headers *h, const uint8_t *frame)
{
	uint32_t status = 0;

	if (h->l3 == L3_IPV4) {
		status |= STATUS_IP_CHECKED;
		if (!headers_ip_checksum_ok(h, frame))
			status |= ERROR_IP_CHECKSUM;
	}
	if (headers_has_l4_checksum(h, frame)) {
		status |= STATUS_L4_CHECKED;
		if (!headers_l4_checksum_ok(h, frame))
			status |= ERROR_L4_CHECKSUM;
	}
	return status;
}

static void describe(struct port *port, const uint8_t *frame,
		     const struct route *route, struct description *d)
{
	const struct headers *h = &route->headers;

	d->type = route->etype.matches ?
			  TYPE_ETYPE | FIELD_PREP(TYPE_ETYPE_INDEX,
						  route->etype.index) :
			  packet_type(h);
	d->hash = 0;
	d->tag = 0;
	d->status = STATUS_DONE | STATUS_EOP | checksum_status(h, frame);
	if (route->flow.matches)
		d->status |= STATUS_FLOW_MATCH;
	if (!(*port_reg(port, REG_RXCSUM) & RXCSUM_HASH))
		return;
	d->type |= route->flow.reported ? TYPE_FLOW : route->rss.type;
	d->hash = route->flow.reported ? route->flow.id : route->rss.hash;
}

/*
 * The host polls the second half, so that is written last. NULL description:
 * the frame continues in the next descriptor.
 */
static bool write_back(struct port *port, uint64_t address, size_t len,
		       const struct description *d)
{
	uint8_t lower[8] = { 0 }, upper[8] = { 0 };

	put_le32(upper, d ? d->status : STATUS_DONE);
	put_le16(upper + 4, len);
	if (d) {
		put_le16(lower, d->type);
		put_le32(lower + 4, d->hash);
		put_le16(upper + 6, d->tag);
	}
	return port_dma_write(port, address, lower, sizeof(lower)) &&
	       port_dma_write(port, address + 8, upper, sizeof(upper));
}

/* There are enough descriptors. */
static bool fill(struct port *port, struct ring *ring, size_t buffer_size,
		 const uint8_t *frame, size_t len, const struct description *d)
{
	while (len > 0) {
		size_t part = len < buffer_size ? len : buffer_size;
		uint64_t descriptor = ring_address(ring, 0);
		uint8_t address[8];

		if (!port_dma_read(port, descriptor, address,
				   sizeof(address)) ||
		    !port_dma_write(port, get_le64(address), frame, part))
			return false;
		frame += part;
		len -= part;
		if (!write_back(port, descriptor, part, len == 0 ? d : NULL))
			return false;
		ring_advance(ring, 1);
	}
	return true;
}

static enum rx_result deliver(struct port *port, unsigned int q,
			      const uint8_t *frame, size_t len,
			      const struct description *d)
{
	uint32_t srrctl = *port_reg(port, REG_SRRCTL(q));
	uint32_t rxdctl = *port_reg(port, REG_RXDCTL(q));
	size_t buffer_size = FIELD_GET(SRRCTL_BUFFER, srrctl) * 1024;
	struct ring ring;
	size_t needed;
	bool filled;

	if (!(rxdctl & RXDCTL_ENABLE) || buffer_size == 0 ||
	    !ring_get(port, REG_RDBAL(q), &ring))
		return RX_DROPPED;
	if ((rxdctl & RXDCTL_LENGTH_LIMIT) &&
	    len > FIELD_GET(RXDCTL_LENGTH_MAX, rxdctl))
		return RX_DROPPED;

	needed = (len + buffer_size - 1) / buffer_size;
	/* A frame larger than a whole ring would wait forever. */
	if (needed > ring_owned(&ring))
		return (srrctl & SRRCTL_DROP) || needed >= ring.count ?
			       RX_DROPPED :
			       RX_WAIT;
	filled = fill(port, &ring, buffer_size, frame, len, d);
	*port_reg(port, REG_RDH(q)) = ring.head;
	if (!filled)
		return RX_DROPPED;
	intr_queue(port, q, false);
	return RX_TAKEN;
}

/* Writes the frame to its queue, without its tag if the queue strips it. */
static enum rx_result to_queue(struct port *port, unsigned int q,
			       const uint8_t *frame, size_t len,
			       const struct headers *h, struct description *d)
{
	uint8_t stripped[X540_FRAME_MAX];

	if (!h->tagged || !(*port_reg(port, REG_RXDCTL(q)) & RXDCTL_STRIP_VLAN))
		return deliver(port, q, frame, len, d);
	memcpy(stripped, frame, MAC_TYPE_AT);
	memcpy(stripped + MAC_TYPE_AT, frame + MAC_TYPE_AT + MAC_TAG,
	       len - MAC_TYPE_AT - MAC_TAG);
	d->status |= STATUS_VLAN;
	d->tag = h->tag;
	return deliver(port, q, stripped, len - MAC_TAG, d);
}

/* The first matching filter with a queue is used. */
static void find_queue(struct port *port, const uint8_t *frame, size_t len,
		       struct route *route)
{
	etype_match(port, &route->headers, &route->etype);
	fdir_look_up(port, frame, len, &route->headers, &route->flow);
	rss_select(port, frame, &route->headers, &route->rss);
	if (route->etype.has_queue)
		route->queue = route->etype.queue;
	else if (route->flow.has_queue)
		route->queue = route->flow.queue;
	else
		route->queue = route->rss.queue;
}

static bool is_oversize(struct port *port, const struct headers *h, size_t len)
{
	uint32_t max = STANDARD_MAX;

	if (*port_reg(port, REG_HLREG0) & HLREG0_JUMBO)
		max = FIELD_GET(MAXFRS_BYTES, *port_reg(port, REG_MAXFRS));
	/* A tag does not count. */
	if (h->tagged)
		max += MAC_TAG;
	return len > X540_FRAME_MAX || len + MAC_FCS > max;
}

/* To its queue, or RX_WAIT without an effect. */
static enum rx_result place(struct port *port, const uint8_t *frame, size_t len,
			    const struct route *route, bool stamped)
{
	struct description description;
	enum rx_result result = RX_DROPPED;

	describe(port, frame, route, &description);
	if (stamped)
		description.status |= STATUS_STAMPED;
	if (!route->flow.drop)
		result = to_queue(port, route->queue, frame, len,
				  &route->headers, &description);
	if (result == RX_WAIT)
		return RX_WAIT;
	fdir_count(port, &route->flow);
	if (result == RX_TAKEN)
		stats_received(port, route->queue, len);
	else if (!route->flow.drop)
		stats_dropped(port, route->queue);
	return result;
}

static void parse(struct port *port, const uint8_t *frame, size_t len,
		  struct route *route)
{
	headers_parse(&route->headers, frame, len,
		      FIELD_GET(VLNCTRL_TYPE, *port_reg(port, REG_VLNCTRL)));
}

static bool is_on(struct port *port)
{
	return *port_reg(port, REG_RXCTRL) & RXCTRL_ENABLE;
}

/* False: it must wait, and those behind it too. */
static bool place_first(struct port *port)
{
	uint8_t frame[X540_FRAME_MAX];
	struct route route;
	bool stamped;
	size_t len = rx_buffer_first(&port->rx.buffer, frame, sizeof(frame),
				     &stamped);

	if (len == 0)
		return false;
	parse(port, frame, len, &route);
	find_queue(port, frame, len, &route);
	if (place(port, frame, len, &route, stamped) == RX_WAIT)
		return false;
	rx_buffer_drop_first(&port->rx.buffer);
	return true;
}

/* The rest is for the next turn, so that others get theirs. */
static void empty_buffer(struct port *port)
{
	unsigned int left = TURN_FRAMES;

	while (left > 0 && place_first(port))
		left--;
	loop_timer_set(&port->rx.timer, left == 0 ? 0 : NO_DEADLINE);
	pause_update(port);
}

void rx_resume(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	(void)value;
	if (port->rx.buffer.used == 0)
		return;
	if (is_on(port))
		empty_buffer(port);
	else
		rx_reset(port);
}

static void has_turn(void *opaque)
{
	empty_buffer(opaque);
}

void rx_reset(struct port *port)
{
	rx_buffer_clear(&port->rx.buffer);
	loop_timer_stop(&port->rx.timer);
	loop_timer_init(&port->rx.timer, port->timers, has_turn, port);
	pause_update(port);
	port->ops->rx_ready(port->opaque, port->lan);
}

/* It has passed the filters. */
static enum rx_result accept(struct port *port, const uint8_t *frame,
			     size_t len, struct route *route)
{
	uint32_t room = *port_reg(port, REG_RXPBSIZE);
	enum rx_result result = RX_WAIT;
	bool stamped;

	find_queue(port, frame, len, route);
	stamped =
		stamp_wanted(port, frame, len, &route->headers, &route->etype);
	if (stamped)
		stamp_received(port);
	stats_passed(port, frame, len);
	if (port->rx.buffer.used == 0)
		result = place(port, frame, len, route, stamped);
	if (result != RX_WAIT)
		return result;
	if (!rx_buffer_put(&port->rx.buffer, room, frame, len, stamped)) {
		stats_missed(port);
		return RX_DROPPED;
	}
	pause_update(port);
	return RX_TAKEN;
}

/* A frame in loopback has no cable to wait on. */
static bool has_to_wait(struct port *port, size_t len)
{
	return pause_is_asked(port) && !mac_loops_back(port) &&
	       !rx_buffer_has_room(&port->rx.buffer,
				   *port_reg(port, REG_RXPBSIZE), len);
}

enum rx_result rx_frame(struct port *port, const uint8_t *frame, size_t len)
{
	uint8_t padded[MAC_PADDED] = { 0 };
	struct route route;

	if (!is_on(port))
		return RX_DROPPED;
	if (len < MAC_HEADER) {
		stats_arrived(port, len);
		stats_undersize(port);
		return RX_DROPPED;
	}
	/* Software at the other end of the cable does not pad its frames. */
	if (len < MAC_PADDED) {
		memcpy(padded, frame, len);
		frame = padded;
		len = MAC_PADDED;
	}
	if (has_to_wait(port, len))
		return RX_WAIT;
	stats_arrived(port, len);
	if (get_be16(frame + MAC_TYPE_AT) == MAC_CONTROL &&
	    !pause_control_frame(port, frame, len))
		return RX_DROPPED;
	parse(port, frame, len, &route);
	if (!filter_passes(port, frame, &route.headers))
		return RX_DROPPED;
	if (is_oversize(port, &route.headers, len)) {
		stats_oversize(port);
		return RX_DROPPED;
	}
	return accept(port, frame, len, &route);
}

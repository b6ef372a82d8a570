// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/loop_timer.h"
#include "base/util.h"
#include "wire_kind.h"

/* Frames read in one turn, so that others on the loop get their turn. */
#define BATCH 16

struct wire {
	const struct wire_kind *kind; /* NULL: a sink */
	void *end;
	char *far_end;
	struct loop *loop;
	unsigned int lan;
	const struct wire_ops *ops;
	void *opaque;
	struct loop_source input;
	struct loop_timer check; /* of the peer */
	struct loop_timer resume; /* set: the kept frame is offered again */
	bool watched; /* input is */

	bool plugged;
	bool peer; /* as last told to ops */
	unsigned int peer_relays; /* the same */
	enum wire_level level;
	unsigned int relays;
	struct wire_counters counters;

	size_t kept; /* length of the kept frame */
	uint8_t frame[WIRE_FRAME_MAX + 1];
};

static const struct wire_kind *const kinds[] = { &wire_tap, &wire_tap_gso,
						 &wire_unix, &wire_card };

bool wire_peer(const struct wire *wire)
{
	return wire->plugged && (!wire->kind || wire->kind->peer(wire->end));
}

unsigned int wire_relays(const struct wire *wire)
{
	return wire->kind && wire->kind->relays ?
		       wire->kind->relays(wire->end) :
		       0;
}

static void tell_peer_changes(struct wire *wire)
{
	unsigned int relays = wire_relays(wire);
	bool peer = wire_peer(wire);

	if (peer == wire->peer && relays == wire->peer_relays)
		return;
	if (peer != wire->peer)
		log_debug("wire %u: %s", wire->lan,
			  peer ? "peer connected" : "no peer");
	wire->peer = peer;
	wire->peer_relays = relays;
	wire->ops->peer_changed(wire->opaque, wire->lan);
}

static void watch(struct wire *wire, bool on)
{
	if (wire->watched == on)
		return;
	wire->watched = on;
	if (on)
		loop_add(wire->loop, &wire->input, EPOLLIN);
	else
		loop_remove(wire->loop, &wire->input);
}

/* Offers the frame in the buffer; if refused, keeps it and stops reading. */
static void offer(struct wire *wire, size_t len)
{
	wire->kept = 0;
	if (wire->plugged &&
	    !wire->ops->frame(wire->opaque, wire->lan, wire->frame, len))
		wire->kept = len;
	watch(wire, !wire->kept);
}

static void input_ready(void *opaque, uint32_t events)
{
	struct wire *wire = opaque;

	(void)events;
	for (unsigned int i = 0; i < BATCH && wire->watched; i++) {
		int len = wire->kind->receive(wire->end, wire->frame,
					      sizeof(wire->frame));

		tell_peer_changes(wire);
		if (len == WIRE_BROKEN)
			watch(wire, false);
		if (len < 0)
			break;
		if (len < WIRE_FRAME_MIN || len > WIRE_FRAME_MAX)
			continue;
		if (wire->plugged) {
			wire->counters.in++;
			wire->counters.in_bytes += len;
		}
		offer(wire, len);
	}
}

static void resume_is_due(void *opaque)
{
	struct wire *wire = opaque;

	if (wire->kept)
		offer(wire, wire->kept);
}

void wire_resume(struct wire *wire)
{
	if (wire->kept)
		loop_timer_set(&wire->resume, 0);
}

static void check_again(struct wire *wire)
{
	loop_timer_set(&wire->check, loop_timers_now(loop_timers(wire->loop)) +
					     WIRE_CHECK_MS * 1000);
}

static void check_is_due(void *opaque)
{
	struct wire *wire = opaque;

	check_again(wire);
	if (wire->kind->check(wire->end))
		watch(wire, !wire->kept);
	tell_peer_changes(wire);
}

static void open_end(struct wire *wire)
{
	const char *colon = strchr(wire->far_end, ':');

	if (!strcmp(wire->far_end, "sink"))
		return;
	for (size_t i = 0; colon && i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i]->prefix);

		if (len == (size_t)(colon - wire->far_end) &&
		    !memcmp(wire->far_end, kinds[i]->prefix, len))
			wire->kind = kinds[i];
	}
	if (!wire->kind || !colon[1])
		die("--wire%u %s: must be sink, tap:NAME, tap-gso:NAME, unix:PATH or card:PATH",
		    wire->lan, wire->far_end);
	wire->end = wire->kind->open(colon + 1);
	wire->input = (struct loop_source){
		.fd = wire->kind->fd(wire->end),
		.ready = input_ready,
		.opaque = wire,
	};
	watch(wire, true);
	loop_timer_init(&wire->check, loop_timers(wire->loop), check_is_due,
			wire);
	loop_timer_init(&wire->resume, loop_timers(wire->loop), resume_is_due,
			wire);
	check_again(wire);
}

struct wire *wire_open(const char *far_end, struct loop *loop, unsigned int lan,
		       const struct wire_ops *ops, void *opaque)
{
	struct wire *wire = xcalloc(1, sizeof(*wire));

	wire->far_end = xstrdup(far_end);
	wire->loop = loop;
	wire->lan = lan;
	wire->ops = ops;
	wire->opaque = opaque;
	wire->plugged = true;
	open_end(wire);
	wire->peer = wire_peer(wire);
	return wire;
}

void wire_close(struct wire *wire)
{
	if (wire->kind) {
		watch(wire, false);
		loop_timer_stop(&wire->check);
		loop_timer_stop(&wire->resume);
		wire->kind->close(wire->end);
	}
	free(wire->far_end);
	free(wire);
}

static void put_level(struct wire *wire)
{
	if (wire->kind)
		wire->kind->set_level(wire->end,
				      wire->plugged ? wire->level : WIRE_DARK,
				      wire->plugged ? wire->relays : 0);
}

void wire_set_level(struct wire *wire, enum wire_level level,
		    unsigned int relays)
{
	if (wire->level == level && wire->relays == relays)
		return;
	wire->level = level;
	wire->relays = relays;
	put_level(wire);
}

void wire_plug(struct wire *wire, bool plugged)
{
	wire->plugged = plugged;
	put_level(wire);
	tell_peer_changes(wire);
}

bool wire_plugged(const struct wire *wire)
{
	return wire->plugged;
}

void wire_send(struct wire *wire, const uint8_t *frame, size_t len)
{
	if (!wire->plugged ||
	    (wire->kind && !wire->kind->send(wire->end, frame, len))) {
		wire->counters.dropped++;
		return;
	}
	wire->counters.out++;
	wire->counters.out_bytes += len;
}

bool wire_takes_gso(const struct wire *wire)
{
	return !wire->kind || wire->kind->send_gso;
}

bool wire_send_gso(struct wire *wire, const struct gso_packet *packet)
{
	if (wire->kind && !wire->kind->send_gso(wire->end, packet))
		return false;
	wire->counters.out += gso_frames(packet);
	wire->counters.out_bytes += gso_bytes(packet);
	return true;
}

const char *wire_far_end(const struct wire *wire)
{
	return wire->far_end;
}

struct wire_counters *wire_counters(struct wire *wire)
{
	return &wire->counters;
}

// SPDX-License-Identifier: GPL-2.0-or-later

#include "bypass_wire.h"

#include "bypass_regs.h"

#define PAGE_BITS 2
#define WRITE_BIT 3 /* the next one */

void wire_init(struct bypass_wire *w)
{
	*w = (struct bypass_wire){
		.state = WIRE_IDLE,
		.sck = true,
		.sdi = true,
		.sdo = true,
		.floor_us = WIRE_FLOOR_US,
		.edge_us = UINT64_MAX,
	};
}

void wire_reset(struct bypass_wire *w)
{
	w->state = WIRE_IDLE;
	w->sdo = true; /* released: pulled up on the card [inferred] */
}

static void start_frame(struct bypass_wire *w)
{
	w->state = WIRE_START;
	w->sdo = true;
	w->too_fast = false;
	w->echoes = false;
	w->released = false;
	w->bits = 0;
	w->min_gap_us = UINT64_MAX;
}

/*
 * Edges closer than the floor lose the controller [inferred: nothing is known
 * but that slower ones work]. It then stays off SDO until the next start, so
 * that a host that goes too fast reads no status either.
 */
static void check_gap(struct bypass_wire *w, uint64_t gap_us)
{
	if (gap_us < w->min_gap_us)
		w->min_gap_us = gap_us;
	if (gap_us < w->floor_us) {
		w->too_fast = true;
		w->sdo = true;
	}
}

static void send_bit(struct bypass_wire *w)
{
	/* Until the page is known there is no status to send. */
	if (w->bits <= PAGE_BITS || w->too_fast)
		return;
	w->sdo = w->echoes ? w->bit :
			     w->status >> (BYPASS_FRAME_BITS - w->bits) & 1;
}

static enum wire_event take_bit(struct bypass_wire *w)
{
	/* One too many is as malformed as a hundred. */
	if (w->bits >= BYPASS_FRAME_BITS) {
		w->bits = BYPASS_FRAME_BITS + 1;
		return WIRE_NOTHING;
	}

	w->bits++;
	w->command = w->command << 1 | w->bit;
	send_bit(w);
	if (w->bits == PAGE_BITS)
		return WIRE_PAGE;
	return w->bits == WRITE_BIT && w->bit ? WIRE_WRITE : WIRE_NOTHING;
}

static enum wire_event end_frame(const struct bypass_wire *w)
{
	return wire_is_whole(w) && !w->too_fast ? WIRE_FRAME : WIRE_MALFORMED;
}

/* SCK fell: after it had risen, that was a bit. */
static enum wire_event clock_fell(struct bypass_wire *w)
{
	enum wire_event event = WIRE_NOTHING;

	if (w->state == WIRE_HIGH)
		event = take_bit(w);
	w->state = WIRE_LOW;
	if (w->counts_on && wire_is_whole(w)) {
		/* SDO stays, for the host to sample. */
		w->state = WIRE_IDLE;
		event = end_frame(w);
	}
	return event;
}

/* Is the wire at a bit, so that it heeds neither start nor stop? */
static bool is_counting(const struct bypass_wire *w)
{
	return w->counts_on && w->state != WIRE_IDLE && w->bits > 0;
}

enum wire_event wire_pins(struct bypass_wire *w, uint64_t now_us, bool sck,
			  bool sdi)
{
	bool was_sck = w->sck;
	bool was_sdi = w->sdi;
	enum wire_event event = WIRE_NOTHING;
	uint64_t gap_us;

	if (sck == was_sck && sdi == was_sdi)
		return WIRE_NOTHING;

	gap_us = w->edge_us == UINT64_MAX ? UINT64_MAX : now_us - w->edge_us;
	w->edge_us = now_us;
	w->sck = sck;
	w->sdi = sdi;

	if (sck && was_sck && !sdi && !is_counting(w)) {
		if (w->state != WIRE_IDLE)
			event = WIRE_ABORTED;
		start_frame(w);
	}
	if (w->state == WIRE_IDLE) {
		if (sck && was_sck)
			w->sdo = true;
		return WIRE_NOTHING;
	}
	check_gap(w, gap_us);

	if (sck && !was_sck) {
		w->state = WIRE_HIGH;
		w->bit = sdi;
	} else if (!sck && was_sck) {
		event = clock_fell(w);
	} else if (sck && sdi && !is_counting(w)) {
		wire_reset(w);
		event = end_frame(w);
	}
	return event;
}

uint32_t wire_page(const struct bypass_wire *w)
{
	return w->command & (BIT(PAGE_BITS) - 1);
}

void wire_reply(struct bypass_wire *w, uint32_t status)
{
	w->status = status;
	send_bit(w);
}

void wire_echo(struct bypass_wire *w)
{
	w->echoes = true;
	send_bit(w);
}

bool wire_is_whole(const struct bypass_wire *w)
{
	return w->bits == BYPASS_FRAME_BITS;
}

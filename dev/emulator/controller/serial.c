// SPDX-License-Identifier: GPL-2.0-or-later

#include "serial.h"

#include "bypass_regs.h"

#define PAGE_BITS 2
#define WRITE_BIT 3 /* the next one */

void serial_init(struct serial *s)
{
	*s = (struct serial){
		.state = SERIAL_IDLE,
		.sck = true,
		.sdi = true,
		.sdo = true,
		.floor_us = SERIAL_FLOOR_US,
		.edge_us = UINT64_MAX,
	};
}

void serial_reset(struct serial *s)
{
	s->state = SERIAL_IDLE;
	s->sdo = true; /* released: pulled up on the card [inferred] */
}

static void start_frame(struct serial *s)
{
	s->state = SERIAL_START;
	s->sdo = true;
	s->too_fast = false;
	s->echoes = false;
	s->released = false;
	s->bits = 0;
	s->min_gap_us = UINT64_MAX;
}

/*
 * The controller loses edges closer than the floor [inferred: it is only known
 * that slower ones work]. It then releases SDO until the next start, so a host
 * that is too fast reads no status either.
 */
static void check_gap(struct serial *s, uint64_t gap_us)
{
	if (gap_us < s->min_gap_us)
		s->min_gap_us = gap_us;
	if (gap_us < s->floor_us) {
		s->too_fast = true;
		s->sdo = true;
	}
}

static void send_bit(struct serial *s)
{
	/* Until the page is known there is no status to send. */
	if (s->bits <= PAGE_BITS || s->too_fast)
		return;
	s->sdo = s->echoes ? s->bit :
			     s->status >> (BYPASS_FRAME_BITS - s->bits) & 1;
}

static enum serial_event take_bit(struct serial *s)
{
	/* Counting stops at one bit too many. */
	if (s->bits >= BYPASS_FRAME_BITS) {
		s->bits = BYPASS_FRAME_BITS + 1;
		return SERIAL_NOTHING;
	}

	s->bits++;
	s->command = s->command << 1 | s->bit;
	send_bit(s);
	if (s->bits == PAGE_BITS)
		return SERIAL_PAGE;
	return s->bits == WRITE_BIT && s->bit ? SERIAL_WRITE : SERIAL_NOTHING;
}

static enum serial_event end_frame(const struct serial *s)
{
	return serial_is_whole(s) && !s->too_fast ? SERIAL_FRAME :
						    SERIAL_MALFORMED;
}

/* SCK has risen and fallen: a bit is complete. */
static enum serial_event clock_fell(struct serial *s)
{
	enum serial_event event = SERIAL_NOTHING;

	if (s->state == SERIAL_HIGH)
		event = take_bit(s);
	s->state = SERIAL_LOW;
	if (s->counts_on && serial_is_whole(s)) {
		/* SDO keeps its level while the host samples it. */
		s->state = SERIAL_IDLE;
		event = end_frame(s);
	}
	return event;
}

/* Is the line within a frame's bits, so that it ignores start and stop? */
static bool is_counting(const struct serial *s)
{
	return s->counts_on && s->state != SERIAL_IDLE && s->bits > 0;
}

enum serial_event serial_pins(struct serial *s, uint64_t now_us, bool sck,
			      bool sdi)
{
	bool was_sck = s->sck;
	bool was_sdi = s->sdi;
	enum serial_event event = SERIAL_NOTHING;
	uint64_t gap_us;

	if (sck == was_sck && sdi == was_sdi)
		return SERIAL_NOTHING;

	gap_us = s->edge_us == UINT64_MAX ? UINT64_MAX : now_us - s->edge_us;
	s->edge_us = now_us;
	s->sck = sck;
	s->sdi = sdi;

	if (sck && was_sck && !sdi && !is_counting(s)) {
		if (s->state != SERIAL_IDLE)
			event = SERIAL_ABORTED;
		start_frame(s);
	}
	if (s->state == SERIAL_IDLE) {
		if (sck && was_sck)
			s->sdo = true;
		return SERIAL_NOTHING;
	}
	check_gap(s, gap_us);

	if (sck && !was_sck) {
		s->state = SERIAL_HIGH;
		s->bit = sdi;
	} else if (!sck && was_sck) {
		event = clock_fell(s);
	} else if (sck && sdi && !is_counting(s)) {
		serial_reset(s);
		event = end_frame(s);
	}
	return event;
}

uint32_t serial_page(const struct serial *s)
{
	return s->command & (BIT(PAGE_BITS) - 1);
}

void serial_reply(struct serial *s, uint32_t status)
{
	s->status = status;
	send_bit(s);
}

void serial_echo(struct serial *s)
{
	s->echoes = true;
	send_bit(s);
}

bool serial_is_whole(const struct serial *s)
{
	return s->bits == BYPASS_FRAME_BITS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The serial line to the bypass controller: three pins of function 0, in ESDP.
 * Written from the description of the line alone, and shares nothing with the
 * driver's code or the emulated controller's: where they misread it in the same
 * way, this finds out.
 *
 * No edge comes sooner after the one before it than line->gap_ns, counted
 * from when the card had the one to when the other is sent. Times are those of
 * CLOCK_MONOTONIC.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "card.h"
#include "clock.h"

#define LINE_FLOOR_NS (1000 * 1000)
#define LINE_BITS 32

struct line {
	struct card *card;
	uint32_t esdp_before; /* as it was found */
	uint32_t esdp; /* as it was last written */
	uint64_t sent_ns, edge_ns; /* when the last edge was sent, and there */

	uint64_t gap_ns; /* LINE_FLOOR_NS, unless that is what is measured */
	/* After so many bits of each frame it waits longer; 0: nowhere. */
	unsigned int pause_after;
	uint64_t pause_ns;
	/* How long the controller then saw no edge: at least, at most. */
	uint64_t paused_least_ns, paused_most_ns;

	/*
	 * Of the last frame: its first edge; the one with which the controller
	 * knew the page, so that what it answers is of that time; and its last.
	 * An edge is there at some time between when it was sent and when the
	 * card was seen to have it, which on a busy machine may be long.
	 */
	uint64_t begun_ns;
	uint64_t answer_sent_ns, answer_ns;
	uint64_t ended_sent_ns, ended_ns;
	/* Of all frames at the floor: waits that were too short, by the clock. */
	uint64_t early;
};

void line_open(struct line *line, struct card *card);
/* The pins as they were found. */
void line_close(struct line *line);

/* Sends a command, and returns all 32 bits of the answer as they were read. */
uint32_t line_exchange(struct line *line, uint32_t command);
/* Sends only the first bits of a command, and leaves the line as it is then. */
void line_cut(struct line *line, uint32_t command, unsigned int bits);

#endif

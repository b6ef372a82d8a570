/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The serial line to the bypass controller: three pins of function 0, in ESDP.
 * Written only from the description of the line, without code of the driver or
 * the emulated controller, so that it finds errors that both have in common.
 *
 * The time between two edges is at least line->gap_ns, from the arrival of the
 * first at the card to the sending of the second. Times are those of
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
	uint32_t esdp; /* the last write */
	uint64_t sent_ns, edge_ns; /* the last edge: sent, and arrived */

	uint64_t gap_ns; /* LINE_FLOOR_NS, except when it is measured */
	/* Waits longer after this number of bits of each frame; 0: never. */
	unsigned int pause_after;
	uint64_t pause_ns;
	/* How long the controller then saw no edge: at least, at most. */
	uint64_t paused_least_ns, paused_most_ns;

	/*
	 * Of the last frame: its first edge; the one that completed the page
	 * number, which is the time of the answer; and its last edge. An edge
	 * arrives between its sending and the read back, which may be long on a
	 * busy machine.
	 */
	uint64_t begun_ns;
	uint64_t answer_sent_ns, answer_ns;
	uint64_t ended_sent_ns, ended_ns;
	/* Of all frames at the floor: waits that were too short. */
	uint64_t early;
};

void line_open(struct line *line, struct card *card);
/* The pins as they were found. */
void line_close(struct line *line);

/* Sends a command, and returns all 32 bits of the answer. */
uint32_t line_exchange(struct line *line, uint32_t command);
/* Sends only the first bits of a command, and stops there. */
void line_cut(struct line *line, uint32_t command, unsigned int bits);

#endif

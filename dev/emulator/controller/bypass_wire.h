/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bypass controller's serial wire: from edges on SCK and SDI to frames.
 *
 * Knows edges and bits, not what they mean. The states, with what the host
 * does to get from one to the next (steps as in bypass-controller.md):
 *
 *	IDLE  --SDI falls, SCK=1-->  START	step 2
 *	START --SCK falls---------->  LOW	step 2
 *	LOW   --SCK rises---------->  HIGH	step 3, and 4: SDI is sampled
 *	HIGH  --SCK falls---------->  LOW	step 3: the bit counts, SDO is set
 *	HIGH  --SDI rises---------->  IDLE	step 4: the frame takes effect
 *	any   --SDI falls, SCK=1-->  START	what was there is aborted
 *
 * A write that changes both lines is read in the order that makes neither a
 * start nor a stop of it: SDI only means something if SCK was 1 before and
 * after. Step 4 needs this where the last bit was 1.
 *
 * A wire that counts on heeds neither start nor stop from a frame's first bit
 * to its 32nd, with which the frame takes effect. So one that was cut short
 * ends with the first bits of the next.
 */
#ifndef BYPASS_WIRE_H
#define BYPASS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The least gap between edges that the controller takes, half of the floor that
 * is known to work (BYPASS_FLOOR_US): the time stamps are those of the arrival
 * of the host's writes, and a write that was held up on its way seems closer to
 * the next one than it was sent. The counters tell of the floor itself.
 */
#define WIRE_FLOOR_US 500

enum wire_state { WIRE_IDLE, WIRE_START, WIRE_LOW, WIRE_HIGH };

/* What an edge completed. */
enum wire_event {
	WIRE_NOTHING,
	WIRE_PAGE, /* wire_page() is known: wire_reply() is due now */
	WIRE_WRITE, /* the frame writes: wire_reply() may have another one */
	WIRE_FRAME, /* a proper frame: wire_command() */
	WIRE_MALFORMED, /* a stop, but too few or many bits, or too fast */
	WIRE_ABORTED, /* a start in mid-frame; the new frame has begun */
};

struct bypass_wire {
	enum wire_state state;
	bool sck, sdi, sdo;
	bool bit; /* SDI when SCK rose */
	bool too_fast; /* this frame had a gap below floor_us */
	bool echoes; /* SDO repeats the bits of this frame */
	bool released; /* by the host's device in its reset, in this frame */
	unsigned int bits; /* that count; stays at one too many */
	uint32_t command;
	uint32_t status;
	uint64_t floor_us; /* a shorter gap is too fast */
	bool counts_on;
	uint64_t edge_us; /* the last edge, UINT64_MAX: none yet */
	uint64_t min_gap_us; /* of this frame, from the edge before its start */
};

/* At rest, both lines 1. */
void wire_init(struct bypass_wire *w);

/* Forgets a frame in progress; the lines keep their levels. */
void wire_reset(struct bypass_wire *w);

enum wire_event wire_pins(struct bypass_wire *w, uint64_t now_us, bool sck,
			  bool sdi);

uint32_t wire_page(const struct bypass_wire *w);
void wire_reply(struct bypass_wire *w, uint32_t status);
/* Instead of a status, from this bit on: the host's own bits. */
void wire_echo(struct bypass_wire *w);

/* Has the frame that just ended, or is going on, all bits of a frame? */
bool wire_is_whole(const struct bypass_wire *w);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bypass controller's serial line: from edges on SCK and SDI to frames.
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
 * A line that counts on heeds neither start nor stop from a frame's first bit
 * to its 32nd, with which the frame takes effect. So one that was cut short
 * ends with the first bits of the next.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The least gap between edges that the controller takes, half of the floor that
 * is known to work (BYPASS_FLOOR_US): the time stamps are those of the arrival
 * of the host's writes, and a write that was held up on its way seems closer to
 * the next one than it was sent. The counters tell of the floor itself.
 */
#define SERIAL_FLOOR_US 500

enum serial_state { SERIAL_IDLE, SERIAL_START, SERIAL_LOW, SERIAL_HIGH };

/* What an edge completed. */
enum serial_event {
	SERIAL_NOTHING,
	SERIAL_PAGE, /* serial_page() is known: serial_reply() is due now */
	SERIAL_WRITE, /* the frame writes: serial_reply() may have another one */
	SERIAL_FRAME, /* a proper frame: in command */
	SERIAL_MALFORMED, /* a stop, but too few or many bits, or too fast */
	SERIAL_ABORTED, /* a start in mid-frame; the new frame has begun */
};

struct serial {
	enum serial_state state;
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
void serial_init(struct serial *s);

/* Forgets a frame in progress; the lines keep their levels. */
void serial_reset(struct serial *s);

enum serial_event serial_pins(struct serial *s, uint64_t now_us, bool sck,
			      bool sdi);

uint32_t serial_page(const struct serial *s);
void serial_reply(struct serial *s, uint32_t status);
/* Instead of a status, from this bit on: the host's own bits. */
void serial_echo(struct serial *s);

/* Has the frame that just ended, or is going on, all bits of a frame? */
bool serial_is_whole(const struct serial *s);

#endif

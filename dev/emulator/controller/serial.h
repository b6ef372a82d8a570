/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bypass controller's serial line: from edges on SCK and SDI to frames.
 *
 * It handles edges and bits, not their meaning. The states, and the actions of
 * the host between them (steps as in bypass-controller.md):
 *
 *	IDLE  --SDI falls, SCK=1-->  START	step 2
 *	START --SCK falls---------->  LOW	step 2
 *	LOW   --SCK rises---------->  HIGH	step 3, and 4: SDI is sampled
 *	HIGH  --SCK falls---------->  LOW	step 3: the bit counts, SDO is set
 *	HIGH  --SDI rises---------->  IDLE	step 4: the frame takes effect
 *	any   --SDI falls, SCK=1-->  START	the old frame is aborted
 *
 * A write that changes both lines is neither a start nor a stop: SDI only
 * counts if SCK was 1 before and after. Step 4 needs this if the last bit was
 * 1.
 *
 * A line that counts on ignores starts and stops from a frame's first bit to
 * its 32nd, with which the frame takes effect. So a frame that was cut short
 * ends with the first bits of the next.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The shortest gap between edges that the controller accepts, half of the floor
 * that is known to work (BYPASS_FLOOR_US): the time stamps are taken when the
 * host's writes arrive, and a delayed write seems closer to the next one than
 * it was sent. The counters use the floor itself.
 */
#define SERIAL_FLOOR_US 500

enum serial_state { SERIAL_IDLE, SERIAL_START, SERIAL_LOW, SERIAL_HIGH };

/* What an edge completed. */
enum serial_event {
	SERIAL_NOTHING,
	SERIAL_PAGE, /* serial_page() is known: serial_reply() is due now */
	SERIAL_WRITE, /* the frame writes: serial_reply() may have another one */
	SERIAL_FRAME, /* a valid frame: in command */
	SERIAL_MALFORMED, /* a stop, but too few or many bits, or too fast */
	SERIAL_ABORTED, /* a start during a frame; the new frame has begun */
};

struct serial {
	enum serial_state state;
	bool sck, sdi, sdo;
	bool bit; /* SDI when SCK rose */
	bool too_fast; /* this frame had a gap below floor_us */
	bool echoes; /* SDO repeats the bits of this frame */
	bool released; /* by the host's device in its reset, in this frame */
	unsigned int bits; /* number of bits; stops at one too many */
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
/* Sends the host's own bits instead of a status, from this bit on. */
void serial_echo(struct serial *s);

/* Does the current or last frame have all of its bits? */
bool serial_is_whole(const struct serial *s);

#endif

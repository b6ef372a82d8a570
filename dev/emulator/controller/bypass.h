/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bypass controller of the emulated X540-T2BP: pins in, relay state out.
 *
 * The controller is the small microcontroller of the card. It does not depend
 * on PCI, the host or files, and never reads a clock: every call gets the time,
 * so that a test drives it with pin edges alone and is repeatable. now_us is
 * any clock that never goes back (the card passes CLOCK_MONOTONIC); a time
 * older than the last one counts as the last one.
 *
 * How the caller uses it:
 *  - bypass_pins() whenever the host changes what it drives on SCK or SDI
 *    (same levels again: ignored). Both lines in one call is one write of the
 *    host. A line that the host does not drive (its direction bit is clear)
 *    is pulled up on the card: the caller passes 1 for it.
 *  - bypass_sdo() for the level that the host reads on SDO, 1 if released.
 *  - bypass_next_deadline() is the time of the next bypass_tick(), and
 *    deadline() reports it after each call. After a late tick, events have the
 *    time at which they were due.
 *  - The ops are called during the calls above. They may only use the getters
 *    and bypass_get_image().
 *
 * Facts about the real controller come from public drivers. Where they leave a
 * choice, the code is marked [inferred].
 */
#ifndef BYPASS_H
#define BYPASS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bypass_settings.h"

#define BYPASS_EEPROM_SIZE 256

/* Also the values of the state and mode fields of CTL0; 0 is never a state. */
enum bypass_relay {
	BYPASS_RELAY_NORMAL = 1, /* each port to its own MAC */
	BYPASS_RELAY_BYPASS = 2, /* port 0 wired to port 1 */
	BYPASS_RELAY_ISOLATE = 3, /* each port to nothing */
};

/* An action in mode auto; the others are relay states as above. */
#define BYPASS_ACTION_IGNORE 0

enum bypass_event {
	BYPASS_EVENT_MAIN_ON = 1,
	BYPASS_EVENT_AUX_ON = 2,
	BYPASS_EVENT_MAIN_OFF = 3,
	BYPASS_EVENT_AUX_OFF = 4,
	BYPASS_EVENT_WATCHDOG = 5,
	BYPASS_EVENT_USER = 6,
};

/*
 * The state that survives the controller's process: the contents of the state
 * file. The log is in the EEPROM at the offset in byte 0x01, as on the card.
 */
struct bypass_image {
	struct bypass_config
		config; /* the kept settings; the others have their defaults */
	uint32_t ctl0; /* committed page 0 without its state field */
	enum bypass_relay relay; /* the relays latch */
	bool main_power;
	bool aux_power;
	/* The card's clock, seconds: the sum, modulo 2^25. */
	uint32_t time; /* as the host last wrote it */
	uint32_t time_offset; /* since the host last reset the offset */
	bool time_valid;
	uint8_t log_head; /* index of the log's newest entry; 0xff: none */
	uint8_t eeprom[BYPASS_EEPROM_SIZE];
};

struct bypass_counters {
	uint64_t frames; /* valid ones: these took effect */
	uint64_t malformed; /* stopped without 32 bits, or too fast */
	uint64_t aborted; /* a new start before the stop */
	uint64_t cut; /* with a reset of the host's device during the frame */
	/*
	 * Over frames with 32 bits, too fast or not, without a reset of the
	 * host's device.
	 */
	uint64_t fast; /* frames with a gap below BYPASS_FLOOR_US */
	uint64_t min_gap_us; /* between two edges; UINT64_MAX: none seen */
	uint64_t writes[4]; /* valid frames with write-enable, by page */
	uint64_t commits; /* of page 0 to the EEPROM */
};

/* The shortest gap between edges that is known to work on the card. */
#define BYPASS_FLOOR_US 1000

struct bypass_ops {
	/* The relays have switched. */
	void (*relay_changed)(void *opaque, enum bypass_relay relay);
	/* The result of bypass_get_image() has changed, not only its time. */
	void (*save)(void *opaque);
	/* The time of the next bypass_tick(), or NO_DEADLINE. */
	void (*deadline)(void *opaque, uint64_t at_us);
};

struct bypass;

/* The state of a new card. */
void bypass_factory_image(struct bypass_image *image);

/*
 * NULL image: that of a new card. Any op may be NULL. Never returns NULL: exits
 * if there is no memory. The image must be valid (bypass_image_error() returns
 * NULL). Causes no events: power is as in the image. The caller's pins are at
 * rest, SCK = SDI = 1.
 */
struct bypass *bypass_new(const struct bypass_image *image,
			  const struct bypass_ops *ops, void *opaque,
			  uint64_t now_us);
void bypass_free(struct bypass *b);

/* Pins; see above. */
void bypass_pins(struct bypass *b, uint64_t now_us, bool sck, bool sdi);
bool bypass_sdo(const struct bypass *b);
/*
 * The host's device is reset and releases the lines: for the controller these
 * are normal edges. The counters do not blame the host for this frame.
 */
void bypass_pins_released(struct bypass *b, uint64_t now_us);

/* Timers: the time of the next thing to do, or NO_DEADLINE. */
void bypass_tick(struct bypass *b, uint64_t now_us);
uint64_t bypass_next_deadline(const struct bypass *b);

/*
 * Power. A call without a change is not an event. Without auxiliary power the
 * controller is off: it ignores the pins, and the relays keep their state. Main
 * power needs auxiliary power: turning aux off turns main off first, turning
 * main on turns aux on first.
 */
void bypass_main_power(struct bypass *b, uint64_t now_us, bool on);
void bypass_aux_power(struct bypass *b, uint64_t now_us, bool on);

bool bypass_has_aux_power(const struct bypass *b);

/* The card's user causes the user's event. */
void bypass_press(struct bypass *b, uint64_t now_us);

/*
 * Changes the settings. Operations in progress keep their time. A change of the
 * log's layout empties the log. Returns NULL, or an error as a sentence without
 * a full stop.
 */
const char *bypass_configure(struct bypass *b, uint64_t now_us,
			     const struct bypass_config *config);
const struct bypass_config *bypass_config(const struct bypass *b);

enum bypass_relay bypass_relay(const struct bypass *b);
const char *bypass_relay_name(enum bypass_relay relay);

const struct bypass_counters *bypass_counters(const struct bypass *b);
/* Prints the counters in one line, for users and tests. */
void bypass_print_counters(const struct bypass *b, FILE *f);

/* The clock in it is that of now_us. */
void bypass_get_image(const struct bypass *b, uint64_t now_us,
		      struct bypass_image *image);
/* NULL, or an error as a sentence without a full stop. */
const char *bypass_image_error(const struct bypass_image *image);

#endif

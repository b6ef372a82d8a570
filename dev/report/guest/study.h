/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The results so far for the examined card, and the steps of the measurements.
 * No step assumes the result of another one: until the time of a write of page
 * 0 is known, they wait for the slowest possible one.
 */
#ifndef STUDY_H
#define STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"
#include "pages.h"

/* The assumed maximum time of a write of page 0 is 1.5 s. */
#define SETTLE_MOST_MS 2000.0
#define BYTE_MOST_MS 1000.0

/* It took at least lo, and at most hi. */
struct range {
	double lo_ms, hi_ms;
	bool seen; /* else it did not occur within the limit, lo_ms */
};

enum meanwhile { NOT_SEEN, OLD, NEW, ZEROS, ONES, OTHER };

struct study {
	struct card card;
	struct line line;
	bool may_write;

	uint32_t ctl0, ctl1, ctl2; /* as they were found */
	uint32_t rules; /* of page 0, as last written: RULES and ENABLE */
	double silent_ms; /* before the controller's first answer */

	/* The time of a write of page 0, and the value of page 0 until then. */
	bool commit_done;
	struct range commit;
	enum meanwhile meanwhile;
	enum { SECOND_UNKNOWN, SECOND_TAKEN, SECOND_DROPPED } second_write;
	double settle_ms;

	bool byte_done;
	struct range byte;
	double byte_ms; /* to wait for a byte of the EEPROM */
	/* The number of reads of page 2 until then, by the offset in it. */
	struct {
		unsigned int looks, of_byte, of_asked, zero, ones;
	} offset;
	bool known[EEPROM_SIZE];
	uint8_t eeprom[EEPROM_SIZE];

	bool state_done;
	struct range state; /* from a write of MODE until STATE follows */
	enum { MODE_UNKNOWN, MODE_KEPT, MODE_ZERO, MODE_ODD } mode_reads;

	bool expiry_done;
	enum { EXPIRY_UNKNOWN, EXPIRY_CLEARS, EXPIRY_STAYS } expiry;
	bool ignored_is_logged; /* an expiry whose action has no effect */
};

/* The line is aligned and the pages are read; false if there is no answer. */
bool study_open(struct study *s);

/* --- page 0 */

/* Waits until no write of page 0 can be in progress, and reads it. */
uint32_t ctl0_settled(struct study *s);
/* Writes fields of page 0, with MODE auto unless it is one of them. */
void ctl0_send(struct study *s, uint32_t fields, uint32_t values);
/* The same, and checks that the rules have changed: false if not. */
bool ctl0_put(struct study *s, uint32_t fields, uint32_t values);
/* Moves the relays, and ends in MODE auto. */
bool relays_put(struct study *s, enum relays state);
unsigned int state_now(struct study *s);
/* A state of the relays other than this one. */
enum relays other_state(unsigned int state);

/* --- page 2 */

uint8_t head_now(struct study *s);
/* Reads a byte of the EEPROM, or returns an earlier read of it. */
uint8_t eeprom_byte(struct study *s, uint8_t offset);
uint8_t eeprom_byte_anew(struct study *s, uint8_t offset);
void eeprom_put(struct study *s, uint8_t offset, uint8_t value);

/* --- measuring a time */

struct latency_ops {
	/* Causes it at the end of the last frame. */
	void (*start)(struct study *s, void *opaque);
	/* Has it occurred, by the answer of the last frame? */
	bool (*look)(struct study *s, void *opaque);
	/* After it occurred: waits until it can be caused again. */
	void (*rest)(struct study *s, void *opaque);
	double limit_ms; /* after this it counts as not occurring */
	double coarse_ms; /* no check is useful before that */
};

/*
 * Checks repeatedly, then causes it a few times more to check at times in
 * between: a single check takes 130 ms, but refers to one point in time.
 */
struct range latency_measure(struct study *s, const struct latency_ops *ops,
			     void *opaque);

/* The end of the last frame, between its sending and its arrival. */
struct cause {
	uint64_t sent_ns, there_ns;
};
struct cause last_frame(const struct line *line);
/* Narrows the range, by `done` at the time of the last frame's answer. */
void range_narrow(struct range *range, const struct line *line,
		  const struct cause *cause, bool done);
/* The difference of two times. */
struct range range_after(struct range later, struct range earlier);

/* --- the watchdog */

struct watch {
	unsigned int period; /* the field's value */
	unsigned int action;
	unsigned int mode;
	double again_ms; /* when it is enabled again; 0: never */
};

struct expiry {
	struct range when; /* since the watchdog was enabled */
	bool cleared; /* enable */
	bool logged;
	unsigned int state; /* after it */
};

/* Lets it expire, and disables it. */
struct expiry let_expire(struct study *s, const struct watch *watch);

/* --- results for other measurements, each measured once */

void study_commit(struct study *s);
void study_state(struct study *s);
void study_expiry(struct study *s);
void study_byte(struct study *s);

#endif

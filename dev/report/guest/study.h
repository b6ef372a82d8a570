/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known so far about the card that is looked at, and the steps that
 * the measurements are made of. None of them takes for granted what another
 * one finds out: until the time is known that a write of page 0 takes, they
 * wait long enough for the slowest that is thought possible.
 */
#ifndef STUDY_H
#define STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"
#include "pages.h"

/* The slowest write of page 0 that is thought possible takes 1.5 s. */
#define SETTLE_MOST_MS 2000.0
#define BYTE_MOST_MS 1000.0

/* It took at least lo, and at most hi. */
struct range {
	double lo_ms, hi_ms;
	bool seen; /* else it did not happen within the limit, lo_ms */
};

enum meanwhile { NOT_SEEN, OLD, NEW, ZEROS, ONES, OTHER };

struct study {
	struct card card;
	struct line line;
	bool may_write;

	uint32_t ctl0, ctl1, ctl2; /* as they were found */
	uint32_t rules; /* of page 0, as last written: RULES and ENABLE */
	double silent_ms; /* before the controller's first answer */

	/* How long a write of page 0 takes, and what page 0 reads as then. */
	bool commit_done;
	struct range commit;
	enum meanwhile meanwhile;
	enum { SECOND_UNKNOWN, SECOND_TAKEN, SECOND_DROPPED } second_write;
	double settle_ms;

	bool byte_done;
	struct range byte;
	double byte_ms; /* to wait for a byte of the EEPROM */
	/* How often page 2 was looked at meanwhile, and told which offset. */
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
	bool ignored_is_logged; /* an expiry whose action is to do nothing */
};

/* The line is aligned and the pages are read; false if there is no answer. */
bool study_open(struct study *s);

/* --- page 0 */

/* Waits until no write of page 0 can be under way, and reads it. */
uint32_t ctl0_settled(struct study *s);
/* Writes fields of page 0, with MODE auto unless it is one of them. */
void ctl0_send(struct study *s, uint32_t fields, uint32_t values);
/* The same, and sees that the rules have become so: false if they have not. */
bool ctl0_put(struct study *s, uint32_t fields, uint32_t values);
/* Moves the relays, and ends in MODE auto. */
bool relays_put(struct study *s, enum relays state);
unsigned int state_now(struct study *s);
/* A state of the relays that is another one than this. */
enum relays other_state(unsigned int state);

/* --- page 2 */

uint8_t head_now(struct study *s);
/* Reads a byte of the EEPROM, or gives what was read before. */
uint8_t eeprom_byte(struct study *s, uint8_t offset);
uint8_t eeprom_byte_anew(struct study *s, uint8_t offset);
void eeprom_put(struct study *s, uint8_t offset, uint8_t value);

/* --- how long something takes */

struct latency_ops {
	/* Causes it, with the end of its last frame. */
	void (*start)(struct study *s, void *opaque);
	/* Has it happened, as its last frame's answer says? */
	bool (*look)(struct study *s, void *opaque);
	/* It happened: waits until it can be caused again. */
	void (*rest)(struct study *s, void *opaque);
	double limit_ms; /* then it does not happen at all */
	double coarse_ms; /* no look is worth it before that */
};

/*
 * Looks again and again, and then causes it anew a few times to look in
 * between: a single look takes 130 ms, but has a moment of its own.
 */
struct range latency_measure(struct study *s, const struct latency_ops *ops,
			     void *opaque);

/* When the last frame ended, between being sent and being there. */
struct cause {
	uint64_t sent_ns, there_ns;
};
struct cause last_frame(const struct line *line);
/* By whether it is done at the time of the last frame's answer. */
void range_narrow(struct range *range, const struct line *line,
		  const struct cause *cause, bool done);
/* How much later the one is than the other. */
struct range range_after(struct range later, struct range earlier);

/* --- the watchdog */

struct watch {
	unsigned int period; /* the field's value */
	unsigned int action;
	unsigned int mode;
	double again_ms; /* when it is enabled once more; 0: never */
};

struct expiry {
	struct range when; /* since the watchdog was enabled */
	bool cleared; /* enable */
	bool logged;
	unsigned int state; /* after it */
};

/* Lets it expire, and switches it off. */
struct expiry let_expire(struct study *s, const struct watch *watch);

/* --- what others go by, each found out once */

void study_commit(struct study *s);
void study_state(struct study *s);
void study_expiry(struct study *s);
void study_byte(struct study *s);

#endif

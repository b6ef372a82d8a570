/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the bypass controller, which share its memory: page 0 with
 * relays, rules and watchdog (bypass_ctl0.c), page 1 with the clock
 * (bypass_clock.c), page 2 with the EEPROM and the log in it (bypass_eeprom.c),
 * and their callers: the host, time and power (bypass.c). Only these files
 * include it; others use bypass.h.
 */
#ifndef BYPASS_PARTS_H
#define BYPASS_PARTS_H

#include "base/util.h"
#include "bypass.h"
#include "bypass_regs.h"
#include "serial.h"

#define US_PER_MS 1000u
#define US_PER_S 1000000u

struct bypass {
	struct bypass_config config;
	struct bypass_ops ops;
	void *opaque;
	struct serial serial;
	struct bypass_counters counters;

	uint64_t now_us;
	bool save_due;

	bool main_power;
	bool aux_power;
	uint64_t boots_until_us; /* after power-on; it does not answer */

	/* Page 0: the current one, and the one being written to the EEPROM. */
	uint32_t ctl0;
	uint32_t ctl0_pending;
	uint64_t commit_due_us; /* all _due_us: NO_DEADLINE is never */
	enum bypass_relay relay;
	enum bypass_relay relay_wanted; /* by the mode */
	uint64_t relay_due_us;
	uint64_t watchdog_due_us; /* NO_DEADLINE: it is off, or has expired */

	/* Page 1 */
	uint32_t time;
	bool time_valid;
	uint64_t valid_due_us; /* the host has already sent it */
	uint64_t offset_reset_us;
	uint32_t ctl1_bits; /* self-clearing bits, if they stay set */

	/* Page 2: the result of reads, and the access in progress. */
	uint8_t data;
	uint8_t offset;
	uint32_t ctl2_pending; /* or the last one */
	uint64_t eeprom_due_us;

	uint8_t log_head;
	uint8_t eeprom[BYPASS_EEPROM_SIZE];
};

static inline uint32_t setting(const struct bypass *b, enum bypass_setting id)
{
	return b->config.value[id];
}

static inline uint64_t setting_us(const struct bypass *b,
				  enum bypass_setting id)
{
	return (uint64_t)setting(b, id) * US_PER_MS;
}

/* Page 0: bypass_ctl0.c */
void ctl0_write(struct bypass *b, uint32_t command);
void ctl0_commit(struct bypass *b); /* at commit_due_us */
void ctl0_switch(struct bypass *b); /* at relay_due_us */
uint32_t ctl0_status(const struct bypass *b);
bool ctl0_is_committing(const struct bypass *b);
/* Applies the rule in this field of page 0, and logs it. */
void ctl0_event(struct bypass *b, enum bypass_event event, uint32_t rule);
void ctl0_take_action(struct bypass *b, enum bypass_event event,
		      unsigned int action);
void watchdog_start(struct bypass *b); /* if it is enabled */
void watchdog_expire(struct bypass *b); /* at watchdog_due_us */

/* Page 1: bypass_clock.c */
void ctl1_write(struct bypass *b, uint32_t command);
uint32_t ctl1_status(const struct bypass *b);
void clock_becomes_valid(struct bypass *b); /* at valid_due_us */
/* Seconds since the host last reset the offset. */
uint32_t clock_offset(const struct bypass *b, uint64_t now_us);
uint32_t clock_time(const struct bypass *b);

/* Page 2: bypass_eeprom.c */
void ctl2_write(struct bypass *b, uint32_t command);
void ctl2_access(struct bypass *b); /* at eeprom_due_us */
uint32_t ctl2_status(const struct bypass *b);
void log_event(struct bypass *b, enum bypass_event event, unsigned int action);
/* Erase the old ring; format the new one as never written. */
void log_erase(struct bypass *b);
void log_format(struct bypass *b);

#endif

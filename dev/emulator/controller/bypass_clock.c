// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's page 1: the clock, and the watchdog's pet.
 *
 * The clock is the written time plus an offset that counts seconds. Reads
 * return the written time without the offset, as drivers expect the time that
 * they sent seconds ago. [inferred] With the other setting, a single time
 * advances, and a write sets it.
 */
#include "bypass_parts.h"

uint32_t clock_offset(const struct bypass *b, uint64_t now_us)
{
	return (now_us - b->offset_reset_us) / US_PER_S & CTL1_TIME;
}

uint32_t clock_time(const struct bypass *b)
{
	return (b->time + clock_offset(b, b->now_us)) & CTL1_TIME;
}

void clock_becomes_valid(struct bypass *b)
{
	b->valid_due_us = NO_DEADLINE;
	b->time_valid = true;
	b->save_due = true;
}

static void set_valid(struct bypass *b, bool valid)
{
	b->valid_due_us = NO_DEADLINE;
	if (valid && !b->time_valid)
		b->valid_due_us =
			b->now_us + setting_us(b, SETTING_CLOCK_VALID_MS);
	else
		b->time_valid = valid;
	if (b->valid_due_us == b->now_us)
		clock_becomes_valid(b);
}

void ctl1_write(struct bypass *b, uint32_t command)
{
	uint32_t before = clock_time(b);
	bool was_valid = b->time_valid;

	b->time = FIELD_GET(CTL1_TIME, command);
	set_valid(b, command & CTL1_TIME_VALID);
	if (command & CTL1_OFFSET_RESET ||
	    setting(b, SETTING_CLOCK) == CLOCK_RUNS)
		b->offset_reset_us = b->now_us;
	/* A pet that does not change the clock needs no save. */
	if (clock_time(b) != before || b->time_valid != was_valid)
		b->save_due = true;

	/* Without a running watchdog there is nothing to pet. [inferred] */
	if (command & CTL1_PET && b->watchdog_due_us != NO_DEADLINE)
		watchdog_start(b);
	b->ctl1_bits = command & (CTL1_PET | CTL1_OFFSET_RESET);
}

uint32_t ctl1_status(const struct bypass *b)
{
	uint32_t time = setting(b, SETTING_CLOCK) == CLOCK_RUNS ?
				clock_time(b) :
				b->time;
	uint32_t ctl1 = FIELD_PREP(CTL1_TIME, time) |
			(b->time_valid ? CTL1_TIME_VALID : 0);

	if (setting(b, SETTING_PET_READS) == BITS_STAY)
		ctl1 |= b->ctl1_bits;
	if (setting(b, SETTING_RESERVED))
		ctl1 |= ~(CTL1_TIME | CTL1_TIME_VALID | CTL1_OFFSET_RESET |
			  CTL1_PET);
	return ctl1;
}

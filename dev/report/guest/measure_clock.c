// SPDX-License-Identifier: GPL-2.0-or-later
/* Page 1: the clock, and the bits that clear themselves (U9, U10). */
#include <time.h>

#include "finding.h"
#include "record.h"

#define LOOK_AFTER_MS 500
#define RUN_MS 3000
#define LIMIT_MS 3000

uint32_t time_of_year(void)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	return (tm.tm_yday * 24 * 60 + tm.tm_hour * 60 + tm.tm_min) * 60 +
	       tm.tm_sec;
}

static uint32_t write_and_look(struct study *s, uint32_t value)
{
	page_write(&s->line, 1, value);
	sleep_ms(LOOK_AFTER_MS);
	return page_read(&s->line, 1);
}

void measure_pet_reads(struct study *s, struct finding *f)
{
	uint32_t time = time_of_year() | TIME_VALID;
	bool pet, reset;

	pet = write_and_look(s, time | PET) & PET;
	reset = write_and_look(s, time | OFFSET_RESET) & OFFSET_RESET;
	page_write(&s->line, 1, time);
	if (pet != reset)
		cannot_tell(
			f,
			"PET reads as %d after it was written, OFFTRST as %d",
			pet, reset);
	else
		found(f, pet ? "stays" : "clears",
		      "PET and OFFTRST read as %d, %d ms after they were written",
		      pet, LOOK_AFTER_MS);
}

void measure_clock(struct study *s, struct finding *f)
{
	uint32_t before, after;
	uint64_t begun_ns;
	int went, took;

	if (s->may_write)
		page_write(&s->line, 1,
			   time_of_year() | TIME_VALID | OFFSET_RESET);
	sleep_ms(LOOK_AFTER_MS);
	before = page_read(&s->line, 1);
	begun_ns = s->line.answer_ns;
	sleep_ms(RUN_MS);
	after = page_read(&s->line, 1);
	took = (int)((s->line.answer_ns - begun_ns) / NS_PER_MS / 1000);
	went = (int)(FIELD(TIME, after) - FIELD(TIME, before));
	if (went >= took - 1 && went <= took + 1)
		found(f, "runs", "it advanced by %d s in %d s", went, took);
	else if (went)
		cannot_tell(f, "it advanced by %d s in %d s", went, took);
	else if (!(before & TIME_VALID) && !s->may_write)
		cannot_tell(
			f,
			"it does not advance, but it is not set: WRITE=1 sets it");
	else
		found(f, "stays", "it reads the same after %d s", took);
}

static void make_valid(struct study *s, void *opaque)
{
	(void)opaque;
	page_write(&s->line, 1, time_of_year());
	sleep_ms(LOOK_AFTER_MS);
	page_write(&s->line, 1, time_of_year() | TIME_VALID | OFFSET_RESET);
}

static bool is_valid(struct study *s, void *opaque)
{
	bool valid = page_read(&s->line, 1) & TIME_VALID;

	(void)opaque;
	return valid;
}

static void no_rest(struct study *s, void *opaque)
{
	(void)s;
	(void)opaque;
}

void measure_clock_valid(struct study *s, struct finding *f)
{
	const struct latency_ops ops = {
		.start = make_valid,
		.look = is_valid,
		.rest = no_rest,
		.limit_ms = LIMIT_MS,
	};

	found_range(f, latency_measure(s, &ops, NULL),
		    "from a write of the time until it reads as valid");
}

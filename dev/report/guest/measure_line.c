// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The serial line: frames that are cut, that pause, that are too fast; reserved
 * bits, the time of the first answer, and the answer to a write (U12 to U15,
 * U19, U21).
 *
 * All bits of invalid frames are zeros, which read page 0: if any of them are
 * lost, the rest is not a write.
 */
#include <math.h>
#include <stdio.h>
#include <sys/param.h>

#include "finding.h"
#include "record.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CUT_BITS 10
#define PAUSE_BIT 16
#define TRIES 3
#define PRECISE_MS 2
/* After a cut frame, the controller may miss some frames. */
#define SILENCE_MS 1000
#define STEPS_OF_FRAME 132
#define MALFORMED_US 500

static bool reads_right(struct study *s, uint32_t expected)
{
	return !((page_read(&s->line, 0) ^ expected) & CTL0_FIELDS);
}

void measure_cut_frame(struct study *s, struct finding *f)
{
	uint32_t expected = ctl0_settled(s);
	int right = 0;

	for (int i = 0; i < TRIES; i++) {
		line_cut(&s->line, PAGE(0), CUT_BITS);
		right += reads_right(s, expected);
		if (!line_align(&s->line)) {
			cannot_tell(f,
				    "the controller did not answer after it");
			return;
		}
	}
	if (right == TRIES)
		found(f, "forgotten",
		      "the frame after one of %d bits is correct", CUT_BITS);
	else if (!right)
		found(f, "counts-on",
		      "the frame after one of %d bits is wrong, and a later one correct",
		      CUT_BITS);
	else
		cannot_tell(f, "after a cut frame %d of %d frames were correct",
			    right, TRIES);
}

/* A busy machine extends the pauses: the range has their actual lengths. */
static bool survives_pause(struct study *s, uint32_t expected, unsigned int ms,
			   struct range *range)
{
	struct line *line = &s->line;
	double survived = 0, dropped = HUGE_VAL;
	int right = 0;

	line->pause_after = PAUSE_BIT;
	/* No other edge is near the sampling of SDO, and SDI stays 0. */
	line->pause_ns = ms * NS_PER_MS - 2 * line->gap_ns;
	for (int i = 0; i < TRIES; i++) {
		if (reads_right(s, expected)) {
			right++;
			survived = MAX(survived,
				       line->paused_least_ns / NS_PER_MS);
		} else {
			dropped =
				MIN(dropped, line->paused_most_ns / NS_PER_MS);
		}
	}
	line->pause_after = 0;
	line_align(line);
	if (right <= TRIES / 2) {
		range->hi_ms = MIN(range->hi_ms, dropped);
		return false;
	}
	range->lo_ms = MAX(range->lo_ms, survived);
	return true;
}

void measure_frame_timeout(struct study *s, struct finding *f)
{
	static const unsigned int pauses_ms[] = { 10, 100, 1000, 3000 };
	uint32_t expected = ctl0_settled(s);
	struct range range = { .hi_ms = HUGE_VAL };
	unsigned int survived = 0, dropped = 0;
	char value[16];

	for (size_t i = 0; i < ARRAY_SIZE(pauses_ms) && !dropped; i++) {
		if (survives_pause(s, expected, pauses_ms[i], &range))
			survived = pauses_ms[i];
		else
			dropped = pauses_ms[i];
	}
	if (!dropped) {
		found(f, "0", "a pause of %.0f ms has no effect", range.lo_ms);
		return;
	}
	while (dropped - survived > PRECISE_MS) {
		unsigned int middle = (survived + dropped) / 2;

		if (survives_pause(s, expected, middle, &range))
			survived = middle;
		else
			dropped = middle;
	}
	range.seen = true;
	f->range = range;
	snprintf(value, sizeof(value), "%.0f", (range.lo_ms + range.hi_ms) / 2);
	found(f, value,
	      "a pause of %.0f ms has no effect, one of %.0f ms drops the frame",
	      range.lo_ms, range.hi_ms);
}

void measure_boot(struct study *s, struct finding *f)
{
	char value[16];

	if (s->silent_ms < SILENCE_MS) {
		cannot_tell(f, "it answered the first frame");
		return;
	}
	snprintf(value, sizeof(value), "%.0f", s->silent_ms);
	found(f, value,
	      "it did not answer for the first %.0f ms, and longer since power-on",
	      s->silent_ms);
}

void measure_reserved(struct study *s, struct finding *f)
{
	/* Bit 29 belongs to the command, and is not a bit of the page, as 31:30. */
	const uint32_t unused[] = {
		~(CTL0_FIELDS | WRITE) & PAGE_BITS,
		~(CTL1_FIELDS | WRITE) & PAGE_BITS,
		~(CTL2_FIELDS | WRITE) & PAGE_BITS,
	};
	const uint32_t pages[] = { s->ctl0, s->ctl1, s->ctl2 };
	bool zeros = true, ones = true;

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		zeros = zeros && !(pages[i] & unused[i]);
		ones = ones && (pages[i] & unused[i]) == unused[i];
	}
	if (zeros || ones)
		found(f, zeros ? "0" : "1", "in all three pages");
	else
		cannot_tell(f, "some are 0, some 1: 0x%08x, 0x%08x, 0x%08x",
			    pages[0] & unused[0], pages[1] & unused[1],
			    pages[2] & unused[2]);
}

void measure_fast_edges(struct study *s, struct finding *f)
{
	static const unsigned int gaps_us[] = { 800, 600, 400, 200, 100 };
	uint32_t expected = ctl0_settled(s);
	double right_us = 0, wrong_us = 0;

	for (size_t i = 0; i < ARRAY_SIZE(gaps_us); i++) {
		double step_us = 0;
		int right = 0;

		s->line.gap_ns = gaps_us[i] * 1000;
		for (int j = 0; j < TRIES; j++) {
			right += reads_right(s, expected);
			step_us += (s->line.ended_ns - s->line.begun_ns) /
				   1000.0 / STEPS_OF_FRAME / TRIES;
		}
		s->line.gap_ns = LINE_FLOOR_NS;
		line_align(&s->line);
		record_begin("speed");
		record_number("step_us", (int)step_us);
		record_number("right", right);
		record_number("of", TRIES);
		record_end();
		if (right == TRIES)
			right_us = step_us;
		else if (!right && !wrong_us)
			wrong_us = step_us;
	}
	if (right_us && right_us < MALFORMED_US)
		found(f, "taken", "correct with %.0f us between edges",
		      right_us);
	else if (wrong_us && wrong_us < MALFORMED_US)
		found(f, "malformed",
		      "wrong with %.0f us between edges, correct with %.0f",
		      wrong_us, right_us);
	else
		cannot_tell(f, "edges were at least %.0f us apart, and correct",
			    right_us);
}

/* --- the answer to a frame that writes */

/* One bit each, so that writes narrow down the possibilities. */
enum { AS_BEFORE = 1, ALL_ZEROS = 2, ALL_ONES = 4, ECHOED = 8 };

static bool is_as_before(unsigned int page, uint32_t answer, uint32_t before)
{
	/* Its clock may run. */
	if (page == 1 && FIELD(TIME, answer) - FIELD(TIME, before) == 1)
		answer--;
	return answer == before;
}

struct reply {
	unsigned int possible;
	unsigned int page;
	uint32_t before, command,
		answer; /* of the last one that matched none */
};

static void write_and_compare(struct study *s, struct reply *reply,
			      unsigned int page, uint32_t value)
{
	uint32_t before = page_read(&s->line, page);
	uint32_t command = WRITE | value;
	uint32_t answer = line_exchange(&s->line, PAGE(page) | command) &
			  PAGE_BITS;

	reply->possible &=
		(is_as_before(page, answer, before) ? AS_BEFORE : 0) |
		(answer == 0 ? ALL_ZEROS : 0) |
		(answer == PAGE_BITS ? ALL_ONES : 0) |
		(answer == command ? ECHOED : 0);
	if (reply->possible)
		return;
	reply->page = page;
	reply->before = before;
	reply->command = command;
	reply->answer = answer;
}

void measure_write_status(struct study *s, struct finding *f)
{
	static const uint8_t offsets[] = { EEPROM_LOG, EEPROM_VERSION };
	const uint32_t time = time_of_year() | TIME_VALID;
	struct reply reply = { .possible = AS_BEFORE | ALL_ZEROS | ALL_ONES |
					   ECHOED };

	/* A write without an effect requests a byte. */
	study_byte(s);
	for (size_t i = 0; i < ARRAY_SIZE(offsets) && reply.possible; i++) {
		write_and_compare(s, &reply, 2, PUT(OFFSET, offsets[i]));
		sleep_ms(s->byte_ms);
	}
	if (s->may_write && reply.possible) {
		page_write(&s->line, 1, time);
		sleep_ms(SILENCE_MS);
		write_and_compare(s, &reply, 1, time);
	}
	if (s->may_write && reply.possible) {
		ctl0_settled(s);
		write_and_compare(s, &reply, 0, s->rules);
		ctl0_settled(s);
	}
	switch (reply.possible) {
	case AS_BEFORE:
		found(f, "before", "it is the page before the write");
		break;
	case ALL_ZEROS:
		found(f, "zeros", "it is all zeros");
		break;
	case ALL_ONES:
		found(f, "ones", "it is all ones");
		break;
	case ECHOED:
		found(f, "echo", "it is the command itself");
		break;
	case 0:
		cannot_tell(
			f,
			"page %u was 0x%08x, and command 0x%08x returned 0x%08x",
			reply.page, reply.before, reply.command, reply.answer);
		break;
	default:
		cannot_tell(
			f,
			"with the values of these pages, two answers look the same");
	}
}

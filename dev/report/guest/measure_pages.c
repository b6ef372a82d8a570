// SPDX-License-Identifier: GPL-2.0-or-later
/* The initial pages, and the timing of a frame. */
#include "finding.h"
#include "record.h"

#define FRAMES 8

static const char *action_name(uint32_t ctl0, uint32_t field)
{
	unsigned int action = FIELD(field, ctl0);

	return action ? relays_name(action) : "ignore";
}

void record_pages(struct study *s)
{
	record_begin("pages");
	record_hex("ctl0", s->ctl0, 8);
	record_hex("ctl1", s->ctl1, 8);
	record_hex("ctl2", s->ctl2, 8);
	record_text("state", "%s", relays_name(FIELD(STATE, s->ctl0)));
	record_number("mode", FIELD(MODE, s->ctl0));
	record_text("main_on", "%s", action_name(s->ctl0, ACTION_MAIN_ON));
	record_text("main_off", "%s", action_name(s->ctl0, ACTION_MAIN_OFF));
	record_text("aux_on", "%s", action_name(s->ctl0, ACTION_AUX_ON));
	record_text("aux_off", "%s", action_name(s->ctl0, ACTION_AUX_OFF));
	record_text("watchdog", "%s", action_name(s->ctl0, ACTION_WATCHDOG));
	record_bool("watchdog_enabled", s->ctl0 & ENABLE);
	record_number("watchdog_ms", period_ms(FIELD(PERIOD, s->ctl0)));
	record_bool("time_valid", s->ctl1 & TIME_VALID);
	record_number("time", FIELD(TIME, s->ctl1));
	record_number("log_head", FIELD(HEAD, s->ctl2));
	record_end();
}

/* The first two bits come before the controller knows the page. */
void record_frame(struct study *s)
{
	unsigned int bits[4] = { 0 };
	double least_ms = 0, most_ms = 0;

	progress("what a frame looks like");
	for (int i = 0; i < FRAMES; i++) {
		uint32_t answer = line_exchange(&s->line, PAGE(i % 3));
		double ms = (s->line.ended_ns - s->line.begun_ns) / NS_PER_MS;

		bits[answer >> 30]++;
		least_ms = i && least_ms < ms ? least_ms : ms;
		most_ms = most_ms > ms ? most_ms : ms;
	}
	record_begin("frame");
	record_number("least_ms", (int)(least_ms * 10) / 10.0);
	record_number("most_ms", (int)(most_ms * 10) / 10.0);
	record_number("first_bits_00", bits[0]);
	record_number("first_bits_01", bits[1]);
	record_number("first_bits_10", bits[2]);
	record_number("first_bits_11", bits[3]);
	record_end();
}

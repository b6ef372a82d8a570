// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller's page 0 and its rules; its image and counters. */

#include "bypass_host.h"

#include <stdio.h>
#include <stdlib.h>

/* With standby power it is in bypass; with main power it is normal. */
static void test_new_card(void **state)
{
	struct host *h = *state;
	uint32_t ctl0;

	bypass_free(h->b);
	h->b = bypass_new(NULL, NULL, NULL, h->now);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	assert_int_equal(host_log_count(h), 0);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	bypass_main_power(h->b, h->now, true);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	assert_int_equal(host_log_count(h), 1);

	ctl0 = host_read(h, 0);
	assert_int_equal(FIELD_GET(CTL0_MODE, ctl0), CTL0_MODE_AUTO);
	assert_int_equal(FIELD_GET(CTL0_STATE, ctl0), BYPASS_RELAY_NORMAL);
	assert_int_equal(FIELD_GET(CTL0_MAIN_ON, ctl0), BYPASS_RELAY_NORMAL);
	assert_int_equal(FIELD_GET(CTL0_MAIN_OFF, ctl0), BYPASS_RELAY_BYPASS);
	assert_int_equal(FIELD_GET(CTL0_AUX_ON, ctl0), BYPASS_RELAY_BYPASS);
	assert_int_equal(FIELD_GET(CTL0_AUX_OFF, ctl0), BYPASS_RELAY_BYPASS);
	assert_int_equal(FIELD_GET(CTL0_WATCHDOG, ctl0), BYPASS_RELAY_BYPASS);
	assert_int_equal(ctl0 & CTL0_WATCHDOG_ENABLE, 0);
}

/* Page 0 */

static void test_every_field_reads_back(void **state)
{
	struct host *h = *state;
	static const uint32_t masks[] = {
		CTL0_AUX_ON,  CTL0_MAIN_ON,	    CTL0_MAIN_OFF,
		CTL0_AUX_OFF, CTL0_WATCHDOG,	    CTL0_WATCHDOG_PERIOD,
		CTL0_MODE,    CTL0_WATCHDOG_ENABLE,
	};

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		for (uint32_t v = 0; v <= FIELD_GET(masks[i], ~0u); v++) {
			host_restart(h, NULL, NULL);
			uint32_t want = (host_read(h, 0) & ~masks[i]) |
					FIELD_PREP(masks[i], v);

			if (masks[i] == CTL0_MODE && v)
				want = (want & ~CTL0_STATE) |
				       FIELD_PREP(CTL0_STATE, v);
			assert_true(
				host_set(h, masks[i], FIELD_PREP(masks[i], v)));
			assert_int_equal(host_read(h, 0), want);
		}
	}
}

static void test_bits_that_are_no_field(void **state)
{
	struct host *h = *state;
	uint32_t ctl0 = host_read(h, 0);

	host_write(h, 0, ctl0 | ~(CTL0_WRITABLE | BYPASS_PAGE));
	host_sleep(h, S);
	assert_int_equal(host_read(h, 0), ctl0);
}

static void test_state_is_read_only(void **state)
{
	struct host *h = *state;

	for (unsigned int v = 0; v <= BYPASS_RELAY_ISOLATE; v++) {
		host_set(h, CTL0_STATE, FIELD_PREP(CTL0_STATE, v));
		assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	}
	assert_int_equal(h->relay_changes, 0);
}

/* Reads the old page until the EEPROM has the new one, then the new one. */
static void test_commit_takes_its_time(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();
	uint32_t before, written;

	/* Longer than a frame, so that a frame can read before it ends. */
	config.value[SETTING_COMMIT_MS] = 1000;
	host_restart(h, &config, NULL);
	before = host_read(h, 0);
	written = FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE) |
		  FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_ISOLATE) |
		  CTL0_WATCHDOG_ENABLE | FIELD_PREP(CTL0_WATCHDOG_PERIOD, 7);
	host_write(h, 0, written);
	assert_int_equal(bypass_next_deadline(h->b), h->now - h->wait + 1 * S);

	assert_int_equal(host_read(h, 0), before);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->b)->commits, 0);
	host_sleep(h, 1 * S);
	assert_int_equal(host_read(h, 0),
			 written |
				 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_ISOLATE));
	assert_int_equal(h->relay, BYPASS_RELAY_ISOLATE);
	assert_int_equal(bypass_counters(h->b)->commits, 1);
}

static void test_commit_default_delay(void **state)
{
	struct host *h = *state;
	uint64_t stop;

	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	stop = h->now - h->wait;
	bypass_tick(h->b, stop + 20 * MS - 1);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	bypass_tick(h->b, stop + 20 * MS);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
}

static void test_write_during_commit_replaces_it(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();

	config.value[SETTING_COMMIT_MS] = 1000;
	host_restart(h, &config, NULL);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	host_write(h, 0, FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_ISOLATE));
	host_sleep(h, 10 * S);
	assert_int_equal(bypass_counters(h->b)->commits, 1);
	assert_int_equal(h->relay_changes, 0);
	assert_int_equal(host_read(h, 0),
			 FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_ISOLATE) |
				 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_NORMAL));
}

/* As the public drivers do it, from each state to each. */
static void test_state_change(void **state)
{
	struct host *h = *state;
	uint32_t rules = host_read(h, 0) & ~CTL0_STATE;

	for (unsigned int from = 1; from <= 3; from++) {
		for (unsigned int to = 1; to <= 3; to++) {
			assert_true(host_set_state(h, from));
			h->relay_changes = 0;
			assert_true(host_set_state(h, to));
			assert_int_equal(h->relay_changes, from != to);
			assert_int_equal(bypass_relay(h->b), to);
			assert_int_equal(host_read(h, 0),
					 rules | FIELD_PREP(CTL0_STATE, to));
		}
	}
}

static void test_user_event_is_a_change_of_state(void **state)
{
	struct host *h = *state;

	assert_true(host_set_state(h, BYPASS_RELAY_NORMAL));
	assert_int_equal(host_log_count(h), 0);
	assert_true(host_set_state(h, BYPASS_RELAY_ISOLATE));
	assert_int_equal(host_log_count(h), 1);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_USER);
	assert_int_equal(host_newest(h).action, BYPASS_RELAY_ISOLATE);
	assert_true(host_set(h, CTL0_MAIN_ON, 0));
	assert_int_equal(host_log_count(h), 1);
}

static void test_relay_names(void **state)
{
	(void)state;
	assert_string_equal(bypass_relay_name(BYPASS_RELAY_NORMAL), "normal");
	assert_string_equal(bypass_relay_name(BYPASS_RELAY_BYPASS), "bypass");
	assert_string_equal(bypass_relay_name(BYPASS_RELAY_ISOLATE), "isolate");
}

/* Rules: every event, action, mode and state before. */

static void happen(struct host *h, enum bypass_event event)
{
	switch (event) {
	case BYPASS_EVENT_MAIN_ON:
		bypass_main_power(h->b, h->now, true);
		break;
	case BYPASS_EVENT_MAIN_OFF:
		bypass_main_power(h->b, h->now, false);
		break;
	case BYPASS_EVENT_AUX_ON:
		bypass_aux_power(h->b, h->now, true);
		break;
	case BYPASS_EVENT_AUX_OFF:
		bypass_aux_power(h->b, h->now, false);
		break;
	default:
		assert_int_equal(event, BYPASS_EVENT_WATCHDOG);
		host_sleep(h, 2 * S);
	}
}

static void check_rule(struct host *h, enum bypass_event event, uint32_t rule,
		       unsigned int action, unsigned int mode,
		       enum bypass_relay before)
{
	struct bypass_image image = host_image(h);
	bool obeyed = mode == CTL0_MODE_AUTO && action != BYPASS_ACTION_IGNORE;
	enum bypass_relay after = obeyed ? action : before;

	bypass_factory_image(&image);
	/* All other rules have other actions. */
	image.ctl0 = CTL0_AUX_ON | CTL0_MAIN_ON | CTL0_MAIN_OFF | CTL0_AUX_OFF |
		     CTL0_WATCHDOG;
	if (action == BYPASS_RELAY_ISOLATE)
		image.ctl0 = 0;
	image.ctl0 = (image.ctl0 & ~rule) | FIELD_PREP(rule, action) |
		     FIELD_PREP(CTL0_MODE, mode);
	image.relay = before;
	image.aux_power = event != BYPASS_EVENT_AUX_ON;
	image.main_power = event == BYPASS_EVENT_MAIN_OFF;
	if (event == BYPASS_EVENT_WATCHDOG)
		image.ctl0 |= CTL0_WATCHDOG_ENABLE |
			      FIELD_PREP(CTL0_WATCHDOG_PERIOD, 1);
	host_restart(h, NULL, &image);

	happen(h, event);
	assert_int_equal(bypass_relay(h->b), after);
	assert_int_equal(h->relay_changes, before != after);
	if (before != after)
		assert_int_equal(h->relay, after);
	assert_int_equal(host_log_count(h), 1);
	assert_int_equal(host_newest(h).event, event);
	assert_int_equal(host_newest(h).action,
			 obeyed ? action : BYPASS_ACTION_IGNORE);
	if (image.ctl0 & CTL0_WATCHDOG_ENABLE)
		assert_int_equal(host_read(h, 0) & CTL0_WATCHDOG_ENABLE, 0);

	/* Setting the same state again is not an event. */
	happen(h, event);
	assert_int_equal(host_log_count(h), 1);
}

static void test_rules(void **state)
{
	struct host *h = *state;
	static const struct {
		enum bypass_event event;
		uint32_t rule;
	} events[] = {
		{ BYPASS_EVENT_MAIN_ON, CTL0_MAIN_ON },
		{ BYPASS_EVENT_MAIN_OFF, CTL0_MAIN_OFF },
		{ BYPASS_EVENT_AUX_ON, CTL0_AUX_ON },
		{ BYPASS_EVENT_AUX_OFF, CTL0_AUX_OFF },
		{ BYPASS_EVENT_WATCHDOG, CTL0_WATCHDOG },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		for (unsigned int action = 0; action <= 3; action++)
			for (unsigned int mode = 0; mode <= 3; mode++)
				for (unsigned int from = 1; from <= 3; from++)
					if (mode == CTL0_MODE_AUTO ||
					    mode == from)
						check_rule(h, events[i].event,
							   events[i].rule,
							   action, mode, from);
}

/* Saves and images */

static void test_saves_when_there_is_something(void **state)
{
	struct host *h = *state;

	host_read(h, 0);
	host_eeprom_read(h, EEPROM_VERSION);
	host_pet(h);
	bypass_main_power(h->b, h->now, true);
	host_sleep(h, 100 * S);
	assert_int_equal(h->saves, 0);

	/* Relays and log in one call. */
	bypass_main_power(h->b, h->now, false);
	assert_int_equal(h->saves, 1);
	host_write(h, 0, 0);
	assert_int_equal(h->saves, 1);
	host_sleep(h, 1 * S);
	assert_int_equal(h->saves, 2);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	assert_int_equal(h->saves, 3);
	host_eeprom_write(h, 0, 1);
	assert_int_equal(h->saves, 4);
	host_watchdog_on(h, 1);
	assert_int_equal(h->saves, 5);
	host_sleep(h, 2 * S);
	assert_int_equal(h->saves, 6);
	assert_true(host_set_state(h, BYPASS_RELAY_ISOLATE));
	assert_int_equal(h->saves, 8);
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(h->saves, 9);
}

/* Frames that only repeat the time cause no save. */
static void test_saves_of_the_clock(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	assert_int_equal(h->saves, 1);
	host_sleep(h, 60 * S);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	assert_int_equal(h->saves, 1);
	host_write(h, 1, CTL1_TIME_VALID | 1001);
	assert_int_equal(h->saves, 2);
	host_write(h, 1, 1001);
	assert_int_equal(h->saves, 3);
	host_write(h, 1, CTL1_OFFSET_RESET | 1001);
	assert_int_equal(h->saves, 4);
}

static void test_image_round_trip(void **state)
{
	struct host *h = *state;
	struct bypass_image before, after;

	host_watchdog_on(h, 5);
	assert_true(host_set_state(h, BYPASS_RELAY_ISOLATE));
	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_sleep(h, 5 * S);
	before = host_image(h);
	assert_int_equal(before.time_offset, 5);
	/* A time before the controller's own counts as the controller's. */
	bypass_tick(h->b, h->now);
	bypass_get_image(h->b, h->now - 3 * S, &after);
	assert_memory_equal(&before, &after, sizeof(before));

	host_restart(h, NULL, &before);
	after = host_image(h);
	assert_memory_equal(&before, &after, sizeof(before));
	/* The watchdog restarts: its remaining time is not in the image. */
	assert_int_equal(bypass_next_deadline(h->b), h->now + 8 * S);
	assert_int_equal(host_logged_time(h), 1005);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1000);
}

static void test_image_errors(void **state)
{
	struct bypass_image good, bad;

	(void)state;
	bypass_factory_image(&good);
	good.main_power = true;
	assert_null(bypass_image_error(&good));
#define BAD(change, word)                                                \
	do {                                                             \
		bad = good;                                              \
		bad.change;                                              \
		assert_non_null(bypass_image_error(&bad));               \
		assert_non_null(strstr(bypass_image_error(&bad), word)); \
	} while (0)
	BAD(relay = 0, "relays");
	BAD(relay = 4, "relays");
	BAD(ctl0 |= CTL0_STATE, "page 0");
	BAD(aux_power = false, "auxiliary");
	BAD(time = BIT(25), "clock");
	BAD(time_offset = BIT(25), "clock");
	BAD(log_head = LOG_ENTRIES, "head");
	BAD(config.value[SETTING_SLOTS] = good.log_head, "head");
	BAD(eeprom[EEPROM_LOG_OFFSET] = 2, "0x01");
	BAD(eeprom[EEPROM_LOG_OFFSET] = 42, "0x01");
	good.main_power = false;
	good.aux_power = false;
	assert_null(bypass_image_error(&good));
	BAD(ctl0 |= CTL0_WATCHDOG_ENABLE, "watchdog");
#undef BAD
}

static void test_counters_line(void **state)
{
	struct host *h = *state;
	char *line = NULL;
	size_t size;
	FILE *f = open_memstream(&line, &size);

	bypass_print_counters(h->b, f);
	fflush(f);
	assert_string_equal(
		line, "bypass: frames=0 malformed=0 aborted=0 fast=0 cut=0 "
		      "shortest_gap_us=none page0_writes=0 page1_writes=0 "
		      "page2_writes=0 page3_writes=0 eeprom_commits=0\n");
	/* Read, write, and two reads until the commit is visible; read, pet. */
	assert_true(host_set(h, CTL0_MAIN_ON, 0));
	host_pet(h);
	rewind(f);
	bypass_print_counters(h->b, f);
	fclose(f);
	assert_string_equal(
		line, "bypass: frames=6 malformed=0 aborted=0 fast=0 cut=0 "
		      "shortest_gap_us=1000 page0_writes=1 page1_writes=1 "
		      "page2_writes=0 page3_writes=0 eeprom_commits=1\n");
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_card),
		TEST(test_every_field_reads_back),
		TEST(test_bits_that_are_no_field),
		TEST(test_state_is_read_only),
		TEST(test_commit_takes_its_time),
		TEST(test_commit_default_delay),
		TEST(test_write_during_commit_replaces_it),
		TEST(test_state_change),
		TEST(test_user_event_is_a_change_of_state),
		TEST(test_relay_names),
		TEST(test_rules),
		TEST(test_saves_when_there_is_something),
		TEST(test_saves_of_the_clock),
		TEST(test_image_round_trip),
		TEST(test_image_errors),
		TEST(test_counters_line),
	};

	return cmocka_run_group_tests_name("bypass", tests, NULL, NULL);
}

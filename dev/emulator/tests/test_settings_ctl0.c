// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's settings for page 0: U2 to U8, and U18. The effect of each
 * value, as a host sees it. test_bypass*.c and test_serial.c test the defaults.
 */
#include "bypass_host.h"

/* U2, U3, U4: the commit of page 0 */

static void test_commit_ms(void **state)
{
	struct host *h = *state;
	uint64_t stop;

	host_configure(h, SETTING_COMMIT_MS, 300);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	stop = h->now - h->wait;
	assert_int_equal(bypass_next_deadline(h->b), stop + 300 * MS);
	/* A commit in progress keeps its time. */
	host_configure(h, SETTING_COMMIT_MS, 0);
	bypass_tick(h->b, stop + 300 * MS - 1);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	bypass_tick(h->b, stop + 300 * MS);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	h->now = stop + 300 * MS;
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_ISOLATE);
}

static void test_commit_reads(void **state)
{
	struct host *h = *state;
	const uint32_t page = FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE) |
			      FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_BYPASS);

	for (uint32_t reads = READS_OLD; reads <= READS_ONES; reads++) {
		uint32_t want[] = {
			[READS_OLD] = 0,
			[READS_NEW] = page | FIELD_PREP(CTL0_STATE,
							BYPASS_RELAY_NORMAL),
			[READS_ZEROS] = 0,
			[READS_ONES] = ~BYPASS_PAGE,
		};

		host_restart(h, NULL, NULL);
		want[READS_OLD] = host_read(h, 0);
		host_configure(h, SETTING_COMMIT_MS, 1000);
		host_configure(h, SETTING_COMMIT_READS, reads);
		/* At rest it has no effect. */
		assert_int_equal(host_read(h, 0), want[READS_OLD]);
		host_write(h, 0, page);
		assert_int_equal(host_read(h, 0), want[reads]);
		assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
		host_sleep(h, 1 * S);
		assert_int_equal(host_read(h, 0),
				 page | FIELD_PREP(CTL0_STATE,
						   BYPASS_RELAY_ISOLATE));
	}
}

static void test_commit_writes(void **state)
{
	struct host *h = *state;
	const uint32_t first = FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_BYPASS);
	const uint32_t second = FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_ISOLATE);
	uint64_t due;

	host_configure(h, SETTING_COMMIT_MS, 1000);
	host_configure(h, SETTING_COMMIT_WRITES, WRITES_DROPPED);
	host_write(h, 0, first);
	due = bypass_next_deadline(h->b);
	host_write(h, 0, second);
	assert_int_equal(bypass_next_deadline(h->b), due);
	host_sleep(h, 1 * S);
	assert_int_equal(host_read(h, 0) & CTL0_MAIN_ON, first);
	host_write(h, 0, second);
	host_sleep(h, 1 * S);
	assert_int_equal(host_read(h, 0) & CTL0_MAIN_ON, second);
}

/* U5, U6, U18: modes */

static void test_state_delay(void **state)
{
	struct host *h = *state;
	struct bypass_image image;

	host_configure(h, SETTING_COMMIT_MS, 0);
	host_configure(h, SETTING_STATE_DELAY_MS, 500);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	assert_int_equal(host_read(h, 0),
			 FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS) |
				 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_NORMAL));
	assert_int_equal(h->relay_changes, 0);
	assert_int_equal(host_log_count(h), 0);
	/* The move continues after the end of the emulator. */
	image = host_image(h);
	assert_int_equal(image.relay, BYPASS_RELAY_BYPASS);
	host_write(h, 0, 0);
	host_sleep(h, 500 * MS);
	assert_int_equal(host_read(h, 0),
			 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_BYPASS));
	assert_int_equal(h->relay_changes, 1);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_USER);

	/* Back to the current state: nothing moves. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	host_sleep(h, 10 * S);
	assert_int_equal(h->relay_changes, 1);

	/* An event is obeyed at once, and replaces the pending move. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_write(h, 0, FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_NORMAL));
	host_event(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	host_sleep(h, 10 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);

	/* Without power nothing moves. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
}

static void test_mode_reads(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_MODE_READS, MODE_READS_ZERO);
	assert_true(host_set(h, CTL0_MODE, BYPASS_RELAY_ISOLATE));
	assert_int_equal(host_read(h, 0) & (CTL0_MODE | CTL0_STATE),
			 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_ISOLATE));
	/* The mode is still set: no event is obeyed. */
	host_event(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_ISOLATE);
	host_configure(h, SETTING_MODE_READS, MODE_READS_YES);
	assert_int_equal(host_read(h, 0) & CTL0_MODE, BYPASS_RELAY_ISOLATE);
}

static void test_manual_actions(void **state)
{
	static const struct {
		unsigned int value, logged, action;
		enum bypass_relay relay;
	} ways[] = {
		{ MANUAL_LOGGED, 2, BYPASS_ACTION_IGNORE,
		  BYPASS_RELAY_ISOLATE },
		{ MANUAL_UNLOGGED, 1, BYPASS_RELAY_ISOLATE,
		  BYPASS_RELAY_ISOLATE },
		{ MANUAL_TAKEN, 2, BYPASS_RELAY_BYPASS, BYPASS_RELAY_BYPASS },
	};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		host_restart(h, NULL, NULL);
		host_configure(h, SETTING_MANUAL_ACTIONS, ways[i].value);
		assert_true(host_set(h, CTL0_MODE, BYPASS_RELAY_ISOLATE));
		host_event(h);
		assert_int_equal(host_log_count(h), ways[i].logged);
		assert_int_equal(host_newest(h).action, ways[i].action);
		assert_int_equal(host_read(h, 0) & (CTL0_MODE | CTL0_STATE),
				 FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE) |
					 FIELD_PREP(CTL0_STATE, ways[i].relay));
		assert_int_equal(bypass_relay(h->b), ways[i].relay);
		host_image(h);
	}
}

/* U7, U8: the watchdog's enable bit */

static bool enabled(struct host *h)
{
	return host_read(h, 0) & CTL0_WATCHDOG_ENABLE;
}

static void test_expiry_enable(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_EXPIRY_ENABLE, BITS_STAY);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
	assert_true(enabled(h));
	/* Neither a pet nor the bit that is already set restarts it. */
	host_pet(h);
	host_watchdog_on(h, 1);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	/* It is also off for the next controller on this card. */
	assert_int_equal(host_image(h).ctl0 & CTL0_WATCHDOG_ENABLE, 0);
	assert_true(host_set(h, CTL0_WATCHDOG_ENABLE, 0));
	host_watchdog_on(h, 1);
	assert_int_not_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	assert_int_not_equal(host_image(h).ctl0 & CTL0_WATCHDOG_ENABLE, 0);
}

static void test_enable_restarts(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_ENABLE_RESTARTS, RESTARTS_YES);
	host_watchdog_on(h, 2);
	for (int i = 0; i < 10; i++) {
		host_sleep(h, 1 * S);
		assert_true(host_set(h, CTL0_MAIN_ON, 0));
	}
	assert_int_equal(host_log_count(h), 0);
	host_sleep(h, 2 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);

	/* If the bit stays set, a write is enough to restart it. */
	host_configure(h, SETTING_EXPIRY_ENABLE, BITS_STAY);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	assert_true(host_set(h, CTL0_MAIN_ON, BYPASS_RELAY_NORMAL));
	assert_int_not_equal(bypass_next_deadline(h->b), NO_DEADLINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_commit_ms),	  TEST(test_commit_reads),
		TEST(test_commit_writes), TEST(test_state_delay),
		TEST(test_mode_reads),	  TEST(test_manual_actions),
		TEST(test_expiry_enable), TEST(test_enable_restarts),
	};

	return cmocka_run_group_tests_name("settings_ctl0", tests, NULL, NULL);
}

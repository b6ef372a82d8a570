// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller over time: watchdog, clock, power on and off. */

#include "bypass_host.h"
#include "within.h"

static void test_watchdog_periods(void **state)
{
	struct host *h = *state;
	static const unsigned int ms[] = { 1000, 1500, 2000,  3000,
					   4000, 8000, 16000, 32000 };
	uint64_t begin;

	for (unsigned int i = 0; i < sizeof(ms) / sizeof(ms[0]); i++) {
		host_restart(h, NULL, NULL);
		host_write(h, 0,
			   CTL0_WATCHDOG_ENABLE |
				   FIELD_PREP(CTL0_WATCHDOG_PERIOD, i) |
				   FIELD_PREP(CTL0_WATCHDOG,
					      BYPASS_RELAY_BYPASS));
		begin = h->now - h->wait + 20 * MS;
		bypass_tick(h->b, begin);
		assert_int_equal(bypass_next_deadline(h->b),
				 begin + ms[i] * MS);
		bypass_tick(h->b, begin + ms[i] * MS - 1);
		assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
		bypass_tick(h->b, begin + ms[i] * MS);
		assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
		assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
		h->now = begin + ms[i] * MS;
		assert_int_equal(
			FIELD_GET(CTL0_WATCHDOG_PERIOD, host_read(h, 0)), i);
	}
}

static void test_pet(void **state)
{
	struct host *h = *state;

	host_watchdog_on(h, 1);
	for (int i = 0; i < 100; i++) {
		host_pet(h);
		assert_int_equal(bypass_next_deadline(h->b),
				 h->now - h->wait + 1500 * MS);
		host_sleep(h, 1200 * MS);
	}
	assert_int_equal(host_log_count(h), 0);
	host_sleep(h, 301 * MS);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
}

static void test_pet_of_a_watchdog_that_is_off(void **state)
{
	struct host *h = *state;

	host_pet(h);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);

	/* Also after expiry: the relays do not move, the watchdog stays off. */
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	host_pet(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	assert_int_equal(host_read(h, 0) & CTL0_WATCHDOG_ENABLE, 0);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
}

static void test_watchdog_rearms_by_enable(void **state)
{
	struct host *h = *state;

	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_true(host_set_state(h, BYPASS_RELAY_NORMAL));
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	assert_int_equal(host_log_count(h), 3);
}

static void test_watchdog_stops(void **state)
{
	struct host *h = *state;

	host_watchdog_on(h, 2);
	host_sleep(h, 1 * S);
	assert_true(host_set(h, CTL0_WATCHDOG_ENABLE, 0));
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	host_sleep(h, 100 * S);
	assert_int_equal(host_log_count(h), 0);
}

/* A write of other fields of the page does not extend the period. */
static void test_watchdog_and_other_writes(void **state)
{
	struct host *h = *state;
	uint64_t due;

	host_watchdog_on(h, 3);
	due = bypass_next_deadline(h->b);
	assert_true(host_set(h, CTL0_MAIN_ON, 0));
	assert_int_equal(bypass_next_deadline(h->b), due);
	host_watchdog_on(h, 3);
	assert_int_equal(bypass_next_deadline(h->b), due);
	/* A new period restarts the watchdog. */
	host_watchdog_on(h, 4);
	assert_true(bypass_next_deadline(h->b) > due);
}

static void test_watchdog_in_a_forced_mode(void **state)
{
	struct host *h = *state;

	assert_true(host_set(h, CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_ISOLATE);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
	assert_int_equal(host_newest(h).action, BYPASS_ACTION_IGNORE);
	assert_int_equal(host_read(h, 0) & CTL0_WATCHDOG_ENABLE, 0);
}

/* A late tick does not log a wrong time. */
static void test_late_tick(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_watchdog_on(h, 1);
	bypass_tick(h->b, h->now + 100 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
	assert_within(host_newest(h).time, 1001, 1002);
}

/* A frame that ends after the expiry is too late, also before the tick. */
static void test_pet_too_late(void **state)
{
	struct host *h = *state;

	host_watchdog_on(h, 1);
	h->now += 2 * S;
	host_pet(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
}

/* The clock */

static void test_self_clearing_bits(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | CTL1_PET | 5);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 5);
	host_write(h, 1, BIT(28));
	assert_int_equal(host_read(h, 1), 0);
}

static void test_clock(void **state)
{
	struct host *h = *state;

	host_logged_time(h);
	assert_false(host_newest(h).valid);

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	h->now -= h->wait;
	assert_int_equal(host_logged_time(h), 1000);
	assert_true(host_newest(h).valid);
	host_sleep(h, 1 * S - 1);
	assert_int_equal(host_logged_time(h), 1000);
	host_sleep(h, 1);
	assert_int_equal(host_logged_time(h), 1001);
	host_sleep(h, 3600 * S);
	assert_int_equal(host_logged_time(h), 4601);

	/* Reads return the written value, which drivers compare. */
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1000);
	host_write(h, 1, 7);
	host_logged_time(h);
	assert_false(host_newest(h).valid);
}

/* A pet that writes back the time that it read does not change the clock. */
static void test_offset_without_reset(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_sleep(h, 50 * S);
	host_write(h, 1, CTL1_TIME_VALID | CTL1_PET | 1000);
	assert_within(host_logged_time(h), 1050, 1051);
	/* A pet with a new time needs the reset of the offset. */
	host_write(h, 1, CTL1_TIME_VALID | CTL1_PET | 2000);
	assert_within(host_logged_time(h), 2050, 2051);
	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 2000);
	assert_int_equal(host_logged_time(h), 2000);
}

static void test_clock_wraps_at_25_bits(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | CTL1_TIME);
	host_sleep(h, 2 * S);
	assert_int_equal(host_logged_time(h), 1);
	assert_true(host_newest(h).valid);
}

/* Power */

static void test_aux_off(void **state)
{
	struct host *h = *state;

	host_watchdog_on(h, 3);
	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_write(h, 0, FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_ISOLATE));
	bypass_aux_power(h->b, h->now, false);
	/* Main power goes off first. */
	assert_int_equal(host_log_count(h), 2);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_AUX_OFF);
	assert_false(host_image(h).main_power);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);

	/* Without power there is no answer. */
	assert_int_equal(host_raw_frame(h, PAGE(0)), ~0u);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_sleep(h, 100 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
	assert_int_equal(host_log_count(h), 2);

	/* Main power turns aux on first. The pending write is lost. */
	bypass_main_power(h->b, h->now, true);
	assert_int_equal(host_log_count(h), 4);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_MAIN_ON);
	assert_int_equal(host_newest(h).action, BYPASS_RELAY_NORMAL);
	assert_false(host_newest(h).valid);
	assert_int_equal(host_read(h, 1), 0);
	assert_int_equal(host_read(h, 0) & CTL0_WATCHDOG_ENABLE, 0);
	assert_int_equal(FIELD_GET(CTL0_WATCHDOG_PERIOD, host_read(h, 0)), 3);
}

/* Power goes off and on during a frame. */
static void test_aux_off_in_mid_frame(void **state)
{
	struct host *h = *state;

	host_start(h);
	host_bits(h, PAGE(1) | BYPASS_WRITE | 5, 16);
	bypass_aux_power(h->b, h->now, false);
	host_bits(h, 0, 3);
	assert_true(bypass_sdo(h->b));
	bypass_aux_power(h->b, h->now, true);
	host_bits(h, 5 << 16, 13);
	host_stop(h);
	assert_int_equal(bypass_counters(h->b)->frames, 0);
	assert_int_equal(host_read(h, 1), 0);
}

/* The same when the host does nothing during that time. */
static void test_aux_blinks_in_mid_frame(void **state)
{
	struct host *h = *state;

	host_start(h);
	host_bits(h, PAGE(1) | BYPASS_WRITE | 5, 16);
	assert_false(bypass_sdo(h->b));
	bypass_aux_power(h->b, h->now, false);
	assert_true(bypass_sdo(h->b));
	bypass_aux_power(h->b, h->now, true);
	host_bits(h, 5 << 16, 16);
	host_stop(h);
	assert_int_equal(bypass_counters(h->b)->frames, 0);
	assert_int_equal(host_read(h, 1), 0);
}

static void test_aux_off_ends_what_was_in_progress(void **state)
{
	struct host *h = *state;

	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 1);
	host_write(h, 2,
		   CTL2_EEPROM_WRITE | FIELD_PREP(CTL2_OFFSET, 0x0a) | 0x77);
	bypass_aux_power(h->b, h->now, false);
	host_sleep(h, 60 * S);
	bypass_aux_power(h->b, h->now, true);
	/* Nothing was read since then, and the head of the log is at aux on. */
	assert_int_equal(host_read(h, 2), FIELD_PREP(CTL2_LOG_HEAD, 2));
	host_sleep(h, 1 * S);
	assert_int_equal(host_eeprom_read(h, 0x0a), 0);
}

/* The clock is 0 at aux on, and the events of aux have the right time. */
static void test_clock_and_aux_power(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	h->now += 10 * S - h->wait;
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(host_newest(h).time, 1010);
	assert_true(host_newest(h).valid);
	h->now += 60 * S;
	bypass_aux_power(h->b, h->now, true);
	assert_int_equal(host_newest(h).time, 0);
	assert_false(host_newest(h).valid);
	host_sleep(h, 7 * S);
	assert_int_equal(host_logged_time(h), 7);
}

/* The watchdog runs on auxiliary power. */
static void test_main_off_leaves_the_watchdog(void **state)
{
	struct host *h = *state;

	assert_true(host_set(h, CTL0_MAIN_OFF, 0));
	host_watchdog_on(h, 1);
	bypass_main_power(h->b, h->now, false);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_BYPASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_watchdog_periods),
		TEST(test_pet),
		TEST(test_pet_of_a_watchdog_that_is_off),
		TEST(test_watchdog_rearms_by_enable),
		TEST(test_watchdog_stops),
		TEST(test_watchdog_and_other_writes),
		TEST(test_watchdog_in_a_forced_mode),
		TEST(test_late_tick),
		TEST(test_pet_too_late),
		TEST(test_self_clearing_bits),
		TEST(test_clock),
		TEST(test_offset_without_reset),
		TEST(test_clock_wraps_at_25_bits),
		TEST(test_aux_off),
		TEST(test_aux_off_in_mid_frame),
		TEST(test_aux_blinks_in_mid_frame),
		TEST(test_aux_off_ends_what_was_in_progress),
		TEST(test_clock_and_aux_power),
		TEST(test_main_off_leaves_the_watchdog),
	};

	return cmocka_run_group_tests_name("bypass_time", tests, NULL, NULL);
}

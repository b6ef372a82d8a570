// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's settings for the clock and the serial line: U9, U10, U12 to
 * U15, U19 and U21. The effect of each value, as a host sees it. test_bypass*.c
 * and test_serial.c test the defaults.
 */
#include "bypass_host.h"
#include "within.h"

/* U9, U10: page 1 */

static void test_pet_reads(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_PET_READS, BITS_STAY);
	host_write(h, 1, CTL1_OFFSET_RESET | CTL1_PET | 5);
	assert_int_equal(host_read(h, 1), CTL1_OFFSET_RESET | CTL1_PET | 5);
	host_write(h, 1, CTL1_PET | 5);
	assert_int_equal(host_read(h, 1), CTL1_PET | 5);
	host_write(h, 1, 5);
	assert_int_equal(host_read(h, 1), 5);
	/* They pet only once. */
	host_write(h, 1, CTL1_PET);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
	bypass_aux_power(h->b, h->now, false);
	bypass_main_power(h->b, h->now, true);
	assert_int_equal(host_read(h, 1), 0);
}

static void test_clock_runs(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_CLOCK, CLOCK_RUNS);
	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_sleep(h, 50 * S);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1050);
	assert_int_equal(host_logged_time(h), 1050);
	/* No offset must be added to the time that was read. */
	host_pet(h);
	host_sleep(h, 50 * S);
	assert_within(host_logged_time(h), 1099, 1101);
}

static void test_clock_valid(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_CLOCK_VALID_MS, 300);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	assert_int_equal(host_read(h, 1), 1000);
	host_sleep(h, 300 * MS);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1000);
	assert_true(host_image(h).time_valid);
	/* It stays valid, and becomes invalid at once. */
	host_write(h, 1, CTL1_TIME_VALID | 2000);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 2000);
	host_write(h, 1, 2000);
	assert_int_equal(host_read(h, 1), 2000);
	/* After another word before that time, it does not become valid. */
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	host_write(h, 1, 1000);
	host_sleep(h, 10 * S);
	assert_int_equal(host_read(h, 1), 1000);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
}

/* U12 */

static void cut(struct host *h, uint32_t command, unsigned int bits)
{
	host_start(h);
	host_bits(h, command, bits);
	bypass_pins_released(h->b, h->now);
	host_sleep(h, h->wait);
}

static void test_cut_frame(void **state)
{
	struct host *h = *state;
	const struct bypass_counters *c = bypass_counters(h->b);

	host_configure(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	/* A complete frame works as usual. */
	host_frame(h, PAGE(1) | BYPASS_WRITE | CTL1_TIME_VALID | 0x1234567);
	assert_int_equal(host_raw_frame(h, PAGE(1)),
			 BYPASS_PAGE | CTL1_TIME_VALID | 0x1234567);
	assert_true(bypass_sdo(h->b));
	assert_int_equal(c->frames, 2);
	/* With odd numbers of bits, including the last bit of the status. */
	assert_int_equal(host_read(h, 1) & 1, 1);

	/*
	 * After a cut, the rise of SCK at its release and the fall at the next
	 * frame's start are one more bit; then the bits of that frame follow.
	 */
	cut(h, PAGE(1) | BYPASS_WRITE, 16);
	assert_int_equal(host_raw_frame(h, PAGE(1) | 0x00abcdef) & 0x1ffff,
			 0x1ffff);
	assert_int_equal(c->frames, 3);
	assert_int_equal(c->cut, 1);
	assert_int_equal(c->writes[1], 2);
	/* 16 of the old one, a 1, and 15 of the new one: */
	assert_int_equal(host_read(h, 1),
			 (BIT(15) | (PAGE(1) | 0x00abcdef) >> 17) &
				 (CTL1_TIME_VALID | CTL1_TIME));
	assert_int_equal(c->malformed, 0);
	assert_int_equal(c->aborted, 0);

	/* It ignores each stop, too. */
	host_start(h);
	host_bits(h, PAGE(1), 8);
	host_stop(h);
	host_start(h);
	host_stop(h);
	assert_int_equal(c->frames, 4);
	assert_int_equal(c->malformed, 0);
	/* Without a bit there is no count to continue. */
	host_configure(h, SETTING_CUT_FRAME, CUT_FORGOTTEN);
	host_read(h, 1);
	host_configure(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	cut(h, 0, 0);
	assert_int_not_equal(host_state(h), 0);
}

static void test_cut_frame_and_timeout(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	host_configure(h, SETTING_FRAME_TIMEOUT_MS, 50);
	cut(h, PAGE(1) | BYPASS_WRITE, 16);
	host_sleep(h, 50 * MS);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->b)->writes[1], 0);
}

/* U13 */
static void test_frame_timeout(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_FRAME_TIMEOUT_MS, 50);
	/* SDI may keep its level, and SCK rises one step later. */
	for (unsigned int pause = 48; pause <= 50; pause += 2) {
		host_start(h);
		host_bits(h, PAGE(1) | BYPASS_WRITE | 77, 20);
		host_sleep(h, pause * MS - h->wait);
		host_bits(h, (PAGE(1) | BYPASS_WRITE | 77) << 20, 12);
		host_stop(h);
		assert_int_equal(bypass_counters(h->b)->writes[1], 1);
	}
}

/* U14 */
static void test_boot(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_BOOT_MS, 2000);
	/* It has had power for a long time. */
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	for (int aux = 0; aux <= 1; aux++) {
		uint64_t frames = bypass_counters(h->b)->frames;

		if (aux)
			bypass_aux_power(h->b, h->now, false);
		else
			bypass_main_power(h->b, h->now, false);
		bypass_main_power(h->b, h->now, true);
		/* It obeys its rules during that time. */
		assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
		assert_int_equal(host_raw_frame(h, PAGE(0)), ~0u);
		host_sleep(h, 2 * S - 150 * MS);
		host_bits(h, 0, 1);
		assert_int_equal(bypass_counters(h->b)->frames, frames);
		host_sleep(h, 150 * MS);
		assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	}
}

/* U15 */
static void test_reserved(void **state)
{
	static const uint32_t fields[] = {
		CTL0_WRITABLE | CTL0_STATE,
		CTL1_TIME | CTL1_TIME_VALID | CTL1_OFFSET_RESET | CTL1_PET,
		CTL2_DATA | CTL2_OFFSET | CTL2_EEPROM_WRITE | CTL2_LOG_HEAD,
	};
	struct host *h = *state;
	uint32_t before[3];

	for (unsigned int page = 0; page < 3; page++)
		before[page] = host_read(h, page);
	host_configure(h, SETTING_RESERVED, 1);
	for (unsigned int page = 0; page < 3; page++)
		assert_int_equal(host_read(h, page),
				 (before[page] | ~fields[page]) & ~BYPASS_PAGE);
	/* Written back, they have no effect. */
	host_write(h, 0, host_read(h, 0) & ~BYPASS_PAGE);
	host_sleep(h, 1 * S);
	host_configure(h, SETTING_RESERVED, 0);
	assert_int_equal(host_read(h, 0), before[0]);
}

/* U19 */
static void test_fast_edges(void **state)
{
	struct host *h = *state;

	h->wait = 499;
	host_frame(h, PAGE(0));
	assert_int_equal(bypass_counters(h->b)->malformed, 1);
	host_configure(h, SETTING_FAST_EDGES, FAST_TAKEN);
	host_sleep(h, MS);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->b)->malformed, 1);
	assert_int_equal(bypass_counters(h->b)->fast, 2);
	host_configure(h, SETTING_FAST_EDGES, FAST_MALFORMED);
	host_frame(h, PAGE(0));
	assert_int_equal(bypass_counters(h->b)->malformed, 2);
}

/* U21 */
static void test_write_status(void **state)
{
	const uint32_t first = CTL1_TIME_VALID | 0x1234567;
	const uint32_t second = CTL1_TIME_VALID | 0x0fedcba;
	const struct {
		uint32_t value, status;
	} statuses[] = {
		{ WRITE_BEFORE, first },
		{ WRITE_ZEROS, 0 },
		{ WRITE_ONES, ~BYPASS_PAGE },
		{ WRITE_ECHO, BYPASS_WRITE | second },
	};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		host_write(h, 1, first);
		host_configure(h, SETTING_WRITE_STATUS, statuses[i].value);
		assert_int_equal(host_frame(h, PAGE(1) | BYPASS_WRITE | second),
				 PAGE(1) | statuses[i].status);
		/* The write is accepted, and reads work as usual. */
		assert_int_equal(host_frame(h, PAGE(1) | first),
				 PAGE(1) | second);
		assert_int_equal(host_read(h, 1), second);
		/* A host that is too fast gets no status. */
		h->wait = 499;
		assert_int_equal(host_raw_frame(h, PAGE(1) | BYPASS_WRITE),
				 ~0u);
		h->wait = MS;
		host_sleep(h, MS);
		assert_int_equal(host_read(h, 1), second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pet_reads),
		TEST(test_clock_runs),
		TEST(test_clock_valid),
		TEST(test_cut_frame),
		TEST(test_cut_frame_and_timeout),
		TEST(test_frame_timeout),
		TEST(test_boot),
		TEST(test_reserved),
		TEST(test_fast_edges),
		TEST(test_write_status),
	};

	return cmocka_run_group_tests_name("settings_serial", tests, NULL,
					   NULL);
}

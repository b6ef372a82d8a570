// SPDX-License-Identifier: GPL-2.0-or-later
/* The serial line: valid and invalid frames, and the timing of SDO. */

#include "bypass_host.h"
#include "within.h"

static const struct bypass_counters *counters(struct host *h)
{
	return bypass_counters(h->b);
}

/* A word whose neighbouring bits reveal a shift by one. */
#define TIME 0x12cb5a7u
#define SET_TIME (PAGE(1) | BYPASS_WRITE | CTL1_TIME_VALID | TIME)

static void assert_time_unset(struct host *h)
{
	assert_int_equal(host_read(h, 1), 0);
}

static void test_frame(void **state)
{
	struct host *h = *state;

	host_frame(h, SET_TIME);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | TIME);
	assert_int_equal(counters(h)->frames, 2);
	assert_int_equal(counters(h)->writes[0], 0);
	assert_int_equal(counters(h)->writes[1], 1);
	assert_int_equal(counters(h)->writes[2], 0);
	assert_int_equal(counters(h)->malformed, 0);
	assert_int_equal(counters(h)->aborted, 0);
	assert_int_equal(counters(h)->fast, 0);
	assert_int_equal(counters(h)->min_gap_us, 1000);
}

static void test_no_write_without_write_enable(void **state)
{
	struct host *h = *state;

	host_frame(h, SET_TIME & ~BYPASS_WRITE);
	assert_time_unset(h);
	assert_int_equal(counters(h)->writes[1], 0);
}

static void test_first_two_status_bits_are_fixed(void **state)
{
	struct host *h = *state;

	for (unsigned int page = 0; page < 4; page++)
		assert_int_equal(FIELD_GET(BYPASS_PAGE,
					   host_raw_frame(h, PAGE(page))),
				 3);
}

static void test_unknown_page_reads_zero_and_ignores_writes(void **state)
{
	struct host *h = *state;
	uint32_t before = host_read(h, 0);

	assert_int_equal(host_read(h, 3), 0);
	host_write(h, 3, 0x1fffffff);
	assert_int_equal(host_read(h, 3), 0);
	assert_int_equal(host_read(h, 0), before);
	assert_int_equal(host_read(h, 1), 0);
	assert_int_equal(counters(h)->writes[3], 1);
}

/* SDO changes only when SCK falls, so a host may sample late. */
static void test_sdo_changes_on_falling_edges_only(void **state)
{
	struct host *h = *state;
	uint32_t want = CTL1_TIME_VALID | TIME;
	bool sdo;

	host_frame(h, SET_TIME);
	host_start(h);
	for (int i = 31; i >= 0; i--) {
		sdo = bypass_sdo(h->b);
		host_pins(h, false, PAGE(1) >> i & 1);
		assert_int_equal(bypass_sdo(h->b), sdo);
		host_pins(h, true, h->sdi);
		assert_int_equal(bypass_sdo(h->b), sdo);
		host_pins(h, false, h->sdi);
		if (i < 30)
			assert_int_equal(bypass_sdo(h->b), want >> i & 1);
	}
	host_stop(h);
	assert_true(bypass_sdo(h->b));
}

static void test_status_is_of_one_moment(void **state)
{
	struct host *h = *state;
	uint32_t status;

	/* The state changes after the page is known, before its bits. */
	host_start(h);
	status = host_bits(h, PAGE(0), 3) << 29;
	bypass_main_power(h->b, h->now, false);
	status |= host_bits(h, 0, 29);
	host_stop(h);
	assert_int_equal(FIELD_GET(CTL0_STATE, status), BYPASS_RELAY_NORMAL);
	assert_int_equal(host_state(h), BYPASS_RELAY_BYPASS);
}

static void test_takes_effect_at_the_stop(void **state)
{
	struct host *h = *state;

	host_start(h);
	host_bits(h, SET_TIME, 32);
	host_pins(h, true, false);
	assert_int_equal(counters(h)->frames, 0);
	host_pins(h, true, true);
	assert_int_equal(counters(h)->frames, 1);
}

/* The write of step 4 is not a start, after a last bit of 1 or 0. */
static void test_stop_after_either_last_bit(void **state)
{
	struct host *h = *state;

	host_frame(h, PAGE(1) | BYPASS_WRITE | 0x1);
	assert_int_equal(host_read(h, 1), 0x1);
	host_frame(h, PAGE(1) | BYPASS_WRITE | 0x2);
	assert_int_equal(host_read(h, 1), 0x2);
	assert_int_equal(counters(h)->aborted, 0);
	assert_int_equal(counters(h)->malformed, 0);
}

static void test_other_numbers_of_bits_are_malformed(void **state)
{
	struct host *h = *state;
	unsigned int malformed = 0;

	for (unsigned int bits = 0; bits <= 70; bits++) {
		if (bits == 32)
			continue;
		host_start(h);
		host_bits(h, SET_TIME, bits < 32 ? bits : 32);
		for (unsigned int i = 32; i < bits; i++)
			host_bit(h, i & 1);
		host_stop(h);
		assert_int_equal(counters(h)->malformed, ++malformed);
		assert_int_equal(counters(h)->writes[1], 0);
	}
	assert_time_unset(h);
}

/* SDI rises before SCK has fallen. */
static void test_start_and_stop_only(void **state)
{
	struct host *h = *state;

	host_pins(h, true, false);
	host_pins(h, true, true);
	assert_int_equal(counters(h)->malformed, 1);
	assert_int_equal(counters(h)->min_gap_us, UINT64_MAX);
}

static void test_start_in_mid_frame_aborts(void **state)
{
	struct host *h = *state;
	unsigned int aborted = 0;

	for (unsigned int bits = 0; bits <= 32; bits++) {
		host_start(h);
		host_bits(h, SET_TIME, bits);
		/* A pulse with SDI=1 that turns into a start. */
		host_pins(h, false, true);
		host_pins(h, true, true);
		host_pins(h, true, false);
		assert_int_equal(counters(h)->aborted, ++aborted);
		host_pins(h, false, false);
		host_bits(h, PAGE(0), 32);
		host_stop(h);
	}
	assert_int_equal(counters(h)->frames, aborted);
	assert_int_equal(counters(h)->malformed, 0);
	assert_time_unset(h);
}

/* The aborted frame's status does not continue in the next frame. */
static void test_abort_releases_sdo(void **state)
{
	struct host *h = *state;

	host_start(h);
	host_bits(h, PAGE(1), 16);
	assert_false(bypass_sdo(h->b));
	host_pins(h, false, true);
	host_pins(h, true, true);
	assert_false(bypass_sdo(h->b));
	host_pins(h, true, false);
	assert_true(bypass_sdo(h->b));
}

/* A device reset releases both lines, at any point of the frame. */
static void test_reset_in_mid_frame(void **state)
{
	struct host *h = *state;

	for (unsigned int edges = 0; edges < 3 * 31; edges++) {
		host_start(h);
		for (unsigned int i = 0; i < edges; i++) {
			if (i % 3 == 0)
				host_pins(h, false,
					  SET_TIME >> (31 - i / 3) & 1);
			else
				host_pins(h, i % 3 == 1, h->sdi);
		}
		h->now -= h->wait;
		bypass_pins(h->b, h->now += 10, true, true);
		host_sleep(h, h->wait);

		assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
		assert_int_equal(counters(h)->frames, edges + 1);
		assert_int_equal(counters(h)->malformed + counters(h)->aborted,
				 edges + 1);
	}
	assert_time_unset(h);
	/* The edges of the reset do not count as the driver's. */
	assert_int_equal(counters(h)->min_gap_us, 1000);
	assert_int_equal(counters(h)->fast, 0);
}

static void test_edges_outside_a_frame(void **state)
{
	struct host *h = *state;

	for (int i = 0; i < 100; i++) {
		host_pins(h, false, true);
		host_pins(h, false, false);
		host_pins(h, false, true);
		host_pins(h, true, true);
		assert_true(bypass_sdo(h->b));
	}
	assert_int_equal(counters(h)->malformed, 0);
	assert_int_equal(counters(h)->aborted, 0);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
}

/* A frame of SET_TIME with one gap of gap_us, after step number step. */
static uint32_t frame_with_gap(struct host *h, unsigned int step,
			       uint64_t gap_us)
{
	uint64_t wait = h->wait;
	uint32_t status = 0;
	unsigned int steps = 0;

#define STEP(sck, sdi)                                     \
	do {                                               \
		h->wait = steps++ == step ? gap_us : wait; \
		host_pins(h, sck, sdi);                    \
	} while (0)
	STEP(true, false);
	STEP(false, false);
	for (int i = 31; i >= 0; i--) {
		STEP(false, SET_TIME >> i & 1);
		STEP(true, SET_TIME >> i & 1);
		STEP(false, SET_TIME >> i & 1);
		status = status << 1 | bypass_sdo(h->b);
	}
	STEP(true, false);
	STEP(true, true);
#undef STEP
	h->wait = wait;
	return status;
}

/* Steps that change a line: the others have no edge. */
static void test_gaps(void **state)
{
	struct host *h = *state;
	/* Near the start, a clock pulse, the last bit, the stop. */
	static const unsigned int steps[] = { 0, 3, 4, 51, 97, 98 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		host_restart(h, NULL, NULL);
		frame_with_gap(h, steps[i], 1000);
		assert_int_equal(counters(h)->frames, 1);
		assert_int_equal(counters(h)->fast, 0);
		assert_int_equal(counters(h)->min_gap_us, 1000);

		host_restart(h, NULL, NULL);
		frame_with_gap(h, steps[i], 999);
		assert_int_equal(counters(h)->frames, 1);
		assert_int_equal(counters(h)->fast, 1);
		assert_int_equal(counters(h)->min_gap_us, 999);

		host_restart(h, NULL, NULL);
		frame_with_gap(h, steps[i], 500);
		assert_int_equal(counters(h)->frames, 1);
		assert_int_equal(counters(h)->min_gap_us, 500);
		assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | TIME);

		host_restart(h, NULL, NULL);
		frame_with_gap(h, steps[i], 499);
		assert_int_equal(counters(h)->frames, 0);
		assert_int_equal(counters(h)->malformed, 1);
		assert_int_equal(counters(h)->fast, 1);
		assert_int_equal(counters(h)->min_gap_us, 499);
		assert_time_unset(h);
	}
}

/* After the previous frame: its last edge counts too. */
static void test_gap_before_the_start(void **state)
{
	struct host *h = *state;

	frame_with_gap(h, 99, 499);
	assert_int_equal(counters(h)->frames, 1);
	assert_int_equal(counters(h)->min_gap_us, 1000);
	frame_with_gap(h, 99, 1000);
	assert_int_equal(counters(h)->frames, 1);
	assert_int_equal(counters(h)->malformed, 1);
	assert_int_equal(counters(h)->min_gap_us, 499);
	frame_with_gap(h, 99, 1000);
	assert_int_equal(counters(h)->frames, 2);
}

/* From then on, a host that is too fast gets no status. */
static void test_too_fast_gets_no_status(void **state)
{
	struct host *h = *state;

	assert_int_equal(frame_with_gap(h, 51, 499) & 0xffff, 0xffff);
	host_sleep(h, MS);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
}

static void test_no_floor(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();

	config.value[SETTING_FAST_EDGES] = FAST_TAKEN;
	host_restart(h, &config, NULL);
	h->wait = 0;
	host_frame(h, SET_TIME);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | TIME);
	assert_int_equal(counters(h)->fast, 2);
	assert_int_equal(counters(h)->min_gap_us, 0);
}

static void test_pause_in_mid_frame(void **state)
{
	struct host *h = *state;

	host_start(h);
	host_bits(h, SET_TIME, 20);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	host_sleep(h, 3600 * S);
	host_bits(h, SET_TIME << 20, 12);
	host_stop(h);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | TIME);
}

static void test_pause_with_a_timeout(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();

	config.value[SETTING_FRAME_TIMEOUT_MS] = 1000;
	host_restart(h, &config, NULL);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	host_start(h);
	host_bits(h, SET_TIME, 20);
	assert_int_equal(bypass_next_deadline(h->b), h->now - h->wait + 1 * S);
	/* Up to the limit the frame continues. */
	host_sleep(h, 1 * S - 1 - h->wait);
	host_bit(h, SET_TIME >> 11 & 1);
	assert_int_equal(counters(h)->aborted, 0);
	host_sleep(h, 1 * S);
	assert_int_equal(counters(h)->aborted, 1);
	assert_int_equal(bypass_next_deadline(h->b), NO_DEADLINE);
	host_bits(h, SET_TIME << 21, 11);
	host_stop(h);
	assert_int_equal(counters(h)->frames, 0);
	assert_time_unset(h);
}

/* Calls without a change are not edges. */
static void test_same_levels_again(void **state)
{
	struct host *h = *state;

	host_start(h);
	for (int i = 31; i >= 0; i--) {
		host_bit(h, SET_TIME >> i & 1);
		for (int j = 0; j < 3; j++)
			bypass_pins(h->b, h->now, h->sck, h->sdi);
	}
	host_stop(h);
	assert_int_equal(counters(h)->fast, 0);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | TIME);
}

/* A time before the last one counts as the last one. */
static void test_time_going_back(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();

	config.value[SETTING_FAST_EDGES] = FAST_TAKEN;
	host_restart(h, &config, NULL);
	host_start(h);
	host_bits(h, SET_TIME, 16);
	h->now -= 500 * S;
	host_bits(h, SET_TIME << 16, 16);
	host_stop(h);
	assert_int_equal(counters(h)->frames, 1);
	assert_int_equal(counters(h)->min_gap_us, 0);
}

/* After any input, the relays have a valid state, and the next frame works. */
static void test_noise(void **state)
{
	struct host *h = *state;
	uint32_t seed = 0x155c;

	for (int i = 0; i < 300000; i++) {
		host_do_anything(h, &seed);
		assert_within(bypass_relay(h->b), BYPASS_RELAY_NORMAL,
			      BYPASS_RELAY_ISOLATE);
		if (i % 64 == 0)
			host_image(h);
	}
	/* The input has covered these cases. */
	assert_true(counters(h)->frames > 1000);
	assert_true(counters(h)->aborted > 1000);
	assert_true(counters(h)->malformed > 1000);
	assert_true(counters(h)->commits > 100);
	assert_true(h->relay_changes > 100);

	bypass_aux_power(h->b, h->now, true);
	host_pins(h, true, true);
	assert_int_not_equal(host_state(h), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frame),
		TEST(test_no_write_without_write_enable),
		TEST(test_first_two_status_bits_are_fixed),
		TEST(test_unknown_page_reads_zero_and_ignores_writes),
		TEST(test_sdo_changes_on_falling_edges_only),
		TEST(test_status_is_of_one_moment),
		TEST(test_takes_effect_at_the_stop),
		TEST(test_stop_after_either_last_bit),
		TEST(test_other_numbers_of_bits_are_malformed),
		TEST(test_start_and_stop_only),
		TEST(test_start_in_mid_frame_aborts),
		TEST(test_abort_releases_sdo),
		TEST(test_reset_in_mid_frame),
		TEST(test_edges_outside_a_frame),
		TEST(test_gaps),
		TEST(test_gap_before_the_start),
		TEST(test_too_fast_gets_no_status),
		TEST(test_no_floor),
		TEST(test_pause_in_mid_frame),
		TEST(test_pause_with_a_timeout),
		TEST(test_same_levels_again),
		TEST(test_time_going_back),
		TEST(test_noise),
	};

	return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}

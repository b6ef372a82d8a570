// SPDX-License-Identifier: GPL-2.0-or-later
/* The state file of a card that runs: when it is written. */
#include "card_host.h"

#include <stdio.h>
#include <unistd.h>

#include "../bypass_regs.h"
#include "../state.h"
#include "bypass_frames.h"

static char dir[64], path[80], lock[90];
static struct bypass_image saved;

static int setup(void **state)
{
	struct card_config config = host_config;

	strcpy(dir, "/tmp/test_save.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.json", dir);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	config.state_path = path;
	*state = host_new(&config);
	return 0;
}

static int teardown(void **state)
{
	host_teardown(state);
	unlink(path);
	unlink(lock);
	return rmdir(dir);
}

/* The relay state that main power off leads to, as of the state file. */
static uint32_t saved_rule(void)
{
	char error[512];

	if (!state_load(path, host_wall(), &saved, error, sizeof(error)))
		fail_msg("%s", error);
	return FIELD_GET(CTL0_MAIN_OFF, saved.ctl0);
}

/* Asks for the rule; the controller takes a while to change it. */
static void ask_for_rule(struct host *h, uint32_t relay)
{
	uint32_t ctl0 = frame(h, 0);

	frame(h, WRITE | (ctl0 & 0x3fff & ~CTL0_MAIN_OFF) |
			 FIELD_PREP(CTL0_MAIN_OFF, relay));
}

/* As a driver does that asks for the state all the time. */
static void keep_pins_busy(struct host *h, uint64_t us)
{
	uint64_t end = host_now_us + us;

	while (host_now_us < end) {
		frame(h, 0);
		host_sleep(h, 10 * MS);
	}
}

static void test_saves_when_the_pins_rest(void **state)
{
	struct host *h = *state;

	for (uint32_t relay = 1; relay <= 3; relay++) {
		ask_for_rule(h, relay);
		assert_int_not_equal(saved_rule(), relay);
		host_sleep(h, S);
		assert_int_equal(saved_rule(), relay);
		assert_true(saved.main_power);
	}
	/* Nothing is left to be done then. */
	assert_int_equal(card_next_deadline(&h->card), NO_DEADLINE);
}

/* Not between two frames; but not never either. */
static void test_saves_when_the_pins_do_not_rest(void **state)
{
	struct host *h = *state;

	ask_for_rule(h, BYPASS_RELAY_ISOLATE);
	keep_pins_busy(h, 9 * S);
	assert_int_not_equal(saved_rule(), BYPASS_RELAY_ISOLATE);
	keep_pins_busy(h, 2 * S);
	assert_int_equal(saved_rule(), BYPASS_RELAY_ISOLATE);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_saves_when_the_pins_rest),
		BENCH(test_saves_when_the_pins_do_not_rest),
	};

	return cmocka_run_group_tests_name("save", tests, NULL, NULL);
}

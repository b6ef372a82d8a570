// SPDX-License-Identifier: GPL-2.0-or-later
/* The state file of a running card: when it is written, and failures. */
#include "card_host.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bypass_frames.h"
#include "controller/bypass_regs.h"
#include "controller/state.h"

static char dir[64], path[80], lock[90], in_the_way[90];
static struct bypass_image saved;
static uint16_t flash[NVM_WORDS];

static int setup(void **state)
{
	struct card_config config = host_config;

	strcpy(dir, "/tmp/test_save.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.json", dir);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	snprintf(in_the_way, sizeof(in_the_way), "%s.new", path);
	config.state_path = path;
	*state = host_new(&config);
	return 0;
}

/* Tests that end the card themselves set NULL. */
static int teardown(void **state)
{
	if (*state)
		host_teardown(state);
	unlink(path);
	unlink(lock);
	rmdir(in_the_way);
	return rmdir(dir);
}

/* A folder with the name of the new file makes each save fail. */
static void make_saves_fail(bool fail)
{
	if (fail)
		assert_int_equal(mkdir(in_the_way, 0700), 0);
	else
		assert_int_equal(rmdir(in_the_way), 0);
}

/* The relay state after main power off, from the state file. */
static uint32_t saved_rule(void)
{
	char error[512];

	if (!state_load(path, host_wall(), &saved, flash, error, sizeof(error)))
		fail_msg("%s", error);
	return FIELD_GET(CTL0_MAIN_OFF, saved.ctl0);
}

/* Writes the rule; the controller takes a while to change it. */
static void ask_for_rule(struct host *h, uint32_t relay)
{
	uint32_t ctl0 = frame(h, 0);

	frame(h, WRITE | (ctl0 & 0x3fff & ~CTL0_MAIN_OFF) |
			 FIELD_PREP(CTL0_MAIN_OFF, relay));
}

/* As a driver that reads the state all the time. */
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
	/* Then nothing is pending. */
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
}

/* Not between two frames, but not postponed forever either. */
static void test_saves_when_the_pins_do_not_rest(void **state)
{
	struct host *h = *state;

	ask_for_rule(h, BYPASS_RELAY_ISOLATE);
	keep_pins_busy(h, 9 * S);
	assert_int_not_equal(saved_rule(), BYPASS_RELAY_ISOLATE);
	keep_pins_busy(h, 2 * S);
	assert_int_equal(saved_rule(), BYPASS_RELAY_ISOLATE);
}

/* The number of lines that the card writes to stderr in this time. */
static unsigned int lines_while_sleeping(struct host *h, uint64_t us)
{
	FILE *log = tmpfile();
	int stderr_fd = dup(STDERR_FILENO);
	unsigned int lines = 0;
	int c;

	assert_non_null(log);
	dup2(fileno(log), STDERR_FILENO);
	host_sleep(h, us);
	dup2(stderr_fd, STDERR_FILENO);
	close(stderr_fd);
	rewind(log);
	while ((c = fgetc(log)) != EOF)
		lines += c == '\n';
	fclose(log);
	return lines;
}

static void test_tries_again(void **state)
{
	struct host *h = *state;
	uint64_t started;

	for (uint32_t relay = 1; relay <= 3; relay += 2) {
		make_saves_fail(true);
		ask_for_rule(h, relay);
		assert_int_equal(lines_while_sleeping(h, S), 1);
		assert_int_equal(lines_while_sleeping(h, 60 * S), 0);
		/* Not continuously. */
		started = host_now_us;
		for (unsigned int i = 0; i < 10; i++) {
			host_now_us = loop_timers_next(&host_timers);
			assert_int_not_equal(host_now_us, NO_DEADLINE);
			loop_timers_run(&host_timers);
		}
		assert_true(host_now_us - started > 90 * S);
		assert_int_not_equal(saved_rule(), relay);
		make_saves_fail(false);
		host_sleep(h, 10 * S);
		assert_int_equal(saved_rule(), relay);
		assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
	}
}

static void test_end_without_a_save(void **state)
{
	struct host *h = *state;

	make_saves_fail(true);
	assert_false(card_fini(&h->card));
	free(h);
	*state = NULL;
}

static void test_end_with_a_save(void **state)
{
	struct host *h = *state;

	make_saves_fail(true);
	ask_for_rule(h, BYPASS_RELAY_ISOLATE);
	host_sleep(h, S);
	make_saves_fail(false);
	assert_true(card_fini(&h->card));
	assert_int_equal(saved_rule(), BYPASS_RELAY_ISOLATE);
	free(h);
	*state = NULL;
}

static void set_nvm_word(struct host *h, uint32_t address, uint16_t word)
{
	wr(h, 0, REG_EEWR, (uint32_t)word << 16 | address << 2 | EERW_START);
}

static uint16_t nvm_word(struct host *h, uint32_t address)
{
	wr(h, 0, REG_EERD, address << 2 | EERW_START);
	return FIELD_GET(EERW_DATA, rd(h, 0, REG_EERD));
}

/* As ethtool -E does: the next emulator finds the flash. */
static void test_nvm_lasts(void **state)
{
	struct card_config config = host_config;
	struct host *h = *state;
	uint16_t section = nvm_word(h, 0x0a);

	set_nvm_word(h, 0x200, 0x1111);
	/* The address of port 1. */
	set_nvm_word(h, section + 1, 0x5402);
	wr(h, 0, REG_EEC, EEC_UPDATE_FLASH);
	set_nvm_word(h, 0x201, 0x2222);
	host_sleep(h, S);
	saved_rule();
	assert_int_equal(flash[0x200], 0x1111);
	assert_int_equal(flash[0x201], 0);
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
	/* Writing the same value again does not cause a save. */
	set_nvm_word(h, 0x201, 0);
	wr(h, 0, REG_EEC, EEC_UPDATE_FLASH);
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
	set_nvm_word(h, 0x201, 0x2222);

	host_teardown(state);
	config.state_path = path;
	h = host_new(&config);
	*state = h;
	assert_int_equal(nvm_word(h, 0x200), 0x1111);
	assert_int_equal(nvm_word(h, 0x201), 0);
	assert_int_equal(rd(h, 1, REG_RAL) & 0xffff, 0x5402);
	assert_int_equal(h->card.port[1].mac[0], 0x02);
	assert_int_equal(h->card.port[1].mac[1], 0x54);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_saves_when_the_pins_rest),
		BENCH(test_saves_when_the_pins_do_not_rest),
		BENCH(test_tries_again),
		BENCH(test_end_without_a_save),
		BENCH(test_end_with_a_save),
		BENCH(test_nvm_lasts),
	};

	return cmocka_run_group_tests_name("save", tests, NULL, NULL);
}

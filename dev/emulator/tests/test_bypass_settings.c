// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's settings: each value of each does what it says, to a host
 * on the wire. That the initial ones do is what test_bypass*.c are about.
 */
#include <stdio.h>

#include "bypass_host.h"

static void set(struct host *h, enum bypass_setting id, uint32_t value)
{
	struct bypass_config config = *bypass_config(h->b);

	config.value[id] = value;
	assert_null(bypass_configure(h->b, h->now, &config));
}

/* A status without its page. */
static uint32_t all_ones(void)
{
	return ~BYPASS_PAGE;
}

/* The table */

static void test_table(void **state)
{
	struct bypass_config config = bypass_default_config();
	unsigned int unknown = 1;
	char text[SETTING_TEXT_MAX], error[256];

	(void)state;
	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++) {
		const struct bypass_setting_info *info = setting_info(id);

		assert_int_equal(setting_find(info->name), id);
		assert_in_range(info->initial, info->min, info->max);
		assert_non_null(info->help);
		assert_in_range(info->unknown, unknown, unknown + 1);
		unknown = info->unknown;
		/* Every value that has a name is found by it. */
		for (uint32_t v = info->min; v <= info->max; v++) {
			setting_format(id, v, text);
			assert_true(setting_parse(&config, info->name, text,
						  error, sizeof(error)));
			assert_int_equal(config.value[id], v);
		}
		setting_format_range(id, text);
		assert_true(strlen(text) < SETTING_TEXT_MAX - 1);
	}
	assert_int_equal(unknown, 19);
	assert_int_equal(setting_find("slot"), BYPASS_SETTINGS);
}

static void test_parse(void **state)
{
	static const struct {
		const char *list, *error;
	} bad[] = {
		{ "", "'' is not of the form NAME=VALUE" },
		{ "slots", "'slots' is not of the form NAME=VALUE" },
		{ "slots=", "slots is 43..44, not ''" },
		{ "slots=42", "slots is 43..44, not '42'" },
		{ "slots=45", "slots is 43..44, not '45'" },
		{ "slots=-44", "slots is 43..44, not '-44'" },
		{ "slots=44x", "slots is 43..44, not '44x'" },
		{ "slots= 44", "slots is 43..44, not ' 44'" },
		{ "slots=99999999999999999999999",
		  "slots is 43..44, not '99999999999999999999999'" },
		{ "slots=44,", "'' is not of the form NAME=VALUE" },
		{ "commit-ms=5,slot=44",
		  "the controller has no setting 'slot'" },
		{ "commit-reads=bold",
		  "commit-reads is old|new|zeros|ones, not 'bold'" },
		{ "commit-reads=0",
		  "commit-reads is old|new|zeros|ones, not '0'" },
	};
	struct bypass_config config = bypass_default_config(), before = config;
	char error[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(settings_parse(&config, bad[i].list, error,
					    sizeof(error)));
		assert_string_equal(error, bad[i].error);
		assert_memory_equal(&config, &before, sizeof(config));
	}
	assert_true(settings_parse(&config,
				   "slots=44,commit-reads=ones,version=255",
				   error, sizeof(error)));
	assert_int_equal(config.value[SETTING_SLOTS], 44);
	assert_int_equal(config.value[SETTING_COMMIT_READS], READS_ONES);
	assert_int_equal(config.value[SETTING_VERSION], 255);
	assert_int_equal(config.value[SETTING_COMMIT_MS], 20);
}

/* U1, U16, U17: the EEPROM */

static unsigned int log_head(struct host *h)
{
	return FIELD_GET(CTL2_LOG_HEAD, host_read(h, 2));
}

static void event(struct host *h)
{
	bypass_main_power(h->b, h->now, !host_image(h).main_power);
}

static void test_slots(void **state)
{
	struct host *h = *state;
	struct bypass_image image;

	for (int i = 0; i < 50; i++)
		event(h);
	set(h, SETTING_SLOTS, 44);
	assert_int_equal(log_head(h), 43);
	image = host_image(h);
	for (int i = 0; i < 44 * LOG_ENTRY_SIZE; i++)
		assert_int_equal(image.eeprom[0x10 + i], 0);
	for (int i = 0; i < 44; i++)
		event(h);
	assert_int_equal(log_head(h), 43);
	image = host_image(h);
	assert_int_not_equal(image.eeprom[0x10 + 43 * LOG_ENTRY_SIZE + 3], 0);
	assert_int_equal(image.eeprom[0x10 + 44 * LOG_ENTRY_SIZE], 0);

	/* It is the card's: the next controller goes on with it. */
	host_restart(h, NULL, &image);
	assert_int_equal(bypass_config(h->b)->value[SETTING_SLOTS], 44);
	assert_int_equal(log_head(h), 43);
	event(h);
	assert_int_equal(log_head(h), 0);

	/* The same again leaves the log alone, another number does not. */
	set(h, SETTING_SLOTS, 44);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_MAIN_OFF);
	set(h, SETTING_SLOTS, 43);
	assert_int_equal(log_head(h), 42);
	image = host_image(h);
	for (int i = 0; i < 44 * LOG_ENTRY_SIZE; i++)
		assert_int_equal(image.eeprom[0x10 + i], 0);
}

static void test_slots_without_room(void **state)
{
	struct host *h = *state;
	struct bypass_image image = host_image(h);
	struct bypass_config config = image.config;

	image.eeprom[EEPROM_LOG_OFFSET] =
		BYPASS_EEPROM_SIZE - 43 * LOG_ENTRY_SIZE;
	host_restart(h, NULL, &image);
	config.value[SETTING_SLOTS] = 44;
	assert_non_null(bypass_configure(h->b, h->now, &config));
	assert_int_equal(bypass_config(h->b)->value[SETTING_SLOTS], 43);
	image.config = config;
	assert_non_null(bypass_image_error(&image));
}

static void test_empty_log(void **state)
{
	static const struct {
		unsigned int value, head, first;
	} heads[] = {
		{ HEAD_LAST, 42, 0 },
		{ HEAD_FIRST, 0, 1 },
		{ HEAD_NONE, 0xff, 0 },
	};
	struct host *h = *state;
	struct bypass_image image;

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		for (uint32_t bytes = EMPTY_ZEROS; bytes <= EMPTY_ONES;
		     bytes++) {
			uint8_t byte = bytes == EMPTY_ONES ? 0xff : 0;

			host_restart(h, NULL, NULL);
			event(h);
			set(h, SETTING_EMPTY_LOG, bytes);
			set(h, SETTING_EMPTY_HEAD, heads[i].value);
			if (!i && !bytes)
				set(h, SETTING_SLOTS, 44);
			if (!i && !bytes)
				set(h, SETTING_SLOTS, 43);
			assert_int_equal(log_head(h), heads[i].head);
			assert_int_equal(host_eeprom_read(h, 0x10), byte);
			assert_int_equal(host_eeprom_read(h, 0xe6), byte);
			/* Nothing else of the EEPROM. */
			assert_int_equal(host_eeprom_read(h, 0x0f), 0);
			assert_int_equal(host_eeprom_read(h, 0xe7), 0);

			/* It lasts, and what comes first is as ever. */
			image = host_image(h);
			host_restart(h, NULL, &image);
			assert_int_equal(log_head(h), heads[i].head);
			event(h);
			assert_int_equal(log_head(h), heads[i].first);
			assert_int_equal(host_newest(h).event,
					 BYPASS_EVENT_MAIN_ON);
			/* Only an entry has a head bit to lose. */
			assert_int_equal(
				host_eeprom_read(h, 0x10 + 42 * LOG_ENTRY_SIZE +
							    3),
				byte);
		}
	}
}

static void test_version(void **state)
{
	struct host *h = *state;
	struct bypass_image image;

	set(h, SETTING_VERSION, 255);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
	image = host_image(h);
	host_restart(h, NULL, &image);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
	assert_int_equal(bypass_config(h->b)->value[SETTING_VERSION], 255);
	/* Another setting leaves it. */
	set(h, SETTING_COMMIT_MS, 5);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
}

/* U2, U3, U4: the commit of page 0 */

static void test_commit_ms(void **state)
{
	struct host *h = *state;
	uint64_t stop;

	set(h, SETTING_COMMIT_MS, 300);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	stop = h->now - h->wait;
	assert_int_equal(bypass_next_deadline(h->b), stop + 300 * MS);
	/* What is under way keeps its time. */
	set(h, SETTING_COMMIT_MS, 0);
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
			[READS_ONES] = all_ones(),
		};

		host_restart(h, NULL, NULL);
		want[READS_OLD] = host_read(h, 0);
		set(h, SETTING_COMMIT_MS, 1000);
		set(h, SETTING_COMMIT_READS, reads);
		/* At rest it makes no difference. */
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

	set(h, SETTING_COMMIT_MS, 1000);
	set(h, SETTING_COMMIT_WRITES, WRITES_DROPPED);
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

	set(h, SETTING_COMMIT_MS, 0);
	set(h, SETTING_STATE_DELAY_MS, 500);
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	assert_int_equal(host_read(h, 0),
			 FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS) |
				 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_NORMAL));
	assert_int_equal(h->relay_changes, 0);
	assert_int_equal(host_log_count(h), 0);
	/* The end of the emulator is not the end of the move. */
	image = host_image(h);
	assert_int_equal(image.relay, BYPASS_RELAY_BYPASS);
	host_write(h, 0, 0);
	host_sleep(h, 500 * MS);
	assert_int_equal(host_read(h, 0),
			 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_BYPASS));
	assert_int_equal(h->relay_changes, 1);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_USER);

	/* Back to where they are: there is nothing to be moved. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_BYPASS));
	host_sleep(h, 10 * S);
	assert_int_equal(h->relay_changes, 1);

	/* An event is obeyed at once, and is the last word. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	host_write(h, 0, FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_NORMAL));
	event(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
	host_sleep(h, 10 * S);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);

	/* Without power nothing moves any more. */
	host_write(h, 0, FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE));
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_NORMAL);
}

static void test_mode_reads(void **state)
{
	struct host *h = *state;

	set(h, SETTING_MODE_READS, MODE_READS_ZERO);
	assert_true(host_set(h, CTL0_MODE, BYPASS_RELAY_ISOLATE));
	assert_int_equal(host_read(h, 0) & (CTL0_MODE | CTL0_STATE),
			 FIELD_PREP(CTL0_STATE, BYPASS_RELAY_ISOLATE));
	/* It is there all the same: no event is obeyed. */
	event(h);
	assert_int_equal(bypass_relay(h->b), BYPASS_RELAY_ISOLATE);
	set(h, SETTING_MODE_READS, MODE_READS_YES);
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
		set(h, SETTING_MANUAL_ACTIONS, ways[i].value);
		assert_true(host_set(h, CTL0_MODE, BYPASS_RELAY_ISOLATE));
		event(h);
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

	set(h, SETTING_EXPIRY_ENABLE, BITS_STAY);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);
	assert_true(enabled(h));
	/* Neither a pet nor the bit that is set already has it run again. */
	host_pet(h);
	host_watchdog_on(h, 1);
	assert_int_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
	/* Nor is it on for the next controller on this card. */
	assert_int_equal(host_image(h).ctl0 & CTL0_WATCHDOG_ENABLE, 0);
	assert_true(host_set(h, CTL0_WATCHDOG_ENABLE, 0));
	host_watchdog_on(h, 1);
	assert_int_not_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
	assert_int_not_equal(host_image(h).ctl0 & CTL0_WATCHDOG_ENABLE, 0);
}

static void test_enable_restarts(void **state)
{
	struct host *h = *state;

	set(h, SETTING_ENABLE_RESTARTS, RESTARTS_YES);
	host_watchdog_on(h, 2);
	for (int i = 0; i < 10; i++) {
		host_sleep(h, 1 * S);
		assert_true(host_set(h, CTL0_MAIN_ON, 0));
	}
	assert_int_equal(host_log_count(h), 0);
	host_sleep(h, 2 * S);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_WATCHDOG);

	/* With the bit that stays, a write is enough to have it run again. */
	set(h, SETTING_EXPIRY_ENABLE, BITS_STAY);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
	assert_true(host_set(h, CTL0_MAIN_ON, BYPASS_RELAY_NORMAL));
	assert_int_not_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
}

/* U9, U10: page 1 */

static void test_pet_reads(void **state)
{
	struct host *h = *state;

	set(h, SETTING_PET_READS, BITS_STAY);
	host_write(h, 1, CTL1_OFFSET_RESET | CTL1_PET | 5);
	assert_int_equal(host_read(h, 1), CTL1_OFFSET_RESET | CTL1_PET | 5);
	host_write(h, 1, CTL1_PET | 5);
	assert_int_equal(host_read(h, 1), CTL1_PET | 5);
	host_write(h, 1, 5);
	assert_int_equal(host_read(h, 1), 5);
	/* They pet but once. */
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

	set(h, SETTING_CLOCK, CLOCK_RUNS);
	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 1000);
	host_sleep(h, 50 * S);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1050);
	assert_int_equal(host_logged_time(h), 1050);
	/* There is no offset to be added to what was read. */
	host_pet(h);
	host_sleep(h, 50 * S);
	assert_in_range(host_logged_time(h), 1099, 1101);
}

static void test_clock_valid(void **state)
{
	struct host *h = *state;

	set(h, SETTING_CLOCK_VALID_MS, 300);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	assert_int_equal(host_read(h, 1), 1000);
	host_sleep(h, 300 * MS);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 1000);
	assert_true(host_image(h).time_valid);
	/* It stays valid, and stops being so at once. */
	host_write(h, 1, CTL1_TIME_VALID | 2000);
	assert_int_equal(host_read(h, 1), CTL1_TIME_VALID | 2000);
	host_write(h, 1, 2000);
	assert_int_equal(host_read(h, 1), 2000);
	/* Another word before it is, and it is not. */
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	host_write(h, 1, 1000);
	host_sleep(h, 10 * S);
	assert_int_equal(host_read(h, 1), 1000);
	host_write(h, 1, CTL1_TIME_VALID | 1000);
	bypass_aux_power(h->b, h->now, false);
	assert_int_equal(bypass_next_deadline(h->b), BYPASS_NO_DEADLINE);
}

/* U11 */
static void test_eeprom_ms(void **state)
{
	struct host *h = *state;

	set(h, SETTING_EEPROM_MS, 400);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 0);
	host_sleep(h, 400 * MS);
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 1);
	set(h, SETTING_EEPROM_MS, 0);
	host_write(h, 2, FIELD_PREP(CTL2_OFFSET, EEPROM_LOG_OFFSET));
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 0x10);
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

	set(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	/* A whole one is as ever. */
	host_frame(h, PAGE(1) | BYPASS_WRITE | CTL1_TIME_VALID | 0x1234567);
	assert_int_equal(host_raw_frame(h, PAGE(1)),
			 BYPASS_PAGE | CTL1_TIME_VALID | 0x1234567);
	assert_true(bypass_sdo(h->b));
	assert_int_equal(c->frames, 2);
	/* In odd numbers of bits, the last bit of the status too. */
	assert_int_equal(host_read(h, 1) & 1, 1);

	/*
	 * Of one that is cut, SCK's rise as it is released is a bit more, with
	 * the fall of the next frame's start; then that one's bits follow.
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

	/* It heeds no stop either, however often. */
	host_start(h);
	host_bits(h, PAGE(1), 8);
	host_stop(h);
	host_start(h);
	host_stop(h);
	assert_int_equal(c->frames, 4);
	assert_int_equal(c->malformed, 0);
	/* Without a bit there is nothing that could be counted on from. */
	set(h, SETTING_CUT_FRAME, CUT_FORGOTTEN);
	host_read(h, 1);
	set(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	cut(h, 0, 0);
	assert_int_not_equal(host_state(h), 0);
}

static void test_cut_frame_and_timeout(void **state)
{
	struct host *h = *state;

	set(h, SETTING_CUT_FRAME, CUT_COUNTS_ON);
	set(h, SETTING_FRAME_TIMEOUT_MS, 50);
	cut(h, PAGE(1) | BYPASS_WRITE, 16);
	host_sleep(h, 50 * MS);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->b)->writes[1], 0);
}

/* U13 */
static void test_frame_timeout(void **state)
{
	struct host *h = *state;

	set(h, SETTING_FRAME_TIMEOUT_MS, 50);
	/* SDI may stay what it is, and SCK rises a step later. */
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

	set(h, SETTING_BOOT_MS, 2000);
	/* It has power since long. */
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	for (int aux = 0; aux <= 1; aux++) {
		uint64_t frames = bypass_counters(h->b)->frames;

		if (aux)
			bypass_aux_power(h->b, h->now, false);
		else
			bypass_main_power(h->b, h->now, false);
		bypass_main_power(h->b, h->now, true);
		/* It obeys its rules meanwhile. */
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
	set(h, SETTING_RESERVED, 1);
	for (unsigned int page = 0; page < 3; page++)
		assert_int_equal(host_read(h, page),
				 (before[page] | ~fields[page]) & ~BYPASS_PAGE);
	/* Written back, they set nothing. */
	host_write(h, 0, host_read(h, 0) & ~BYPASS_PAGE);
	host_sleep(h, 1 * S);
	set(h, SETTING_RESERVED, 0);
	assert_int_equal(host_read(h, 0), before[0]);
}

/* U19 */
static void test_fast_edges(void **state)
{
	struct host *h = *state;

	h->wait = 499;
	host_frame(h, PAGE(0));
	assert_int_equal(bypass_counters(h->b)->malformed, 1);
	set(h, SETTING_FAST_EDGES, FAST_TAKEN);
	host_sleep(h, MS);
	assert_int_equal(host_state(h), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->b)->malformed, 1);
	assert_int_equal(bypass_counters(h->b)->fast, 2);
	set(h, SETTING_FAST_EDGES, FAST_MALFORMED);
	host_frame(h, PAGE(0));
	assert_int_equal(bypass_counters(h->b)->malformed, 2);
}

static void set_any(struct host *h, uint32_t r)
{
	enum bypass_setting id = r % BYPASS_SETTINGS;
	const struct bypass_setting_info *info = setting_info(id);

	set(h, id, info->min + (r >> 8) % (info->max - info->min + 1) % 5000);
}

/* Any settings, any edges: nothing gets where it must not. */
static void test_any(void **state)
{
	struct host *h = *state;
	uint32_t seed = 0x155c;

	for (int i = 0; i < 100000; i++) {
		uint32_t r = host_random(&seed);

		if (r % 64 == 0)
			host_frame(h, host_random(&seed));
		else if (r % 64 == 1)
			bypass_main_power(h->b, h->now, r >> 31);
		else if (r % 64 == 2)
			bypass_aux_power(h->b, h->now, r >> 31);
		else if (r % 64 == 3)
			host_sleep(h, host_random(&seed) % (10 * S));
		else if (r % 64 == 4)
			bypass_pins_released(h->b, h->now);
		else if (r % 64 == 5)
			set_any(h, host_random(&seed));
		else
			bypass_pins(h->b, h->now += r % 4096, r >> 30 & 1,
				    r >> 31);
		if (i % 64 == 0)
			host_image(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_parse),
		TEST(test_slots),
		TEST(test_slots_without_room),
		TEST(test_empty_log),
		TEST(test_version),
		TEST(test_commit_ms),
		TEST(test_commit_reads),
		TEST(test_commit_writes),
		TEST(test_state_delay),
		TEST(test_mode_reads),
		TEST(test_manual_actions),
		TEST(test_expiry_enable),
		TEST(test_enable_restarts),
		TEST(test_pet_reads),
		TEST(test_clock_runs),
		TEST(test_clock_valid),
		TEST(test_eeprom_ms),
		TEST(test_cut_frame),
		TEST(test_cut_frame_and_timeout),
		TEST(test_frame_timeout),
		TEST(test_boot),
		TEST(test_reserved),
		TEST(test_fast_edges),
		TEST(test_any),
	};

	return cmocka_run_group_tests_name("bypass_settings", tests, NULL,
					   NULL);
}

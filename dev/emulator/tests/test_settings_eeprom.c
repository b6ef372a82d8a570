// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's settings for the EEPROM and its log: U1, U11, U16, U17 and
 * U20. The effect of each value, as a host sees it. test_bypass*.c and
 * test_serial.c test the defaults.
 */
#include "bypass_host.h"

static unsigned int log_head(struct host *h)
{
	return FIELD_GET(CTL2_LOG_HEAD, host_read(h, 2));
}

static void test_slots(void **state)
{
	struct host *h = *state;
	struct bypass_image image;

	for (int i = 0; i < 50; i++)
		host_event(h);
	host_configure(h, SETTING_SLOTS, 44);
	assert_int_equal(log_head(h), 43);
	image = host_image(h);
	for (int i = 0; i < 44 * LOG_ENTRY_SIZE; i++)
		assert_int_equal(image.eeprom[0x10 + i], 0);
	for (int i = 0; i < 44; i++)
		host_event(h);
	assert_int_equal(log_head(h), 43);
	image = host_image(h);
	assert_int_not_equal(image.eeprom[0x10 + 43 * LOG_ENTRY_SIZE + 3], 0);
	assert_int_equal(image.eeprom[0x10 + 44 * LOG_ENTRY_SIZE], 0);

	/* The card keeps it: the next controller uses it. */
	host_restart(h, NULL, &image);
	assert_int_equal(bypass_config(h->b)->value[SETTING_SLOTS], 44);
	assert_int_equal(log_head(h), 43);
	host_event(h);
	assert_int_equal(log_head(h), 0);

	/* The same number keeps the log, another number empties it. */
	host_configure(h, SETTING_SLOTS, 44);
	assert_int_equal(host_newest(h).event, BYPASS_EVENT_MAIN_OFF);
	host_configure(h, SETTING_SLOTS, 43);
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
			host_event(h);
			host_configure(h, SETTING_EMPTY_LOG, bytes);
			host_configure(h, SETTING_EMPTY_HEAD, heads[i].value);
			if (!i && !bytes)
				host_configure(h, SETTING_SLOTS, 44);
			if (!i && !bytes)
				host_configure(h, SETTING_SLOTS, 43);
			assert_int_equal(log_head(h), heads[i].head);
			assert_int_equal(host_eeprom_read(h, 0x10), byte);
			assert_int_equal(host_eeprom_read(h, 0xe6), byte);
			/* The rest of the EEPROM is unchanged. */
			assert_int_equal(host_eeprom_read(h, 0x0f), 0);
			assert_int_equal(host_eeprom_read(h, 0xe7), 0);

			/* It is kept, and the first event is stored as usual. */
			image = host_image(h);
			host_restart(h, NULL, &image);
			assert_int_equal(log_head(h), heads[i].head);
			host_event(h);
			assert_int_equal(log_head(h), heads[i].first);
			assert_int_equal(host_newest(h).event,
					 BYPASS_EVENT_MAIN_ON);
			/* Only an entry has a head bit to clear. */
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

	host_configure(h, SETTING_VERSION, 255);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
	image = host_image(h);
	host_restart(h, NULL, &image);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
	assert_int_equal(bypass_config(h->b)->value[SETTING_VERSION], 255);
	/* Another setting does not change it. */
	host_configure(h, SETTING_COMMIT_MS, 5);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 255);
}

/* U11 */
static void test_eeprom_ms(void **state)
{
	struct host *h = *state;

	host_configure(h, SETTING_EEPROM_MS, 400);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 0);
	host_sleep(h, 400 * MS);
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 1);
	host_configure(h, SETTING_EEPROM_MS, 0);
	host_write(h, 2, FIELD_PREP(CTL2_OFFSET, EEPROM_LOG_OFFSET));
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 0x10);
}

/* U20 */
static void test_eeprom_offset(void **state)
{
	/* Before and after the byte is ready. */
	static const struct {
		unsigned int value, early, late;
	} offsets[] = {
		{ OFFSET_BYTE, EEPROM_LOG_OFFSET, EEPROM_VERSION },
		{ OFFSET_ASKED, EEPROM_VERSION, EEPROM_VERSION },
		{ OFFSET_ZERO, 0, 0 },
		{ OFFSET_ONES, 0xff, 0xff },
	};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		uint32_t ctl2;

		host_restart(h, NULL, NULL);
		host_configure(h, SETTING_EEPROM_OFFSET, offsets[i].value);
		assert_int_equal(host_eeprom_read(h, EEPROM_LOG_OFFSET), 0x10);
		host_write(h, 2, FIELD_PREP(CTL2_OFFSET, EEPROM_VERSION));
		ctl2 = host_read(h, 2);
		assert_int_equal(FIELD_GET(CTL2_OFFSET, ctl2),
				 offsets[i].early);
		assert_int_equal(FIELD_GET(CTL2_DATA, ctl2), 0x10);
		host_sleep(h, 100 * MS);
		ctl2 = host_read(h, 2);
		assert_int_equal(FIELD_GET(CTL2_OFFSET, ctl2), offsets[i].late);
		assert_int_equal(FIELD_GET(CTL2_DATA, ctl2), 1);
		assert_int_equal(FIELD_GET(CTL2_LOG_HEAD, ctl2), 42);

		/* No byte was requested since power-on. */
		bypass_aux_power(h->b, h->now, false);
		bypass_main_power(h->b, h->now, true);
		assert_int_equal(FIELD_GET(CTL2_OFFSET, host_read(h, 2)),
				 offsets[i].value == OFFSET_ONES ? 0xff : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slots),     TEST(test_slots_without_room),
		TEST(test_empty_log), TEST(test_version),
		TEST(test_eeprom_ms), TEST(test_eeprom_offset),
	};

	return cmocka_run_group_tests_name("settings_eeprom", tests, NULL,
					   NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the controller's settings, and its parser. */
#include <stdio.h>

#include "bypass_host.h"
#include "within.h"

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
		assert_within(info->initial, info->min, info->max);
		assert_non_null(info->help);
		assert_within(info->unknown, unknown, unknown + 1);
		unknown = info->unknown;
		/* Each named value is found by its name. */
		for (uint32_t v = info->min; v <= info->max; v++) {
			setting_format(id, v, text);
			assert_true(setting_parse(&config, info->name, text,
						  error, sizeof(error)));
			assert_int_equal(config.value[id], v);
		}
		setting_format_range(id, text);
		assert_true(strlen(text) < SETTING_TEXT_MAX - 1);
	}
	assert_int_equal(unknown, 21);
	assert_int_equal(setting_find("slot"), BYPASS_SETTINGS);
}

static void test_parse(void **state)
{
	static const struct {
		const char *list, *error;
	} bad[] = {
		{ "", "'' is not of the form NAME=VALUE" },
		{ "slots", "'slots' is not of the form NAME=VALUE" },
		{ "slots=", "slots must be 43..44, not ''" },
		{ "slots=42", "slots must be 43..44, not '42'" },
		{ "slots=45", "slots must be 43..44, not '45'" },
		{ "slots=-44", "slots must be 43..44, not '-44'" },
		{ "slots=44x", "slots must be 43..44, not '44x'" },
		{ "slots= 44", "slots must be 43..44, not ' 44'" },
		{ "slots=99999999999999999999999",
		  "slots must be 43..44, not '99999999999999999999999'" },
		{ "slots=44,", "'' is not of the form NAME=VALUE" },
		{ "commit-ms=5,slot=44",
		  "the controller has no setting 'slot'" },
		{ "commit-reads=bold",
		  "commit-reads must be old|new|zeros|ones, not 'bold'" },
		{ "commit-reads=0",
		  "commit-reads must be old|new|zeros|ones, not '0'" },
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

static void set_any(struct host *h, uint32_t r)
{
	enum bypass_setting id = r % BYPASS_SETTINGS;
	const struct bypass_setting_info *info = setting_info(id);

	host_configure(h, id,
		       info->min +
			       (r >> 8) % (info->max - info->min + 1) % 5000);
}

/* Any settings, any edges: all values stay valid. */
static void test_any(void **state)
{
	struct host *h = *state;
	uint32_t seed = 0x155c;

	for (int i = 0; i < 100000; i++) {
		uint32_t r = host_random(&seed);

		if (r % 64 == 0)
			bypass_pins_released(h->b, h->now);
		else if (r % 64 == 1)
			set_any(h, host_random(&seed));
		else
			host_do_anything(h, &seed);
		if (i % 64 == 0)
			host_image(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_parse),
		TEST(test_any),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}

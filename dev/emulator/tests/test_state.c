// SPDX-License-Identifier: GPL-2.0-or-later
/* The state file: a saved state is loaded, and invalid files are refused. */
#include "state_files.h"
#include "within.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct bypass_image load_at(struct fixture *f, int64_t wall_s)
{
	struct bypass_image image;

	memset(&image, 0xee, sizeof(image));
	if (!state_load(f->path, wall_s, &image, flash, f->error,
			sizeof(f->error)))
		fail_msg("%s", f->error);
	return image;
}

static void assert_same(const struct bypass_image *a,
			const struct bypass_image *b)
{
	assert_int_equal(a->ctl0, b->ctl0);
	assert_int_equal(a->relay, b->relay);
	assert_int_equal(a->main_power, b->main_power);
	assert_int_equal(a->aux_power, b->aux_power);
	assert_int_equal(a->time, b->time);
	assert_int_equal(a->time_offset, b->time_offset);
	assert_int_equal(a->time_valid, b->time_valid);
	assert_int_equal(a->log_head, b->log_head);
	assert_memory_equal(&a->config, &b->config, sizeof(a->config));
	assert_memory_equal(a->eeprom, b->eeprom, BYPASS_EEPROM_SIZE);
}

static void assert_loads(struct fixture *f, const struct bypass_image *want)
{
	struct bypass_image image = load_at(f, NOW_S);

	assert_same(&image, want);
}

static void test_missing_file_is_a_new_card(void **state)
{
	struct fixture *f = *state;
	struct bypass_image factory;

	bypass_factory_image(&factory);
	assert_loads(f, &factory);
	/* Loading does not create a file. */
	assert_int_equal(access(f->path, F_OK), -1);
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image;

	bypass_factory_image(&image);
	save(f, &image);
	assert_loads(f, &image);
	image = some_image();
	assert_null(bypass_image_error(&image));
	save(f, &image);
	assert_loads(f, &image);
	assert_int_equal(access(f->temp, F_OK), -1);
}

static void test_every_value_of_page_0(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();
	static const uint32_t masks[] = {
		CTL0_AUX_ON,  CTL0_MAIN_ON,  CTL0_MAIN_OFF,
		CTL0_AUX_OFF, CTL0_WATCHDOG, CTL0_WATCHDOG_PERIOD,
	};

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		for (uint32_t v = 0; v <= FIELD_GET(masks[i], ~0u); v++) {
			image.ctl0 = (image.ctl0 & ~masks[i]) |
				     FIELD_PREP(masks[i], v);
			save(f, &image);
			assert_loads(f, &image);
		}
	}
	for (unsigned int relay = 1; relay <= 3; relay++) {
		image.relay = relay;
		image.ctl0 = FIELD_PREP(CTL0_MODE, relay);
		save(f, &image);
		assert_loads(f, &image);
	}
}

/* The clock of a card with power advances while no emulator runs. */
static void test_clock_goes_on(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();

	save(f, &image);
	assert_int_equal(load_at(f, NOW_S + 100).time_offset, 142);
	assert_int_equal(load_at(f, NOW_S + (1ll << 25)).time_offset, 42);
	assert_int_equal(load_at(f, INT64_MAX).time, image.time);
	/* The wall clock was set back: the clock keeps its value. */
	assert_int_equal(load_at(f, NOW_S - 100).time_offset, 42);

	image.time_offset = CTL1_TIME;
	save(f, &image);
	assert_int_equal(load_at(f, NOW_S + 100).time_offset, 99);

	image = some_image();
	image.ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	image.aux_power = false;
	save(f, &image);
	assert_int_equal(load_at(f, NOW_S + 100).time_offset, 42);
}

/* A new card's file, with another member in place of the settings. */
static void replace_settings(struct fixture *f, const char *with)
{
	struct bypass_image image;
	char *text, *from, *to;

	bypass_factory_image(&image);
	save(f, &image);
	text = strdup(read_text(f->path));
	from = strstr(text, "\"controller\"");
	assert_non_null(from);
	to = strstr(from, "}");
	memset(from, ' ', to - from + 2);
	memcpy(from, with, strlen(with));
	write_text(f->path, text, strlen(text));
	free(text);
}

/* A file from before the settings existed. */
static void test_no_settings(void **state)
{
	struct bypass_image image;

	replace_settings(*state, "");
	bypass_factory_image(&image);
	assert_loads(*state, &image);
}

/* The file is refused for this reason, and not changed. */
static void assert_refused(struct fixture *f, const char *reason)
{
	struct bypass_image image, before;
	uint16_t flash_before[STATE_FLASH_WORDS];
	char *text = strdup(read_text(f->path));

	memset(&image, 0xee, sizeof(image));
	before = image;
	memcpy(flash_before, flash, sizeof(flash));
	if (state_load(f->path, NOW_S, &image, flash, f->error,
		       sizeof(f->error)))
		fail_msg("taken, though: %s", reason);
	assert_memory_equal(&image, &before, sizeof(image));
	assert_memory_equal(flash, flash_before, sizeof(flash));
	if (!strstr(f->error, reason))
		fail_msg("\"%s\" does not say: %s", f->error, reason);
	assert_int_equal(strncmp(f->error, f->path, strlen(f->path)), 0);
	assert_string_equal(read_text(f->path), text);
	free(text);
}

static void test_truncated(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();
	char *text;

	save(f, &image);
	text = strdup(read_text(f->path));
	/* Without the newline it is complete; without the brace it is not. */
	for (size_t size = 0; size < strlen(text) - 1; size++) {
		write_text(f->path, text, size);
		assert_refused(f, "is truncated");
	}
	write_text(f->path, text, strlen(text) - 1);
	assert_loads(f, &image);
	free(text);
}

static void test_not_json(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text;
		const char *reason;
	} files[] = {
		{ "hello\n", "is not valid JSON at byte 0" },
		{ "[]\n", "is not a JSON object" },
		{ "null\n", "is not a JSON object" },
		{ "\"x\"\n", "is not a JSON object" },
		{ "{}\n", "\"format\" is missing" },
		{ "{} {}\n", "is not valid JSON at byte 3" },
		{ "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}\n",
		  "nested deeper than 4" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		write_text(f->path, files[i].text, strlen(files[i].text));
		assert_refused(f, files[i].reason);
	}
}

/* A file of the image, with the first `from` replaced by `to`. */
static void edit(struct fixture *f, const char *from, const char *to)
{
	struct bypass_image image = some_image();
	char *text, *at;
	FILE *out;

	save(f, &image);
	text = strdup(read_text(f->path));
	at = strstr(text, from);
	if (!at)
		fail_msg("the file has no %s", from);
	out = fopen(f->path, "w");
	assert_non_null(out);
	fprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	assert_int_equal(fclose(out), 0);
	free(text);
}

static void test_bad_members(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *from, *to, *reason;
	} edits[] = {
		/* missing, and unknown */
		{ "\"relay\"", "\"delay\"", "\"delay\" is not a member" },
		{ "\"main_on\"", "\"on\"", "\"on\" is not a member" },
		{ "\"log_head\": 17,", "", "\"log_head\" is missing" },
		{ "\"main\": false,", "", "\"main\" is missing" },
		/* wrong types */
		{ "\"format\": 1", "\"format\": \"1\"", "\"format\" is \"1\"" },
		{ "\"isolate\"", "3", "\"relay\" is 3, not of type string" },
		{ "\"valid\": true", "\"valid\": 1",
		  "\"valid\" is 1, not of type boolean" },
		{ "\"log_head\": 17", "\"log_head\": 17.0",
		  "\"log_head\" is 17.0, not of type int" },
		{ "\"log_head\": 17", "\"log_head\": null",
		  "\"log_head\" is null" },
		{ "\"power\": {", "\"power\": true, \"x\": {",
		  "\"x\" is not a member" },
		/* out of range */
		{ "\"format\": 1", "\"format\": 2", "\"format\" is not 1" },
		{ "\"saved_at\": ", "\"saved_at\": -", "\"saved_at\" is -1" },
		{ "\"log_head\": 17", "\"log_head\": 44",
		  "the head of the log" },
		{ "\"log_head\": 17", "\"log_head\": 256",
		  "\"log_head\" is 256, not from 0 to 255" },
		{ "\"log_head\": 17", "\"log_head\": 9223372036854775807",
		  "\"log_head\" is 9223372036854775807, not from 0 to 255" },
		/* Some versions of json-c do not parse this as a number. */
		{ "\"log_head\": 17", "\"log_head\": 99999999999999999999999",
		  "" },
		{ "\"time\": 28252800", "\"time\": 33554432",
		  "\"time\" is 33554432, not from 0 to 33554431" },
		{ "\"offset\": 42", "\"offset\": -1", "\"offset\" is -1" },
		{ "\"period_ms\": 1500", "\"period_ms\": 0",
		  "\"period_ms\" is 0" },
		{ "\"isolate\"", "\"ignore\"",
		  "\"relay\" is \"ignore\", not one of: normal, bypass" },
		{ "\"mode\": \"isolate\"", "\"mode\": \"ignore\"",
		  "not one of: auto, normal, bypass, isolate" },
		{ "\"main_on\": \"isolate\"", "\"main_on\": \"auto\"",
		  "not one of: ignore, normal, bypass, isolate" },
		/* inconsistent values */
		{ "\"main\": false,\n    \"aux\": true",
		  "\"main\": true, \"aux\": false", "without auxiliary" },
		/* settings */
		{ "\"slots\": \"44\"", "\"slots\": \"45\"",
		  "slots must be 43..44, not '45'" },
		{ "\"slots\": \"44\"", "\"slots\": 44",
		  "\"slots\" is 44, not of type string" },
		{ "\"slots\": \"44\"", "\"slots\": null", "\"slots\" is null" },
		{ "\"slots\"", "\"clots\"", "\"clots\" is not a setting" },
		{ "\"slots\": \"44\"", "\"commit-ms\": \"5\"",
		  "\"commit-ms\" is not a setting of a state file" },
		{ "\"slots\": \"44\"", "\"version\": \"1\"",
		  "\"version\" is not a setting of a state file" },
		/* EEPROM */
		{ "\"0320", "\"03f0", "EEPROM byte 0x01" },
		{ "\"0320", "\"032", "\"eeprom\" row 0 is \"032" },
		{ "\"0320", "\"032g", "\"eeprom\" row 0 is \"032g" },
		{ "\"0320", "\"00320", "\"eeprom\" row 0 is \"00320" },
		{ "\"0320", "[], \"0320", "\"eeprom\" has 17 rows, not 16" },
	};

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		edit(f, edits[i].from, edits[i].to);
		assert_refused(f, edits[i].reason);
		assert_non_null(strstr(f->error, "repair it, or move it"));
	}
}

static void test_settings_of_another_type(void **state)
{
	replace_settings(*state, "\"controller\": 7,");
	assert_refused(*state, "\"controller\" is 7");
}

static void test_huge_file(void **state)
{
	struct fixture *f = *state;
	size_t size = 128 * 1024;
	char *text = malloc(size);

	memset(text, ' ', size);
	write_text(f->path, text, size);
	assert_refused(f,
		       "is larger than 65536 bytes, the limit of a state file");
	write_text(f->path, text, 64 * 1024);
	assert_refused(f, "is truncated after 65536 bytes");
	free(text);
}

/* Long members do not overflow the message. */
static void test_long_member(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(32 * 1024);

	memset(text, 'x', 32 * 1024);
	memcpy(text, "{\"format\":\"", 11);
	memcpy(text + 32 * 1024 - 4, "\"}\n", 4);
	write_text(f->path, text, 32 * 1024 - 1);
	assert_refused(f, "\"format\" is \"xxxx");
	memcpy(text, "{\"forma\": \"", 11);
	write_text(f->path, text, 32 * 1024 - 1);
	assert_refused(f, "\"format\" is missing");
	free(text);
}

static void test_unreadable(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image;

	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_false(state_load(f->path, NOW_S, &image, flash, f->error,
				sizeof(f->error)));
	assert_non_null(strstr(f->error, "cannot read: "));
	assert_non_null(strstr(f->error, strerror(EISDIR)));
}

static void test_error_is_cut_to_its_buffer(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image;
	char error[256];

	write_text(f->path, "x", 1);
	for (size_t size = 1; size < sizeof(error); size++) {
		memset(error, 'e', sizeof(error));
		assert_false(
			state_load(f->path, NOW_S, &image, flash, error, size));
		assert_within(strlen(error), 0, size - 1);
		assert_int_equal(error[size], 'e');
	}
	assert_non_null(strstr(error, "new card"));
}

/* The old state, complete, and no temporary file. */
static void assert_save_fails(struct fixture *f, int error)
{
	struct bypass_image factory, old = some_image();

	bypass_factory_image(&factory);
	assert_false(state_save(f->path, NOW_S, &factory, flash, f->error,
				sizeof(f->error)));
	assert_int_equal(strncmp(f->error, f->path, strlen(f->path)), 0);
	assert_non_null(strstr(f->error, "cannot save"));
	if (!strstr(f->error, strerror(error)))
		fail_msg("\"%s\" does not say: %s", f->error, strerror(error));
	assert_loads(f, &old);
}

/* A limit on the size of files simulates a full disk. */
static void test_save_to_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct bypass_image old = some_image();
	struct rlimit limit, unlimited;

	save(f, &old);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	limit = unlimited;
	for (limit.rlim_cur = 0; limit.rlim_cur < 600; limit.rlim_cur += 100) {
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		assert_save_fails(f, EFBIG);
		assert_int_equal(access(f->temp, F_OK), -1);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
	save(f, &old);
}

/* A directory with its name simulates a file that cannot be created. */
static void test_save_without_a_temporary_file(void **state)
{
	struct fixture *f = *state;
	struct bypass_image old = some_image();

	save(f, &old);
	assert_int_equal(mkdir(f->temp, 0700), 0);
	assert_save_fails(f, EISDIR);
}

static void test_save_without_a_rename(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();

	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_false(state_save(f->path, NOW_S, &image, flash, f->error,
				sizeof(f->error)));
	assert_non_null(strstr(f->error, strerror(EISDIR)));
	assert_int_equal(access(f->temp, F_OK), -1);
}

static void test_save_to_no_directory(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();

	assert_false(state_save("/nonexistent/card.json", NOW_S, &image, flash,
				f->error, sizeof(f->error)));
	assert_non_null(strstr(f->error, "/nonexistent/card.json"));
	assert_non_null(strstr(f->error, strerror(ENOENT)));
}

/* The leftovers of a crash during a save do not matter. */
static void test_litter_of_a_crash(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();

	write_text(f->temp, "{", 1);
	save(f, &image);
	assert_loads(f, &image);
	assert_int_equal(access(f->temp, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_missing_file_is_a_new_card),
		TEST(test_round_trip),
		TEST(test_every_value_of_page_0),
		TEST(test_no_settings),
		TEST(test_settings_of_another_type),
		TEST(test_clock_goes_on),
		TEST(test_truncated),
		TEST(test_not_json),
		TEST(test_bad_members),
		TEST(test_huge_file),
		TEST(test_long_member),
		TEST(test_unreadable),
		TEST(test_error_is_cut_to_its_buffer),
		TEST(test_save_to_a_full_disk),
		TEST(test_save_without_a_temporary_file),
		TEST(test_save_without_a_rename),
		TEST(test_save_to_no_directory),
		TEST(test_litter_of_a_crash),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}

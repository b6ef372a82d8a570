// SPDX-License-Identifier: GPL-2.0-or-later
/* --like: the settings in a report. */
#include "controller/like.h"

#include <stdlib.h>
#include <unistd.h>

#include "bypass_host.h"

static bool read_text(struct bypass_config *config, const char *text,
		      char *error, size_t error_size)
{
	char path[] = "/tmp/test_like.XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	ok = like_read(config, path, error, error_size);
	unlink(path);
	return ok;
}

static void test_takes_what_was_found(void **state)
{
	struct bypass_config config = bypass_default_config();
	char error[256];

	(void)state;
	config.value[SETTING_VERSION] = 7;
	assert_true(read_text(
		&config,
		"{\"report\":\"x540-t2bp\",\"version\":1,\"controller\":"
		"{\"slots\":\"44\",\"commit-reads\":\"zeros\",\"commit-ms\":\"298\"}}",
		error, sizeof(error)));
	assert_int_equal(config.value[SETTING_SLOTS], 44);
	assert_int_equal(config.value[SETTING_COMMIT_READS], READS_ZEROS);
	assert_int_equal(config.value[SETTING_COMMIT_MS], 298);
	/* A setting that the report could not tell. */
	assert_int_equal(config.value[SETTING_VERSION], 7);
}

static void test_refuses_what_is_no_report(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{ "{}", "not a report of 'make card-report'" },
		{ "[]", "not a report of 'make card-report'" },
		{ "{\"report\":\"x540-t2bp\",\"version\":2,\"controller\":{}}",
		  "not a report of 'make card-report'" },
		{ "{\"report\":\"x540-t2bp\",\"version\":1}",
		  "\"controller\" is missing or not an object" },
		{ "{\"report\":\"x540-t2bp\",\"version\":1,\"controller\":[]}",
		  "\"controller\" is missing or not an object" },
		{ "{\"report\":\"x540-t2bp\",\"version\":1,\"controller\":"
		  "{\"version\":\"3\",\"slots\":\"45\"}}",
		  "slots must be 43..44, not '45'" },
		{ "{\"report\":\"x540-t2bp\",\"version\":1,\"controller\":"
		  "{\"slots\":44}}",
		  "slots is not a string" },
		{ "{\"report\":\"x540-t2bp\",\"version\":1,\"controller\":"
		  "{\"colour\":\"red\"}}",
		  "the controller has no setting 'colour'" },
	};
	struct bypass_config config = bypass_default_config(), before = config;
	char error[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(
			read_text(&config, bad[i].text, error, sizeof(error)));
		assert_string_equal(error, bad[i].error);
		assert_memory_equal(&config, &before, sizeof(config));
	}
	assert_false(read_text(&config, "{", error, sizeof(error)));
	assert_true(error[0]);
	assert_false(
		like_read(&config, "/nowhere/report", error, sizeof(error)));
	assert_non_null(strstr(error, "/nowhere/report"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_what_was_found),
		cmocka_unit_test(test_refuses_what_is_no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

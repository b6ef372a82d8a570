// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are not state files, and duplicate members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "controller/state.h"
#include "deadline.h"

static char dir[64], path[80], other[90];
static uint16_t flash[STATE_FLASH_WORDS];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test_state_file.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.json", dir);
	snprintf(other, sizeof(other), "%s/other.json", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static void assert_refused(const char *reason)
{
	struct bypass_image image = { 0 };
	char error[512];

	assert_false(state_load(path, 0, &image, flash, error, sizeof(error)));
	if (!strstr(error, reason) || !strstr(error, path))
		fail_msg("%s", error);
}

/* A FIFO without a writer would block the reader. */
static void test_fifo(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused("not a regular file");
}

/* Saving would replace the link, and not change its target. */
static void test_link(void **state)
{
	struct bypass_image image;
	char error[512];

	(void)state;
	bypass_factory_image(&image);
	assert_true(state_save(other, 0, &image, flash, error, sizeof(error)));
	assert_int_equal(symlink("other.json", path), 0);
	assert_refused("is a symbolic link");
	unlink(path);
	assert_int_equal(symlink("nowhere.json", path), 0);
	assert_refused("is a symbolic link");
}

static char *read_all(const char *name)
{
	char *text = calloc(1, 65536);
	FILE *file = fopen(name, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

/* Repeats a line of the file, at each place with a member. */
static void test_name_twice(void **state)
{
	struct bypass_image image;
	char error[512];
	unsigned int refused = 0;
	char *text;

	(void)state;
	bypass_factory_image(&image);
	assert_true(state_save(other, 0, &image, flash, error, sizeof(error)));
	text = read_all(other);
	for (char *line = text, *end; (end = strchr(line, '\n'));
	     line = end + 1) {
		FILE *file;

		/* A complete member, followed by another one. */
		if (end[-1] != ',' || !memchr(line, ':', end - line))
			continue;
		file = fopen(path, "w");
		assert_non_null(file);
		fwrite(text, 1, end + 1 - text, file);
		fwrite(line, 1, end + 1 - line, file);
		fputs(end + 1, file);
		fclose(file);
		assert_refused("has a duplicate name");
		refused++;
	}
	assert_true(refused > 10);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fifo),
		TEST(test_link),
		TEST(test_name_twice),
	};

	end_after(60);
	return cmocka_run_group_tests_name("state file", tests, NULL, NULL);
}

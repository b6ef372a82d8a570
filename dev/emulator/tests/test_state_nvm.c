// SPDX-License-Identifier: GPL-2.0-or-later
/* The NVM in the state file: rows of 16 words, without empty rows. */
#include "state_files.h"

static void load(struct fixture *f)
{
	struct bypass_image image;

	if (!state_load(f->path, NOW_S, &image, flash, f->error,
			sizeof(f->error)))
		fail_msg("%s", f->error);
}

/* Loading replaces all words by those of the saved card. */
static void assert_lasts(struct fixture *f,
			 const uint16_t words[STATE_FLASH_WORDS])
{
	struct bypass_image image = some_image();

	memcpy(flash, words, sizeof(flash));
	save(f, &image);
	memset(flash, 0xee, sizeof(flash));
	load(f);
	assert_memory_equal(flash, words, sizeof(flash));
}

static void test_lasts(void **state)
{
	uint16_t words[STATE_FLASH_WORDS] = { 0 };

	assert_lasts(*state, words);
	for (unsigned int word = 0; word < STATE_FLASH_WORDS; word += 333) {
		words[word] = word + 1;
		assert_lasts(*state, words);
	}
	/* The maximum. */
	memset(words, 0xff, sizeof(words));
	assert_lasts(*state, words);
}

static void write_edited(struct fixture *f, const char *from, const char *to)
{
	struct bypass_image image = some_image();
	char text[4096], *at;

	memset(flash, 0, sizeof(flash));
	flash[0x20] = 0x1234;
	flash[0xfff] = 0xabcd;
	save(f, &image);
	at = strstr(read_text(f->path), from);
	if (!at)
		fail_msg("the file has no %s", from);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - read_text(f->path)),
		 read_text(f->path), to, at + strlen(from));
	write_text(f->path, text, strlen(text));
}

/* A file from before the NVM was saved: that of a new card is used. */
static void test_is_not_there(void **state)
{
	struct fixture *f = *state;
	struct bypass_image image = some_image();
	char *text, *from, *to;

	save(f, &image);
	text = read_text(f->path);
	from = strstr(text, "\"nvm\"");
	assert_non_null(from);
	to = strstr(from, "},");
	assert_non_null(to);
	memset(from, ' ', to - from + 2);
	write_text(f->path, text, strlen(text));
	memset(flash, 0x5a, sizeof(flash));
	load(f);
	for (unsigned int word = 0; word < STATE_FLASH_WORDS; word++)
		assert_int_equal(flash[word], 0x5a5a);
}

static void test_bad_rows(void **state)
{
	static const struct {
		const char *from, *to, *reason;
	} edits[] = {
		{ "\"0020\"", "\"0021\"", "\"0021\" is not a row of \"nvm\"" },
		{ "\"0020\"", "\"20\"", "\"20\" is not a row of \"nvm\"" },
		{ "\"0020\"", "\"002X\"", "\"002X\" is not a row of \"nvm\"" },
		{ "\"0020\"", "\"-020\"", "\"-020\" is not a row of \"nvm\"" },
		{ "\"0ff0\"", "\"1000\"", "\"1000\" is not a row of \"nvm\"" },
		{ "\"0ff0\"", "\"0020\"", "has a duplicate name" },
		{ "\"1234", "\"123", ", not 64 hex digits" },
		{ "\"1234", "\"12345", ", not 64 hex digits" },
		{ "\"1234", "\"123G", "\"nvm\" row 32 is \"123G0000" },
		{ "\"0020\":", "\"0020\": 5, \"0030\":",
		  "\"nvm\" row 32 is 5, not 64 hex digits" },
	};
	struct fixture *f = *state;
	struct bypass_image image;
	uint16_t before[STATE_FLASH_WORDS];

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		write_edited(f, edits[i].from, edits[i].to);
		memset(flash, 0xee, sizeof(flash));
		memcpy(before, flash, sizeof(flash));
		if (state_load(f->path, NOW_S, &image, flash, f->error,
			       sizeof(f->error)))
			fail_msg("taken, though: %s", edits[i].reason);
		if (!strstr(f->error, edits[i].reason))
			fail_msg("\"%s\" does not say: %s", f->error,
				 edits[i].reason);
		assert_memory_equal(flash, before, sizeof(flash));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lasts),
		TEST(test_is_not_there),
		TEST(test_bad_rows),
	};

	return cmocka_run_group_tests_name("NVM in the state file", tests, NULL,
					   NULL);
}

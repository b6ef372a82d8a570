// SPDX-License-Identifier: GPL-2.0-or-later
/* A client's text becomes valid UTF-8; valid text is not changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/util.h"

static void test_repair(void **state)
{
	static const char *const texts[][2] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "\x7f", "\x7f" },
		{ "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
		  "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80" },
		/* The first and last character of each length, and neighbours. */
		{ "\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf" },
		{ "\xe0\xa0\x80\xef\xbf\xbf", "\xe0\xa0\x80\xef\xbf\xbf" },
		{ "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		  "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xed\xa0\x80", "???" },
		{ "\xed\xbf\xbf", "???" },
		/* Overlong. */
		{ "\xc0\x80", "??" },
		{ "\xc1\xbf", "??" },
		{ "\xe0\x9f\xbf", "???" },
		{ "\xf0\x8f\xbf\xbf", "????" },
		/* Truncated, a single byte, and an invalid first byte. */
		{ "\xc3", "?" },
		{ "a\xe2\x82", "a??" },
		{ "\xf0\x9f\x98z", "???z" },
		{ "\x80z\xbf", "?z?" },
		{ "\xff\xfe\xf8", "???" },
		{ "\xc3\xc3\xa4", "?\xc3\xa4" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		snprintf(text, sizeof(text), "%s", texts[i][0]);
		utf8_repair(text);
		assert_string_equal(text, texts[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repair),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}

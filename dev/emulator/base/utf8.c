// SPDX-License-Identifier: GPL-2.0-or-later
#include "utf8.h"

#include <stddef.h>
#include <stdint.h>

#include "util.h"

/* By the number of bytes: the first byte, and the least character. */
static const struct {
	uint8_t mask, value;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

/* The length of the character, or 0 if it is invalid. */
static size_t character(const uint8_t *at)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		uint32_t c = *at & (uint8_t)~forms[i].mask;

		if ((*at & forms[i].mask) != forms[i].value)
			continue;
		/* The end of the text is not a continuation byte. */
		for (size_t n = 1; n <= i; n++) {
			if ((at[n] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (at[n] & 0x3f);
		}
		if (c < forms[i].least || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return 0;
		return i + 1;
	}
	return 0;
}

void utf8_repair(char *text)
{
	while (*text) {
		size_t len = character((const uint8_t *)text);

		if (len == 0)
			*text = '?';
		text += len ? len : 1;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "pages.h"

const char *relays_name(unsigned int state)
{
	static const char *const names[] = { "none", "normal", "bypass",
					     "isolate" };

	return names[state & 3];
}

unsigned int period_ms(unsigned int period)
{
	static const unsigned int ms[] = { 1000, 1500, 2000,  3000,
					   4000, 8000, 16000, 32000 };

	return ms[period & 7];
}

uint32_t page_read(struct line *line, unsigned int page)
{
	return line_exchange(line, PAGE(page)) & PAGE_BITS;
}

void page_write(struct line *line, unsigned int page, uint32_t value)
{
	line_exchange(line, PAGE(page) | WRITE | (value & ~WRITE & PAGE_BITS));
}

bool ctl0_is_sane(uint32_t ctl0)
{
	return ctl0 & STATE && ctl0 != PAGE_BITS;
}

bool line_align(struct line *line)
{
	uint32_t last = 0;

	for (int i = 0; i < 2 * LINE_BITS; i++) {
		uint32_t now = page_read(line, 0);

		if (ctl0_is_sane(now) && now == last)
			return true;
		last = now;
		/* Neither this answer nor the last one is valid: one bit more. */
		if (i % 2)
			line_cut(line, 0, 1);
	}
	return false;
}

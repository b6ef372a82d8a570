// SPDX-License-Identifier: GPL-2.0-or-later
#include "saved.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "record.h"

#define TRIES 3

struct saved {
	uint32_t ctl0, ctl1;
	unsigned int offset;
	unsigned int byte;
};

void saved_keep(struct study *s, unsigned int offset, uint8_t value)
{
	char line[64] = "";

	printf("saved ctl0=0x%08x ctl1=0x%08x", s->ctl0, s->ctl1);
	if (offset != SAVED_NO_BYTE)
		printf(" byte=0x%02x:0x%02x", offset, value);
	putchar('\n');
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin) || strcmp(line, "kept\n") != 0)
		errx(EXIT_FAILURE,
		     "the host has not saved the settings of the card: nothing is written");
}

static bool parse(const char *words, struct saved *saved)
{
	int n = sscanf(words, "ctl0=%x ctl1=%x byte=%x:%x", &saved->ctl0,
		       &saved->ctl1, &saved->offset, &saved->byte);

	return (n == 2 || n == 4) && ctl0_is_sane(saved->ctl0) &&
	       saved->offset < EEPROM_SIZE && saved->byte <= 0xff;
}

/*
 * A clock that was right is set to the current time. Otherwise it gets its
 * previous value.
 */
static void put_clock_back(struct study *s, uint32_t ctl1)
{
	uint32_t clock = ctl1 & TIME;

	if (ctl1 & TIME_VALID)
		clock = time_of_year() | TIME_VALID | OFFSET_RESET;
	page_write(&s->line, 1, clock);
}

/*
 * The fourth byte of an entry of the log, of which only the unread bit is
 * changed. By now the entry may no longer be the newest, or may be replaced.
 */
static bool put_byte_back(struct study *s, unsigned int offset, uint8_t byte)
{
	for (int i = 0; i < TRIES; i++) {
		uint8_t now = eeprom_byte_anew(s, offset);

		if ((now ^ byte) & ENTRY_EVENT ||
		    !((now ^ byte) & ENTRY_UNREAD))
			return true;
		eeprom_put(s, offset, now ^ ENTRY_UNREAD);
	}
	return !((eeprom_byte_anew(s, offset) ^ byte) & ENTRY_UNREAD);
}

static bool put_page0_back(struct study *s, uint32_t ctl0)
{
	unsigned int mode = FIELD(MODE, ctl0);

	if (!ctl0_put(s, RULES | ENABLE, ctl0 & RULES) ||
	    !relays_put(s, FIELD(STATE, ctl0)))
		return false;
	return !mode || ctl0_put(s, MODE, mode);
}

bool saved_put_back(struct study *s, const char *words)
{
	struct saved saved = { .ctl0 = s->ctl0, .ctl1 = s->ctl1 };

	if (words && !parse(words, &saved)) {
		warnx("'%s' is not what an earlier report saved", words);
		return false;
	}
	progress("restoring the previous settings: state %s",
		 relays_name(FIELD(STATE, saved.ctl0)));
	/* The byte first: events may overwrite its place in the log. */
	if (saved.offset != SAVED_NO_BYTE &&
	    !put_byte_back(s, saved.offset, saved.byte)) {
		warnx("byte 0x%02x of the EEPROM cannot be restored to 0x%02x",
		      saved.offset, saved.byte);
		return false;
	}
	if (!put_page0_back(s, saved.ctl0)) {
		warnx("page 0 cannot be restored to 0x%08x: it is 0x%08x",
		      saved.ctl0, page_read(&s->line, 0));
		return false;
	}
	put_clock_back(s, saved.ctl1);
	puts("restored");
	fflush(stdout);
	return true;
}

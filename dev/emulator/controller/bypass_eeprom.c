// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller's page 2: the EEPROM, and the log in it. */
#include <string.h>

#include "bypass_parts.h"

void ctl2_write(struct bypass *b, uint32_t command)
{
	b->ctl2_pending = command;
	b->eeprom_due_us = b->now_us + setting_us(b, SETTING_EEPROM_MS);
}

/*
 * One access at a time: a second one before the end of the first replaces it,
 * so a host that does not wait loses the first. [inferred]
 */
void ctl2_access(struct bypass *b)
{
	uint8_t offset = FIELD_GET(CTL2_OFFSET, b->ctl2_pending);

	b->eeprom_due_us = NO_DEADLINE;
	/* The host cannot write the bytes that the firmware uses. [inferred] */
	if (b->ctl2_pending & CTL2_EEPROM_WRITE && !b->config.commits_lost &&
	    offset != EEPROM_LOG_OFFSET && offset != EEPROM_VERSION) {
		b->eeprom[offset] = FIELD_GET(CTL2_DATA, b->ctl2_pending);
		b->save_due = true;
	}
	b->offset = offset;
	b->data = b->eeprom[offset];
}

static uint32_t shown_offset(const struct bypass *b)
{
	switch (setting(b, SETTING_EEPROM_OFFSET)) {
	case OFFSET_ASKED:
		return b->ctl2_pending & CTL2_OFFSET;
	case OFFSET_ZERO:
		return 0;
	case OFFSET_ONES:
		return CTL2_OFFSET;
	default:
		return FIELD_PREP(CTL2_OFFSET, b->offset);
	}
}

uint32_t ctl2_status(const struct bypass *b)
{
	uint32_t ctl2 = FIELD_PREP(CTL2_DATA, b->data) | shown_offset(b) |
			FIELD_PREP(CTL2_LOG_HEAD, b->log_head);

	if (setting(b, SETTING_RESERVED))
		ctl2 |= ~(CTL2_DATA | CTL2_OFFSET | CTL2_EEPROM_WRITE |
			  CTL2_LOG_HEAD);
	return ctl2;
}

static uint8_t *log_entry(struct bypass *b, unsigned int index)
{
	return &b->eeprom[b->eeprom[EEPROM_LOG_OFFSET] + index * LOG_ENTRY_SIZE];
}

/* An entry that was never written has no event, or all of its bits set. */
static bool is_event(unsigned int event)
{
	return event >= BYPASS_EVENT_MAIN_ON && event <= BYPASS_EVENT_USER;
}

static bool is_written(const uint8_t *entry)
{
	return is_event(FIELD_GET(LOG_EVENT, (uint32_t)entry[3] << 24));
}

/*
 * The head bit marks the newest entry [inferred: drivers only name the bit, and
 * take the head from page 2].
 */
void log_event(struct bypass *b, enum bypass_event event, unsigned int action)
{
	uint32_t word = FIELD_PREP(LOG_TIME, clock_time(b)) |
			(b->time_valid ? LOG_TIME_VALID : 0) | LOG_HEAD |
			LOG_UNREAD | FIELD_PREP(LOG_EVENT, event);
	uint8_t *entry;

	if (b->log_head != LOG_NO_HEAD && is_written(log_entry(b, b->log_head)))
		log_entry(b, b->log_head)[3] &= ~(LOG_HEAD >> 24);
	/* Without a head, the first entry is next. */
	if (++b->log_head >= setting(b, SETTING_SLOTS))
		b->log_head = 0;
	entry = log_entry(b, b->log_head);
	for (int i = 0; i < 4; i++)
		entry[i] = word >> 8 * i;
	entry[4] = action;
	b->save_due = true;
}

static void log_fill(struct bypass *b, uint8_t byte)
{
	memset(log_entry(b, 0), byte,
	       setting(b, SETTING_SLOTS) * LOG_ENTRY_SIZE);
	b->save_due = true;
}

void log_erase(struct bypass *b)
{
	log_fill(b, 0);
}

void log_format(struct bypass *b)
{
	const uint8_t heads[] = {
		[HEAD_LAST] = setting(b, SETTING_SLOTS) - 1,
		[HEAD_FIRST] = 0,
		[HEAD_NONE] = LOG_NO_HEAD,
	};

	b->log_head = heads[setting(b, SETTING_EMPTY_HEAD)];
	log_fill(b, setting(b, SETTING_EMPTY_LOG) == EMPTY_ONES ? 0xff : 0);
}

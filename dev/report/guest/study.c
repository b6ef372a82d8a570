// SPDX-License-Identifier: GPL-2.0-or-later
#include "study.h"

#define ANSWER_LIMIT_NS (15 * 1000 * NS_PER_MS)
#define TRIES 3

bool study_open(struct study *s)
{
	uint64_t begun = now_ns();

	s->settle_ms = SETTLE_MOST_MS;
	s->byte_ms = BYTE_MOST_MS;
	while (!line_align(&s->line))
		if (now_ns() - begun > ANSWER_LIMIT_NS)
			return false;
	/* The last two frames were valid. */
	s->silent_ms =
		(2.0 * s->line.begun_ns - s->line.ended_ns - begun) / NS_PER_MS;
	s->ctl0 = page_read(&s->line, 0);
	s->ctl1 = page_read(&s->line, 1);
	s->ctl2 = page_read(&s->line, 2);
	s->rules = s->ctl0 & (RULES | ENABLE);
	return true;
}

uint32_t ctl0_settled(struct study *s)
{
	uint64_t limit = now_ns() + 5000 * NS_PER_MS;
	uint32_t last, ctl0 = 0;

	sleep_until(s->line.ended_ns + (uint64_t)(s->settle_ms * NS_PER_MS));
	do {
		last = ctl0;
		ctl0 = page_read(&s->line, 0);
	} while ((ctl0 != last || !ctl0_is_sane(ctl0)) && now_ns() < limit);
	return ctl0;
}

void ctl0_send(struct study *s, uint32_t fields, uint32_t values)
{
	uint32_t kept = s->rules & ~fields;

	s->rules = (kept | (values & fields)) & (RULES | ENABLE);
	page_write(&s->line, 0, kept | (values & fields));
}

bool ctl0_put(struct study *s, uint32_t fields, uint32_t values)
{
	for (int i = 0; i < TRIES; i++) {
		ctl0_send(s, fields, values);
		if (((ctl0_settled(s) ^ s->rules) & RULES) == 0)
			return true;
	}
	return false;
}

unsigned int state_now(struct study *s)
{
	return FIELD(STATE, page_read(&s->line, 0));
}

enum relays other_state(unsigned int state)
{
	return state == BYPASS ? NORMAL : BYPASS;
}

bool relays_put(struct study *s, enum relays state)
{
	bool there = false;

	for (int i = 0; i < TRIES && !there; i++) {
		uint64_t limit;

		if (!ctl0_put(s, MODE, state))
			return false;
		limit = now_ns() + SETTLE_MOST_MS * NS_PER_MS;
		do
			there = state_now(s) == state;
		while (!there && now_ns() < limit);
	}
	return ctl0_put(s, MODE, 0) && there;
}

uint8_t head_now(struct study *s)
{
	return FIELD(HEAD, page_read(&s->line, 2));
}

static void request_byte(struct study *s, uint8_t offset)
{
	page_write(&s->line, 2, PUT(OFFSET, offset));
}

/* Is it known that the offset in page 2 does not identify the byte? */
static bool offset_is_mute(const struct study *s)
{
	return s->offset.looks && s->offset.of_byte < s->offset.looks;
}

uint8_t eeprom_byte_anew(struct study *s, uint8_t offset)
{
	uint32_t command = PAGE(2) | PUT(OFFSET, offset);
	uint32_t ctl2 = 0;

	for (int i = 0; i < TRIES; i++) {
		request_byte(s, offset);
		sleep_until(s->line.ended_ns +
			    (uint64_t)(s->byte_ms * NS_PER_MS));
		ctl2 = line_exchange(&s->line, command) & PAGE_BITS;
		if (FIELD(OFFSET, ctl2) == offset || offset_is_mute(s))
			break;
	}
	s->known[offset] = true;
	s->eeprom[offset] = FIELD(DATA, ctl2);
	return s->eeprom[offset];
}

uint8_t eeprom_byte(struct study *s, uint8_t offset)
{
	study_byte(s);
	return s->known[offset] ? s->eeprom[offset] :
				  eeprom_byte_anew(s, offset);
}

void eeprom_put(struct study *s, uint8_t offset, uint8_t value)
{
	page_write(&s->line, 2,
		   EEPROM_WRITE | PUT(OFFSET, offset) | PUT(DATA, value));
	sleep_until(s->line.ended_ns + (uint64_t)(s->byte_ms * NS_PER_MS));
}

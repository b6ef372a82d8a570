// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page 2: the EEPROM, the version in it, and the log's ring (U1, U11, U16,
 * U17, U20). An entry of the log without an event was never written.
 */
#include <stdio.h>

#include "finding.h"
#include "record.h"
#include "saved.h"

#define LIMIT_MS 3000
/* The byte of an entry with the event. */
#define EVENT_BYTE 3
#define PERIOD_1500MS 1
#define EXPIRY_MS 1500
#define EXPIRY_LIMIT_MS 5000

/* --- the time of a byte */

struct pair {
	uint8_t offset[2], data[2];
	unsigned int asked;
};

static void ask_for_other(struct study *s, void *opaque)
{
	struct pair *pair = opaque;

	pair->asked = !pair->asked;
	page_write(&s->line, 2, PUT(OFFSET, pair->offset[pair->asked]));
}

/* The byte identifies itself, as the two differ. The offset may not. */
static bool is_there(struct study *s, void *opaque)
{
	const struct pair *pair = opaque;
	uint8_t asked = pair->offset[pair->asked];
	uint8_t other = pair->offset[!pair->asked];
	uint32_t ctl2 = line_exchange(&s->line, PAGE(2) | PUT(OFFSET, asked));
	bool there = FIELD(DATA, ctl2) == pair->data[pair->asked];
	uint8_t offset = FIELD(OFFSET, ctl2);

	s->offset.looks++;
	s->offset.of_byte += offset == (there ? asked : other);
	s->offset.of_asked += offset == asked;
	s->offset.zero += offset == 0;
	s->offset.ones += offset == 0xff;
	return there;
}

static void no_rest(struct study *s, void *opaque)
{
	(void)s;
	(void)opaque;
}

/* Two different bytes, so that the value identifies the byte. */
static bool find_pair(struct study *s, struct pair *pair)
{
	pair->offset[0] = EEPROM_LOG;
	pair->data[0] = eeprom_byte_anew(s, EEPROM_LOG);
	for (uint8_t offset = EEPROM_VERSION; offset < 16; offset++) {
		pair->offset[1] = offset;
		pair->data[1] = eeprom_byte_anew(s, offset);
		if (pair->data[1] != pair->data[0])
			return true;
	}
	return false;
}

void study_byte(struct study *s)
{
	const struct latency_ops ops = {
		.start = ask_for_other,
		.look = is_there,
		.rest = no_rest,
		.limit_ms = LIMIT_MS,
	};
	struct pair pair = { .asked = 1 };

	if (s->byte_done)
		return;
	s->byte_done = true;
	progress("how long a byte of the EEPROM takes");
	if (!find_pair(s, &pair))
		return;
	s->byte = latency_measure(s, &ops, &pair);
	/* At least the time that the known clients wait. */
	if (s->byte.seen)
		s->byte_ms = s->byte.hi_ms < 95 ? 100 :
						  20 + 1.2 * s->byte.hi_ms;
}

void measure_eeprom(struct study *s, struct finding *f)
{
	study_byte(s);
	found_range(f, s->byte, "from the request of a byte until it is ready");
}

void measure_eeprom_offset(struct study *s, struct finding *f)
{
	study_byte(s);
	if (!s->offset.looks)
		cannot_tell(f,
			    "the first bytes of the EEPROM are all the same");
	else if (s->offset.of_byte == s->offset.looks)
		found(f, "byte",
		      "in %u reads it was the offset of the byte beside it",
		      s->offset.looks);
	else if (s->offset.of_asked == s->offset.looks)
		found(f, "asked",
		      "in %u reads it was the requested offset, also before the byte was ready",
		      s->offset.looks);
	else if (s->offset.zero == s->offset.looks)
		found(f, "zero", "in %u reads it was 0", s->offset.looks);
	else if (s->offset.ones == s->offset.looks)
		found(f, "ones", "in %u reads it was 0xff", s->offset.looks);
	else
		cannot_tell(
			f,
			"in %u reads it was the offset of the byte beside it %u times, and the requested offset %u times",
			s->offset.looks, s->offset.of_byte, s->offset.of_asked);
}

void measure_version(struct study *s, struct finding *f)
{
	unsigned int version = eeprom_byte(s, EEPROM_VERSION);
	char value[8];

	snprintf(value, sizeof(value), "%u", version);
	found(f, value, "byte 0x02 of the EEPROM is %u", version);
}

/* --- the log's ring */

static unsigned int entry_offset(struct study *s, unsigned int slot)
{
	return eeprom_byte(s, EEPROM_LOG) + slot * ENTRY_SIZE;
}

/* As it was at the start. False if the EEPROM has no such slot. */
static bool slot_event(struct study *s, unsigned int slot, uint8_t *event)
{
	unsigned int offset = entry_offset(s, slot) + EVENT_BYTE;

	if (offset >= EEPROM_SIZE)
		return false;
	*event = eeprom_byte(s, offset);
	return true;
}

static bool slot_is_written(struct study *s, unsigned int slot)
{
	uint8_t event;

	return slot_event(s, slot, &event) && FIELD(ENTRY_EVENT, event) >= 1 &&
	       FIELD(ENTRY_EVENT, event) <= 6;
}

static unsigned int written_slots(struct study *s)
{
	unsigned int written = 0;

	for (unsigned int slot = 0; slot < SLOTS_LEAST; slot++)
		written += slot_is_written(s, slot);
	return written;
}

/* The size of the ring, from the current log; 0: unknown. */
static unsigned int slots_by_contents(struct study *s)
{
	unsigned int head = FIELD(HEAD, s->ctl2);

	if (head == SLOTS_MOST - 1 || slot_is_written(s, SLOTS_MOST - 1))
		return SLOTS_MOST;
	/* With the head in the last slot, only the next event shows it. */
	if (written_slots(s) == SLOTS_LEAST && head < SLOTS_LEAST - 1)
		return SLOTS_LEAST;
	return 0;
}

/* Causes an event without an effect. False if it was not logged. */
static bool log_an_event(struct study *s, uint8_t *head)
{
	uint8_t before = *head;
	uint64_t begun_ns;

	ctl0_send(s, ENABLE | PERIOD | ACTION_WATCHDOG,
		  ENABLE | PUT(PERIOD, PERIOD_1500MS));
	begun_ns = s->line.ended_ns;
	sleep_until(begun_ns + (uint64_t)(EXPIRY_MS * NS_PER_MS));
	do
		*head = head_now(s);
	while (*head == before &&
	       now_ns() - begun_ns <
		       (EXPIRY_LIMIT_MS + s->settle_ms) * NS_PER_MS);
	ctl0_send(s, ENABLE, 0);
	sleep_ms(s->settle_ms);
	return *head != before;
}

static unsigned int slots_by_events(struct study *s, uint8_t *last)
{
	uint8_t head = head_now(s);
	uint8_t before;

	for (int i = 0; i <= SLOTS_MOST + 1; i++) {
		if (i % 10 == 0)
			progress(
				"filling the log until it wraps around; its head is %u",
				head);
		before = head;
		if (!log_an_event(s, &head))
			return 0;
		if (head < before && before != NO_HEAD) {
			*last = before;
			return before + 1;
		}
	}
	return 0;
}

void measure_slots(struct study *s, struct finding *f)
{
	unsigned int slots = slots_by_contents(s);
	char value[8];
	uint8_t last;

	if (slots) {
		snprintf(value, sizeof(value), "%u", slots);
		found(f, value,
		      "from the contents of the log: %u entries, head %u",
		      written_slots(s) + slot_is_written(s, SLOTS_MOST - 1),
		      FIELD(HEAD, s->ctl2));
		return;
	}
	if (!s->may_write) {
		cannot_tell(
			f,
			"the log has not wrapped around yet (head %u): WRITE=1 fills it",
			FIELD(HEAD, s->ctl2));
		return;
	}
	study_expiry(s);
	slots = slots_by_events(s, &last);
	snprintf(value, sizeof(value), "%u", slots);
	if (slots)
		found(f, value, "the head went from slot %u to 0", last);
	else
		cannot_tell(f,
			    "the log did not record events without an effect");
}

void measure_empty_log(struct study *s, struct finding *f)
{
	unsigned int zeros = 0, ones = 0;

	for (unsigned int slot = 0; slot < SLOTS_LEAST; slot++) {
		uint8_t event;

		if (!slot_event(s, slot, &event))
			break;
		zeros += event == 0x00;
		ones += event == 0xff;
	}
	if (zeros && ones)
		cannot_tell(f, "%u slots contain 0x00, %u contain 0xff", zeros,
			    ones);
	else if (zeros || ones)
		found(f, zeros ? "zeros" : "ones", "%u slots of %d are blank",
		      zeros + ones, SLOTS_LEAST);
	else
		cannot_tell(f, "no slot of the log is blank");
}

void measure_empty_head(struct study *s, struct finding *f)
{
	unsigned int head = FIELD(HEAD, s->ctl2);
	unsigned int written = written_slots(s);
	unsigned int first = 0;

	if (!written) {
		found(f,
		      head == NO_HEAD ? "none" :
		      head == 0	      ? "first" :
					"last",
		      "the log is empty, and its head is %u", head);
		return;
	}
	while (!slot_is_written(s, first))
		first++;
	if (written >= SLOTS_LEAST - 1)
		cannot_tell(f, "the log is full");
	else if (first == 0)
		found(f, "last",
		      "the first entry is in slot 0, as after a head of the last slot or of 0xff");
	else if (first == 1)
		found(f, "first", "the first entry is in slot 1");
	else
		cannot_tell(f, "the first entry is in slot %u", first);
}

/* --- the contents of the EEPROM, and the log in it */

static const char *event_name(unsigned int event)
{
	static const char *const names[] = {
		"none",	   "main on",  "aux on", "main off",
		"aux off", "watchdog", "user",
	};

	return event < sizeof(names) / sizeof(names[0]) ? names[event] : "none";
}

static void record_entry(unsigned int slot, const uint8_t entry[ENTRY_SIZE])
{
	uint32_t word = entry[0] | entry[1] << 8 | entry[2] << 16 |
			(uint32_t)entry[3] << 24;

	record_begin("log");
	record_number("slot", slot);
	record_text("event", "%s",
		    event_name(FIELD(ENTRY_EVENT, entry[EVENT_BYTE])));
	record_text("action", "%s",
		    entry[4] & 3 ? relays_name(entry[4]) : "ignore");
	record_number("time", FIELD(TIME, word));
	record_bool("time_valid", word & TIME_VALID);
	record_bool("head", entry[EVENT_BYTE] & ENTRY_NEWEST);
	record_bool("unread", entry[EVENT_BYTE] & ENTRY_UNREAD);
	record_end();
}

void record_eeprom(struct study *s)
{
	for (unsigned int offset = 0; offset < EEPROM_SIZE; offset++) {
		if (offset % 64 == 0)
			progress("reading byte %u of %d of the EEPROM", offset,
				 EEPROM_SIZE);
		eeprom_byte(s, offset);
	}
	record_begin("eeprom");
	record_bytes("bytes", s->eeprom, sizeof(s->eeprom));
	record_end();
	for (unsigned int slot = 0; slot < SLOTS_MOST; slot++)
		if (slot_is_written(s, slot) &&
		    entry_offset(s, slot) + ENTRY_SIZE <= EEPROM_SIZE)
			record_entry(slot, &s->eeprom[entry_offset(s, slot)]);
}

/* --- a write of a byte */

/*
 * The unread bit of the newest entry, which drivers write too. It is restored
 * at once; until then, the saved settings contain the byte.
 */
void record_byte_write(struct study *s)
{
	uint8_t head = head_now(s);
	unsigned int offset;
	uint8_t before, changed, after;

	study_byte(s);
	offset = entry_offset(s, head) + EVENT_BYTE;
	if (head == NO_HEAD || offset >= EEPROM_SIZE) {
		progress("the log is empty, so no byte of it is written");
		return;
	}
	progress("writing a byte of the EEPROM, and restoring it");
	before = eeprom_byte_anew(s, offset);
	saved_keep(s, offset, before);
	eeprom_put(s, offset, before ^ ENTRY_UNREAD);
	changed = eeprom_byte_anew(s, offset);
	eeprom_put(s, offset, before);
	after = eeprom_byte_anew(s, offset);
	if (after == before)
		saved_keep(s, SAVED_NO_BYTE, 0);
	record_begin("byte_write");
	record_hex("offset", offset, 2);
	record_hex("before", before, 2);
	record_hex("changed", changed, 2);
	record_hex("after", after, 2);
	record_bool("taken", changed == (before ^ ENTRY_UNREAD));
	record_bool("put_back", after == before);
	record_end();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "unknowns.h"

#include <stdio.h>
#include <string.h>

#include "finding.h"
#include "record.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct unknown {
	unsigned int number;
	const char *setting; /* of x540-t2bp --controller */
	const char *assumed; /* by the emulated card */
	const char *question;
	const char *by_hand; /* another way to find the answer, or NULL */
	void (*measure)(struct study *s, struct finding *f);
	bool writes;
	bool may_write; /* it reads, but a write tells more */
};

static const struct unknown unknowns[] = {
	{ .number = 1,
	  .setting = "slots",
	  .assumed = "43",
	  .question = "entries of the log's ring",
	  .measure = measure_slots,
	  .may_write = true },
	{ .number = 2,
	  .setting = "commit-ms",
	  .assumed = "20",
	  .question = "ms until a write of page 0 takes effect",
	  .measure = measure_commit,
	  .writes = true },
	{ .number = 3,
	  .setting = "commit-reads",
	  .assumed = "old",
	  .question = "value of page 0 until then",
	  .measure = measure_commit_reads,
	  .writes = true },
	{ .number = 4,
	  .setting = "commit-writes",
	  .assumed = "taken",
	  .question = "another write until then",
	  .measure = measure_commit_writes,
	  .writes = true },
	{ .number = 5,
	  .setting = "state-delay-ms",
	  .assumed = "0",
	  .question = "ms until STATE follows a new mode",
	  .measure = measure_state_delay,
	  .writes = true },
	{ .number = 6,
	  .setting = "mode-reads",
	  .assumed = "yes",
	  .question = "does MODE read back",
	  .measure = measure_mode_reads,
	  .writes = true },
	{ .number = 7,
	  .setting = "expiry-enable",
	  .assumed = "clears",
	  .question = "the enable bit after the watchdog has expired",
	  .measure = measure_expiry_enable,
	  .writes = true },
	{ .number = 8,
	  .setting = "enable-restarts",
	  .assumed = "no",
	  .question = "does writing enable again restart the watchdog",
	  .measure = measure_enable_restarts,
	  .writes = true },
	{ .number = 9,
	  .setting = "pet-reads",
	  .assumed = "clears",
	  .question = "PET and OFFTRST, after they were written",
	  .measure = measure_pet_reads,
	  .writes = true },
	{ .number = 10,
	  .setting = "clock",
	  .assumed = "stays",
	  .question = "does the time advance between reads",
	  .measure = measure_clock,
	  .may_write = true },
	{ .number = 10,
	  .setting = "clock-valid-ms",
	  .assumed = "0",
	  .question = "ms until a new time reads as valid",
	  .measure = measure_clock_valid,
	  .writes = true },
	{ .number = 11,
	  .setting = "eeprom-ms",
	  .assumed = "100",
	  .question = "ms until a byte of the EEPROM is ready",
	  .measure = measure_eeprom },
	{ .number = 12,
	  .setting = "cut-frame",
	  .assumed = "forgotten",
	  .question = "a frame that was cut short",
	  .measure = measure_cut_frame,
	  .writes = true },
	{ .number = 13,
	  .setting = "frame-timeout-ms",
	  .assumed = "0",
	  .question = "ms of pause after which a frame is dropped; 0: never",
	  .measure = measure_frame_timeout,
	  .writes = true },
	{ .number = 14,
	  .setting = "boot-ms",
	  .assumed = "0",
	  .question = "ms of silence after power-on",
	  .by_hand =
		  "Unplug the machine for 10 s, so that the card loses standby power too. Then boot, and run 'make card-report PART=u14' as soon as possible: the report says whether the controller did not answer at first, and for how long.",
	  .measure = measure_boot },
	{ .number = 15,
	  .setting = "reserved",
	  .assumed = "0",
	  .question = "reserved bits",
	  .measure = measure_reserved },
	{ .number = 16,
	  .setting = "empty-log",
	  .assumed = "zeros",
	  .question = "bytes of a log that was never written",
	  .measure = measure_empty_log },
	{ .number = 16,
	  .setting = "empty-head",
	  .assumed = "last",
	  .question = "head of such a log",
	  .by_hand =
		  "Only a card with an empty log can answer this: run 'make card-report' before anything else when a new card is first installed.",
	  .measure = measure_empty_head },
	{ .number = 17,
	  .setting = "version",
	  .assumed = "1",
	  .question = "firmware version",
	  .measure = measure_version },
	{ .number = 18,
	  .setting = "manual-actions",
	  .assumed = "logged",
	  .question = "an event while a mode is forced",
	  .measure = measure_manual_actions,
	  .writes = true },
	{ .number = 19,
	  .setting = "fast-edges",
	  .assumed = "malformed",
	  .question = "edges closer than 500 us",
	  .measure = measure_fast_edges,
	  .writes = true },
	{ .number = 20,
	  .setting = "eeprom-offset",
	  .assumed = "byte",
	  .question = "the offset in page 2",
	  .measure = measure_eeprom_offset },
	{ .number = 21,
	  .setting = "write-status",
	  .assumed = "before",
	  .question = "status of a frame that writes",
	  .measure = measure_write_status,
	  .may_write = true },
};

/* Parts that are recorded without a verdict. */
static const struct part {
	const char *name;
	void (*record)(struct study *s);
	bool writes;
} parts[] = {
	{ "pages", NULL, false }, /* always recorded */
	{ "eeprom", record_eeprom, false },
	{ "byte", record_byte_write, true },
	{ "periods", record_periods, true },
	{ "links", record_links, true },
};

static const char *part_of(const struct unknown *unknown)
{
	static char name[8];

	snprintf(name, sizeof(name), "u%u", unknown->number);
	return name;
}

bool part_exists(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(parts[i].name, name))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(unknowns); i++)
		if (!strcmp(part_of(&unknowns[i]), name))
			return true;
	return false;
}

static bool is_wanted(const char *name, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return count == 0;
}

static void run_unknown(struct study *s, const struct unknown *unknown)
{
	struct finding f = { .assumed = unknown->assumed };
	const char *verdict = "could not tell";

	progress("U%u: %s", unknown->number, unknown->question);
	if (unknown->writes && !s->may_write)
		cannot_tell(&f, "only with WRITE=1");
	else
		unknown->measure(s, &f);
	if (f.value[0])
		verdict = strcmp(f.value, f.assumed) ? "differs" : "as assumed";
	record_begin("unknown");
	record_number("number", unknown->number);
	record_text("setting", "%s", unknown->setting);
	record_text("question", "%s", unknown->question);
	record_text("assumed", "%s", unknown->assumed);
	record_text("verdict", "%s", verdict);
	if (f.value[0])
		record_text("found", "%s", f.value);
	record_text("figure", "%s", f.figure);
	if (f.range.seen) {
		record_number("from_ms", (int)f.range.lo_ms);
		record_number("to_ms", (int)f.range.hi_ms + 1);
	}
	if (unknown->by_hand && !f.value[0])
		record_text("by_hand", "%s", unknown->by_hand);
	record_end();
}

static bool is_of_pass(const struct study *s, const struct unknown *unknown,
		       bool writes)
{
	return writes ==
	       (unknown->writes || (unknown->may_write && s->may_write));
}

/*
 * Parts that only read run first, on the unchanged card; they include the
 * contents of the log, before events are added.
 */
static void run_pass(struct study *s, char **names, int count, bool writes)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].record && parts[i].writes == writes &&
		    (!writes || s->may_write) &&
		    is_wanted(parts[i].name, names, count))
			parts[i].record(s);
	for (size_t i = 0; i < ARRAY_SIZE(unknowns); i++)
		if (is_of_pass(s, &unknowns[i], writes) &&
		    is_wanted(part_of(&unknowns[i]), names, count))
			run_unknown(s, &unknowns[i]);
}

void parts_run(struct study *s, char **names, int count)
{
	run_pass(s, names, count, false);
	run_pass(s, names, count, true);
}

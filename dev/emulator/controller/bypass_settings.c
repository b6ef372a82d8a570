// SPDX-License-Identifier: GPL-2.0-or-later
#include "bypass_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define SESSION false
#define KEPT true

#define NUMBER(u, n, from, to, first, keep, text)                        \
	{                                                                \
		.name = n, .unknown = u, .kept = keep, .initial = first, \
		.min = from, .max = to, .help = text                     \
	}
#define MS(u, n, first, text) NUMBER(u, n, 0, 60000, first, SESSION, text)
/* The first word is the initial one. */
#define WORDS(u, n, keep, text, ...)                                      \
	{                                                                 \
		.name = n, .unknown = u, .kept = keep,                    \
		.max = ARRAY_SIZE(((const char *[]){ __VA_ARGS__ })) - 1, \
		.words = { __VA_ARGS__ }, .help = text                    \
	}

static const struct bypass_setting_info infos[BYPASS_SETTINGS] = {
	[SETTING_SLOTS] =
		NUMBER(1, "slots", 43, 44, 43, KEPT,
		       "entries of the log's ring; a change empties the log"),
	[SETTING_COMMIT_MS] =
		MS(2, "commit-ms", 20,
		   "ms from a write of page 0 until it takes effect"),
	[SETTING_COMMIT_READS] = WORDS(3, "commit-reads", SESSION,
				       "value of page 0 until then", "old",
				       "new", "zeros", "ones"),
	[SETTING_COMMIT_WRITES] = WORDS(4, "commit-writes", SESSION,
					"another write of page 0 until then",
					"taken", "dropped"),
	[SETTING_STATE_DELAY_MS] =
		MS(5, "state-delay-ms", 0,
		   "ms until relays and state follow a new mode"),
	[SETTING_MODE_READS] = WORDS(6, "mode-reads", SESSION,
				     "whether the mode reads back", "yes",
				     "zero"),
	[SETTING_EXPIRY_ENABLE] = WORDS(
		7, "expiry-enable", SESSION,
		"the enable bit of a watchdog that expires", "clears", "stays"),
	[SETTING_ENABLE_RESTARTS] =
		WORDS(8, "enable-restarts", SESSION,
		      "whether any write with enable restarts the watchdog",
		      "no", "yes"),
	[SETTING_PET_READS] =
		WORDS(9, "pet-reads", SESSION,
		      "PET and the offset reset bit after they were written",
		      "clears", "stays"),
	[SETTING_CLOCK] = WORDS(
		10, "clock", SESSION,
		"the time that is read: as it was written, or the current time",
		"stays", "runs"),
	[SETTING_CLOCK_VALID_MS] = MS(10, "clock-valid-ms", 0,
				      "ms until a new time reads as valid"),
	[SETTING_EEPROM_MS] =
		MS(11, "eeprom-ms", 100,
		   "ms until a requested byte of the EEPROM is ready"),
	[SETTING_CUT_FRAME] = WORDS(
		12, "cut-frame", SESSION,
		"a frame cut short by a start: dropped, or continued up to 32 bits",
		"forgotten", "counts-on"),
	[SETTING_FRAME_TIMEOUT_MS] =
		MS(13, "frame-timeout-ms", 0,
		   "longest pause inside a frame, in ms; 0: no limit"),
	[SETTING_BOOT_MS] =
		MS(14, "boot-ms", 0,
		   "ms without an answer after main or auxiliary power-on"),
	[SETTING_RESERVED] = NUMBER(15, "reserved", 0, 1, 0, SESSION,
				    "value of reserved bits"),
	[SETTING_EMPTY_LOG] = WORDS(
		16, "empty-log", KEPT,
		"bytes of a log that was never written; a change empties the log",
		"zeros", "ones"),
	[SETTING_EMPTY_HEAD] = WORDS(
		16, "empty-head", KEPT,
		"head of such a log: last slot, first slot, 0xff; also empties it",
		"last", "first", "none"),
	[SETTING_VERSION] = NUMBER(17, "version", 0, 255, 1, KEPT,
				   "version of the firmware"),
	[SETTING_MANUAL_ACTIONS] = WORDS(
		18, "manual-actions", SESSION,
		"events in a forced mode: only logged, ignored, or obeyed",
		"logged", "unlogged", "taken"),
	[SETTING_FAST_EDGES] = WORDS(19, "fast-edges", SESSION,
				     "edges less than 500 us apart",
				     "malformed", "taken"),
	[SETTING_EEPROM_OFFSET] = WORDS(
		20, "eeprom-offset", SESSION,
		"the offset in page 2: that of the byte, or of the last request",
		"byte", "asked", "zero", "ones"),
	[SETTING_WRITE_STATUS] = WORDS(
		21, "write-status", SESSION,
		"status of a frame that writes: the page before, or its own bits",
		"before", "zeros", "ones", "echo"),
};

const struct bypass_setting_info *setting_info(enum bypass_setting id)
{
	return &infos[id];
}

enum bypass_setting setting_find(const char *name)
{
	enum bypass_setting id = 0;

	while (id < BYPASS_SETTINGS && strcmp(infos[id].name, name) != 0)
		id++;
	return id;
}

struct bypass_config bypass_default_config(void)
{
	struct bypass_config config = { .watchdog_speed = 1 };

	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++)
		config.value[id] = infos[id].initial;
	return config;
}

void setting_format(enum bypass_setting id, uint32_t value,
		    char text[SETTING_TEXT_MAX])
{
	if (infos[id].words[0])
		snprintf(text, SETTING_TEXT_MAX, "%s", infos[id].words[value]);
	else
		snprintf(text, SETTING_TEXT_MAX, "%u", value);
}

void setting_format_range(enum bypass_setting id, char text[SETTING_TEXT_MAX])
{
	const struct bypass_setting_info *info = &infos[id];
	size_t used = 0;

	if (!info->words[0]) {
		snprintf(text, SETTING_TEXT_MAX, "%u..%u", info->min,
			 info->max);
		return;
	}
	for (uint32_t value = 0; value <= info->max; value++)
		used += snprintf(text + used, SETTING_TEXT_MAX - used, "%s%s",
				 value ? "|" : "", info->words[value]);
}

static bool parse_value(const struct bypass_setting_info *info,
			const char *text, uint32_t *value)
{
	uint64_t number;

	if (!info->words[0]) {
		if (!parse_number(text, info->min, info->max, &number))
			return false;
		*value = number;
		return true;
	}
	for (*value = 0; *value <= info->max; ++*value)
		if (!strcmp(info->words[*value], text))
			return true;
	return false;
}

bool setting_parse(struct bypass_config *config, const char *name,
		   const char *value, char *error, size_t error_size)
{
	enum bypass_setting id = setting_find(name);
	char range[SETTING_TEXT_MAX];
	uint32_t number;

	if (id == BYPASS_SETTINGS) {
		snprintf(error, error_size,
			 "the controller has no setting '%s'", name);
		return false;
	}
	if (!parse_value(&infos[id], value, &number)) {
		setting_format_range(id, range);
		snprintf(error, error_size, "%s must be %s, not '%s'", name,
			 range, value);
		return false;
	}
	config->value[id] = number;
	return true;
}

bool settings_parse(struct bypass_config *config, const char *list, char *error,
		    size_t error_size)
{
	struct bypass_config parsed = *config;
	char *text = xstrdup(list);
	char *rest = text;
	bool ok = true;

	while (ok && rest) {
		char *name = strsep(&rest, ",");
		char *value = name;

		strsep(&value, "=");
		if (!value)
			snprintf(error, error_size,
				 "'%s' is not of the form NAME=VALUE", name);
		ok = value &&
		     setting_parse(&parsed, name, value, error, error_size);
	}
	free(text);
	if (ok)
		*config = parsed;
	return ok;
}

void settings_print_help(FILE *f)
{
	char range[SETTING_TEXT_MAX], initial[SETTING_TEXT_MAX];

	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++) {
		const struct bypass_setting_info *info = &infos[id];

		setting_format_range(id, range);
		setting_format(id, info->initial, initial);
		fprintf(f, "  %s=%s  (U%u, %s%s)\n      %s\n", info->name,
			range, info->unknown, initial,
			info->kept ? ", kept" : "", info->help);
	}
}

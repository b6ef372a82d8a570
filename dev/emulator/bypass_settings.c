// SPDX-License-Identifier: GPL-2.0-or-later
#include "bypass_settings.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"

#define MS_MAX 60000

static const struct bypass_setting_info infos[BYPASS_SETTINGS] = {
	[SETTING_SLOTS] = { "slots",
			    1,
			    true,
			    43,
			    43,
			    44,
			    {},
			    "entries of the log's ring; a change empties the log" },
	[SETTING_COMMIT_MS] = { "commit-ms",
				2,
				false,
				20,
				0,
				MS_MAX,
				{},
				"from a write of page 0 to its effect" },
	[SETTING_COMMIT_READS] = { "commit-reads",
				   3,
				   false,
				   READS_OLD,
				   0,
				   READS_ONES,
				   { "old", "new", "zeros", "ones" },
				   "what page 0 reads as meanwhile" },
	[SETTING_COMMIT_WRITES] = { "commit-writes",
				    4,
				    false,
				    WRITES_TAKEN,
				    0,
				    WRITES_DROPPED,
				    { "taken", "dropped" },
				    "what becomes of another write of page 0 meanwhile" },
	[SETTING_STATE_DELAY_MS] = { "state-delay-ms",
				     5,
				     false,
				     0,
				     0,
				     MS_MAX,
				     {},
				     "until relays and state follow a new mode" },
	[SETTING_MODE_READS] = { "mode-reads",
				 6,
				 false,
				 MODE_READS_YES,
				 0,
				 MODE_READS_ZERO,
				 { "yes", "zero" },
				 "whether the mode reads back" },
	[SETTING_EXPIRY_ENABLE] = { "expiry-enable",
				    7,
				    false,
				    BITS_CLEAR,
				    0,
				    BITS_STAY,
				    { "clears", "stays" },
				    "what a watchdog that expires does to its enable bit" },
	[SETTING_ENABLE_RESTARTS] = { "enable-restarts",
				      8,
				      false,
				      RESTARTS_NO,
				      0,
				      RESTARTS_YES,
				      { "no", "yes" },
				      "whether any write with enable starts the watchdog anew" },
	[SETTING_PET_READS] = { "pet-reads",
				9,
				false,
				BITS_CLEAR,
				0,
				BITS_STAY,
				{ "clears", "stays" },
				"what PET and the reset of the offset read back as" },
	[SETTING_CLOCK] = { "clock",
			    10,
			    false,
			    CLOCK_STAYS,
			    0,
			    CLOCK_RUNS,
			    { "stays", "runs" },
			    "whether the time reads as it was written, or as it is" },
	[SETTING_CLOCK_VALID_MS] = { "clock-valid-ms",
				     10,
				     false,
				     0,
				     0,
				     MS_MAX,
				     {},
				     "until a time that was written as valid reads as valid" },
	[SETTING_EEPROM_MS] = { "eeprom-ms",
				11,
				false,
				100,
				0,
				MS_MAX,
				{},
				"from asking for a byte of the EEPROM to its being there" },
	[SETTING_CUT_FRAME] = { "cut-frame",
				12,
				false,
				CUT_FORGOTTEN,
				0,
				CUT_COUNTS_ON,
				{ "forgotten", "counts-on" },
				"a start in mid-frame: a new frame, or nothing until 32 bits are in" },
	[SETTING_FRAME_TIMEOUT_MS] = { "frame-timeout-ms",
				       13,
				       false,
				       0,
				       0,
				       MS_MAX,
				       {},
				       "a longer pause in mid-frame drops the frame; 0: none does" },
	[SETTING_BOOT_MS] = { "boot-ms",
			      14,
			      false,
			      0,
			      0,
			      MS_MAX,
			      {},
			      "after main or auxiliary power came, it does not answer that long" },
	[SETTING_RESERVED] = { "reserved",
			       15,
			       false,
			       0,
			       0,
			       1,
			       {},
			       "what bits that are no field read as" },
	[SETTING_EMPTY_LOG] = { "empty-log",
				16,
				true,
				EMPTY_ZEROS,
				0,
				EMPTY_ONES,
				{ "zeros", "ones" },
				"the bytes of a log never written; a change empties the log" },
	[SETTING_EMPTY_HEAD] = { "empty-head",
				 16,
				 true,
				 HEAD_LAST,
				 0,
				 HEAD_NONE,
				 { "last", "first", "none" },
				 "its head: the last slot, the first, or 0xff; as above" },
	[SETTING_VERSION] = { "version",
			      17,
			      true,
			      1,
			      0,
			      255,
			      {},
			      "the firmware's" },
	[SETTING_MANUAL_ACTIONS] = { "manual-actions",
				     18,
				     false,
				     MANUAL_LOGGED,
				     0,
				     MANUAL_TAKEN,
				     { "logged", "unlogged", "taken" },
				     "events in a forced mode: only logged, not even that, or obeyed" },
	[SETTING_FAST_EDGES] = { "fast-edges",
				 19,
				 false,
				 FAST_MALFORMED,
				 0,
				 FAST_TAKEN,
				 { "malformed", "taken" },
				 "edges that are closer than 500 us" },
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
		snprintf(error, error_size, "%s is %s, not '%s'", name, range,
			 value);
		return false;
	}
	config->value[id] = number;
	return true;
}

bool settings_parse(struct bypass_config *config, const char *list, char *error,
		    size_t error_size)
{
	struct bypass_config parsed = *config;
	char *text = strdup(list);
	char *rest = text;
	bool ok = true;

	if (!text)
		die("out of memory");
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

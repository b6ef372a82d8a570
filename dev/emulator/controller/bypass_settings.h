/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The behaviour of the emulated bypass controller where that of the real one is
 * not documented. Each unknown, U1 to U21 in doc/controller.md, is a setting:
 * one row of the table in bypass_settings.c. The initial values are the assumed
 * behaviour.
 */
#ifndef BYPASS_SETTINGS_H
#define BYPASS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum bypass_setting {
	SETTING_SLOTS,
	SETTING_COMMIT_MS,
	SETTING_COMMIT_READS,
	SETTING_COMMIT_WRITES,
	SETTING_STATE_DELAY_MS,
	SETTING_MODE_READS,
	SETTING_EXPIRY_ENABLE,
	SETTING_ENABLE_RESTARTS,
	SETTING_PET_READS,
	SETTING_CLOCK,
	SETTING_CLOCK_VALID_MS,
	SETTING_EEPROM_MS,
	SETTING_CUT_FRAME,
	SETTING_FRAME_TIMEOUT_MS,
	SETTING_BOOT_MS,
	SETTING_RESERVED,
	SETTING_EMPTY_LOG,
	SETTING_EMPTY_HEAD,
	SETTING_VERSION,
	SETTING_MANUAL_ACTIONS,
	SETTING_FAST_EDGES,
	SETTING_EEPROM_OFFSET,
	SETTING_WRITE_STATUS,
	BYPASS_SETTINGS
};

/* The values of the settings with words as values. */
enum { READS_OLD, READS_NEW, READS_ZEROS, READS_ONES };
enum { WRITES_TAKEN, WRITES_DROPPED };
enum { MODE_READS_YES, MODE_READS_ZERO };
enum { BITS_CLEAR, BITS_STAY };
enum { RESTARTS_NO, RESTARTS_YES };
enum { CLOCK_STAYS, CLOCK_RUNS };
enum { CUT_FORGOTTEN, CUT_COUNTS_ON };
enum { EMPTY_ZEROS, EMPTY_ONES };
enum { HEAD_LAST, HEAD_FIRST, HEAD_NONE };
enum { MANUAL_LOGGED, MANUAL_UNLOGGED, MANUAL_TAKEN };
enum { FAST_MALFORMED, FAST_TAKEN };
enum { OFFSET_BYTE, OFFSET_ASKED, OFFSET_ZERO, OFFSET_ONES };
enum { WRITE_BEFORE, WRITE_ZEROS, WRITE_ONES, WRITE_ECHO };

struct bypass_setting_info {
	const char *name;
	unsigned int unknown; /* n of Un */
	/*
	 * In the state file, as the layout of the EEPROM depends on it. Other
	 * settings last until the emulator ends.
	 */
	bool kept;
	uint32_t initial, min, max;
	const char *words[4]; /* by value, if the values have names */
	const char *help;
};

struct bypass_config {
	uint32_t value[BYPASS_SETTINGS];
	/* Faults; see fault.h. */
	bool commits_lost; /* writes of page 0 and the EEPROM have no effect */
	unsigned int watchdog_speed; /* factor by which it is too fast; 1 */
};

struct bypass_config bypass_default_config(void);

const struct bypass_setting_info *setting_info(enum bypass_setting id);
/* BYPASS_SETTINGS if the name is unknown. */
enum bypass_setting setting_find(const char *name);

#define SETTING_TEXT_MAX 64
/* The value as the user writes it; the valid values. */
void setting_format(enum bypass_setting id, uint32_t value,
		    char text[SETTING_TEXT_MAX]);
void setting_format_range(enum bypass_setting id, char text[SETTING_TEXT_MAX]);

/*
 * NAME VALUE, and NAME=VALUE,NAME=VALUE. On failure returns false with a
 * message in error, and config is unchanged.
 */
bool setting_parse(struct bypass_config *config, const char *name,
		   const char *value, char *error, size_t error_size);
bool settings_parse(struct bypass_config *config, const char *list, char *error,
		    size_t error_size);

/* Prints two lines for each setting, for --help. */
void settings_print_help(FILE *f);

#endif

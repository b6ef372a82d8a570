/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of the state file: a folder for it, and an image to save. */
#ifndef STATE_FILES_H
#define STATE_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "controller/bypass_regs.h"
#include "controller/state.h"

#define NOW_S 1795365600 /* some day in November 2026 */

struct fixture {
	char dir[64];
	char path[80];
	char temp[96]; /* the new file before the rename */
	char lock[96]; /* the lock file */
	char error[512];
};

/* The NVM of the saved card, and that of the loaded one. */
static uint16_t flash[STATE_FLASH_WORDS] = { [0x20] = 0x1234,
					     [STATE_FLASH_WORDS - 1] = 0xabcd };

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof(f->dir), "%.40s/test_state.XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(f->dir)) {
		perror(f->dir);
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s/card.json", f->dir);
	snprintf(f->temp, sizeof(f->temp), "%s.new", f->path);
	snprintf(f->lock, sizeof(f->lock), "%s.lock", f->path);
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	/* At most one of them is a directory. */
	remove(f->path);
	remove(f->temp);
	remove(f->lock);
	if (rmdir(f->dir)) {
		perror(f->dir);
		return -1;
	}
	free(f);
	return 0;
}

/* An image in which each field differs from that of a new card. */
static inline struct bypass_image some_image(void)
{
	struct bypass_image image;

	bypass_factory_image(&image);
	image.config.value[SETTING_SLOTS] = 44;
	image.config.value[SETTING_EMPTY_LOG] = EMPTY_ONES;
	image.config.value[SETTING_EMPTY_HEAD] = HEAD_NONE;
	image.ctl0 = FIELD_PREP(CTL0_MODE, BYPASS_RELAY_ISOLATE) |
		     FIELD_PREP(CTL0_AUX_ON, BYPASS_ACTION_IGNORE) |
		     FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_ISOLATE) |
		     FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_NORMAL) |
		     FIELD_PREP(CTL0_AUX_OFF, BYPASS_RELAY_ISOLATE) |
		     FIELD_PREP(CTL0_WATCHDOG, BYPASS_RELAY_NORMAL) |
		     CTL0_WATCHDOG_ENABLE | FIELD_PREP(CTL0_WATCHDOG_PERIOD, 1);
	image.relay = BYPASS_RELAY_ISOLATE;
	image.main_power = false;
	image.time = 28252800;
	image.time_offset = 42;
	image.time_valid = true;
	image.log_head = 17;
	for (int i = 0; i < BYPASS_EEPROM_SIZE; i++)
		image.eeprom[i] = i * 7 + 3;
	image.eeprom[EEPROM_LOG_OFFSET] = 0x20;
	return image;
}

static inline void save(struct fixture *f, const struct bypass_image *image)
{
	if (!state_save(f->path, NOW_S, image, flash, f->error,
			sizeof(f->error)))
		fail_msg("%s", f->error);
}

static inline char *read_text(const char *path)
{
	static char text[256 * 1024];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = 0;
	fclose(in);
	return text;
}

static inline void write_text(const char *path, const char *text, size_t size)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif

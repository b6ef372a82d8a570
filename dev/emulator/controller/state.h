/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: what the card keeps without power, as JSON.
 *
 * One emulator uses one state file, which state_lock() sees to: two would have
 * it hold now this one's card, now that one's. A file that is damaged is
 * refused, never replaced: it may hold what somebody still wants to look at.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bypass.h"

struct json_object;

/* The card's flash, which the controller only keeps. */
#define STATE_FLASH_WORDS 4096

/*
 * The file is this process' own, whether it is there or not, from here to
 * state_unlock() or the end of the process, of whatever kind. The lock is on a
 * file beside it, FILE.lock, and *lock a descriptor of that. On failure error
 * names the file and the problem, and false is returned.
 */
bool state_lock(const char *path, int *lock, char *error, size_t error_size);
void state_unlock(int lock);

/*
 * wall_s: the seconds since 1970 now. The file notes when it was saved, so
 * that the clock of a card on auxiliary power is right after a restart of the
 * emulator too: to the card, the emulator's end is no loss of power.
 *
 * A missing file gives the factory's image, and leaves flash as it is; so does
 * a file of before the NVM was in it. On failure both are untouched, error names
 * the file and the problem, and false is returned.
 */
bool state_load(const char *path, int64_t wall_s, struct bypass_image *image,
		uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size);

/* Adds to a JSON object what the host sets, as it is in the file. */
void state_add_settings(struct json_object *to,
			const struct bypass_image *image);

/*
 * Atomic: after a failure or a crash, path holds all of the old state or all
 * of the new one. On failure error names the file and the problem.
 */
bool state_save(const char *path, int64_t wall_s,
		const struct bypass_image *image,
		const uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size);

#endif

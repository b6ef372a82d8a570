/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: the state that the card keeps without power, as JSON.
 *
 * Only one emulator uses a state file, which state_lock() ensures: two would
 * overwrite each other's state. A damaged file is refused and never replaced,
 * as the user may still need it.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bypass.h"

struct json_object;

/* The card's flash, which the state file only stores. */
#define STATE_FLASH_WORDS 4096

/*
 * Locks the file, even if it does not exist, until state_unlock() or any end of
 * the process. The lock is on a file beside it, FILE.lock, and *lock is its
 * descriptor. On failure returns false, with the file and the problem in error.
 */
bool state_lock(const char *path, int *lock, char *error, size_t error_size);
void state_unlock(int lock);

/*
 * wall_s: the current time in seconds since 1970. The file contains the time of
 * the save, so that the clock of a card on auxiliary power is right after a
 * restart of the emulator: the end of the emulator is not a loss of power.
 *
 * If the file is missing, the image is that of a new card, and flash is
 * unchanged; flash is also unchanged by a file without the NVM. On failure both
 * are unchanged, and it returns false, with the file and the problem in error.
 */
bool state_load(const char *path, int64_t wall_s, struct bypass_image *image,
		uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size);

/* Adds the host's settings to a JSON object, as in the file. */
void state_add_settings(struct json_object *to,
			const struct bypass_image *image);

/*
 * Atomic: after a failure or a crash, path has the complete old or new state.
 * On failure error has the file and the problem.
 */
bool state_save(const char *path, int64_t wall_s,
		const struct bypass_image *image,
		const uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size);

#endif

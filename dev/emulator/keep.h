/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state that the card keeps without power, in its state file: loaded when
 * the card starts, and saved some time after a change.
 */
#ifndef KEEP_H
#define KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "base/saver.h"
#include "controller/bypass.h"

struct card;

struct keep {
	struct loop_timer timer; /* for the next save */
	int lock; /* on the state file, if there is one */
	struct saver saver; /* if there is a state file and a loop */
	uint64_t unsaved_since_us; /* NO_DEADLINE: the state file is current */
	uint64_t save_again_us; /* NO_DEADLINE: the last save succeeded */
	uint64_t last_pins_us; /* when the controller's pins last moved */
};

/*
 * Loads the controller's image and the NVM's flash. Exits with a message if the
 * state file is damaged, or in use by another card.
 */
void keep_load(struct card *card, struct bypass_image *image);

/* The state has changed. */
void keep_changed(struct card *card);
/* The controller's pins change: saving must wait. */
void keep_pins_moved(struct card *card);
/* Saves now. False: failed, with the reason in error. */
bool keep_save(struct card *card, char *error, size_t error_size);

/* Saves for the last time. False: failed, which was reported. */
bool keep_save_last(struct card *card);
/* Releases the state file. */
void keep_fini(struct card *card);

#endif

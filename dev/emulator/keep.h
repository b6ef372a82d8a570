/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the card keeps without power, in its state file: loaded when the card
 * starts, and saved some time after a change.
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
	struct loop_timer timer; /* for the next time that it is saved */
	int lock; /* on the state file, if there is one */
	struct saver saver; /* if there is a state file and a loop */
	uint64_t unsaved_since_us; /* NO_DEADLINE: the state file is current */
	uint64_t save_again_us; /* NO_DEADLINE: the last time, it was saved */
	uint64_t last_pins_us; /* when the controller's pins last moved */
};

/*
 * Gives the image for the controller, and the NVM its flash. Exits with a
 * message if the state file can't be used, as it is damaged or another card's.
 */
void keep_load(struct card *card, struct bypass_image *image);

/* Something of it has changed. */
void keep_changed(struct card *card);
/* The controller's pins move: saving has to wait. */
void keep_pins_moved(struct card *card);
/* Now. False: could not, and error says why. */
bool keep_save(struct card *card, char *error, size_t error_size);

/* For the last time. False: could not, which was told. */
bool keep_save_last(struct card *card);
/* The state file may be another card's now. */
void keep_fini(struct card *card);

#endif

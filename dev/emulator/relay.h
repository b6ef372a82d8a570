/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relays: which cable is connected to what.
 *
 *  normal   each cable to its port's MAC
 *  bypass   one cable to the other
 *  isolate  each cable to nothing
 *
 * On its way from one state to another a relay connects nothing for a while:
 * nobody has a link, and the frames that come meanwhile are lost. Without power
 * it stays where it is. Frames go on to where they belong at once or not at
 * all: none is stored here, so none comes twice.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "controller/bypass.h"

struct card;

struct relay {
	enum bypass_relay state;
	struct loop_timer timer; /* set: it is moving until then */
};

void relay_init(struct card *card, enum bypass_relay state);
void relay_fini(struct card *card);
void relay_switch(struct card *card, enum bypass_relay state);

bool relay_is_moving(const struct card *card);
/* Does the cable end in its own MAC? */
bool relay_is_to_mac(const struct card *card);
/* Tells the peers what their cables end in now. */
void relay_tell_peers(struct card *card);

/* A frame from a cable; false: it is to be offered again. */
bool relay_from_wire(struct card *card, unsigned int lan, const uint8_t *frame,
		     size_t len);
/* A frame from a MAC. */
void relay_from_mac(struct card *card, unsigned int lan, const uint8_t *frame,
		    size_t len);

#endif

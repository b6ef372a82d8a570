/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relays: the connections of the cables.
 *
 *  normal   each cable to its port's MAC
 *  bypass   one cable to the other
 *  isolate  each cable to nothing
 *
 * A relay that moves connects nothing for a while: there is no link, and frames
 * are lost. Without power it keeps its state. Frames pass at once or not at
 * all: none is stored here, so none arrives twice. None circulates either: when
 * all cards of a ring are in bypass, their cables get dark, and frames on them
 * are lost.
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
/* Sends the peers the current level of their cables' other ends. */
void relay_tell_peers(struct card *card);

/* A frame from a cable; false: offer it again. */
bool relay_from_wire(struct card *card, unsigned int lan, const uint8_t *frame,
		     size_t len);
/* A frame from a MAC. */
void relay_from_mac(struct card *card, unsigned int lan, const uint8_t *frame,
		    size_t len);

#endif

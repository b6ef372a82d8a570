/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistics registers. Reading clears them (regtable.c). Arguments are
 * lengths without the check sequence; the counters include it.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port;

/* A frame that the queue has sent. */
void stats_sent(struct port *port, unsigned int queue, const uint8_t *frame,
		size_t len);

/* Any frame from the cable. */
void stats_arrived(struct port *port, size_t len);
/* A frame that has passed the filters, even if it is dropped later. */
void stats_passed(struct port *port, const uint8_t *frame, size_t len);
/* A frame that the queue has written to the host's memory. */
void stats_received(struct port *port, unsigned int queue, size_t len);
/* A frame for which the queue has no descriptor. */
void stats_dropped(struct port *port, unsigned int queue);
/* A frame for which the card had no room. */
void stats_missed(struct port *port);
/* A pause frame; is_xoff: it starts a pause, else it ends one. */
void stats_sent_pause(struct port *port, const uint8_t *frame, size_t len,
		      bool is_xoff);
void stats_received_pause(struct port *port, bool is_xoff);
/* A frame that is too short or too long for the MAC. */
void stats_undersize(struct port *port);
void stats_oversize(struct port *port);

#endif

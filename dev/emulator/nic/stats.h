/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistics registers: what is counted, and where. Reading clears them
 * (regtable.c). Lengths are given without the check sequence, and counted
 * with it.
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
/* One that the filters let pass: whatever becomes of it. */
void stats_passed(struct port *port, const uint8_t *frame, size_t len);
/* One that the queue has put into the host's memory. */
void stats_received(struct port *port, unsigned int queue, size_t len);
/* One for which the queue has no descriptor. */
void stats_dropped(struct port *port, unsigned int queue);
/* One of those for which there was no room in the card. */
void stats_missed(struct port *port);
/* A pause frame; is_xoff: it asks for a pause, and does not end it. */
void stats_sent_pause(struct port *port, const uint8_t *frame, size_t len,
		      bool is_xoff);
void stats_received_pause(struct port *port, bool is_xoff);
/* One that is shorter, or longer, than the MAC takes. */
void stats_undersize(struct port *port);
void stats_oversize(struct port *port);

#endif

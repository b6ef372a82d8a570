/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transmit queues: descriptors, legacy and advanced, are fetched from the
 * host's memory, collected into packets (tx_packet.h), and reported as done,
 * in the descriptor or by head write-back. A queue works when its tail is
 * written, as long as there is a link; if that is much work, it goes on when
 * others had their turn.
 */
#ifndef TX_H
#define TX_H

#include <stdint.h>

#include "tx_packet.h"
#include "x540.h"

struct port;

#define TX_CONTEXTS 2

struct tx_queue {
	struct tx_context context[TX_CONTEXTS];
	struct tx_packet packet; /* whose last descriptor is yet to come */
};

struct tx {
	struct tx_queue queue[X540_QUEUES];
	uint64_t unfinished[X540_QUEUES / 64]; /* a bit a queue */
	unsigned int turn; /* the queue that tx_tick() last worked on */
};

void tx_reset(struct port *port);
/* When tx_tick() has next to be called, or NO_DEADLINE. */
uint64_t tx_next_deadline(const struct port *port);
/* Works on the next of the queues that are not finished. */
void tx_tick(struct port *port);
/* All queues can go on: something has changed that had stopped them. */
void tx_run_all(struct port *port);

/* Hooks of regtable.c. */
void tdt_write(struct port *port, unsigned int index, uint32_t value);
void txdctl_write(struct port *port, unsigned int index, uint32_t value);

#endif

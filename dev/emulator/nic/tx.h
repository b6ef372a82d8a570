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

#include "base/loop_timer.h"
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
	unsigned int turn; /* the one of them that last had its turn */
	struct loop_timer timer; /* set: there are some */
};

void tx_reset(struct port *port);
/* All queues can go on: something has changed that had stopped them. */
void tx_run_all(struct port *port);

/* Hooks of regtable.c. */
void tdt_write(struct port *port, unsigned int index, uint32_t value);
void txdctl_write(struct port *port, unsigned int index, uint32_t value);

#endif

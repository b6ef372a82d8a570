/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transmit queues: descriptors, legacy and advanced, are fetched from the
 * host's memory, collected into packets (tx_packet.h), and reported as done,
 * in the descriptor or by head write-back. A write of its tail starts a queue,
 * if there is a link; long work continues after the turns of other queues.
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
	struct tx_packet packet; /* without its last descriptor so far */
};

struct tx {
	struct tx_queue queue[X540_QUEUES];
	uint64_t unfinished[X540_QUEUES / 64]; /* one bit per queue */
	unsigned int turn; /* the one that last had its turn */
	struct loop_timer timer; /* set if there are any */
};

void tx_reset(struct port *port);
/* Restarts all queues: the reason that stopped them has changed. */
void tx_run_all(struct port *port);

/* Hooks of regtable.c. */
void tdt_write(struct port *port, unsigned int index, uint32_t value);
void txdctl_write(struct port *port, unsigned int index, uint32_t value);

#endif

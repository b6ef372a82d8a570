/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transmit queues: descriptors, legacy and advanced, are fetched from the
 * host's memory and written back as done. The frames themselves are lost at
 * the end of the cable: they are counted, and their data is not read.
 */
#ifndef TX_H
#define TX_H

#include <stdint.h>

#include "x540.h"

struct port;

struct tx_queue {
	uint32_t bytes; /* of the frame whose last descriptor is yet to come */
};

struct tx {
	struct tx_queue queue[X540_QUEUES];
	uint64_t frames; /* lost, since power-on */
};

void tx_reset(struct port *port);
/* Works on all queues: something has changed that had stopped them. */
void tx_run_all(struct port *port);

/* Hooks of regtable.c. */
void tdt_write(struct port *port, unsigned int index, uint32_t value);
void txdctl_write(struct port *port, unsigned int index, uint32_t value);

#endif

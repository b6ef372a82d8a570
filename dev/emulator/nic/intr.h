/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts: from causes (a queue's, the link's) through masks to messages.
 *
 * With MSI-X (GPIE) a queue's cause belongs to the vector in IVAR, 0 to 63, and
 * all other causes to the one in IVAR_MISC. Without MSI-X, all causes share one
 * message. A message is sent when a cause becomes both pending and unmasked,
 * but not before the interval in EITR has passed since the vector's last
 * message.
 */
#ifndef INTR_H
#define INTR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "x540.h"

struct port;

struct intr {
	uint64_t vectors; /* queue causes, by vector; EICR has the first 16 */
	uint64_t vectors_mask;
	uint64_t vectors_sent; /* pending, unmasked, and sent to the host */
	uint32_t other; /* EICR bits 16 to 30 */
	uint32_t other_mask;
	uint32_t other_sent;
	uint64_t quiet_until_us[X540_VECTORS]; /* 0: EITR is 0 */
	struct loop_timer timer; /* for the first delayed message */
};

void intr_reset(struct port *port);

/* The queue has an event for the host. */
void intr_queue(struct port *port, unsigned int queue, bool transmit);
/* One or more of EICR's bits 16 to 30. */
void intr_other(struct port *port, uint32_t causes);

/* Hooks of regtable.c. */
uint32_t eicr_read(struct port *port, unsigned int index);
void eicr_write(struct port *port, unsigned int index, uint32_t value);
uint32_t eics_read(struct port *port, unsigned int index);
void eics_write(struct port *port, unsigned int index, uint32_t value);
uint32_t eims_read(struct port *port, unsigned int index);
void eims_write(struct port *port, unsigned int index, uint32_t value);
void eimc_write(struct port *port, unsigned int index, uint32_t value);
void eics_ex_write(struct port *port, unsigned int index, uint32_t value);
uint32_t eims_ex_read(struct port *port, unsigned int index);
void eims_ex_write(struct port *port, unsigned int index, uint32_t value);
void eimc_ex_write(struct port *port, unsigned int index, uint32_t value);

#endif

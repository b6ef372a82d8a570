/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock for time stamps: SYSTIM grows by TIMINCA at each of its cycles,
 * whose length depends on the link's speed.
 */
#ifndef PTP_H
#define PTP_H

#include <stdint.h>

struct port;

/* A tenth of a nanosecond: each cycle is a multiple of this unit. */
#define PTP_UNITS_PER_US 10000

struct ptp {
	uint64_t systim; /* at since */
	uint64_t since; /* when its last cycle began, in units */
	uint32_t increment; /* TIMINCA */
};

void ptp_reset(struct port *port);
/* The current time. */
uint64_t ptp_systim(struct port *port);
/* Called before the link's speed changes. */
void ptp_rate_changes(struct port *port);

/* Hooks of regtable.c. */
uint32_t systiml_read(struct port *port, unsigned int index);
void systiml_write(struct port *port, unsigned int index, uint32_t value);
void systimh_write(struct port *port, unsigned int index, uint32_t value);
void timinca_write(struct port *port, unsigned int index, uint32_t value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One of the two ports: a PCI function with its registers, PHY and queues.
 * All that the files of a port share; what is the card's is in card.h.
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fdir.h"
#include "intr.h"
#include "link.h"
#include "pause.h"
#include "phy.h"
#include "ptp.h"
#include "regs.h"
#include "rx.h"
#include "tx.h"

struct card;

/* The way to the host: vfio.c, or a test. */
struct host_ops {
	/*
	 * The host's memory. False, and nothing useful in data, if any of it
	 * is not there, or if the function may not be a bus master.
	 */
	bool (*dma_read)(void *host, uint64_t address, void *data,
			 size_t count);
	bool (*dma_write)(void *host, uint64_t address, const void *data,
			  size_t count);
	/* One message of MSI-X vector n; of MSI, vector 0. */
	void (*interrupt)(void *host, unsigned int vector);
};

struct port {
	struct card *card;
	unsigned int lan; /* 0 or 1: the LAN ID, and the PCI function */
	uint8_t mac[6]; /* the permanent address */

	/* NULL: no host is attached. */
	const struct host_ops *host_ops;
	void *host;

	uint32_t reg[REGS_SPACE / 4];
	struct fdir fdir;
	struct intr intr;
	struct link link;
	struct pause pause;
	struct phy phy;
	struct ptp ptp;
	struct rx rx;
	struct tx tx;
};

/* The stored value of a register, without any hook. */
static inline uint32_t *port_reg(struct port *port, uint32_t offset)
{
	return &port->reg[offset / 4];
}

bool port_dma_read(struct port *port, uint64_t address, void *data,
		   size_t count);
bool port_dma_write(struct port *port, uint64_t address, const void *data,
		    size_t count);
void port_interrupt(struct port *port, unsigned int vector);

/* Timers: when port_tick() has next to be called, or NO_DEADLINE. */
uint64_t port_next_deadline(const struct port *port);
void port_tick(struct port *port);

/* Power-on: all of the port. */
void port_power_on(struct port *port);
/* What the port has of the system: it goes back. */
void port_fini(struct port *port);
/* CTRL.RST, CTRL.LRST, a function level reset: all but the PHY. */
void port_reset(struct port *port);

/* Hooks of regtable.c. */
void ctrl_write(struct port *port, unsigned int index, uint32_t value);
uint32_t status_read(struct port *port, unsigned int index);
uint32_t esdp_read(struct port *port, unsigned int index);
void esdp_write(struct port *port, unsigned int index, uint32_t value);
uint32_t frtimer_read(struct port *port, unsigned int index);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One of the two ports: a PCI function with its registers, PHY and queues, with
 * all state that the files of a port share. It accesses its card only by struct
 * port_ops.
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "fdir.h"
#include "intr.h"
#include "link.h"
#include "pause.h"
#include "phy.h"
#include "ptp.h"
#include "regs.h"
#include "rx.h"
#include "tx.h"

struct fw;
struct gso_packet;
struct nvm;

#define PORT_PINS 4 /* software-definable pins, ESDP */

/* The way to the host: vfio.c, or a test. */
struct host_ops {
	/*
	 * The host's memory. False, with undefined data, if a part of it is not
	 * mapped, or if the function is not a bus master.
	 */
	bool (*dma_read)(void *host, uint64_t address, void *data,
			 size_t count);
	bool (*dma_write)(void *host, uint64_t address, const void *data,
			  size_t count);
	/* One message of MSI-X vector n; of MSI, vector 0. */
	void (*interrupt)(void *host, unsigned int vector);
};

/* The card of the port: card.c, or a test. */
struct port_ops {
	/* Has the MAC power and its own cable? See link_update(). */
	bool (*is_connected)(void *opaque, unsigned int lan);
	/* Does the cable have a peer that is ready to link up? The same. */
	bool (*has_peer)(void *opaque, unsigned int lan);
	/* link_level() may have changed. */
	void (*level_changed)(void *opaque, unsigned int lan);

	/* A frame for the cable, without its check sequence. */
	void (*transmit)(void *opaque, unsigned int lan, const uint8_t *frame,
			 size_t len);
	/* A larger packet, see takes_gso below. False: it was not accepted. */
	bool (*transmit_gso)(void *opaque, unsigned int lan,
			     const struct gso_packet *packet);
	/* The port can receive frames again, see rx.h. */
	void (*rx_ready)(void *opaque, unsigned int lan);

	/* Are messages to the host lost? */
	bool (*loses_interrupts)(void *opaque);

	/*
	 * The levels on the pins, a bit each, 1 if ESDP does not drive the pin.
	 * They may be unchanged.
	 */
	void (*pins)(void *opaque, unsigned int lan, unsigned int levels);
	/* The port is reset, and no longer drives any of them. */
	void (*pins_released)(void *opaque, unsigned int lan);
	/* The level on a pin that ESDP does not drive. */
	bool (*pin)(void *opaque, unsigned int lan, unsigned int pin);

	/* The flash of the NVM has changed. */
	void (*save)(void *opaque);
};

struct port {
	const struct port_ops *ops;
	void *opaque;
	struct loop_timers *timers; /* those of its clock */
	unsigned int lan; /* 0 or 1: the LAN ID, and the PCI function */
	struct nvm *nvm; /* of both ports */
	struct fw *fw; /* of both ports */
	uint64_t link_us; /* until the link is up, see link.h */
	bool takes_gso; /* the cable accepts packets larger than frames */
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

static inline uint64_t port_now_us(const struct port *port)
{
	return loop_timers_now(port->timers);
}

bool port_dma_read(struct port *port, uint64_t address, void *data,
		   size_t count);
bool port_dma_write(struct port *port, uint64_t address, const void *data,
		    size_t count);
void port_interrupt(struct port *port, unsigned int vector);

/* Power-on: all of the port. */
void port_power_on(struct port *port);
/* Frees all memory of the port, and stops its timers. */
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

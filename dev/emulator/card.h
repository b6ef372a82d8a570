/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card: two ports, what they share (NVM, semaphores, the relays), and the
 * bypass controller, wired to port 0's pins. It knows nothing of vfio-user.
 *
 * Main power is on while a host is attached to at least one port. Without,
 * the ports are as after power-on, and controller and relays live on.
 */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "bypass.h"
#include "fw.h"
#include "nvm.h"
#include "port.h"

#define CARD_PORTS 2

struct card_config {
	uint64_t link_us; /* from what the link needs to link up */
	const char *state_path; /* NULL: the state is not kept */
	uint64_t (*now_us)(void); /* a clock that never goes back */
	int64_t (*wall_s)(void); /* seconds since 1970 */
};

#define CARD_LINK_US (50 * 1000)

struct card {
	struct card_config config;
	struct port port[CARD_PORTS];
	struct nvm nvm;
	struct fw fw;
	struct bypass *bypass;
	uint64_t last_pins_us; /* when the controller's pins last moved */
	uint64_t unsaved_since_us; /* NO_DEADLINE: the state file is current */
};

/* Exits with a message if the state file can't be used, or not be written. */
void card_init(struct card *card, const struct card_config *config);
/* Saves the state. */
void card_fini(struct card *card);

/* A host is there; gone. */
void card_attach(struct card *card, unsigned int lan,
		 const struct host_ops *ops, void *host);
void card_detach(struct card *card, unsigned int lan);

/* Timers: when card_tick() has next to be called, or NO_DEADLINE. */
uint64_t card_next_deadline(const struct card *card);
void card_tick(struct card *card);

uint64_t card_now_us(const struct card *card);

/* For the ports. */
bool card_wire_connected(const struct card *card);
void card_bypass_pins(struct card *card, bool sck, bool sdi);
bool card_bypass_sdo(const struct card *card);

#endif

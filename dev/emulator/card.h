/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card: two ports with their cables, what they share (NVM, semaphores, the
 * relays), and the bypass controller, wired to port 0's pins. It knows nothing
 * of vfio-user, and its parts know nothing of it.
 *
 * Main power is on while a host is attached to at least one port, and there is
 * auxiliary power. Without, the ports are as after power-on, and controller and
 * relays live on. Auxiliary power is the user's switch: without it, only the
 * relays remember. A card that is started has it.
 */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "cable/wire.h"
#include "controller/bypass.h"
#include "fault.h"
#include "keep.h"
#include "nic/fw.h"
#include "nic/nvm.h"
#include "nic/port.h"
#include "relay.h"

#define CARD_PORTS 2

struct card_config {
	uint64_t link_us; /* from what the link needs to link up */
	uint64_t relay_us; /* that the relays need to switch */
	const char *wire[CARD_PORTS]; /* the far end; NULL: "sink" */
	struct loop *loop; /* for wires that are no sinks, and to save */
	const char *state_path; /* NULL: the state is not kept */
	const char *like; /* another card's report; NULL: none */
	const char *controller; /* NAME=VALUE,...; NULL: as it is */
	struct loop_timers
		*timers; /* those of its clock; to be run by the caller */
	int64_t (*wall_s)(void); /* seconds since 1970 */
};

#define CARD_LINK_US (50 * 1000)
#define CARD_RELAY_US (10 * 1000)

struct card {
	struct card_config config;
	struct port port[CARD_PORTS];
	struct nvm nvm;
	struct fw fw;
	struct bypass *bypass;
	struct relay relay;
	struct wire *wire[CARD_PORTS];
	struct faults faults;
	struct loop_timer flap; /* when FAULT_LINK_FLAP next changes a link */
	struct loop_timer
		bypass_timer; /* when the controller has to do something */
	struct keep keep;
};

/*
 * Exits with a message if the state file can't be used, as it is damaged or
 * another card's, or not be written, or if the controller can't be so.
 */
void card_init(struct card *card, const struct card_config *config);
/* Saves the state; false: could not. */
bool card_fini(struct card *card);

/* A host is there; gone. */
void card_attach(struct card *card, unsigned int lan,
		 const struct host_ops *ops, void *host);
void card_detach(struct card *card, unsigned int lan);

/* The user's hands. Pulling a plug is wire_plug(). */
void card_aux_power(struct card *card, bool on);
void card_press(struct card *card);
void card_set_fault(struct card *card, enum fault_id id, bool on,
		    uint64_t value);
/* Settings of the bypass controller. NULL, or what is wrong with them. */
const char *card_configure(struct card *card,
			   const struct bypass_config *config);

/* False: no host gets an answer, to no access. */
bool card_is_there(const struct card *card);

uint64_t card_now_us(const struct card *card);

/* Something that the links depend on has changed. */
void card_links_change(struct card *card);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card: two ports with their cables, their shared parts (NVM, semaphores,
 * the relays), and the bypass controller, connected to port 0's pins. It does
 * not depend on vfio-user, and its parts do not depend on it.
 *
 * Main power is on while auxiliary power is on and a host is attached to at
 * least one port. Without main power, the ports are as after power-on, and the
 * controller and the relays keep running. The user switches auxiliary power:
 * without it, only the relays keep their state. A card starts with it.
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
	uint64_t link_us; /* until the link is up, see link.h */
	uint64_t relay_us; /* until the relays have switched */
	const char *wire[CARD_PORTS]; /* the far end; NULL: "sink" */
	struct loop *loop; /* for wires other than sinks, and to save */
	const char *state_path; /* NULL: the state is not saved */
	uint8_t mac[6]; /* of port 0 in a new state; all 0: the usual one */
	const char *like; /* another card's report; NULL: none */
	const char *controller; /* NAME=VALUE,...; NULL: none */
	struct loop_timers *timers; /* of its clock; the caller runs them */
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
	struct loop_timer bypass_timer; /* the controller's next deadline */
	struct keep keep;
};

/*
 * Exits with a message if the state file is damaged, in use by another card or
 * not writable, or if the settings of the controller are invalid.
 */
void card_init(struct card *card, const struct card_config *config);
/* Saves the state; false: failed. */
bool card_fini(struct card *card);

/* A host attaches or detaches. */
void card_attach(struct card *card, unsigned int lan,
		 const struct host_ops *ops, void *host);
void card_detach(struct card *card, unsigned int lan);

/* Actions of the user. wire_plug() is another one. */
void card_aux_power(struct card *card, bool on);
void card_press(struct card *card);
void card_set_fault(struct card *card, enum fault_id id, bool on,
		    uint64_t value);
/* Settings of the bypass controller. Returns NULL, or an error. */
const char *card_configure(struct card *card,
			   const struct bypass_config *config);

/* False: no access of a host gets an answer. */
bool card_is_there(const struct card *card);

uint64_t card_now_us(const struct card *card);

/* Something that the links depend on has changed. */
void card_links_change(struct card *card);

#endif

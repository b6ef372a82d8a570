/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link of a port: up some time after the PHY has what it needs (power, a
 * cable that ends in its own MAC, a peer, a speed to agree on), down at once
 * when it has not. Each change is an interrupt cause.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "cable/wire.h"

struct port;

/* As in LINKS. */
enum link_speed {
	LINK_SPEED_NONE = 0,
	LINK_SPEED_100M = 1,
	LINK_SPEED_1G = 2,
	LINK_SPEED_10G = 3,
};

struct link {
	enum link_speed speed; /* LINK_SPEED_NONE: down */
	struct loop_timer timer; /* until it is up */
};

void link_power_on(struct port *port);
/* Something that the link depends on may have changed. */
void link_update(struct port *port);
/* Autonegotiation starts over: the link drops and comes back. */
void link_restart(struct port *port);

/* What the port puts on its cable. */
enum wire_level link_level(const struct port *port);

uint32_t links_read(struct port *port, unsigned int index);

#endif

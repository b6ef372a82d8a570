/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link of a port: up some time after all its conditions are met (power, a
 * cable that ends in its own MAC, a peer, a common speed), down at once when
 * one is not. Each change is an interrupt cause.
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
/* A condition of the link may have changed. */
void link_update(struct port *port);
/* Autonegotiation restarts: the link goes down and up. */
void link_restart(struct port *port);

/* The level that the port puts on its cable. */
enum wire_level link_level(const struct port *port);

uint32_t links_read(struct port *port, unsigned int index);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The receive filters: by destination address (exact, hashed, promiscuous)
 * and by VLAN tag. There are no pools (VT_CTL): all frames go to one host.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct headers;
struct port;

/* Does this port accept a frame with these headers? */
bool filter_passes(struct port *port, const uint8_t *frame,
		   const struct headers *h);

#endif

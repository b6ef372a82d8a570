/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filters by Ethernet type (ETQF, ETQS): a frame that one of them names is
 * told so in its descriptor, may have a queue, and may be one to stamp with its
 * time. What they say of pools and of FCoE has no effect.
 */
#ifndef ETYPE_H
#define ETYPE_H

#include <stdbool.h>

struct headers;
struct port;

struct etype {
	bool matches;
	unsigned int index; /* of the filter */
	bool has_queue;
	unsigned int queue;
	bool is_ptp; /* the host says that this type is IEEE 1588's */
};

void etype_match(struct port *port, const struct headers *h,
		 struct etype *etype);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filters by Ethernet type (ETQF, ETQS): a matching frame is marked in its
 * descriptor, may get a queue, and may get a time stamp. The fields for pools
 * and FCoE have no effect.
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
	bool is_ptp; /* the host marks this type as IEEE 1588 */
};

void etype_match(struct port *port, const struct headers *h,
		 struct etype *etype);

#endif

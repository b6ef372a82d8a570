/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receive side scaling: a hash over addresses and ports selects the queue, so
 * that the frames of a flow stay together. Without it all go to queue 0.
 */
#ifndef RSS_H
#define RSS_H

#include <stdint.h>

struct headers;
struct port;

/* The input of the hash, as in the descriptor. */
enum rss_type {
	RSS_NONE = 0,
	RSS_IPV4_TCP = 1,
	RSS_IPV4 = 2,
	RSS_IPV6_TCP = 3,
	RSS_IPV6 = 5,
	RSS_IPV4_UDP = 7,
	RSS_IPV6_UDP = 8,
};

struct rss {
	enum rss_type type;
	uint32_t hash;
	unsigned int queue;
};

void rss_select(struct port *port, const uint8_t *frame,
		const struct headers *h, struct rss *rss);

#endif

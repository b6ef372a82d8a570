/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flow director: a table of flows, each with a queue for its frames, or with
 * the action to drop them. There are two kinds of tables. With signatures
 * (ixgbe's ATR), a flow is two hashes over the fields of its frames; with
 * perfect filters (ethtool -N), the fields themselves. In both, the first hash
 * selects the bucket with a frame's filter.
 *
 * Not supported: perfect filters for IPv6, pools, interrupts by filter. A
 * bucket has at most FDIR_BUCKET_MAX filters, the maximum in FDIRLEN.
 */
#ifndef FDIR_H
#define FDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct headers;
struct port;

#define FDIR_BUCKET_MAX 63

struct fdir_filter;

struct fdir {
	struct fdir_filter *filter; /* NULL: there is no table */
	uint16_t *bucket; /* the number plus 1 of its first filter, or 0 */
	uint32_t capacity;
	uint32_t buckets; /* a power of two */
	uint32_t used; /* number of filters in buckets */
	uint32_t touched; /* filters from here on were never used */
	uint16_t unused; /* the first of the other free filters */
	uint32_t collisions;
};

/* The result for a frame. */
struct fdir_result {
	bool applies; /* there is a table, and the frame has IP */
	bool matches;
	bool drop;
	bool has_queue;
	unsigned int queue;
	bool reported; /* the descriptor has the id instead of the RSS hash */
	uint32_t id; /* as in FDIRHASH */
};

void fdir_reset(struct port *port);

void fdir_look_up(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, struct fdir_result *result);
/* Counts the frame as a match or as a miss. */
void fdir_count(struct port *port, const struct fdir_result *result);

/* Hooks of regtable.c. */
void fdirctrl_write(struct port *port, unsigned int index, uint32_t value);
void fdircmd_write(struct port *port, unsigned int index, uint32_t value);
uint32_t fdirfree_read(struct port *port, unsigned int index);

#endif

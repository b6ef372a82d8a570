/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flow director: a table of flows, each with the queue for its frames, or the
 * order to drop them. There are two kinds of tables. In one of signatures
 * (ixgbe's ATR), a flow is two hashes over the fields of its frames; in one of
 * perfect filters (ethtool -N), the fields themselves. Of both, the first hash
 * is the bucket that a frame's filter is looked for in.
 *
 * Not offered: perfect filters for IPv6, pools, interrupts by filter. A bucket
 * has at most FDIR_BUCKET_MAX filters, as many as FDIRLEN can tell.
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
	uint32_t used; /* filters that are in buckets */
	uint32_t touched; /* those from here on have never been used */
	uint16_t unused; /* the first of the others that are in no bucket */
	uint32_t collisions;
};

/* What the table says of a frame. */
struct fdir_result {
	bool applies; /* there is a table, and the frame is of IP */
	bool matches;
	bool drop;
	bool has_queue;
	unsigned int queue;
	bool reported; /* the descriptor has the id instead of RSS's hash */
	uint32_t id; /* as in FDIRHASH */
};

void fdir_reset(struct port *port);

void fdir_look_up(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, struct fdir_result *result);
/* The frame is one that counts as a match or as a miss. */
void fdir_count(struct port *port, const struct fdir_result *result);

/* Hooks of regtable.c. */
void fdirctrl_write(struct port *port, unsigned int index, uint32_t value);
void fdircmd_write(struct port *port, unsigned int index, uint32_t value);
uint32_t fdirfree_read(struct port *port, unsigned int index);

#endif

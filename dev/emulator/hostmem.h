/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's memory as the card reaches it: by the host's addresses, in
 * regions that are mapped into this process as long as the host lets them.
 */
#ifndef HOSTMEM_H
#define HOSTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOSTMEM_REGIONS 64

struct hostmem_region {
	uint64_t start, len;
	uint8_t *at; /* where this process has it */
	bool writable;
};

struct hostmem {
	struct hostmem_region region[HOSTMEM_REGIONS];
	unsigned int count;
	unsigned int last; /* the region that was last used */
};

/*
 * One that starts where another one does takes its place; beyond that, regions
 * must not overlap, nor pass the end of the addresses. False: there are too
 * many of them.
 */
bool hostmem_add(struct hostmem *m, const struct hostmem_region *region);
/* The region that starts there, if there is one. */
void hostmem_remove(struct hostmem *m, uint64_t start);
void hostmem_clear(struct hostmem *m);

/*
 * False if any of the range is not there, or may not be written; what of it
 * is may have been copied then.
 */
bool hostmem_read(struct hostmem *m, uint64_t address, void *data,
		  size_t count);
bool hostmem_write(struct hostmem *m, uint64_t address, const void *data,
		   size_t count);

#endif

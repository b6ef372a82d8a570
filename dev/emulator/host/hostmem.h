/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's memory as the card reaches it: by the host's addresses, in
 * regions that are mapped into this process as long as the host lets them.
 *
 * A host behind an IOMMU maps page by page: there can be many thousands of
 * regions. They are kept in the order of their addresses.
 */
#ifndef HOSTMEM_H
#define HOSTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hostmem_region {
	uint64_t start, len;
	uint8_t *at; /* where this process has it */
	bool writable;
};

struct hostmem {
	struct hostmem_region *region;
	size_t count, room;
	size_t last; /* the region that was last used */
	bool lost; /* the host has taken away what it had mapped */
};

/*
 * Regions are not empty, and do not overlap or pass the end of the addresses,
 * but one that starts where another one does takes its place.
 */
void hostmem_add(struct hostmem *m, const struct hostmem_region *region);
/* The region that starts there, if there is one. */
void hostmem_remove(struct hostmem *m, uint64_t start);
/* All of them; to be called at the end, too. */
void hostmem_clear(struct hostmem *m);

/*
 * False if any of the range is not there, or may not be written; what of it
 * is may have been copied then.
 */
bool hostmem_read(struct hostmem *m, uint64_t address, void *data,
		  size_t count);
bool hostmem_write(struct hostmem *m, uint64_t address, const void *data,
		   size_t count);

/*
 * To be called once, for the whole process: an access to a file that the host
 * has made shorter fails, and sets lost, instead of ending the process.
 */
void hostmem_catch_faults(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's memory as the card accesses it: by the host's addresses, in
 * regions that are mapped into this process until the host unmaps them.
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
	uint8_t *at; /* its address in this process */
	bool writable;
};

struct hostmem {
	struct hostmem_region *region;
	size_t count, room;
	size_t last; /* the region that was last used */
	bool lost; /* the host has removed memory that it had mapped */
};

/*
 * Regions must not be empty, overlap, or exceed the highest address. A region
 * with the same start as another one replaces it.
 */
void hostmem_add(struct hostmem *m, const struct hostmem_region *region);
/* Removes the region that starts there, if any. */
void hostmem_remove(struct hostmem *m, uint64_t start);
/* Removes all of them; also called at the end. */
void hostmem_clear(struct hostmem *m);

/*
 * False if a part of the range is not mapped, or not writable; the other parts
 * may have been copied.
 */
bool hostmem_read(struct hostmem *m, uint64_t address, void *data,
		  size_t count);
bool hostmem_write(struct hostmem *m, uint64_t address, const void *data,
		   size_t count);

/*
 * Called once for the whole process: an access to a file that the host has
 * truncated fails, and sets lost, instead of ending the process.
 */
void hostmem_catch_faults(void);

#endif

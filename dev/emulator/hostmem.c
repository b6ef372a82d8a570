// SPDX-License-Identifier: GPL-2.0-or-later
#include "hostmem.h"

#include <string.h>

bool hostmem_add(struct hostmem *m, const struct hostmem_region *region)
{
	hostmem_remove(m, region->start);
	if (m->count == HOSTMEM_REGIONS)
		return false;
	m->region[m->count++] = *region;
	return true;
}

void hostmem_remove(struct hostmem *m, uint64_t start)
{
	for (unsigned int i = 0; i < m->count; i++) {
		if (m->region[i].start == start) {
			m->region[i] = m->region[--m->count];
			return;
		}
	}
}

void hostmem_clear(struct hostmem *m)
{
	m->count = 0;
}

static bool contains(const struct hostmem_region *region, uint64_t address)
{
	return address >= region->start &&
	       address - region->start < region->len;
}

/* Nearly all accesses are to the region of the one before. */
static const struct hostmem_region *find(struct hostmem *m, uint64_t address)
{
	if (m->last < m->count && contains(&m->region[m->last], address))
		return &m->region[m->last];
	for (m->last = 0; m->last < m->count; m->last++)
		if (contains(&m->region[m->last], address))
			return &m->region[m->last];
	return NULL;
}

/*
 * The part of a range that lies in one region: sets at and returns its
 * length, 0 if its first byte is not there.
 */
static size_t map(struct hostmem *m, uint64_t address, size_t count, bool write,
		  uint8_t **at)
{
	const struct hostmem_region *region = find(m, address);
	uint64_t skip, left;

	if (!region || (write && !region->writable))
		return 0;
	skip = address - region->start;
	left = region->len - skip;
	*at = region->at + skip;
	return count < left ? count : left;
}

bool hostmem_read(struct hostmem *m, uint64_t address, void *data, size_t count)
{
	uint8_t *to = data, *from;

	while (count > 0) {
		size_t part = map(m, address, count, false, &from);

		if (part == 0)
			return false;
		memcpy(to, from, part);
		to += part;
		address += part;
		count -= part;
	}
	return true;
}

bool hostmem_write(struct hostmem *m, uint64_t address, const void *data,
		   size_t count)
{
	const uint8_t *from = data;
	uint8_t *to;

	while (count > 0) {
		size_t part = map(m, address, count, true, &to);

		if (part == 0)
			return false;
		memcpy(to, from, part);
		from += part;
		address += part;
		count -= part;
	}
	return true;
}

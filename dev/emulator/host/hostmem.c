// SPDX-License-Identifier: GPL-2.0-or-later
#include "hostmem.h"

#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static bool contains(const struct hostmem_region *region, uint64_t address)
{
	return address >= region->start &&
	       address - region->start < region->len;
}

/* The index of the first region that does not end before the address. */
static size_t find_place(const struct hostmem *m, uint64_t address)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct hostmem_region *region = &m->region[middle];

		if (region->start + (region->len - 1) < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void make_room(struct hostmem *m)
{
	size_t room = m->room ? 2 * m->room : 16;

	if (m->count < m->room)
		return;
	m->region = reallocarray(m->region, room, sizeof(*m->region));
	if (!m->region)
		die("out of memory");
	m->room = room;
}

void hostmem_add(struct hostmem *m, const struct hostmem_region *region)
{
	size_t i = find_place(m, region->start);

	if (i < m->count && m->region[i].start == region->start) {
		m->region[i] = *region;
		return;
	}
	make_room(m);
	memmove(&m->region[i + 1], &m->region[i],
		(m->count - i) * sizeof(*m->region));
	m->region[i] = *region;
	m->count++;
}

void hostmem_remove(struct hostmem *m, uint64_t start)
{
	size_t i = find_place(m, start);

	if (i == m->count || m->region[i].start != start)
		return;
	m->count--;
	memmove(&m->region[i], &m->region[i + 1],
		(m->count - i) * sizeof(*m->region));
}

void hostmem_clear(struct hostmem *m)
{
	free(m->region);
	*m = (struct hostmem){ 0 };
}

/* Nearly all accesses are to the same region as the previous one. */
static const struct hostmem_region *find(struct hostmem *m, uint64_t address)
{
	if (m->last >= m->count || !contains(&m->region[m->last], address))
		m->last = find_place(m, address);
	if (m->last < m->count && contains(&m->region[m->last], address))
		return &m->region[m->last];
	return NULL;
}

/* The return point of a copy that accessed a missing page. */
static sigjmp_buf fault;
static volatile sig_atomic_t copying;

static void on_fault(int number)
{
	if (copying)
		siglongjmp(fault, 1);
	/* A bug in this program: without the handler, the signal ends it. */
	signal(number, SIG_DFL);
}

void hostmem_catch_faults(void)
{
	/* The jump out of the handler leaves the signal unblocked. */
	const struct sigaction action = {
		.sa_handler = on_fault,
		.sa_flags = SA_NODEFER,
	};

	sigaction(SIGBUS, &action, NULL);
}

static bool copy(struct hostmem *m, void *to, const void *from, size_t count)
{
	if (sigsetjmp(fault, 0)) {
		copying = 0;
		m->lost = true;
		return false;
	}
	copying = 1;
	atomic_signal_fence(memory_order_seq_cst);
	memcpy(to, from, count);
	atomic_signal_fence(memory_order_seq_cst);
	copying = 0;
	return true;
}

/*
 * The part of a range in one region: sets at, and returns its length, 0 if the
 * first byte is not mapped.
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

		if (part == 0 || !copy(m, to, from, part))
			return false;
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

		if (part == 0 || !copy(m, to, from, part))
			return false;
		from += part;
		address += part;
		count -= part;
	}
	return true;
}

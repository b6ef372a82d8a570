// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdir.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "fdir_input.h"
#include "headers.h"
#include "port.h"
#include "x540.h"

/* Signature filters need a quarter of the memory that perfect ones do. */
#define SIGNATURES 8192
#define PERFECT 2048
#define NOT_FILTERS 2 /* of each table */

#define THRESHOLD_UNIT 16

struct fdir_filter {
	struct fdir_input input; /* of a perfect one */
	uint32_t hash; /* bucket */
	uint32_t index; /* its signature, or the host's number for it */
	uint16_t next; /* next in the bucket: its number plus 1, or 0 */
	uint32_t command; /* FDIRCMD as written by the host */
};

static bool is_perfect(struct port *port)
{
	return *port_reg(port, REG_FDIRCTRL) & FDIRCTRL_PERFECT;
}

static void forget_all(struct fdir *fdir)
{
	if (fdir->filter)
		memset(fdir->bucket, 0, fdir->buckets * sizeof(*fdir->bucket));
	fdir->used = 0;
	fdir->touched = 0;
	fdir->unused = 0;
	fdir->collisions = 0;
}

void fdir_reset(struct port *port)
{
	free(port->fdir.filter);
	free(port->fdir.bucket);
	memset(&port->fdir, 0, sizeof(port->fdir));
}

static uint16_t *bucket_of(struct fdir *fdir, uint32_t hash)
{
	return &fdir->bucket[hash & (fdir->buckets - 1)];
}

/* Saturating counters, which are fields of a register. */
static void count(struct port *port, uint32_t offset, uint32_t field)
{
	uint32_t *reg = port_reg(port, offset);

	if ((*reg & field) != field)
		*reg += FIELD_LOW(field);
}

/*
 * The pointer to the filter in the bucket's list: found by fields and hash for
 * a perfect one that is added, else by hash and index. NULL if there is none.
 */
static uint16_t *find(struct port *port, uint32_t id,
		      const struct fdir_input *input)
{
	struct fdir *fdir = &port->fdir;
	uint32_t hash = FIELD_GET(FDIRHASH_HASH, id);
	uint32_t index = FIELD_GET(FDIRHASH_INDEX, id);
	uint16_t *link;

	if (!fdir->filter)
		return NULL;
	for (link = bucket_of(fdir, hash); *link;
	     link = &fdir->filter[*link - 1].next) {
		struct fdir_filter *filter = &fdir->filter[*link - 1];

		if (input ? fdir_input_equal(&filter->input, input) :
			    filter->index == index)
			return link;
	}
	return NULL;
}

static void note_length(struct port *port, uint32_t hash, uint32_t length)
{
	uint32_t *reg = port_reg(port, REG_FDIRLEN);

	if (length > FIELD_GET(FDIRLEN_MAX, *reg))
		*reg = FIELD_PREP(FDIRLEN_MAX, length) |
		       FIELD_PREP(FDIRLEN_HASH, hash);
}

/* Adds an entry at the end of the bucket's list. NULL: there is no room. */
static struct fdir_filter *append(struct port *port, uint32_t hash)
{
	struct fdir *fdir = &port->fdir;
	uint32_t length = 1;
	uint16_t number, *link;

	if (!fdir->filter || fdir->used == fdir->capacity)
		return NULL;
	for (link = bucket_of(fdir, hash); *link;
	     link = &fdir->filter[*link - 1].next)
		length++;
	if (length > FDIR_BUCKET_MAX)
		return NULL;
	number = fdir->unused;
	if (number)
		fdir->unused = fdir->filter[number - 1].next;
	else
		number = ++fdir->touched;
	fdir->used++;
	*link = number;
	fdir->filter[number - 1].next = 0;
	note_length(port, hash, length);
	return &fdir->filter[number - 1];
}

static void warn_if_almost_full(struct port *port)
{
	uint32_t threshold = FIELD_GET(FDIRCTRL_FULL_THRESHOLD,
				       *port_reg(port, REG_FDIRCTRL));
	struct fdir *fdir = &port->fdir;

	if (fdir->capacity - fdir->used < threshold * THRESHOLD_UNIT)
		intr_other(port, EICR_FLOW_DIRECTOR);
}

static void add(struct port *port, uint32_t command)
{
	uint32_t id = *port_reg(port, REG_FDIRHASH);
	struct fdir *fdir = &port->fdir;
	struct fdir_filter *filter;
	struct fdir_input input;
	uint16_t *link;

	fdir_input_of_registers(port, FIELD_GET(FDIRCMD_FLOW, command), &input);
	link = find(port, id, is_perfect(port) ? &input : NULL);
	if (link && !(command & FDIRCMD_UPDATE)) {
		fdir->filter[*link - 1].command |= FDIRCMD_COLLISION;
		fdir->collisions++;
		return;
	}
	filter = link ? &fdir->filter[*link - 1] :
			append(port, FIELD_GET(FDIRHASH_HASH, id));
	if (!filter) {
		count(port, REG_FDIRFSTAT, FDIRFSTAT_ADD);
		intr_other(port, EICR_FLOW_DIRECTOR);
		return;
	}
	filter->input = input;
	filter->hash = FIELD_GET(FDIRHASH_HASH, id);
	filter->index = FIELD_GET(FDIRHASH_INDEX, id);
	filter->command = command & ~(FDIRCMD_COMMAND | FDIRCMD_COLLISION);
	count(port, REG_FDIRUSTAT, FDIRUSTAT_ADD);
	warn_if_almost_full(port);
}

static void remove_filter(struct port *port)
{
	struct fdir *fdir = &port->fdir;
	uint16_t *link = find(port, *port_reg(port, REG_FDIRHASH), NULL);
	struct fdir_filter *filter;
	uint16_t number;

	if (!link) {
		count(port, REG_FDIRFSTAT, FDIRFSTAT_REMOVE);
		intr_other(port, EICR_FLOW_DIRECTOR);
		return;
	}
	number = *link;
	filter = &fdir->filter[number - 1];
	*link = filter->next;
	filter->next = fdir->unused;
	fdir->unused = number;
	fdir->used--;
	count(port, REG_FDIRUSTAT, FDIRUSTAT_REMOVE);
}

static void query(struct port *port)
{
	uint16_t *link = find(port, *port_reg(port, REG_FDIRHASH), NULL);
	uint32_t *command = port_reg(port, REG_FDIRCMD);

	*command = link ? port->fdir.filter[*link - 1].command | FDIRCMD_VALID :
			  0;
}

/* Each command completes at once. */
void fdircmd_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	if (value & FDIRCMD_CLEAR)
		forget_all(&port->fdir);
	switch (FIELD_GET(FDIRCMD_COMMAND, value)) {
	case FDIRCMD_ADD:
		add(port, value);
		break;
	case FDIRCMD_REMOVE:
		remove_filter(port);
		break;
	case FDIRCMD_QUERY:
		query(port);
		break;
	}
}

uint32_t fdirfree_read(struct port *port, unsigned int index)
{
	const struct fdir *fdir = &port->fdir;

	(void)index;
	return FIELD_PREP(FDIRFREE_FREE, fdir->capacity - fdir->used) |
	       FIELD_PREP(FDIRFREE_COLLISIONS, fdir->collisions);
}

/* An empty table of the requested size, or none, is ready at once. */
void fdirctrl_write(struct port *port, unsigned int index, uint32_t value)
{
	uint32_t size = FIELD_GET(FDIRCTRL_SIZE, value);
	uint32_t room = (value & FDIRCTRL_PERFECT ? PERFECT : SIGNATURES);
	struct fdir *fdir = &port->fdir;

	(void)index;
	*port_reg(port, REG_FDIRCTRL) |= FDIRCTRL_INIT_DONE;
	if (size == 0) {
		fdir_reset(port);
		return;
	}
	room <<= size - 1;
	if (fdir->buckets != room) {
		fdir_reset(port);
		fdir->capacity = room - NOT_FILTERS;
		fdir->buckets = room;
		fdir->filter = xcalloc(fdir->capacity, sizeof(*fdir->filter));
		fdir->bucket = xcalloc(fdir->buckets, sizeof(*fdir->bucket));
	}
	forget_all(fdir);
}

static const struct fdir_filter *match(struct port *port,
				       const struct fdir_input *input,
				       uint32_t hash, uint32_t signature)
{
	struct fdir *fdir = &port->fdir;
	bool perfect = is_perfect(port);

	for (uint16_t number = *bucket_of(fdir, hash); number;
	     number = fdir->filter[number - 1].next) {
		const struct fdir_filter *filter = &fdir->filter[number - 1];
		struct fdir_input wanted;

		if (!perfect && filter->index == signature)
			return filter;
		if (!perfect)
			continue;
		wanted = filter->input;
		fdir_input_mask(port, &wanted);
		if (fdir_input_equal(&wanted, input))
			return filter;
	}
	return NULL;
}

static void apply(struct port *port, const struct fdir_filter *filter,
		  struct fdir_result *result)
{
	result->matches = true;
	result->drop = filter->command & FDIRCMD_DROP;
	result->has_queue = filter->command & FDIRCMD_QUEUE_ENABLE;
	result->queue = FIELD_GET(FDIRCMD_QUEUE, filter->command);
	result->reported = *port_reg(port, REG_FDIRCTRL) & FDIRCTRL_REPORT;
	result->id = FIELD_PREP(FDIRHASH_HASH, filter->hash) |
		     FIELD_PREP(FDIRHASH_INDEX, filter->index);
}

void fdir_look_up(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, struct fdir_result *result)
{
	bool always = *port_reg(port, REG_FDIRCTRL) & FDIRCTRL_REPORT_ALWAYS;
	const struct fdir_filter *filter = NULL;
	uint32_t hash, signature;
	struct fdir_input input;

	memset(result, 0, sizeof(*result));
	if (!port->fdir.filter || h->l3 == L3_NONE)
		return;
	result->applies = true;
	if (port->fdir.used == 0 && !always)
		return;
	fdir_input_of_frame(port, frame, len, h, &input);
	hash = fdir_input_hash(&input, *port_reg(port, REG_FDIRHKEY));
	signature = fdir_input_hash(&input, *port_reg(port, REG_FDIRSKEY));
	if (!is_perfect(port) || h->l3 == L3_IPV4)
		filter = match(port, &input, hash, signature);
	if (filter) {
		apply(port, filter, result);
	} else if (always) {
		result->reported = true;
		result->id = FIELD_PREP(FDIRHASH_HASH, hash) |
			     FIELD_PREP(FDIRHASH_INDEX, signature);
	}
}

void fdir_count(struct port *port, const struct fdir_result *result)
{
	if (result->applies)
		++*port_reg(port,
			    result->matches ? REG_FDIRMATCH : REG_FDIRMISS);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault.h"

#include <string.h>

#include "base/util.h"

#define US_PER_MS 1000

static const struct fault_info infos[FAULTS] = {
	[FAULT_SDO_LOW] = { "sdo-low" },
	[FAULT_SDO_HIGH] = { "sdo-high" },
	[FAULT_SILENT] = { "silent" },
	[FAULT_BIT_ERRORS] = { "bit-errors", "one in", 100, 2, 1000000 },
	[FAULT_COMMIT_LOST] = { "commit-lost" },
	[FAULT_WATCHDOG_FAST] = { "watchdog-fast", "times", 4, 2, 1000 },
	[FAULT_LINK_FLAP] = { "link-flap", "ms", 1000, 10, 3600000 },
	[FAULT_REMOVED] = { "removed" },
	[FAULT_IRQ_LOST] = { "irq-lost" },
};

const struct fault_info *fault_info(enum fault_id id)
{
	return &infos[id];
}

enum fault_id fault_find(const char *name)
{
	enum fault_id id = 0;

	while (id < FAULTS && strcmp(infos[id].name, name) != 0)
		id++;
	return id;
}

void faults_init(struct faults *faults)
{
	*faults = (struct faults){ .random = 1, .sck = true };
	for (enum fault_id id = 0; id < FAULTS; id++)
		faults->fault[id].value = infos[id].value;
}

/* True once in n calls on average, by Marsaglia's xorshift64. */
static bool one_in(struct faults *faults, uint64_t n)
{
	faults->random ^= faults->random << 13;
	faults->random ^= faults->random >> 7;
	faults->random ^= faults->random << 17;
	return faults->random % n == 0;
}

/* The controller samples SDI as SCK rises, the host SDO after it fell. */
void fault_pins(struct faults *faults, bool *sck, bool *sdi)
{
	const struct fault *errors = &faults->fault[FAULT_BIT_ERRORS];
	bool edge = *sck != faults->sck;

	faults->sck = *sck;
	if (edge && errors->on && *sck && one_in(faults, errors->value))
		*sdi = !*sdi;
	if (edge)
		faults->flip_sdo = errors->on && !*sck &&
				   one_in(faults, errors->value);
	/* It listens again when the line is idle, not during a frame. */
	if (fault_is_on(faults, FAULT_SILENT))
		faults->deaf = true;
	else if (*sck && *sdi)
		faults->deaf = false;
	if (faults->deaf)
		*sck = *sdi = true;
}

bool fault_sdo(const struct faults *faults, bool sdo)
{
	if (fault_is_on(faults, FAULT_SDO_LOW))
		return false;
	if (fault_is_on(faults, FAULT_SDO_HIGH) ||
	    fault_is_on(faults, FAULT_SILENT))
		return true;
	return sdo != faults->flip_sdo;
}

bool fault_cuts_link(const struct faults *faults, uint64_t now_us)
{
	const struct fault *flap = &faults->fault[FAULT_LINK_FLAP];

	return flap->on && now_us / (flap->value * US_PER_MS) % 2;
}

uint64_t fault_link_deadline(const struct faults *faults, uint64_t now_us)
{
	const struct fault *flap = &faults->fault[FAULT_LINK_FLAP];
	uint64_t period = flap->value * US_PER_MS;

	return flap->on ? (now_us / period + 1) * period : NO_DEADLINE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults of the card, to see what the host makes of them. Each is off until
 * it is switched on, and some have a value. What they do is asked for where it
 * happens: on the controller's wires, at the link, at the host's door. How a
 * controller without a fault may differ from another is bypass_settings.h.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_id {
	FAULT_SDO_LOW, /* the line is stuck */
	FAULT_SDO_HIGH,
	FAULT_SILENT, /* the controller hears and says nothing */
	FAULT_BIT_ERRORS, /* on both lines, one bit in so many */
	FAULT_COMMIT_LOST, /* settings have no effect */
	FAULT_WATCHDOG_FAST, /* so many times */
	FAULT_LINK_FLAP, /* down and up, so many milliseconds each */
	FAULT_REMOVED, /* hosts get no answer; the controller does not notice */
	FAULT_IRQ_LOST,
	FAULTS
};

struct fault_info {
	const char *name;
	/* NULL: it has no value. */
	const char *unit;
	uint64_t value; /* unless another is given */
	uint64_t min, max;
};

struct fault {
	bool on;
	uint64_t value;
};

struct faults {
	struct fault fault[FAULTS];
	uint64_t random; /* the same errors each time */
	bool sck; /* as the host drives it */
	bool flip_sdo; /* as long as SCK stays */
	bool deaf; /* the controller hears nothing */
};

const struct fault_info *fault_info(enum fault_id id);
/* FAULTS if none has this name. */
enum fault_id fault_find(const char *name);

void faults_init(struct faults *faults);

static inline bool fault_is_on(const struct faults *faults, enum fault_id id)
{
	return faults->fault[id].on;
}

/* What the controller gets of the host's pins, and the host of SDO. */
void fault_pins(struct faults *faults, bool *sck, bool *sdi);
bool fault_sdo(const struct faults *faults, bool sdo);

/* Is the link cut just now, and until when? NO_DEADLINE: it stays as it is. */
bool fault_cuts_link(const struct faults *faults, uint64_t now_us);
uint64_t fault_link_deadline(const struct faults *faults, uint64_t now_us);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults of the card, to test the host's reaction. Each is off until it is
 * switched on, and some have a value. The affected code queries them: at the
 * controller's line, the link and the access of the host. bypass_settings.h has
 * the differences between controllers without a fault.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_id {
	FAULT_SDO_LOW, /* the line is stuck */
	FAULT_SDO_HIGH,
	FAULT_SILENT, /* the controller does not react to the line */
	FAULT_BIT_ERRORS, /* on both lines, one bit in `value` */
	FAULT_COMMIT_LOST, /* settings have no effect */
	FAULT_WATCHDOG_FAST, /* `value` times */
	FAULT_LINK_FLAP, /* down and up, `value` milliseconds each */
	FAULT_REMOVED, /* hosts get no answer; the controller is not affected */
	FAULT_IRQ_LOST,
	FAULTS
};

struct fault_info {
	const char *name;
	/* NULL: it has no value. */
	const char *unit;
	uint64_t value; /* the default */
	uint64_t min, max;
};

struct fault {
	bool on;
	uint64_t value;
};

struct faults {
	struct fault fault[FAULTS];
	uint64_t random; /* the same errors in each run */
	bool sck; /* as driven by the host */
	bool flip_sdo; /* while SCK does not change */
	bool deaf; /* the controller ignores the line */
};

const struct fault_info *fault_info(enum fault_id id);
/* FAULTS if the name is unknown. */
enum fault_id fault_find(const char *name);

void faults_init(struct faults *faults);

static inline bool fault_is_on(const struct faults *faults, enum fault_id id)
{
	return faults->fault[id].on;
}

/* The host's pins as the controller sees them, and SDO as the host sees it. */
void fault_pins(struct faults *faults, bool *sck, bool *sdi);
bool fault_sdo(const struct faults *faults, bool sdo);

/* Is the link cut now, and until when? NO_DEADLINE: no change is due. */
bool fault_cuts_link(const struct faults *faults, uint64_t now_us);
uint64_t fault_link_deadline(const struct faults *faults, uint64_t now_us);

#endif

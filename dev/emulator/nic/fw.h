/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Semaphores between the host, the firmware and the two ports, and commands to
 * the firmware (HICR, with the command and its answer in FLEX_MNG). The
 * firmware here answers at once and never holds a semaphore.
 */
#ifndef FW_H
#define FW_H

#include <stdbool.h>
#include <stdint.h>

struct port;

/* One for both ports. */
struct fw {
	bool smbi; /* taken by a read of SWSM that returns 0 */
	bool regsmp; /* taken by a read of SW_FW_SYNC that returns 0 */
	uint32_t sync; /* owners of resources, by convention among drivers */
};

void fw_power_on(struct fw *fw);

/* Hooks of regtable.c. */
uint32_t swsm_read(struct port *port, unsigned int index);
void swsm_write(struct port *port, unsigned int index, uint32_t value);
uint32_t sw_fw_sync_read(struct port *port, unsigned int index);
void sw_fw_sync_write(struct port *port, unsigned int index, uint32_t value);
void hicr_write(struct port *port, unsigned int index, uint32_t value);

#endif

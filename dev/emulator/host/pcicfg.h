/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration space of one PCI function: what each bit is after reset,
 * which bits a write changes and which ones it clears.
 *
 * The offsets of the capabilities are those of a physical card, because ixgbe
 * reads MSI-X (0x70) and PCI Express (0xA0) there without walking the list. The
 * capabilities are those of an X540-AT2 in lspci, which has no vital product
 * data, except SR-IOV: QEMU's vfio-user device does not support virtual
 * functions.
 */
#ifndef PCICFG_H
#define PCICFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCICFG_SIZE 4096
#define PCICFG_VENDOR_ID 0x8086
#define PCICFG_DEVICE_ID 0x155c

#define PCICFG_BAR0_SIZE 0x200000 /* registers */
#define PCICFG_BAR4_SIZE 0x4000 /* MSI-X table and pending bits */
#define PCICFG_ROM_SIZE 0x80000 /* option ROM: the flash has none */
#define PCICFG_MSIX_VECTORS 64

/* The effect of a write besides the new value. */
enum pcicfg_effect {
	PCICFG_NONE,
	PCICFG_RESET, /* function level reset, or from D3hot back to D0 */
};

struct pcicfg {
	unsigned int lan;
	uint8_t mac[6]; /* port 0's: the serial number contains it */
	uint8_t value[PCICFG_SIZE];
	uint8_t writable[PCICFG_SIZE];
	uint8_t clear[PCICFG_SIZE]; /* a 1 written here clears the bit */
};

/* mac: of port 0, as the serial number is the card's. */
void pcicfg_init(struct pcicfg *cfg, unsigned int lan, const uint8_t mac[6]);
/* Resets the function: all bits except those that the BIOS sets up. */
void pcicfg_reset(struct pcicfg *cfg);

/* Both false if the range is not inside the configuration space. */
bool pcicfg_read(const struct pcicfg *cfg, size_t offset, void *data,
		 size_t count);
bool pcicfg_write(struct pcicfg *cfg, size_t offset, const void *data,
		  size_t count, enum pcicfg_effect *effect);

/* In D3hot a function has only its configuration space. */
bool pcicfg_awake(const struct pcicfg *cfg);
/* May the function read and write the host's memory? */
bool pcicfg_bus_master(const struct pcicfg *cfg);
/* By messages, which it writes to the host's memory, or by INTx. */
bool pcicfg_may_interrupt(const struct pcicfg *cfg);

#endif

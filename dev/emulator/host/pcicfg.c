// SPDX-License-Identifier: GPL-2.0-or-later
#include "pcicfg.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"

#define COMMAND 0x04
#define COMMAND_MASTER BIT(2)
#define COMMAND_NO_INTX BIT(10)
#define PM_CONTROL 0x44
#define PM_STATE GENMASK(1, 0)
#define PM_D0 0
#define PM_D3HOT 3
#define MSI_CONTROL 0x50
#define MSI_ENABLE BIT(16)
#define MSIX_CONTROL 0x70
#define MSIX_ENABLE BIT(31)
#define EXP_DEVICE_CONTROL 0xa8
#define EXP_FLR BIT(15)
#define SERIAL_NUMBER 0x144
#define ARI_NEXT_FUNCTION 0x155

/*
 * 4 bytes of configuration space: a write changes the writable bits, and clears
 * those of clear that it has as 1.
 */
struct row {
	uint16_t offset;
	uint32_t reset;
	uint32_t writable;
	uint32_t clear;
};

/* clang-format off */
#define RW_CLEAR(offset_, reset_, writable_, clear_) \
	{ .offset = offset_, .reset = reset_, .writable = writable_, .clear = clear_ }
#define RW_SET(offset_, reset_, writable_) \
	{ .offset = offset_, .reset = reset_, .writable = writable_ }
#define RO(offset_, reset_) { .offset = offset_, .reset = reset_ }
/* clang-format on */

static const struct row rows[] = {
	/* The header. */
	RO(0x00, PCICFG_DEVICE_ID << 16 | PCICFG_VENDOR_ID),
	RW_CLEAR(COMMAND, 0x00100000, 0x00000546, 0xf9000000),
	RO(0x08, 0x02000001), /* Ethernet controller, revision 1 */
	RW_SET(0x0c, 0x00800000, 0x000000ff), /* one of several functions */
	/* BAR 0 and 4: 64 bits, prefetchable. */
	RW_SET(0x10, 0x0000000c, ~(PCICFG_BAR0_SIZE - 1)),
	RW_SET(0x14, 0, 0xffffffff),
	RW_SET(0x20, 0x0000000c, ~(PCICFG_BAR4_SIZE - 1)),
	RW_SET(0x24, 0, 0xffffffff),
	/* The subsystem of this card is not public: the X540-T2's is used. */
	RO(0x2c, 0x0001 << 16 | PCICFG_VENDOR_ID),
	RW_SET(0x30, 0, ~(PCICFG_ROM_SIZE - 1) | 0x1), /* with its enable bit */
	RO(0x34, 0x40),
	RW_SET(0x3c, 0x00000100, 0x000000ff),

	/* Power management: PME from D0 and D3hot, reset by D3hot to D0. */
	RO(0x40, 0x48235001),
	RW_CLEAR(PM_CONTROL, 0x00002000, 0x00001f03, 0x00008000),

	/* MSI: one message, 64-bit address, maskable. */
	RW_SET(MSI_CONTROL, 0x01807005, 0x00710000),
	RW_SET(0x54, 0, 0xfffffffc),
	RW_SET(0x58, 0, 0xffffffff),
	RW_SET(0x5c, 0, 0x0000ffff),
	RW_SET(0x60, 0, 0x00000001),

	/* MSI-X: table at 0 and pending bits at 0x2000 of BAR 4. */
	RW_SET(MSIX_CONTROL, (PCICFG_MSIX_VECTORS - 1) << 16 | 0xa011,
	       0xc0000000),
	RO(0x74, 0x00000004),
	RO(0x78, 0x00002004),

	/* PCI Express endpoint: 5 GT/s, 8 lanes, function level reset. */
	RO(0xa0, 0x00020010),
	RO(0xa4, 0x10008cc2),
	RW_CLEAR(EXP_DEVICE_CONTROL, 0x00002810, 0x00007fff, 0x000f0000),
	RO(0xac, 0x0001cc82),
	RW_SET(0xb0, 0x10820000, 0x000000cb),
	RO(0xc4, 0x0000001f),
	RW_SET(0xc8, 0, 0x0000001f),
	RW_SET(0xd0, 0x00000002, 0x0000000f),

	/* Advanced error reporting: there are no errors. */
	RO(0x100, 0x14020001),
	RW_CLEAR(0x104, 0, 0, 0x001ff030),
	RW_SET(0x108, 0, 0x001ff030),
	RW_SET(0x10c, 0x00062030, 0x001ff030),
	RW_CLEAR(0x110, 0, 0, 0x000031c1),
	RW_SET(0x114, 0x00002000, 0x000031c1),
	RW_SET(0x118, 0x000000a0, 0x00000140),

	/* Serial number: filled in from the MAC address. */
	RO(0x140, 0x15010003),

	/*
	 * Alternative routing ID: the next function is filled in. Here a card
	 * has SR-IOV next, at 0x160.
	 */
	RO(0x150, 0x1d01000e),

	/* Access control services: none, as the ports are separate. */
	RO(0x1d0, 0x0001000d),
};

void pcicfg_reset(struct pcicfg *cfg)
{
	const uint8_t *mac = cfg->mac;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		put_le32(&cfg->value[rows[i].offset], rows[i].reset);

	/* The interrupt pin: A for the first function, B for the second. */
	cfg->value[0x3d] = cfg->lan + 1;

	/* A function points to the next one; the last one to none. */
	cfg->value[ARI_NEXT_FUNCTION] = cfg->lan == 0 ? 1 : 0;

	put_le32(&cfg->value[SERIAL_NUMBER],
		 0xff000000 | mac[3] << 16 | mac[4] << 8 | mac[5]);
	put_le32(&cfg->value[SERIAL_NUMBER + 4],
		 (uint32_t)mac[0] << 24 | mac[1] << 16 | mac[2] << 8 | 0xff);
}

void pcicfg_init(struct pcicfg *cfg, unsigned int lan, const uint8_t mac[6])
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->lan = lan;
	memcpy(cfg->mac, mac, sizeof(cfg->mac));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		put_le32(&cfg->writable[rows[i].offset], rows[i].writable);
		put_le32(&cfg->clear[rows[i].offset], rows[i].clear);
	}
	pcicfg_reset(cfg);
}

static bool in_range(size_t offset, size_t count)
{
	return offset <= PCICFG_SIZE && count <= PCICFG_SIZE - offset;
}

bool pcicfg_read(const struct pcicfg *cfg, size_t offset, void *data,
		 size_t count)
{
	if (!in_range(offset, count))
		return false;
	memcpy(data, &cfg->value[offset], count);
	return true;
}

/* Does a write to these bytes reach that one, and set this bit of it? */
static bool writes_bit(size_t offset, const uint8_t *data, size_t count,
		       size_t byte, uint8_t bit)
{
	return byte >= offset && byte - offset < count &&
	       data[byte - offset] & bit;
}

static uint32_t power_state(const struct pcicfg *cfg)
{
	return get_le32(&cfg->value[PM_CONTROL]) & PM_STATE;
}

/* A write of an unsupported state does not change the state. */
static void keep_power_state(struct pcicfg *cfg, uint32_t before)
{
	uint32_t state = power_state(cfg);

	if (state == PM_D0 || state == PM_D3HOT)
		return;
	cfg->value[PM_CONTROL] &= ~PM_STATE;
	cfg->value[PM_CONTROL] |= before;
}

bool pcicfg_write(struct pcicfg *cfg, size_t offset, const void *data,
		  size_t count, enum pcicfg_effect *effect)
{
	const uint8_t *bytes = data;
	uint32_t before = power_state(cfg);

	*effect = PCICFG_NONE;
	if (!in_range(offset, count))
		return false;

	for (size_t i = 0; i < count; i++) {
		uint8_t writable = cfg->writable[offset + i];
		uint8_t *value = &cfg->value[offset + i];

		*value = (*value & ~writable) | (bytes[i] & writable);
		*value &= ~(bytes[i] & cfg->clear[offset + i]);
	}
	keep_power_state(cfg, before);

	if (writes_bit(offset, bytes, count, EXP_DEVICE_CONTROL + 1,
		       EXP_FLR >> 8) ||
	    (before == PM_D3HOT && pcicfg_awake(cfg)))
		*effect = PCICFG_RESET;
	return true;
}

bool pcicfg_awake(const struct pcicfg *cfg)
{
	return power_state(cfg) == PM_D0;
}

bool pcicfg_bus_master(const struct pcicfg *cfg)
{
	return pcicfg_awake(cfg) &&
	       (get_le32(&cfg->value[COMMAND]) & COMMAND_MASTER);
}

bool pcicfg_may_interrupt(const struct pcicfg *cfg)
{
	if ((get_le32(&cfg->value[MSI_CONTROL]) & MSI_ENABLE) ||
	    (get_le32(&cfg->value[MSIX_CONTROL]) & MSIX_ENABLE))
		return pcicfg_bus_master(cfg);
	return pcicfg_awake(cfg) &&
	       !(get_le32(&cfg->value[COMMAND]) & COMMAND_NO_INTX);
}

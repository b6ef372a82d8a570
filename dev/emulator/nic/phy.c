// SPDX-License-Identifier: GPL-2.0-or-later
#include "phy.h"

#include <stddef.h>
#include <string.h>

#include "base/util.h"
#include "port.h"
#include "x540.h"

/* MDIO devices of clause 45. */
#define PMA 1
#define PCS 3
#define AN 7
#define VENDOR1 30

#define AN_CONTROL_RESTART BIT(9)
#define AN_ADVERTISE_100M BIT(8)
#define AN_ADVERTISE_10G BIT(12)
#define AN_ADVERTISE_1G BIT(15)
/* Selector, 100BASE-TX, PAUSE (a cable keeps frames), next page. */
#define AN_PARTNER_ALL (0x8001 | AN_ADVERTISE_100M | BIT(10))
#define STATUS_LINK BIT(2)
#define STATUS_AN_COMPLETE BIT(5)
#define VENDOR1_LOW_POWER BIT(11)

/* Registers that the code below uses. */
#define KEY(device, reg) ((uint32_t)(device) << 16 | (reg))
#define PMA_STATUS KEY(PMA, 0x0001)
#define AN_CONTROL KEY(AN, 0x0000)
#define AN_STATUS KEY(AN, 0x0001)
#define AN_ADVERTISE KEY(AN, 0x0010)
#define AN_PARTNER KEY(AN, 0x0013)
#define AN_10G_CONTROL KEY(AN, 0x0020)
#define AN_10G_STATUS KEY(AN, 0x0021)
#define AN_1G_PROVISIONING KEY(AN, 0xc400)
#define AN_VENDOR_STATUS KEY(AN, 0xc800)
#define AN_PARTNER_1G KEY(AN, 0xe820)
#define VENDOR1_CONTROL KEY(VENDOR1, 0x0000)

/* The devices in the package, for each device's registers 5 and 6. */
#define DEVICES_LOW (BIT(PMA) | BIT(PCS) | BIT(AN))
#define DEVICES_HIGH (BIT(VENDOR1) >> 16)
#define PHY_ID_HIGH 0x0154
#define PHY_ID_LOW 0x0200

/* Like struct reg_row: the stored bits, and the hooks. */
struct phy_row {
	uint32_t key;
	const char *name;
	uint16_t reset;
	uint16_t writable;
	uint16_t (*read)(struct port *port, uint16_t stored);
	void (*write)(struct port *port, uint16_t value);
};

/* clang-format off */
#define RW_SET(key_, name_, reset_, writable_) \
	{ .key = key_, .name = name_, .reset = reset_, .writable = writable_ }
#define RO(key_, name_, reset_) RW_SET(key_, name_, reset_, 0)
/* clang-format on */

/* Status bit 2 reports once that the link was down in between. */
static uint16_t latched_link(struct phy *phy)
{
	bool up = phy->link_up && !phy->link_was_down;

	phy->link_was_down = !phy->link_up;
	return up ? STATUS_LINK : 0;
}

static uint16_t pma_status_read(struct port *port, uint16_t stored)
{
	return stored | latched_link(&port->phy);
}

static uint16_t an_status_read(struct port *port, uint16_t stored)
{
	if (port->phy.link_up)
		stored |= STATUS_AN_COMPLETE;
	return stored | latched_link(&port->phy);
}

/* The speed as this register codes it, with full duplex. */
static uint16_t an_vendor_status_read(struct port *port, uint16_t stored)
{
	static const uint16_t speeds[] = {
		[LINK_SPEED_NONE] = 0,
		[LINK_SPEED_100M] = 3,
		[LINK_SPEED_1G] = 5,
		[LINK_SPEED_10G] = 7,
	};

	(void)stored;
	return speeds[port->link.speed];
}

/* Here and below: the peer supports the same as this PHY. */
static uint16_t an_partner_read(struct port *port, uint16_t stored)
{
	return port->phy.link_up ? AN_PARTNER_ALL : stored;
}

static uint16_t an_10g_status_read(struct port *port, uint16_t stored)
{
	return port->phy.link_up ? BIT(11) | BIT(12) | BIT(13) : stored;
}

static uint16_t an_partner_1g_read(struct port *port, uint16_t stored)
{
	return port->phy.link_up ? BIT(15) : stored;
}

/* A new advertisement takes effect at the next autonegotiation. */
static void an_control_write(struct port *port, uint16_t value)
{
	if (value & AN_CONTROL_RESTART)
		link_restart(port);
}

/* Low power takes effect at once. */
static void vendor1_control_write(struct port *port, uint16_t value)
{
	(void)value;
	link_update(port);
}

/* In the order of their keys. */
static const struct phy_row rows[] = {
	RW_SET(KEY(PMA, 0x0000), "PMA control 1", 0x2040, 0x0801),
	{ .key = PMA_STATUS,
	  .name = "PMA status 1",
	  .reset = 0x0002,
	  .read = pma_status_read },
	RO(KEY(PMA, 0x0002), "PMA identifier, high", PHY_ID_HIGH),
	RO(KEY(PMA, 0x0003), "PMA identifier, low", PHY_ID_LOW),
	RO(KEY(PMA, 0x0004), "PMA speed ability", 0x0031),
	RO(KEY(PMA, 0x0005), "PMA devices, low", DEVICES_LOW),
	RO(KEY(PMA, 0x0006), "PMA devices, high", DEVICES_HIGH),
	RW_SET(KEY(PMA, 0x0007), "PMA control 2", 0x0009, 0x000f),
	RO(KEY(PMA, 0x0008), "PMA status 2", 0xb201),
	RW_SET(KEY(PMA, 0x0009), "PMA transmit disable", 0, 0x0001),
	RO(KEY(PMA, 0x000b), "PMA extended ability", 0x00a4),
	RW_SET(KEY(PMA, 0xd401), "PMA vendor LASI mask", 0, 0x0001),
	RW_SET(KEY(PCS, 0x0000), "PCS control 1", 0x2040, 0x0800),
	RO(KEY(PCS, 0x0001), "PCS status 1", 0x0002),
	RO(KEY(PCS, 0x0002), "PCS identifier, high", PHY_ID_HIGH),
	RO(KEY(PCS, 0x0003), "PCS identifier, low", PHY_ID_LOW),
	RO(KEY(PCS, 0x0004), "PCS speed ability", 0x0001),
	RO(KEY(PCS, 0x0005), "PCS devices, low", DEVICES_LOW),
	RO(KEY(PCS, 0x0006), "PCS devices, high", DEVICES_HIGH),
	RO(KEY(PCS, 0x0014), "EEE capability", 0x000e),
	/* Error counters: there are no errors. */
	RO(KEY(PCS, 0xe810), "CRC-8 errors, low", 0),
	RO(KEY(PCS, 0xe811), "CRC-8 errors, high", 0),
	RO(KEY(PCS, 0xe820), "LDPC errors, low", 0),
	RO(KEY(PCS, 0xe821), "LDPC errors, high", 0),
	{ .key = AN_CONTROL,
	  .name = "AN control 1",
	  .reset = 0x3000,
	  .writable = 0x1000,
	  .write = an_control_write },
	{ .key = AN_STATUS,
	  .name = "AN status 1",
	  .reset = 0x0008,
	  .read = an_status_read },
	RO(KEY(AN, 0x0002), "AN identifier, high", PHY_ID_HIGH),
	RO(KEY(AN, 0x0003), "AN identifier, low", PHY_ID_LOW),
	RO(KEY(AN, 0x0005), "AN devices, low", DEVICES_LOW),
	RO(KEY(AN, 0x0006), "AN devices, high", DEVICES_HIGH),
	RW_SET(AN_ADVERTISE, "AN advertisement", 0x9101, 0x9dff),
	{ .key = AN_PARTNER,
	  .name = "AN partner ability",
	  .read = an_partner_read },
	RW_SET(KEY(AN, 0x0017), "AN next page", 0x4000, 0xffff),
	RW_SET(AN_10G_CONTROL, "AN 10GBASE-T control", 0x1001, 0x1005),
	{ .key = AN_10G_STATUS,
	  .name = "AN 10GBASE-T status",
	  .read = an_10g_status_read },
	RW_SET(KEY(AN, 0x003c), "EEE advertisement", 0, 0x000e),
	RW_SET(AN_1G_PROVISIONING, "AN 1G provisioning", 0x8000, 0xffff),
	{ .key = AN_VENDOR_STATUS,
	  .name = "AN vendor status",
	  .read = an_vendor_status_read },
	RO(KEY(AN, 0xcc00), "AN vendor alarms 1", 0),
	RO(KEY(AN, 0xcc01), "AN vendor alarms 2", 0),
	{ .key = AN_PARTNER_1G,
	  .name = "AN partner 1G ability",
	  .read = an_partner_1g_read },
	{ .key = VENDOR1_CONTROL,
	  .name = "vendor control 1",
	  .writable = 0x0800,
	  .write = vendor1_control_write },
	RO(KEY(VENDOR1, 0x0002), "vendor identifier, high", PHY_ID_HIGH),
	RO(KEY(VENDOR1, 0x0003), "vendor identifier, low", PHY_ID_LOW),
	RO(KEY(VENDOR1, 0x0005), "vendor devices, low", DEVICES_LOW),
	RO(KEY(VENDOR1, 0x0006), "vendor devices, high", DEVICES_HIGH),
	/* Major 2, minor 11: that of the physical card is not known. */
	RO(KEY(VENDOR1, 0x0020), "PHY firmware", 0x020b),
	RO(KEY(VENDOR1, 0xc479), "provisioning 10", 0),
	RO(KEY(VENDOR1, 0xc850), "fault message", 0),
	RO(KEY(VENDOR1, 0xcc00), "global alarms 1", 0),
	RO(KEY(VENDOR1, 0xcc02), "global alarms 3", 0),
};

_Static_assert(ARRAY_SIZE(rows) <= PHY_REGISTERS_MAX,
	       "PHY_REGISTERS_MAX is too small");

const char *phy_check_table(void)
{
	for (size_t i = 1; i < ARRAY_SIZE(rows); i++)
		if (rows[i].key <= rows[i - 1].key)
			return rows[i].name;
	return NULL;
}

/* The row with this key; ARRAY_SIZE(rows) if there is none. */
static size_t find(uint32_t key)
{
	size_t low = 0, high = ARRAY_SIZE(rows);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (rows[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ARRAY_SIZE(rows) && rows[low].key == key ?
		       low :
		       ARRAY_SIZE(rows);
}

void phy_power_on(struct phy *phy)
{
	memset(phy, 0, sizeof(*phy));
	phy->link_was_down = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		phy->value[i] = rows[i].reset;
}

enum link_speed phy_best_speed(const struct phy *phy)
{
	if (phy->value[find(VENDOR1_CONTROL)] & VENDOR1_LOW_POWER)
		return LINK_SPEED_NONE;
	if (phy->value[find(AN_10G_CONTROL)] & AN_ADVERTISE_10G)
		return LINK_SPEED_10G;
	if (phy->value[find(AN_1G_PROVISIONING)] & AN_ADVERTISE_1G)
		return LINK_SPEED_1G;
	if (phy->value[find(AN_ADVERTISE)] & AN_ADVERTISE_100M)
		return LINK_SPEED_100M;
	return LINK_SPEED_NONE;
}

void phy_link_changed(struct phy *phy, bool up)
{
	phy->link_up = up;
	if (!up)
		phy->link_was_down = true;
}

uint16_t phy_read(struct port *port, unsigned int address, unsigned int device,
		  uint16_t reg)
{
	size_t row = find(KEY(device, reg));
	uint16_t stored;

	if (address != port->lan)
		return 0xffff;
	if (row == ARRAY_SIZE(rows)) {
		log_debug("port %u: read of unknown PHY register %u.%#x",
			  port->lan, device, reg);
		return 0;
	}
	stored = port->phy.value[row];
	return rows[row].read ? rows[row].read(port, stored) : stored;
}

void phy_write(struct port *port, unsigned int address, unsigned int device,
	       uint16_t reg, uint16_t value)
{
	size_t row = find(KEY(device, reg));
	uint16_t *stored;

	if (address != port->lan)
		return;
	if (row == ARRAY_SIZE(rows)) {
		log_debug(
			"port %u: write of %#x to unknown PHY register %u.%#x",
			port->lan, value, device, reg);
		return;
	}
	stored = &port->phy.value[row];
	*stored = (*stored & ~rows[row].writable) |
		  (value & rows[row].writable);
	if (rows[row].write)
		rows[row].write(port, value);
}

void msca_write(struct port *port, unsigned int index, uint32_t value)
{
	enum { ADDRESS_CYCLE, WRITE, READ_INCREMENT, READ };
	unsigned int phy_address = FIELD_GET(MSCA_PHY, value);
	unsigned int device = FIELD_GET(MSCA_DEVICE, value);
	uint32_t *data = port_reg(port, REG_MSRWD);
	struct phy *phy = &port->phy;
	uint16_t result;

	(void)index;
	/* Stored without MSCA_COMMAND: the frame is complete. */
	if (!(value & MSCA_COMMAND))
		return;

	switch (FIELD_GET(MSCA_OPCODE, value)) {
	case ADDRESS_CYCLE:
		phy->address = FIELD_GET(MSCA_ADDRESS, value);
		break;
	case WRITE:
		phy_write(port, phy_address, device, phy->address,
			  FIELD_GET(MSRWD_WRITE, *data));
		break;
	default:
		result = phy_read(port, phy_address, device, phy->address);
		*data = (*data & ~MSRWD_READ) |
			FIELD_PREP(MSRWD_READ, (uint32_t)result);
		if (FIELD_GET(MSCA_OPCODE, value) == READ_INCREMENT)
			phy->address++;
		break;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter.h"

#include <string.h>

#include "base/bytes.h"
#include "headers.h"
#include "port.h"
#include "x540.h"

#define TAG_VLAN GENMASK(11, 0)
#define TAG_CFI BIT(12)

static bool in_bitmap(struct port *port, uint32_t table, uint32_t bit)
{
	return *port_reg(port, table + bit / 32 * 4) & BIT(bit % 32);
}

static bool has_address(struct port *port, const uint8_t *address)
{
	uint32_t low = get_le32(address);
	uint32_t high = get_le16(address + 4) | RAH_VALID;

	for (unsigned int i = 0; i < X540_RECEIVE_ADDRESSES; i++)
		if (*port_reg(port, REG_RAL + 8 * i) == low &&
		    *port_reg(port, REG_RAH + 8 * i) == high)
			return true;
	return false;
}

/* 12 of the address's last 16 bits, selected by MCSTCTRL. */
static bool in_hash_table(struct port *port, uint32_t table,
			  const uint8_t *address)
{
	static const uint8_t shifts[] = { 4, 3, 2, 0 };
	uint32_t control = *port_reg(port, REG_MCSTCTRL);
	unsigned int shift = shifts[FIELD_GET(MCSTCTRL_OFFSET, control)];

	if (!(control & MCSTCTRL_ENABLE))
		return false;
	return in_bitmap(port, table,
			 get_le16(address + 4) >> shift & GENMASK(11, 0));
}

static bool address_passes(struct port *port, const uint8_t *address)
{
	static const uint8_t broadcast[6] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	uint32_t control = *port_reg(port, REG_FCTRL);
	bool multicast = address[0] & 1;

	if (memcmp(address, broadcast, sizeof(broadcast)) == 0)
		return control & FCTRL_BROADCAST;
	if (control & (multicast ? FCTRL_ALL_MULTICAST : FCTRL_ALL_UNICAST))
		return true;
	return has_address(port, address) ||
	       in_hash_table(port, multicast ? REG_MTA : REG_UTA, address);
}

static bool tag_passes(struct port *port, uint16_t tag)
{
	uint32_t control = *port_reg(port, REG_VLNCTRL);

	if (!(control & VLNCTRL_FILTER))
		return true;
	if ((control & VLNCTRL_CFI_ENABLE) &&
	    !(tag & TAG_CFI) != !(control & VLNCTRL_CFI))
		return false;
	return in_bitmap(port, REG_VFTA, FIELD_GET(TAG_VLAN, tag));
}

bool filter_passes(struct port *port, const uint8_t *frame,
		   const struct headers *h)
{
	return address_passes(port, frame) &&
	       (!h->tagged || tag_passes(port, h->tag));
}

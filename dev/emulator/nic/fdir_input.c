// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdir_input.h"

#include <string.h>

#include "base/bytes.h"
#include "headers.h"
#include "port.h"
#include "x540.h"

#define HASH GENMASK(14, 0)
#define TAG_VLAN GENMASK(11, 0)
#define TAG_PRIORITY GENMASK(15, 13)

#define FLOW_UDP 1
#define FLOW_TCP 2
#define FLOW_SCTP 3

#define IPV4_SOURCE 12
#define IPV6_SOURCE 8

static uint32_t fold_ipv6(const uint8_t *address)
{
	return get_be32(address) ^ get_be32(address + 4) ^
	       get_be32(address + 8) ^ get_be32(address + 12);
}

static uint8_t flow_of(const struct headers *h)
{
	static const uint8_t l4[] = {
		[L4_NONE] = 0,
		[L4_TCP] = FLOW_TCP,
		[L4_UDP] = FLOW_UDP,
		[L4_SCTP] = FLOW_SCTP,
	};

	return l4[h->l4] | (h->l3 == L3_IPV6 ? FDIR_FLOW_IPV6 : 0);
}

void fdir_input_of_frame(struct port *port, const uint8_t *frame, size_t len,
			 const struct headers *h, struct fdir_input *input)
{
	size_t flex_at = 2 * FIELD_GET(FDIRCTRL_FLEX_OFFSET,
				       *port_reg(port, REG_FDIRCTRL));
	const uint8_t *ip = frame + h->l3_at;

	memset(input, 0, sizeof(*input));
	input->flow = flow_of(h);
	if (h->l3 == L3_IPV6) {
		input->source = fold_ipv6(ip + IPV6_SOURCE);
		input->destination = fold_ipv6(ip + IPV6_SOURCE + 16);
	} else {
		input->source = get_be32(ip + IPV4_SOURCE);
		input->destination = get_be32(ip + IPV4_SOURCE + 4);
	}
	if (h->l4 != L4_NONE) {
		input->source_port = get_be16(frame + h->l4_at);
		input->destination_port = get_be16(frame + h->l4_at + 2);
	}
	if (h->tagged)
		input->tag = h->tag;
	if (flex_at + 2 <= len)
		input->flex = get_be16(frame + flex_at);
	fdir_input_mask(port, input);
}

/* A register with a field of frames in network byte order. */
static uint32_t swapped(uint32_t value)
{
	uint8_t bytes[4];

	put_le32(bytes, value);
	return get_be32(bytes);
}

void fdir_input_of_registers(struct port *port, uint32_t flow,
			     struct fdir_input *input)
{
	uint32_t ports = *port_reg(port, REG_FDIRPORT);
	uint32_t tag_and_flex = *port_reg(port, REG_FDIRVLAN);

	*input = (struct fdir_input){
		.source = swapped(*port_reg(port, REG_FDIRIPSA)),
		.destination = swapped(*port_reg(port, REG_FDIRIPDA)),
		.source_port = FIELD_GET(FDIRPORT_SOURCE, ports),
		.destination_port = FIELD_GET(FDIRPORT_DESTINATION, ports),
		.tag = FIELD_GET(FDIRVLAN_TAG, tag_and_flex),
		.flex = swapped(tag_and_flex) & 0xffff,
		.flow = flow,
	};
}

/* Each mask of a port has its bits in reverse order. */
static uint16_t reversed(uint16_t value)
{
	uint16_t result = 0;

	for (unsigned int i = 0; value >> i; i++)
		if (value & BIT(i))
			result |= BIT(15 - i);
	return result;
}

/* The masked bits; the low half is for the source port. */
static uint32_t ports_mask(struct port *port, const struct fdir_input *input)
{
	switch (input->flow & FDIR_FLOW_L4) {
	case FLOW_TCP:
		return *port_reg(port, REG_FDIRTCPM);
	case FLOW_UDP:
		return *port_reg(port, REG_FDIRUDPM);
	default:
		return ~0u;
	}
}

void fdir_input_mask(struct port *port, struct fdir_input *input)
{
	uint32_t masks = *port_reg(port, REG_FDIRM);
	uint32_t ports = ports_mask(port, input);

	input->source_port &= ~reversed(ports);
	input->destination_port &= ~reversed(ports >> 16);
	if (!(input->flow & FDIR_FLOW_IPV6)) {
		input->source &= ~swapped(*port_reg(port, REG_FDIRSIP4M));
		input->destination &= ~swapped(*port_reg(port, REG_FDIRDIP4M));
	}
	input->tag &= (masks & FDIRM_VLAN_ID ? 0 : TAG_VLAN) |
		      (masks & FDIRM_VLAN_PRIORITY ? 0 : TAG_PRIORITY);
	if (masks & FDIRM_FLEX)
		input->flex = 0;
	if (masks & FDIRM_L4)
		input->flow &= ~FDIR_FLOW_L4;
}

bool fdir_input_equal(const struct fdir_input *a, const struct fdir_input *b)
{
	return a->source == b->source && a->destination == b->destination &&
	       a->source_port == b->source_port &&
	       a->destination_port == b->destination_port && a->tag == b->tag &&
	       a->flex == b->flex && a->flow == b->flow;
}

/*
 * The fields are a row of words. All but the first, of flow and tag, are folded
 * into one. Each bit of the key then stands for a shift of what is hashed: the
 * upper half of the bits for shifts of that word, the lower one for the same
 * with its halves swapped, and both for the first word, folded likewise; that
 * one is left out of the lower half's first.
 */
uint32_t fdir_input_hash(const struct fdir_input *input, uint32_t key)
{
	uint32_t first = (uint32_t)input->flow << 16 | input->tag;
	uint32_t high =
		input->source ^ input->destination ^
		((uint32_t)input->source_port << 16 | input->destination_port) ^
		(uint32_t)input->flex << 16;
	uint32_t low = high >> 16 | high << 16;
	uint32_t hash = 0;

	high ^= first ^ first >> 16;
	for (unsigned int i = 0; i < 16; i++) {
		if (key & BIT(i))
			hash ^= low >> i;
		if (key & BIT(16 + i))
			hash ^= high >> i;
		if (i == 0)
			low ^= first ^ first << 16;
	}
	return hash & HASH;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring.h"

#include "port.h"
#include "x540.h"

bool ring_get(struct port *port, uint32_t offset, struct ring *ring)
{
	uint64_t high = *port_reg(port, offset + RING_BAH);

	ring->base = high << 32 | *port_reg(port, offset + RING_BAL);
	ring->count = *port_reg(port, offset + RING_LEN) / DESCRIPTOR_SIZE;
	ring->head = *port_reg(port, offset + RING_HEAD);
	ring->tail = *port_reg(port, offset + RING_TAIL);
	return ring->head < ring->count && ring->tail < ring->count;
}

uint32_t ring_owned(const struct ring *ring)
{
	if (ring->tail >= ring->head)
		return ring->tail - ring->head;
	return ring->count - ring->head + ring->tail;
}

uint64_t ring_address(const struct ring *ring, uint32_t n)
{
	uint32_t at = (ring->head + n) % ring->count;

	return ring->base + (uint64_t)at * DESCRIPTOR_SIZE;
}

void ring_advance(struct ring *ring, uint32_t n)
{
	ring->head = (ring->head + n) % ring->count;
}

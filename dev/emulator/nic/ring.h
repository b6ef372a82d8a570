/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A descriptor ring in the host's memory, as a queue's registers describe it.
 * The card owns the descriptors from head up to, but without, tail.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stdint.h>

struct port;

#define DESCRIPTOR_SIZE 16

struct ring {
	uint64_t base;
	uint32_t count; /* of descriptors */
	uint32_t head;
	uint32_t tail;
};

/*
 * The ring whose first register (RDBAL, TDBAL) is at this offset. False if it
 * has no descriptors, or if head or tail are outside.
 */
bool ring_get(struct port *port, uint32_t offset, struct ring *ring);
/* The number of descriptors that the card owns. */
uint32_t ring_owned(const struct ring *ring);
/* The address of the nth descriptor from head. */
uint64_t ring_address(const struct ring *ring, uint32_t n);
/* Returns the first n to the host. */
void ring_advance(struct ring *ring, uint32_t n);

#endif

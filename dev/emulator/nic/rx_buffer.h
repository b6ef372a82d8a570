/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The receive packet buffer of a port: frames that have arrived, in their
 * order, until the host has descriptors for them.
 */
#ifndef RX_BUFFER_H
#define RX_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RX_BUFFER_MAX (384 * 1024)

struct rx_buffer {
	uint8_t *data; /* NULL until a frame has waited */
	uint32_t head;
	uint32_t used; /* bytes: of frames, and their overhead */
};

/* Is there room for one more frame? limit: of all, in bytes. */
bool rx_buffer_has_room(const struct rx_buffer *buffer, uint32_t limit,
			size_t len);
/* False: there is no room. mark is stored with the frame. */
bool rx_buffer_put(struct rx_buffer *buffer, uint32_t limit,
		   const uint8_t *frame, size_t len, bool mark);
/* The first frame: its length, or 0 if there is none. size: for any frame. */
size_t rx_buffer_first(const struct rx_buffer *buffer, uint8_t *frame,
		       size_t size, bool *mark);
void rx_buffer_drop_first(struct rx_buffer *buffer);
void rx_buffer_clear(struct rx_buffer *buffer);

#endif

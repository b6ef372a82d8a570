// SPDX-License-Identifier: GPL-2.0-or-later
#include "rx_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "base/util.h"

#define HEADER 4
#define HEADER_LENGTH GENMASK(15, 0)
#define HEADER_MARK BIT(16)

/* Positions wrap around. */
static void copy_in(struct rx_buffer *buffer, uint32_t at, const uint8_t *from,
		    size_t len)
{
	size_t start = at % RX_BUFFER_MAX, end = RX_BUFFER_MAX - start;
	size_t part = len < end ? len : end;

	memcpy(buffer->data + start, from, part);
	memcpy(buffer->data, from + part, len - part);
}

static void copy_out(const struct rx_buffer *buffer, uint32_t at, uint8_t *to,
		     size_t len)
{
	size_t start = at % RX_BUFFER_MAX, end = RX_BUFFER_MAX - start;
	size_t part = len < end ? len : end;

	memcpy(to, buffer->data + start, part);
	memcpy(to + part, buffer->data, len - part);
}

bool rx_buffer_has_room(const struct rx_buffer *buffer, uint32_t limit,
			size_t len)
{
	if (limit > RX_BUFFER_MAX)
		limit = RX_BUFFER_MAX;
	return len <= HEADER_LENGTH && buffer->used + HEADER + len <= limit;
}

bool rx_buffer_put(struct rx_buffer *buffer, uint32_t limit,
		   const uint8_t *frame, size_t len, bool mark)
{
	uint32_t at = buffer->head + buffer->used;
	uint8_t header[HEADER];

	if (!rx_buffer_has_room(buffer, limit, len))
		return false;
	if (!buffer->data)
		buffer->data = xcalloc(1, RX_BUFFER_MAX);
	put_le32(header, len | (mark ? HEADER_MARK : 0));
	copy_in(buffer, at, header, HEADER);
	copy_in(buffer, at + HEADER, frame, len);
	buffer->used += HEADER + len;
	return true;
}

static uint32_t first_header(const struct rx_buffer *buffer)
{
	uint8_t header[HEADER];

	copy_out(buffer, buffer->head, header, HEADER);
	return get_le32(header);
}

size_t rx_buffer_first(const struct rx_buffer *buffer, uint8_t *frame,
		       size_t size, bool *mark)
{
	uint32_t header;
	size_t len;

	if (buffer->used == 0)
		return 0;
	header = first_header(buffer);
	len = FIELD_GET(HEADER_LENGTH, header);
	*mark = header & HEADER_MARK;
	copy_out(buffer, buffer->head + HEADER, frame, len < size ? len : size);
	return len;
}

void rx_buffer_drop_first(struct rx_buffer *buffer)
{
	uint32_t size = HEADER + FIELD_GET(HEADER_LENGTH, first_header(buffer));

	buffer->head = (buffer->head + size) % RX_BUFFER_MAX;
	buffer->used -= size;
}

void rx_buffer_clear(struct rx_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct rx_buffer){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "regs.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "port.h"

/* By offset / 4: the row's number plus 1, or 0 where there is no register. */
static uint16_t row_at[REGS_SPACE / 4];

const char *regs_init(void)
{
	memset(row_at, 0, sizeof(row_at));
	for (size_t r = 0; r < reg_rows_count; r++) {
		const struct reg_row *row = &reg_rows[r];

		if (r > 0 && row->offset <= reg_rows[r - 1].offset)
			return row->name;
		for (unsigned int i = 0; i < reg_count(row); i++) {
			uint32_t offset = row->offset + i * reg_stride(row);

			if (offset % 4 || offset >= REGS_SPACE ||
			    row_at[offset / 4])
				return row->name;
			row_at[offset / 4] = r + 1;
		}
	}
	return NULL;
}

const struct reg_row *regs_find(uint32_t offset, unsigned int *index)
{
	const struct reg_row *row;

	if (offset % 4 || offset >= REGS_SPACE || !row_at[offset / 4])
		return NULL;
	row = &reg_rows[row_at[offset / 4] - 1];
	*index = (offset - row->offset) / reg_stride(row);
	if (!row->alias_stride)
		return row;
	return regs_find(row->alias_of + *index * row->alias_stride, index);
}

/* The offset of a register of the row: not that of an alias. */
static uint32_t register_offset(const struct reg_row *row, unsigned int index)
{
	return row->offset + index * reg_stride(row);
}

void regs_reset(struct port *port)
{
	for (size_t r = 0; r < reg_rows_count; r++) {
		const struct reg_row *row = &reg_rows[r];

		if (row->alias_stride)
			continue;
		for (unsigned int i = 0; i < reg_count(row); i++)
			*port_reg(port, register_offset(row, i)) = row->reset;
	}
}

/* Logs each register once, as a driver may poll it. */
static bool is_news(uint64_t offset)
{
	static uint8_t logged[REGS_SPACE / 4];

	if (offset >= REGS_SPACE)
		return true;
	if (logged[offset / 4])
		return false;
	logged[offset / 4] = 1;
	return true;
}

static void log_unknown(struct port *port, const char *verb, uint64_t offset)
{
	if (is_news(offset))
		log_debug("port %u: %s unknown register %#07llx", port->lan,
			  verb, (unsigned long long)offset);
}

static void log_limit(struct port *port, const struct reg_row *row,
		      uint32_t offset)
{
	if (is_news(offset))
		log_debug("port %u: %s is only stored: %s", port->lan,
			  row->name, row->limit);
}

uint32_t regs_read(struct port *port, uint32_t offset)
{
	unsigned int index;
	const struct reg_row *row = regs_find(offset, &index);
	uint32_t *stored;
	uint32_t value;

	if (!row) {
		log_unknown(port, "read of", offset);
		return 0;
	}
	if (row->read)
		return row->read(port, index);
	stored = port_reg(port, register_offset(row, index));
	value = *stored;
	if (row->clear_on_read)
		*stored = 0;
	return value;
}

void regs_write(struct port *port, uint32_t offset, uint32_t value)
{
	unsigned int index;
	const struct reg_row *row = regs_find(offset, &index);
	uint32_t *stored;

	if (!row) {
		log_unknown(port, "write of", offset);
		return;
	}
	stored = port_reg(port, register_offset(row, index));
	if (row->limit && (*stored ^ value) & row->writable)
		log_limit(port, row, offset);
	*stored = (*stored & ~row->writable) | (value & row->writable);
	if (row->write)
		row->write(port, index, value);
}

static uint32_t read_any(struct port *port, uint64_t offset)
{
	if (offset < REGS_SPACE)
		return regs_read(port, offset);
	log_unknown(port, "read of", offset);
	return 0;
}

void regs_host_read(struct port *port, uint64_t offset, void *data,
		    size_t count)
{
	uint8_t *bytes = data;

	while (count > 0) {
		size_t skip = offset % 4;
		size_t part = count < 4 - skip ? count : 4 - skip;
		uint32_t value = read_any(port, offset - skip);

		for (size_t i = 0; i < part; i++)
			bytes[i] = value >> (8 * (skip + i));
		bytes += part;
		offset += part;
		count -= part;
	}
}

void regs_host_write(struct port *port, uint64_t offset, const void *data,
		     size_t count)
{
	const uint8_t *bytes = data;

	if (offset % 4 || count % 4) {
		log_debug("port %u: write of %zu bytes at %#llx ignored",
			  port->lan, count, (unsigned long long)offset);
		return;
	}
	for (; count > 0; count -= 4, offset += 4, bytes += 4) {
		uint32_t value = get_le32(bytes);

		if (offset < REGS_SPACE)
			regs_write(port, offset, value);
		else
			log_unknown(port, "write of", offset);
	}
}

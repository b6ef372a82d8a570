/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of one port: a table of rows, one per register or array of
 * registers, and the dispatch of an access to its row. The values are in the
 * port, by offset.
 *
 * A write first stores the row's writable bits and then calls its write hook
 * with the value that the host wrote. A read hook replaces the stored value. An
 * offset without a row reads 0 and ignores writes.
 */
#ifndef REGS_H
#define REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGS_SPACE 0x20000 /* bytes; the rest of BAR 0 is empty */

struct port;

struct reg_row {
	uint32_t offset;
	uint16_t count; /* of an array; 0 counts as 1 */
	uint16_t stride; /* in bytes; 0 counts as 4 */
	const char *name;
	uint32_t reset;
	uint32_t writable;
	bool clear_on_read;
	/* A second address of other registers: the first one's offset. */
	uint32_t alias_of;
	uint16_t alias_stride;
	uint32_t (*read)(struct port *port, unsigned int index);
	void (*write)(struct port *port, unsigned int index, uint32_t value);
	/*
	 * NULL: the register is emulated. Otherwise it is only stored, as this
	 * feature is not emulated.
	 */
	const char *limit;
};

static inline unsigned int reg_count(const struct reg_row *row)
{
	return row->count ? row->count : 1;
}

static inline unsigned int reg_stride(const struct reg_row *row)
{
	return row->stride ? row->stride : 4;
}

/* The rows, in the order of their offsets (regtable.c). */
extern const struct reg_row reg_rows[];
extern const size_t reg_rows_count;

/*
 * Builds the index from offset to row. Called once, before all other functions.
 * Returns NULL, or an error in the table.
 */
const char *regs_init(void);
/* The row of this offset, and the index of the register in it. */
const struct reg_row *regs_find(uint32_t offset, unsigned int *index);

/* Sets all registers of the port to their reset values. */
void regs_reset(struct port *port);

uint32_t regs_read(struct port *port, uint32_t offset);
void regs_write(struct port *port, uint32_t offset, uint32_t value);

/*
 * An access of the host to BAR 0, of any offset and size. The device accepts
 * only aligned accesses of 32 bits, or 64 bits as two of them. A smaller read
 * returns the requested part; a smaller write is ignored.
 */
void regs_host_read(struct port *port, uint64_t offset, void *data,
		    size_t count);
void regs_host_write(struct port *port, uint64_t offset, const void *data,
		     size_t count);

#endif

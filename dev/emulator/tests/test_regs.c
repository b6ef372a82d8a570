// SPDX-License-Identifier: GPL-2.0-or-later
/* The register table, and the dispatch of accesses to it. */
#include "card_host.h"

static void test_table(void **state)
{
	(void)state;
	/* Ascending, aligned, inside the space, no two on one offset. */
	assert_null(regs_init());
	for (size_t r = 0; r < reg_rows_count; r++) {
		const struct reg_row *row = &reg_rows[r];
		unsigned int index;

		if (!row->alias_stride) {
			assert_ptr_equal(regs_find(row->offset, &index), row);
			assert_int_equal(index, 0);
			continue;
		}
		/* An alias has the name of its register, also at the end. */
		for (unsigned int i = 0; i < reg_count(row); i++) {
			const struct reg_row *real = regs_find(
				row->offset + i * reg_stride(row), &index);

			assert_non_null(real);
			assert_string_equal(real->name, row->name);
			assert_int_equal(real->offset +
						 index * reg_stride(real),
					 row->alias_of + i * row->alias_stride);
		}
	}
}

/* Registers that are only stored, or that count nothing, have no hooks. */
static void test_limits(void **state)
{
	unsigned int emulated = 0, limited = 0;

	(void)state;
	for (size_t r = 0; r < reg_rows_count; r++) {
		const struct reg_row *row = &reg_rows[r];

		if (!row->limit) {
			emulated++;
			continue;
		}
		limited++;
		assert_string_not_equal(row->limit, "");
		assert_null(row->read);
		assert_null(row->write);
		assert_int_equal(row->alias_stride, 0);
	}
	assert_true(emulated > 100);
	assert_true(limited > 100);
}

static void test_array_index(void **state)
{
	unsigned int index;

	(void)state;
	assert_string_equal(regs_find(REG_TDT(127), &index)->name, "TDT");
	assert_int_equal(index, 127);
	/* RDT goes up to 63 here. */
	assert_non_null(regs_find(0x01018 + 63 * 0x40, &index));
	assert_null(regs_find(0x01018 + 64 * 0x40, &index));
	assert_null(regs_find(REG_TDT(0) + 1, &index));
	assert_null(regs_find(REGS_SPACE, &index));
	assert_null(regs_find(UINT32_MAX, &index));
}

/* A write to a register without hooks changes only the writable bits. */
static void test_read_only_bits_stay(void **state)
{
	struct host *h = *state;
	unsigned int seen = 0;

	for (size_t r = 0; r < reg_rows_count; r++) {
		const struct reg_row *row = &reg_rows[r];
		uint32_t fixed = row->reset & ~row->writable;

		if (row->read || row->write || row->alias_stride ||
		    row->clear_on_read || row->offset == REG_RAL ||
		    row->offset == REG_RAH)
			continue;
		assert_int_equal(rd(h, 1, row->offset), row->reset);
		wr(h, 1, row->offset, 0xffffffff);
		assert_int_equal(rd(h, 1, row->offset), fixed | row->writable);
		wr(h, 1, row->offset, 0);
		assert_int_equal(rd(h, 1, row->offset), fixed);
		seen++;
	}
	assert_true(seen > 200);
	/* The other port is not affected. */
	assert_int_equal(rd(h, 0, 0x03c00), 0x00060000);

	wr(h, 1, REG_CTRL, CTRL_RESET);
	assert_int_equal(rd(h, 1, 0x03c00), 0x00060000);
}

static void test_unknown_reads_zero(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];
	uint32_t value = 0xaaaaaaaa;

	wr(h, 0, 0x1fffc, 0xffffffff);
	assert_int_equal(rd(h, 0, 0x1fffc), 0);
	regs_host_write(port, 0x1ffffc, &value, 4);
	regs_host_read(port, 0x1ffffc, &value, 4);
	assert_int_equal(value, 0);
}

static void test_statistics_are_cleared_by_reading(void **state)
{
	struct host *h = *state;

	*port_reg(&h->card.port[0], REG_GPTC) = 5;
	wr(h, 0, REG_GPTC, 9);
	assert_int_equal(rd(h, 0, REG_GPTC), 5);
	assert_int_equal(rd(h, 0, REG_GPTC), 0);
}

static void test_widths(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];
	uint64_t value = 0x1122334455667788;
	uint16_t half;
	uint8_t byte;

	/* 64 bits: FDIRHASH and FDIRCMD, as ixgbe writes them. */
	regs_host_write(port, 0x0ee28, &value, 8);
	assert_int_equal(rd(h, 0, 0x0ee28), 0x55667788);
	assert_int_equal(rd(h, 0, 0x0ee2c), 0x11223344);
	value = 0;
	regs_host_read(port, 0x0ee28, &value, 8);
	assert_true(value == 0x1122334455667788);

	regs_host_read(port, 0x0ee2a, &half, 2);
	assert_int_equal(half, 0x5566);
	regs_host_read(port, 0x0ee29, &byte, 1);
	assert_int_equal(byte, 0x77);
	/* Across two registers. */
	regs_host_read(port, 0x0ee2a, &value, 4);
	assert_int_equal((uint32_t)value, 0x33445566);

	/* A write of less than a register, or unaligned, is ignored. */
	half = 0;
	regs_host_write(port, 0x0ee28, &half, 2);
	regs_host_write(port, 0x0ee2a, &value, 4);
	assert_int_equal(rd(h, 0, 0x0ee28), 0x55667788);
}

static void test_aliases(void **state)
{
	struct host *h = *state;

	/* SRRCTL and RAL have two addresses. */
	wr(h, 0, 0x02100 + 15 * 4, 0x02000402);
	assert_int_equal(rd(h, 0, 0x01014 + 15 * 0x40), 0x02000402);
	wr(h, 0, REG_RAL + 3 * 8, 0x12345678);
	assert_int_equal(rd(h, 0, 0x05400 + 3 * 8), 0x12345678);
}

static void test_address_is_loaded(void **state)
{
	struct host *h = *state;

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		const uint8_t *mac = h->card.port[lan].mac;

		wr(h, lan, REG_RAL, 0);
		wr(h, lan, REG_CTRL, CTRL_RESET);
		assert_int_equal(rd(h, lan, REG_RAL),
				 mac[0] | mac[1] << 8 | mac[2] << 16 |
					 (uint32_t)mac[3] << 24);
		assert_int_equal(rd(h, lan, REG_RAH),
				 RAH_VALID | mac[4] | mac[5] << 8);
	}
	assert_int_not_equal(rd(h, 0, REG_RAH), rd(h, 1, REG_RAH));
}

static void test_status(void **state)
{
	struct host *h = *state;

	assert_int_equal(FIELD_GET(STATUS_LAN_ID, rd(h, 0, REG_STATUS)), 0);
	assert_int_equal(FIELD_GET(STATUS_LAN_ID, rd(h, 1, REG_STATUS)), 1);
	assert_true(rd(h, 0, REG_STATUS) & STATUS_GIO);
	wr(h, 0, REG_CTRL, CTRL_GIO_DISABLE);
	assert_true(rd(h, 0, REG_CTRL) & CTRL_GIO_DISABLE);
	assert_false(rd(h, 0, REG_STATUS) & STATUS_GIO);
	/* A reset ends that, and is over when its bit is read. */
	wr(h, 0, REG_CTRL, CTRL_GIO_DISABLE | CTRL_RESET);
	assert_int_equal(rd(h, 0, REG_CTRL), 0);
	assert_true(rd(h, 0, REG_STATUS) & STATUS_GIO);
}

/* The process survives any access of a guest. */
static void test_any_access(void **state)
{
	struct host *h = *state;
	uint32_t random = 1;

	for (unsigned int i = 0; i < 2000000; i++) {
		uint64_t offset;
		uint64_t value;
		size_t count;

		random = random * 1664525 + 1013904223;
		offset = random >> 8 & (i % 8 ? REGS_SPACE - 1 : 0x1fffff);
		count = (size_t[]){ 1, 2, 4, 4, 4, 4, 4, 8 }[random >> 29];
		if (count >= 4)
			offset &= ~3ull;
		random = random * 1664525 + 1013904223;
		value = random * 0x100000001ull;
		if (random & 0x100)
			regs_host_write(&h->card.port[i % 2], offset, &value,
					count);
		else
			regs_host_read(&h->card.port[i % 2], offset, &value,
				       count);
		if (i % 256 == 0)
			host_sleep(h, 3 * MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_table),
		TEST(test_array_index),
		cmocka_unit_test(test_limits),
		TEST(test_read_only_bits_stay),
		TEST(test_unknown_reads_zero),
		TEST(test_statistics_are_cleared_by_reading),
		TEST(test_widths),
		TEST(test_aliases),
		TEST(test_address_is_loaded),
		TEST(test_status),
		TEST(test_any_access),
	};

	return cmocka_run_group_tests_name("regs", tests, NULL, NULL);
}

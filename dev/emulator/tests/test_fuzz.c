// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A short, repeatable version of the fuzzer (make -C dev/emulator fuzz):
 * operations with numbers from a table, and random ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fuzz_card.h"
#include "nic/regs.h"

#define ROUNDS 1000
#define OPS 200
#define OP_MAX 16

static uint32_t state;

static uint32_t next(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static size_t put(uint8_t *at, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = value >> (8 * i);
	return bytes;
}

/* Numbers with a meaning find more than random ones. */
static uint32_t number(void)
{
	static const uint32_t special[] = {
		0,	    1,		2,	    0x3f,	0x40,
		0xffff,	    0x10000,	0x80000000, 0xffffffff, 0xfff80,
		0x20300040, 0x21300040, 0xab300400, 0x20200c00, 0x29300040,
		0x00080014, 0x05a81400,
	};

	if (next() % 2)
		return special[next() % (sizeof(special) / sizeof(*special))];
	return next() << 8 ^ next();
}

static size_t put_offset(uint8_t *at)
{
	const struct reg_row *row = &reg_rows[next() % reg_rows_count];

	return put(at,
		   row->offset +
			   next() % (reg_count(row) + 1) * reg_stride(row),
		   3);
}

/* At most OP_MAX bytes. */
static size_t put_op(uint8_t *at)
{
	size_t len = put(at, next() % FUZZ_OPS, 1);

	switch (at[0]) {
	case FUZZ_READ:
		len += put_offset(at + len);
		return len + put(at + len, 8, 1);
	case FUZZ_WRITE:
		len += put_offset(at + len);
		return len + put(at + len, number(), 4);
	case FUZZ_CONFIG:
		len += put(at + len, next() % 0x100 * 4, 2);
		return len + put(at + len, number(), 4);
	case FUZZ_MEMORY_WRITE:
		len += put(at + len, number(), 3);
		len += put(at + len, 4, 1);
		return len + put(at + len, number(), 4);
	case FUZZ_DESCRIPTOR:
		len += put(at + len, next() % 512, 2);
		for (unsigned int i = 0; i < 3; i++)
			len += put(at + len, number(), 4);
		return len;
	case FUZZ_FRAME:
		len += put(at + len, number(), 2);
		len += put(at + len, 12, 1);
		for (unsigned int i = 0; i < 3; i++)
			len += put(at + len, number(), 4);
		return len;
	case FUZZ_SLEEP:
		return len + put(at + len, number(), 2);
	default: /* FUZZ_PORT, FUZZ_RINGS */
		return len + put(at + len, number(), 1);
	}
}

static void test_random_operations(void **cmocka_state)
{
	(void)cmocka_state;
	for (state = 1; state <= ROUNDS; state++) {
		uint32_t seed = state;
		uint8_t data[2 + OPS * OP_MAX];
		size_t len = put(data, FUZZ_RINGS, 2);

		for (unsigned int i = 0; i < OPS; i++)
			len += put_op(data + len);
		LLVMFuzzerTestOneInput(data, len);
		state = seed;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_operations),
	};

	return cmocka_run_group_tests_name("fuzz", tests, NULL, NULL);
}

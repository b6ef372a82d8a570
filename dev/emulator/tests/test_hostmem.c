// SPDX-License-Identifier: GPL-2.0-or-later
/* The host's memory: what of it can be reached, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../hostmem.h"

#define LOW 0x1000u
#define HIGH 0xfffffffffffff000u
#define SIZE 0x100

static uint8_t memory[4][SIZE];

static struct hostmem_region region(unsigned int i, uint64_t start)
{
	return (struct hostmem_region){ start, SIZE, memory[i], true };
}

/* Two that adjoin, one that can't be written, one at the end of it all. */
static void setup(struct hostmem *m)
{
	struct hostmem_region regions[] = {
		region(1, LOW + SIZE),
		region(0, LOW),
		region(2, 0x8000),
		region(3, HIGH),
	};

	memset(m, 0, sizeof(*m));
	memset(memory, 0, sizeof(memory));
	regions[2].writable = false;
	for (size_t i = 0; i < 4; i++)
		assert_true(hostmem_add(m, &regions[i]));
}

static void test_across_regions(void **state)
{
	uint8_t out[20], in[20] = "nineteen characters";
	struct hostmem m;

	(void)state;
	setup(&m);
	assert_true(hostmem_write(&m, LOW + SIZE - 8, in, sizeof(in)));
	assert_memory_equal(&memory[0][SIZE - 8], in, 8);
	assert_memory_equal(memory[1], in + 8, 12);
	assert_true(hostmem_read(&m, LOW + SIZE - 8, out, sizeof(out)));
	assert_memory_equal(out, in, sizeof(in));
}

static void test_bounds(void **state)
{
	uint8_t data[SIZE] = { 0 };
	struct hostmem m;

	(void)state;
	setup(&m);
	assert_true(hostmem_read(&m, LOW, data, SIZE));
	assert_true(hostmem_read(&m, LOW, data, 0));
	assert_false(hostmem_read(&m, LOW - 1, data, 2));
	assert_false(hostmem_read(&m, LOW + 2 * SIZE - 1, data, 2));
	assert_false(hostmem_read(&m, LOW + 2 * SIZE, data, 1));
	assert_false(hostmem_read(&m, 0, data, 1));
	assert_true(hostmem_read(&m, 0x8000, data, SIZE));
	assert_false(hostmem_write(&m, 0x8000, data, 1));
	/* Addresses do not wrap around into a region at 0. */
	assert_true(hostmem_read(&m, HIGH + SIZE - 1, data, 1));
	assert_false(hostmem_read(&m, UINT64_MAX, data, 2));
}

static void test_remove(void **state)
{
	struct hostmem m;
	uint8_t data[2];

	(void)state;
	setup(&m);
	assert_true(hostmem_read(&m, LOW, data, 1));
	hostmem_remove(&m, LOW);
	assert_false(hostmem_read(&m, LOW, data, 1));
	assert_true(hostmem_read(&m, LOW + SIZE, data, 1));
	assert_true(hostmem_read(&m, HIGH, data, 1));
	hostmem_remove(&m, LOW);
	assert_int_equal(m.count, 3);
}

/* A host may map again what it has mapped: it unmaps it only once. */
static void test_add_again(void **state)
{
	struct hostmem_region again = region(3, LOW);
	struct hostmem m;
	uint8_t data = 1;

	(void)state;
	setup(&m);
	for (int i = 0; i < 2 * HOSTMEM_REGIONS; i++)
		assert_true(hostmem_add(&m, &again));
	assert_int_equal(m.count, 4);
	assert_true(hostmem_write(&m, LOW, &data, 1));
	assert_int_equal(memory[3][0], 1);
	hostmem_remove(&m, LOW);
	assert_false(hostmem_read(&m, LOW, &data, 1));
}

static void test_clear(void **state)
{
	struct hostmem m;
	uint8_t data;

	(void)state;
	setup(&m);
	assert_true(hostmem_read(&m, HIGH, &data, 1));
	hostmem_clear(&m);
	assert_false(hostmem_read(&m, HIGH, &data, 1));
	assert_false(hostmem_read(&m, LOW, &data, 1));
}

static void test_too_many(void **state)
{
	struct hostmem m = { 0 };
	struct hostmem_region r;

	(void)state;
	for (unsigned int i = 0; i < HOSTMEM_REGIONS; i++) {
		r = region(0, i * 0x1000);
		assert_true(hostmem_add(&m, &r));
	}
	r = region(0, HOSTMEM_REGIONS * 0x1000);
	assert_false(hostmem_add(&m, &r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_across_regions),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_add_again),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests_name("hostmem", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The host's memory: accessible and inaccessible addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/hostmem.h"

#define LOW 0x1000u
#define HIGH 0xfffffffffffff000u
#define SIZE 0x100
#define PAGES 20000

static uint8_t memory[4][SIZE];

static struct hostmem_region region(unsigned int i, uint64_t start)
{
	return (struct hostmem_region){ start, SIZE, memory[i], true };
}

/* Two adjacent regions, a read-only one, and one at the highest addresses. */
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
		hostmem_add(m, &regions[i]);
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
	hostmem_clear(&m);
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
	hostmem_clear(&m);
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
	hostmem_clear(&m);
}

/* A host may map a region twice: it unmaps it only once. */
static void test_add_again(void **state)
{
	struct hostmem_region again = region(3, LOW);
	struct hostmem m;
	uint8_t data = 1;

	(void)state;
	setup(&m);
	for (int i = 0; i < 100; i++)
		hostmem_add(&m, &again);
	assert_int_equal(m.count, 4);
	assert_true(hostmem_write(&m, LOW, &data, 1));
	assert_int_equal(memory[3][0], 1);
	hostmem_remove(&m, LOW);
	assert_false(hostmem_read(&m, LOW, &data, 1));
	hostmem_clear(&m);
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

/* A different number for each n. */
static uint64_t scattered(unsigned int n, unsigned int factor)
{
	return n * factor % PAGES * 0x2000ull;
}

/* Page by page, in any order, with gaps of a page. */
static void test_thousands(void **state)
{
	static uint8_t pages[PAGES];
	struct hostmem m = { 0 };
	uint8_t data;

	(void)state;
	for (unsigned int i = 0; i < PAGES; i++) {
		uint64_t start = scattered(i, 4099);
		struct hostmem_region r = {
			start,
			0x1000,
			memory[0],
			true,
		};

		assert_false(hostmem_read(&m, start, &data, 1));
		/* Only its first byte is read. */
		r.at = &pages[start / 0x2000];
		hostmem_add(&m, &r);
	}
	assert_int_equal(m.count, PAGES);
	for (unsigned int i = 0; i < PAGES; i++) {
		uint64_t start = scattered(i, 13);

		data = i;
		assert_true(hostmem_write(&m, start, &data, 1));
		assert_int_equal(pages[start / 0x2000], data);
		assert_false(hostmem_read(&m, start + 0x1000, &data, 1));
	}
	for (unsigned int i = 0; i < PAGES; i++) {
		uint64_t start = scattered(i, 8209);

		assert_true(hostmem_read(&m, start, &data, 1));
		hostmem_remove(&m, start);
		assert_false(hostmem_read(&m, start, &data, 1));
	}
	assert_int_equal(m.count, 0);
	hostmem_clear(&m);
}

/* Memory that the host has truncated fails at each access. */
static void test_truncated(void **state)
{
	FILE *file = tmpfile();
	struct hostmem m = { 0 };
	uint8_t data[0x1002] = { 0 };
	struct hostmem_region r = { 0, 0x2000, NULL, true };

	(void)state;
	hostmem_catch_faults();
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 0x2000), 0);
	r.at = mmap(NULL, 0x2000, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fileno(file), 0);
	assert_ptr_not_equal(r.at, MAP_FAILED);
	hostmem_add(&m, &r);
	assert_true(hostmem_write(&m, 0x1fff, data, 1));
	assert_int_equal(ftruncate(fileno(file), 0x1000), 0);
	assert_true(hostmem_read(&m, 0, data, 0x1000));
	assert_false(m.lost);
	for (int i = 0; i < 3; i++) {
		assert_false(hostmem_read(&m, 0xfff, data, 2));
		assert_false(hostmem_write(&m, 0x1fff, data, 1));
		assert_true(m.lost);
	}
	assert_true(hostmem_write(&m, 0, data, 0x1000));
	hostmem_clear(&m);
	assert_false(m.lost);
	munmap(r.at, 0x2000);
	fclose(file);
}

static void fault_elsewhere(void)
{
	FILE *file = tmpfile();
	volatile uint8_t *page =
		mmap(NULL, 0x1000, PROT_READ, MAP_SHARED, fileno(file), 0);

	hostmem_catch_faults();
	(void)*page;
	_exit(0);
}

/* A fault outside the host's memory ends the process as usual. */
static void test_fault_elsewhere(void **state)
{
	struct rlimit no_core = { 0 };
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		fault_elsewhere();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_across_regions),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_add_again),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_thousands),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_fault_elsewhere),
	};

	return cmocka_run_group_tests_name("hostmem", tests, NULL, NULL);
}

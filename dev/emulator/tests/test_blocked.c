// SPDX-License-Identifier: GPL-2.0-or-later
/* Blocking system calls end, whenever they start to block. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "deadline.h"
#include "host/blocked.h"

static void test_reads_end(void **state)
{
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 30; i++) {
		blocked_expect();
		/* The timer may expire just before or just after the call. */
		usleep(i * BLOCKED_US / 20);
		blocked_expect();
		assert_int_equal(read(ends[0], &byte, 1), -1);
		assert_int_equal(errno, EINTR);
	}
	close(ends[0]);
	close(ends[1]);
}

/* Without such calls there are no signals, except pending ones. */
static void test_rests(void **state)
{
	(void)state;
	blocked_expect();
	for (int i = 0; i < 3; i++)
		usleep(5 * BLOCKED_US);
	assert_int_equal(usleep(20 * BLOCKED_US), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_end),
		cmocka_unit_test(test_rests),
	};

	end_after(60);
	return cmocka_run_group_tests_name("blocked", tests, NULL, NULL);
}

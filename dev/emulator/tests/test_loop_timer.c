// SPDX-License-Identifier: GPL-2.0-or-later
/* The timers, and the loop that waits for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/loop.h"
#include "base/loop_timer.h"
#include "base/util.h"

#define TIMERS 4

static uint64_t now_us;

static uint64_t clock_us(void)
{
	return now_us;
}

struct test {
	struct loop_timers timers;
	struct loop_timer timer[TIMERS];
	struct loop_timer *to_stop,
		*to_set; /* set by the next timer that expires */
	uint64_t set_for_us;
	unsigned int order[2 * TIMERS];
	unsigned int count;
};

/* The expired timer of a test is no longer set. */
static void expired(struct test *t, unsigned int i)
{
	assert_false(loop_timer_is_set(&t->timer[i]));
	assert_true(t->count < ARRAY_SIZE(t->order));
	t->order[t->count++] = i;
	if (t->to_stop)
		loop_timer_stop(t->to_stop);
	if (t->to_set)
		loop_timer_set(t->to_set, t->set_for_us);
	t->to_stop = NULL;
}

static void expired0(void *opaque)
{
	expired(opaque, 0);
}

static void expired1(void *opaque)
{
	expired(opaque, 1);
}

static void expired2(void *opaque)
{
	expired(opaque, 2);
}

static void expired3(void *opaque)
{
	expired(opaque, 3);
}

static void init(struct test *t)
{
	static void (*const functions[TIMERS])(void *) = { expired0, expired1,
							   expired2, expired3 };

	*t = (struct test){ .timers.now_us = clock_us };
	now_us = 1000;
	for (unsigned int i = 0; i < TIMERS; i++)
		loop_timer_init(&t->timer[i], &t->timers, functions[i], t);
}

static void assert_order(struct test *t, const unsigned int *order,
			 unsigned int count)
{
	assert_int_equal(t->count, count);
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(t->order[i], order[i]);
	t->count = 0;
}

#define ORDER(...)                             \
	(const unsigned int[]){ __VA_ARGS__ }, \
		sizeof((const unsigned int[]){ __VA_ARGS__ }) / sizeof(int)

static void test_in_the_order_of_time(void **state)
{
	struct test t;

	(void)state;
	init(&t);
	assert_int_equal(loop_timers_next(&t.timers), NO_DEADLINE);
	loop_timer_set(&t.timer[0], 1030);
	loop_timer_set(&t.timer[1], 1010);
	loop_timer_set(&t.timer[2], 1020);
	loop_timer_set(&t.timer[3], 1010);
	assert_int_equal(loop_timers_next(&t.timers), 1010);
	now_us = 1009;
	loop_timers_run(&t.timers);
	assert_int_equal(t.count, 0);
	now_us = 1020;
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(1, 3, 2));
	assert_int_equal(loop_timers_next(&t.timers), 1030);
	assert_true(loop_timer_is_set(&t.timer[0]));
	loop_timers_run(&t.timers);
	assert_int_equal(t.count, 0);
}

static void test_set_anew_and_stopped(void **state)
{
	struct test t;

	(void)state;
	init(&t);
	for (unsigned int i = 0; i < TIMERS; i++)
		loop_timer_set(&t.timer[i], 1001 + i);
	loop_timer_set(&t.timer[0], 1010);
	loop_timer_stop(&t.timer[2]);
	loop_timer_stop(&t.timer[2]);
	loop_timer_set(&t.timer[3], NO_DEADLINE);
	now_us = 2000;
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(1, 0));
	assert_int_equal(loop_timers_next(&t.timers), NO_DEADLINE);
}

/* The effect of an expired timer on others that are due. */
static void test_by_one_another(void **state)
{
	struct test t;

	(void)state;
	init(&t);
	for (unsigned int i = 0; i < TIMERS; i++)
		loop_timer_set(&t.timer[i], 1000);
	t.to_stop = &t.timer[1];
	t.to_set = &t.timer[2];
	t.set_for_us = 5000;
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(0, 3));
	assert_int_equal(loop_timers_next(&t.timers), 5000);
}

/* A timer that is always due delays neither the others nor the caller. */
static void test_once_a_run(void **state)
{
	struct test t;

	(void)state;
	init(&t);
	loop_timer_set(&t.timer[0], 0);
	loop_timer_set(&t.timer[1], 1000);
	t.to_set = &t.timer[0];
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(0, 1));
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(0));
	/* A timer that becomes due during the run is not late. */
	t.to_set = &t.timer[3];
	loop_timers_run(&t.timers);
	assert_order(&t, ORDER(0, 3));
}

static void was_in_loop(void *opaque)
{
	++*(unsigned int *)opaque;
}

static void test_loop_waits_for_it(void **state)
{
	struct loop *loop = loop_new();
	struct loop_timers *timers = loop_timers(loop);
	uint64_t start = loop_timers_now(timers);
	struct loop_timer timer;
	unsigned int count = 0;

	(void)state;
	loop_timer_init(&timer, timers, was_in_loop, &count);
	loop_timer_set(&timer, start + 20000);
	for (int i = 0; i < 100 && count == 0; i++)
		loop_wait(loop, NO_DEADLINE);
	assert_int_equal(count, 1);
	assert_true(loop_timers_now(timers) >= start + 20000);
	/* No timer is set: it waits for the given time. */
	loop_wait(loop, 0);
	assert_int_equal(count, 1);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_the_order_of_time),
		cmocka_unit_test(test_set_anew_and_stopped),
		cmocka_unit_test(test_by_one_another),
		cmocka_unit_test(test_once_a_run),
		cmocka_unit_test(test_loop_waits_for_it),
	};

	return cmocka_run_group_tests_name("loop_timer", tests, NULL, NULL);
}

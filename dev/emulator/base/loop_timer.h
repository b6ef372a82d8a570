/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers: functions to call at a given time of a clock.
 *
 * The loop runs the timers of its own clock (loop.h). A test sets its clock,
 * and runs the timers of that itself.
 */
#ifndef LOOP_TIMER_H
#define LOOP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* To initialize it, set only .now_us: then no timer is set. */
struct loop_timers {
	uint64_t (*now_us)(void); /* a clock that never goes back */
	struct loop_timer *first; /* the timers that are set, by their times */
	uint64_t run; /* number of runs */
};

/*
 * Owned by the caller; must not move while it is set. All zeros is a timer that
 * is not set, and that must be initialized before it is.
 */
struct loop_timer {
	struct loop_timers *timers;
	void (*expired)(void *opaque);
	void *opaque;
	uint64_t at_us;
	struct loop_timer *next;
	struct loop_timer **link; /* the pointer to it; NULL: it is not set */
	uint64_t run; /* run in which it last expired */
};

void loop_timer_init(struct loop_timer *timer, struct loop_timers *timers,
		     void (*expired)(void *opaque), void *opaque);

/*
 * Expires once, at that time, or as soon as possible if it has passed;
 * NO_DEADLINE stops it. expired() is called after it is unset, and may set it
 * again.
 */
void loop_timer_set(struct loop_timer *timer, uint64_t at_us);
void loop_timer_stop(struct loop_timer *timer);

static inline bool loop_timer_is_set(const struct loop_timer *timer)
{
	return timer->link;
}

/* The clock. */
static inline uint64_t loop_timers_now(const struct loop_timers *timers)
{
	return timers->now_us();
}

/* The time of the next call of loop_timers_run(), or NO_DEADLINE. */
uint64_t loop_timers_next(const struct loop_timers *timers);
/*
 * Runs all that are due, the earliest first, including those that become due
 * during the run; each of them once.
 */
void loop_timers_run(struct loop_timers *timers);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers: what is to be done at a time, and the clock that tells it.
 *
 * The loop runs those of its own clock (loop.h). A test has a clock that it
 * sets, and runs the timers of that itself.
 */
#ifndef LOOP_TIMER_H
#define LOOP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* To be had with .now_us alone: no timer is set. */
struct loop_timers {
	uint64_t (*now_us)(void); /* a clock that never goes back */
	struct loop_timer *first; /* of those that are set, by their times */
	uint64_t run; /* how often they were run */
};

/*
 * Owned by the caller; in place as long as it is set. All zeros is one that is
 * not set, and that has to be made before it can be.
 */
struct loop_timer {
	struct loop_timers *timers;
	void (*expired)(void *opaque);
	void *opaque;
	uint64_t at_us;
	struct loop_timer *next;
	struct loop_timer **link; /* what points to it; NULL: it is not set */
	uint64_t run; /* in which it last expired */
};

void loop_timer_init(struct loop_timer *timer, struct loop_timers *timers,
		     void (*expired)(void *opaque), void *opaque);

/*
 * Once, at that time, or as soon as possible if that is over; NO_DEADLINE stops
 * it. It is not set any more when expired() is called, which may set it again.
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

/* When loop_timers_run() has next to be called, or NO_DEADLINE. */
uint64_t loop_timers_next(const struct loop_timers *timers);
/*
 * All that are due, the earliest first; those too that become due meanwhile, but
 * each of them once.
 */
void loop_timers_run(struct loop_timers *timers);

#endif

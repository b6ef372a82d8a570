// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop_timer.h"

#include <stddef.h>

#include "util.h"

void loop_timer_init(struct loop_timer *timer, struct loop_timers *timers,
		     void (*expired)(void *opaque), void *opaque)
{
	*timer = (struct loop_timer){
		.timers = timers,
		.expired = expired,
		.opaque = opaque,
	};
}

void loop_timer_stop(struct loop_timer *timer)
{
	if (!timer->link)
		return;
	*timer->link = timer->next;
	if (timer->next)
		timer->next->link = timer->link;
	timer->link = NULL;
}

void loop_timer_set(struct loop_timer *timer, uint64_t at_us)
{
	struct loop_timer **link = &timer->timers->first;

	loop_timer_stop(timer);
	if (at_us == NO_DEADLINE)
		return;
	timer->at_us = at_us;
	/* After those with the same time. */
	while (*link && (*link)->at_us <= at_us)
		link = &(*link)->next;
	timer->link = link;
	timer->next = *link;
	*link = timer;
	if (timer->next)
		timer->next->link = &timer->next;
}

uint64_t loop_timers_next(const struct loop_timers *timers)
{
	return timers->first ? timers->first->at_us : NO_DEADLINE;
}

static struct loop_timer *find_due(const struct loop_timers *timers,
				   uint64_t now)
{
	struct loop_timer *timer = timers->first;

	while (timer && timer->run == timers->run)
		timer = timer->next;
	return timer && timer->at_us <= now ? timer : NULL;
}

void loop_timers_run(struct loop_timers *timers)
{
	uint64_t now = loop_timers_now(timers);
	struct loop_timer *timer;

	timers->run++;
	while ((timer = find_due(timers, now))) {
		loop_timer_stop(timer);
		timer->run = timers->run;
		timer->expired(timer->opaque);
	}
}

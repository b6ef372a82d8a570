/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends a test that hangs. The card itself uses alarm(), see blocked.h. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <signal.h>
#include <time.h>

static inline void end_after(unsigned int seconds)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGKILL,
	};
	const struct itimerspec at = { .it_value = { seconds, 0 } };
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
		timer_settime(timer, 0, &at, NULL);
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "clock.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S 1000000000u
/* Shorter waits poll the clock. */
#define SLEEP_MIN_NS 900000

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void sleep_until(uint64_t at_ns)
{
	const struct timespec at = {
		.tv_sec = at_ns / NS_PER_S,
		.tv_nsec = at_ns % NS_PER_S,
	};

	while (now_ns() < at_ns) {
		int error;

		if (at_ns - now_ns() < SLEEP_MIN_NS)
			continue;
		error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at,
					NULL);
		if (error && error != EINTR)
			errx(EXIT_FAILURE, "clock_nanosleep: error %d", error);
	}
}

void sleep_ms(double ms)
{
	sleep_until(now_ns() + (uint64_t)(ms * NS_PER_MS));
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "blocked.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t ticking;
static volatile sig_atomic_t expected; /* since the last tick */

static void set_timer(suseconds_t us)
{
	const struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/*
 * The timer runs while calls are expected: after a tick just before a call
 * blocks, the next tick ends the call.
 */
static void on_tick(int number)
{
	(void)number;
	if (!expected) {
		ticking = 0;
		set_timer(0);
	}
	expected = 0;
}

void blocked_expect(void)
{
	/* Without SA_RESTART. */
	static const struct sigaction action = { .sa_handler = on_tick };
	static bool installed;

	if (!installed) {
		sigaction(SIGALRM, &action, NULL);
		installed = true;
	}
	expected = 1;
	if (!ticking) {
		ticking = 1;
		set_timer(BLOCKED_US);
	}
}

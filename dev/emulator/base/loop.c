// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "loop_timer.h"
#include "util.h"

/* Longer than any wait: timers and callers set a shorter timeout. */
#define TIMEOUT_MAX_S 3600

struct loop {
	int epoll;
	struct loop_timers timers;
};

static uint64_t clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

struct loop *loop_new(void)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		die("epoll_create1: %s", strerror(errno));
	loop->timers.now_us = clock_us;
	return loop;
}

void loop_free(struct loop *loop)
{
	close(loop->epoll);
	free(loop);
}

static void control(struct loop *loop, int operation,
		    struct loop_source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	if (epoll_ctl(loop->epoll, operation, source->fd, &event) != 0)
		die("epoll_ctl: %s", strerror(errno));
}

void loop_add(struct loop *loop, struct loop_source *source, uint32_t events)
{
	control(loop, EPOLL_CTL_ADD, source, events);
}

void loop_change(struct loop *loop, struct loop_source *source, uint32_t events)
{
	control(loop, EPOLL_CTL_MOD, source, events);
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
	/* Fails if it was closed, which has already removed it. */
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->fd, NULL);
}

static void handle_event(struct loop *loop, uint64_t timeout_us)
{
	struct timespec timeout = { .tv_sec = TIMEOUT_MAX_S };
	struct loop_source *source;
	struct epoll_event event;
	int n;

	if (timeout_us < TIMEOUT_MAX_S * UINT64_C(1000000)) {
		timeout.tv_sec = timeout_us / 1000000;
		timeout.tv_nsec = timeout_us % 1000000 * 1000;
	}
	n = epoll_pwait2(loop->epoll, &event, 1, &timeout, NULL);
	if (n < 0 && errno != EINTR)
		die("epoll_pwait2: %s", strerror(errno));
	if (n <= 0)
		return;
	source = event.data.ptr;
	source->ready(source->opaque, event.events);
}

struct loop_timers *loop_timers(struct loop *loop)
{
	return &loop->timers;
}

void loop_wait(struct loop *loop, uint64_t timeout_us)
{
	uint64_t now = loop_timers_now(&loop->timers);
	uint64_t next = loop_timers_next(&loop->timers);

	handle_event(loop, earliest(timeout_us, next > now ? next - now : 0));
	loop_timers_run(&loop->timers);
}

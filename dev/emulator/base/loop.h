/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: file descriptors with a function to call when they are ready,
 * and the timers of its clock, which is CLOCK_MONOTONIC.
 *
 * Events are handled one at a time, in turn: a source that always has input
 * delays the others only by the time of its ready(). ready() may remove any
 * source.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>
#include <sys/epoll.h>

struct loop;
struct loop_timers;

/* Owned by the caller; in place from loop_add() to loop_remove(). */
struct loop_source {
	int fd;
	void (*ready)(void *opaque, uint32_t events);
	void *opaque;
};

struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* events: as for epoll, EPOLLIN and so on. */
void loop_add(struct loop *loop, struct loop_source *source, uint32_t events);
void loop_change(struct loop *loop, struct loop_source *source,
		 uint32_t events);
/* The descriptor may have been closed before. */
void loop_remove(struct loop *loop, struct loop_source *source);

struct loop_timers *loop_timers(struct loop *loop);

/*
 * Handles one event, if there is one within timeout_us and before a timer is
 * due, and then the timers that are due.
 */
void loop_wait(struct loop *loop, uint64_t timeout_us);

#endif

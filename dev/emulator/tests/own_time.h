/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time that something takes, independent of the load of the machine:
 * without the time that this thread was ready but did not run, as other
 * processes or other virtual machines ran.
 */
#ifndef OWN_TIME_H
#define OWN_TIME_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/*
 * The longest step of the card, as all other work waits for it. One step that
 * is late may be the machine's fault: a page is read from the disk, or a
 * virtual machine is paused. A second one, or a stall, is the card's fault.
 */
#define OWN_TIME_LONG_US 50000
#define OWN_TIME_STALL_US 500000

/* Microseconds, except sleeps: the number of times that it waited. */
struct own_time {
	uint64_t clock, processor, queued;
	long sleeps;
};

static inline uint64_t own_clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

/* 0 on a kernel that does not count it. */
static inline uint64_t own_queued_us(void)
{
	static int fd = -1;
	unsigned long long ran_ns, queued_ns = 0;
	char text[128] = "";

	if (fd < 0)
		fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
	if (pread(fd, text, sizeof(text) - 1, 0) > 0)
		sscanf(text, "%llu %llu", &ran_ns, &queued_ns);
	return queued_ns / 1000;
}

static inline struct own_time own_time_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (struct own_time){
		.clock = own_clock_us(CLOCK_MONOTONIC),
		.processor = own_clock_us(CLOCK_THREAD_CPUTIME_ID),
		.queued = own_queued_us(),
		.sleeps = usage.ru_nvcsw,
	};
}

static inline uint64_t own_time_since(const struct own_time *start)
{
	struct own_time now = own_time_now();

	if (now.sleeps == start->sleeps)
		return now.processor - start->processor;
	return (now.clock - start->clock) - (now.queued - start->queued);
}

#endif

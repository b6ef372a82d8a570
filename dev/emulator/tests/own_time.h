/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long something takes by itself, however much else the machine has to do:
 * without the time for which this thread could have run and did not, be it for
 * other processes or for those of the machine below a virtual one.
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
 * What the card may take for one step, as all else waits for it. One step of a
 * program that is late may be the machine's fault, as a page comes from the disk
 * or a virtual machine is paused. A second one is the card's, and so is a stall.
 */
#define OWN_TIME_LONG_US 50000
#define OWN_TIME_STALL_US 500000

/* Microseconds but for sleeps, which is how often it waited for something. */
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

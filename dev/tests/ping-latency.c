// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: ping-latency FOLDER SECONDS
 *
 * Writes to watchdog_ping in FOLDER every half second, at real-time priority,
 * and prints the times of the writes. Also prints the times of single frames:
 * reads of state, at real-time priority too, that the driver did not answer
 * from its copy. The time of an access that has not ended counts up to the end.
 *
 * A virtual processor that waits for the host does nothing. The delay of a
 * timer with the highest priority measures this time, which is subtracted.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define US_PER_S 1000000
#define PING_EVERY_US 500000
#define FRAME_EVERY_US 310000
#define TICK_US 1000
#define LATE_US 2000
#define FLOOR_US 132000
#define SAMPLES_MAX 100000

struct samples {
	const char *name;
	pthread_mutex_t lock;
	unsigned int count;
	unsigned int failed;
	long long start_us; /* of the access in progress, or 0 */
	long long stalled_before_us;
	long us[SAMPLES_MAX];
};

static const char *folder;
static long long end_us;
static atomic_llong stalled_us;
static atomic_long longest_stall_us;

static long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

static void sleep_until(long long us)
{
	const struct timespec ts = { .tv_sec = us / US_PER_S,
				     .tv_nsec = us % US_PER_S * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	       EINTR)
		;
}

static void set_priority(int priority)
{
	const struct sched_param param = { .sched_priority = priority };
	int err = pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);

	if (err) {
		fprintf(stderr, "ping-latency: no real-time priority: %s\n",
			strerror(err));
		exit(1);
	}
}

static int open_file(const char *name, int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static void *watch_processor(void *unused)
{
	long long next = now_us();
	long late;

	set_priority(90);
	while (next < end_us) {
		sleep_until(next += TICK_US);
		late = now_us() - next;
		if (late < LATE_US)
			continue;
		stalled_us += late;
		if (late > longest_stall_us)
			longest_stall_us = late;
		next += late;
	}
	return unused;
}

static void begin_sample(struct samples *samples)
{
	pthread_mutex_lock(&samples->lock);
	samples->stalled_before_us = stalled_us;
	samples->start_us = now_us();
	pthread_mutex_unlock(&samples->lock);
}

/* Keeps the time of an access, unless it is too short for a frame. */
static void end_sample(struct samples *samples, bool good, long least_us)
{
	long us;

	pthread_mutex_lock(&samples->lock);
	us = now_us() - samples->start_us -
	     (stalled_us - samples->stalled_before_us);
	samples->start_us = 0;
	if (!good)
		samples->failed++;
	else if (us >= least_us && samples->count < SAMPLES_MAX)
		samples->us[samples->count++] = us;
	pthread_mutex_unlock(&samples->lock);
}

static void *ping(void *opaque)
{
	int fd = open_file("watchdog_ping", O_WRONLY);
	long long next = now_us();

	set_priority(20);
	while (next < end_us) {
		sleep_until(next);
		begin_sample(opaque);
		end_sample(opaque, pwrite(fd, "1", 1, 0) == 1, 0);
		next += PING_EVERY_US;
		/* A long ping is followed by the next at once, as in a daemon. */
		if (next < now_us())
			next = now_us();
	}
	close(fd);
	return NULL;
}

static void *read_state(void *opaque)
{
	int fd = open_file("state", O_RDONLY);
	char text[16];

	set_priority(10);
	while (now_us() < end_us) {
		begin_sample(opaque);
		end_sample(opaque, pread(fd, text, sizeof(text), 0) > 0,
			   FLOOR_US);
		sleep_until(now_us() + FRAME_EVERY_US);
	}
	close(fd);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static void print(struct samples *samples)
{
	unsigned int n;

	if (samples->start_us)
		end_sample(samples, true, 0);
	pthread_mutex_lock(&samples->lock);
	n = samples->count;
	qsort(samples->us, n, sizeof(samples->us[0]), compare);
	printf("%s=%u %s_failed=%u %s_median_us=%ld %s_longest_us=%ld ",
	       samples->name, n, samples->name, samples->failed, samples->name,
	       n ? samples->us[n / 2] : 0, samples->name,
	       n ? samples->us[n - 1] : 0);
}

int main(int argc, char **argv)
{
	static struct samples pings = { .name = "pings",
					.lock = PTHREAD_MUTEX_INITIALIZER };
	static struct samples frames = { .name = "frames",
					 .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t thread;

	if (argc != 3 || atoi(argv[2]) <= 0) {
		fprintf(stderr, "usage: ping-latency FOLDER SECONDS\n");
		return 2;
	}
	folder = argv[1];
	end_us = now_us() + (long long)atoi(argv[2]) * US_PER_S;
	set_priority(30);
	if (pthread_create(&thread, NULL, watch_processor, NULL) ||
	    pthread_create(&thread, NULL, ping, &pings) ||
	    pthread_create(&thread, NULL, read_state, &frames)) {
		fprintf(stderr, "ping-latency: no threads\n");
		return 1;
	}
	sleep_until(end_us + PING_EVERY_US);
	print(&pings);
	print(&frames);
	printf("stalled_us=%lld longest_stall_us=%ld\n", (long long)stalled_us,
	       (long)longest_stall_us);
	/* A thread may be blocked, so the program does not wait for it. */
	fflush(stdout);
	_exit(0);
}

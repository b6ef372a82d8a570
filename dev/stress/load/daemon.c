// SPDX-License-Identifier: GPL-2.0-or-later
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The watchdog's period for the timeout. */
static unsigned int period_ms(unsigned int timeout_s)
{
	return timeout_s == 1 ? 1500 : timeout_s * 1000;
}

/* Pings the watchdog for this time, and checks that it has not expired. */
static void keep_alive(const char *device, int fd, uint64_t ms)
{
	static const int timeouts[] = { 1, 2, 3, 4, 8, 16, 32 };
	int timeout_s = timeouts[any(ARRAY_SIZE(timeouts))];
	struct look before = look();
	char line[64];
	uint64_t end;

	if (ioctl(fd, WDIOC_SETTIMEOUT, &timeout_s) && !disturbed_much(&before))
		fault("daemon: %d s: %s", timeout_s, strerror(errno));
	end = now_ms() + ms;
	while (now_ms() < end) {
		if (ioctl(fd, WDIOC_KEEPALIVE, 0)) {
			if (!disturbed_much(&before))
				fault("daemon: ping: %s", strerror(errno));
			return;
		}
		atomic_fetch_add(&board->daemon_pings, 1);
		sleep_ms(300);
	}
	if (read_file(device, TIMEOUT, line, sizeof(line)) ||
	    disturbed_much(&before) || atoi(line) == (int)period_ms(timeout_s))
		return;
	atomic_fetch_add(&board->daemon_lost, 1);
	fault("daemon: the pinged watchdog has a period of %d ms instead of %u",
	      atoi(line), period_ms(timeout_s));
}

void be_daemon(const char *device, unsigned int seconds)
{
	uint64_t end = now_ms() + seconds * 1000;

	while (now_ms() < end) {
		struct look before = look();
		int fd;

		atomic_fetch_add(&board->disturbance[DAEMON].begun, 1);
		fd = open("/dev/watchdog0", O_WRONLY | O_CLOEXEC);
		if (fd >= 0) {
			keep_alive(device, fd, 2000 + any(8000));
			if (write(fd, "V", 1) != 1 && !disturbed_much(&before))
				fault("daemon: V: %s", strerror(errno));
			close(fd);
		} else if (!disturbed_much(&before)) {
			fault("daemon: open: %s", strerror(errno));
		}
		atomic_fetch_add(&board->disturbance[DAEMON].ended, 1);
		sleep_ms(500 + any(3000));
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: stress worker NUMBER DEVICE SECONDS
 *        stress watchdog DEVICE SECONDS
 *        stress begin|end DISTURBANCE
 *        stress report
 *
 * The parts of the stress test that run in the guest. DEVICE is the PCI device
 * of the card in sysfs. Eight workers, numbered from 0, read all files of its
 * bypass/ and write one each, so the values that a reader may see are known;
 * another process is the watchdog's daemon. begin and end mark an operation on
 * the card, which explains errors. report prints the results: a line for each
 * check, 0 for success, else 1, and its name, as the scripts for the guest
 * print them.
 */
#include "board.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;

unsigned int any(unsigned int below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dULL >> 33) % below;
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

void sleep_ms(unsigned int ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	open_board();
	seed = (uint64_t)getpid() << 32 | 1;
	if (!strcmp(what, "worker") && argc == 5)
		be_worker(atoi(argv[2]), argv[3], atoi(argv[4]));
	else if (!strcmp(what, "watchdog") && argc == 4)
		be_daemon(argv[2], atoi(argv[3]));
	else if (!strcmp(what, "report") && argc == 2)
		report();
	else if (!strcmp(what, "begin") && argc == 3 && disturb(argv[2], true))
		return 0;
	else if (!strcmp(what, "end") && argc == 3 && disturb(argv[2], false))
		return 0;
	else
		return 2;
	return 0;
}

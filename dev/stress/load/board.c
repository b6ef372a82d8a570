// SPDX-License-Identifier: GPL-2.0-or-later
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BOARD "/tmp/stress-board"

static const char *const disturbance_names[] = {
	"removal", "rename", "reset", "function-reset", "suspend", "daemon",
};

struct board *board;

void open_board(void)
{
	int fd = open(BOARD, O_RDWR | O_CREAT, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*board)) < 0)
		goto fail;
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	if (board != MAP_FAILED)
		return;
fail:
	perror(BOARD);
	exit(2);
}

void fault(const char *format, ...)
{
	char text[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	atomic_fetch_add(&board->faults, 1);
	dprintf(STDERR_FILENO, "# %.*s\n", n, text);
}

bool disturb(const char *name, bool begin)
{
	for (unsigned int i = 0; i < DISTURBANCES; i++) {
		if (strcmp(name, disturbance_names[i]) != 0)
			continue;
		atomic_fetch_add(begin ? &board->disturbance[i].begun :
					 &board->disturbance[i].ended,
				 1);
		return true;
	}
	return false;
}

struct look look(void)
{
	struct look look;

	for (unsigned int i = 0; i < DISTURBANCES; i++)
		look.ended[i] = atomic_load(&board->disturbance[i].ended);
	return look;
}

bool disturbed(const struct look *before, enum disturbance by)
{
	return atomic_load(&board->disturbance[by].begun) > before->ended[by];
}

bool disturbed_much(const struct look *before)
{
	return disturbed(before, REMOVAL) || disturbed(before, RESET) ||
	       disturbed(before, FUNCTION_RESET) || disturbed(before, SUSPEND);
}

static void check(bool good, const char *what)
{
	printf("%d %s\n", !good, what);
}

void report(void)
{
	unsigned int idle = 0;

	for (enum file_id id = 0; id < FILES; id++) {
		struct tally *tally = &board->tally[id];

		dprintf(STDERR_FILENO, "# %s: %u reads, %u writes, up to %u ms",
			files[id].name, tally->reads, tally->writes,
			tally->longest_ms);
		for (int error = 0; error < ERRORS_MAX; error++)
			if (tally->errors[error])
				dprintf(STDERR_FILENO, ", %u times '%s'",
					tally->errors[error], strerror(error));
		dprintf(STDERR_FILENO, "\n");
		idle += (files[id].read && !tally->reads) ||
			(files[id].words[0] && !tally->writes);
	}
	dprintf(STDERR_FILENO,
		"# the watchdog expired for %u readers, its daemon sent %u pings\n",
		board->expired, board->daemon_pings);
	for (unsigned int i = 0; i < DISTURBANCES; i++)
		dprintf(STDERR_FILENO, "# %u times %s\n",
			board->disturbance[i].begun, disturbance_names[i]);
	check(!idle, "each file was read and written");
	check(!board->faults, "each value, error and time was a possible one");
	check(!board->carried_out, "no failed write took effect");
	check(board->daemon_pings && !board->daemon_lost,
	      "a pinged watchdog keeps running");
}

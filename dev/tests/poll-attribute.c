// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: poll-attribute FILE MILLISECONDS
 *
 * Waits for a change of FILE in sysfs: reads it, polls for POLLPRI, and prints
 * its new contents. Exits with 1 if nothing changes in time.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static ssize_t read_again(int fd, char *text, size_t size)
{
	lseek(fd, 0, SEEK_SET);
	return read(fd, text, size);
}

int main(int argc, char **argv)
{
	struct pollfd pollfd = { .events = POLLPRI };
	char text[4096];
	ssize_t n;

	if (argc != 3) {
		fprintf(stderr, "usage: poll-attribute FILE MILLISECONDS\n");
		return 2;
	}
	pollfd.fd = open(argv[1], O_RDONLY);
	if (pollfd.fd < 0 || read_again(pollfd.fd, text, sizeof(text)) < 0) {
		perror(argv[1]);
		return 2;
	}
	if (poll(&pollfd, 1, atoi(argv[2])) != 1)
		return 1;
	n = read_again(pollfd.fd, text, sizeof(text));
	return n > 0 && write(STDOUT_FILENO, text, n) == n ? 0 : 2;
}

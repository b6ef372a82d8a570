// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: time-call FILE [TEXT]
 *
 * Reads FILE, or writes TEXT to it, in one call, and prints the result and the
 * time in milliseconds: "OK 132", "EIO 396".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec start, end;
	char text[4096];
	int error = 0;
	ssize_t n = -1;
	int fd;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: time-call FILE [TEXT]\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	fd = open(argv[1], argc == 3 ? O_WRONLY : O_RDONLY);
	if (fd >= 0)
		n = argc == 3 ? write(fd, argv[2], strlen(argv[2])) :
				read(fd, text, sizeof(text));
	if (n < 0)
		error = errno;
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%s %ld\n", error ? strerrorname_np(error) : "OK",
	       (end.tv_sec - start.tv_sec) * 1000 +
		       (end.tv_nsec - start.tv_nsec) / 1000000);
	return 0;
}

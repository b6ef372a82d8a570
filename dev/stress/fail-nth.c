// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: fail-nth N FILE [TEXT]
 *
 * Reads FILE, or writes TEXT to it, while the kernel makes the Nth allocation
 * fail (CONFIG_FAILSLAB). Prints "OK" or the name of the error, and exits with
 * 0, or with 1 if there are fewer allocations.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char text[4096], left[32];
	int nth, fd, error = 0;
	ssize_t n;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: fail-nth N FILE [TEXT]\n");
		return 2;
	}
	nth = open("/proc/self/fail-nth", O_RDWR);
	fd = open(argv[2], argc == 4 ? O_WRONLY : O_RDONLY);
	if (nth < 0 || fd < 0) {
		perror(nth < 0 ? "/proc/self/fail-nth" : argv[2]);
		return 2;
	}
	if (write(nth, argv[1], strlen(argv[1])) < 0) {
		perror(argv[1]);
		return 2;
	}
	n = argc == 4 ? write(fd, argv[3], strlen(argv[3])) :
			read(fd, text, sizeof(text));
	if (n < 0)
		error = errno;
	n = pread(nth, left, sizeof(left) - 1, 0);
	if (n < 0 || pwrite(nth, "0", 1, 0) < 0) {
		perror("/proc/self/fail-nth");
		return 2;
	}
	left[n] = '\0';
	printf("%s\n", error ? strerrorname_np(error) : "OK");
	return atoi(left) != 0;
}

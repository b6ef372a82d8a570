// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: read-attribute FILE DRIVER DEVICE
 *
 * Reads a file of bypass/ in all possible ways, then holds it open while DEVICE
 * is unbound from DRIVER (a folder in sysfs) and bound again. Prints a line for
 * each guarantee of sysfs: 0 if it holds, else 1, and its name, as the scripts
 * for the guest print it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX 4096

static const char *name;

static void check(bool good, const char *what)
{
	printf("%d %s: %s\n", !good, name, what);
}

static bool is(const char *got, ssize_t n, const char *want)
{
	return n >= 0 && (size_t)n == strlen(want) && !memcmp(got, want, n);
}

static ssize_t read_bytewise(int fd, char *text)
{
	ssize_t n, sum = 0;

	while (sum < MAX && (n = read(fd, text + sum, 1)) == 1)
		sum++;
	return n < 0 ? n : sum;
}

static void read_all_ways(const char *path, const char *want)
{
	size_t length = strlen(want);
	char text[MAX];
	int fd, other;

	fd = open(path, O_RDONLY);
	check(is(text, read_bytewise(fd, text), want), "read byte by byte");
	check(read(fd, text, MAX) == 0, "then the file ends");
	check(lseek(fd, 0, SEEK_SET) == 0 &&
		      is(text, read(fd, text, MAX), want),
	      "read again from the beginning");
	check(is(text, pread(fd, text, MAX, 2), want + 2),
	      "read from the middle");
	check(is(text, pread(fd, text, MAX, 0), want),
	      "read from the beginning");
	check(pread(fd, text, MAX, length) == 0, "read from the end");
	check(pread(fd, text, MAX, 1L << 40) == 0,
	      "read from far after the end");
	check(pread(fd, text, MAX, -1) < 0 && errno == EINVAL,
	      "read from before 0");
	check(lseek(fd, 1, SEEK_SET) == 1 && read(fd, text, 2) == 2 &&
		      !memcmp(text, want + 1, 2),
	      "two bytes from the second on");
	check(lseek(fd, 0, SEEK_CUR) == 3, "a read advances the position");
	check(read(fd, text, 0) == 0, "a read of nothing");
	other = open(path, O_RDONLY);
	check(is(text, read(other, text, MAX), want),
	      "a second open has a separate position");
	close(other);
	close(fd);
}

static bool tell(const char *driver, const char *what, const char *device)
{
	ssize_t length = strlen(device);
	char path[512];
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", driver, what);
	fd = open(path, O_WRONLY);
	good = fd >= 0 && write(fd, device, length) == length;
	close(fd);
	return good;
}

static void hold_open(const char *path, const char *want, const char *driver,
		      const char *device)
{
	struct pollfd pollfd = { .events = POLLPRI };
	ssize_t length = strlen(want);
	char text[MAX];
	int fd;

	fd = open(path, O_RDWR);
	check(is(text, read(fd, text, MAX), want), "read before the unbind");
	check(tell(driver, "unbind", device), "unbind while it is open");
	check(pread(fd, text, MAX, 0) < 0 && errno == ENODEV,
	      "then a read is ENODEV");
	check(write(fd, want, length) < 0 && errno == ENODEV,
	      "and so is a write");
	pollfd.fd = fd;
	check(poll(&pollfd, 1, 1000) == 1 && pollfd.revents & POLLERR,
	      "and poll() does not block");
	check(open(path, O_RDONLY) < 0 && errno == ENOENT,
	      "the file is removed");
	check(tell(driver, "bind", device), "bind");
	check(pread(fd, text, MAX, 0) < 0 && errno == ENODEV,
	      "the open file still returns ENODEV");
	close(fd);
	fd = open(path, O_RDONLY);
	check(is(text, read(fd, text, MAX), want),
	      "the new file has the same value");
	close(fd);
}

int main(int argc, char **argv)
{
	char want[MAX];
	ssize_t n;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: read-attribute FILE DRIVER DEVICE\n");
		return 2;
	}
	name = strrchr(argv[1], '/');
	name = name ? name + 1 : argv[1];
	fd = open(argv[1], O_RDONLY);
	n = read(fd, want, MAX - 1);
	if (n < 4) {
		perror(argv[1]);
		return 2;
	}
	want[n] = '\0';
	close(fd);
	read_all_ways(argv[1], want);
	hold_open(argv[1], want, argv[2], argv[3]);
	return 0;
}

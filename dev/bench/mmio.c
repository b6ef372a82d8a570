// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: mmio SOCKET REGION OFFSET READS
 *
 * Reads 4 bytes of a region of a vfio-user device READS times, and prints the
 * median time in microseconds.
 */
#include <err.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_VERSION = 1, COMMAND_REGION_READ = 9 };

struct header {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

struct version {
	struct header header;
	uint16_t major;
	uint16_t minor;
	char capabilities[3];
};

struct region_read {
	struct header header;
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	uint8_t data[4]; /* of the reply */
};

static double now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

/* Sends a message, and receives its reply in one piece. */
static void call(int fd, struct header *message, size_t size, void *reply,
		 size_t reply_size)
{
	const struct header *answer = reply;
	ssize_t got;

	message->size = size;
	if (write(fd, message, size) != (ssize_t)size)
		err(EXIT_FAILURE, "write");
	got = read(fd, reply, reply_size);
	if (got < (ssize_t)sizeof(*answer) || answer->id != message->id ||
	    answer->error)
		errx(EXIT_FAILURE, "the device refuses command %u",
		     message->command);
}

static int attach(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct version version = {
		.header.command = COMMAND_VERSION,
		.minor = 1,
		.capabilities = "{}",
	};
	char reply[4096];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		errx(EXIT_FAILURE, "%s: too long", path);
	strcpy(address.sun_path, path);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		err(EXIT_FAILURE, "%s", path);
	call(fd, &version.header,
	     offsetof(struct version, capabilities) +
		     sizeof(version.capabilities),
	     reply, sizeof(reply));
	return fd;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct region_read request = { .count = 4 }, reply;
	double *took;
	long reads;
	int fd;

	if (argc != 5 || (reads = atol(argv[4])) < 1)
		errx(EXIT_FAILURE, "usage: mmio SOCKET REGION OFFSET READS");
	took = calloc(reads, sizeof(*took));
	if (!took)
		err(EXIT_FAILURE, "calloc");
	fd = attach(argv[1]);
	request.header.command = COMMAND_REGION_READ;
	request.region = strtoul(argv[2], NULL, 0);
	request.offset = strtoul(argv[3], NULL, 0);
	for (long i = 0; i < reads; i++) {
		double start = now_us();

		request.header.id = i;
		call(fd, &request.header, offsetof(struct region_read, data),
		     &reply, sizeof(reply));
		took[i] = now_us() - start;
	}
	qsort(took, reads, sizeof(*took), compare);
	printf("%.3f\n", took[reads / 2]);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measures the accesses of the driver's users, inside the guest. Prints a JSON
 * object for each sample: wall clock and CPU time in microseconds, by the
 * clocks of the guest.
 *
 * usage: measure read NAME COUNT PAUSE_MS FILE...
 *        measure write NAME COUNT PAUSE_MS FILE WORD...
 *        measure change NAME COUNT PAUSE_MS FILE WORD...
 *        measure mmio NAME COUNT ACCESSES read|write RESOURCE OFFSET
 *        measure step NAME COUNT STEPS US SLACK_US RESOURCE OFFSET
 *        measure link NAME COUNT PAUSE_MS INTERFACE
 *
 * read: reads the files one after the other, as cat does. write: writes the
 * words in turn, one per sample. change: the same, with a read of the file just
 * before. These three pause before each sample except the first. mmio: a sample
 * is the mean of ACCESSES reads of a register in a PCI function's BAR, or of
 * writes with a read after each, as writes are posted. step: the mean of STEPS
 * such writes with a sleep after each, as in a frame. link: sets a network
 * interface down and up, as `ip link set` does.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *name;

static void die(const char *what)
{
	fprintf(stderr, "measure %s: %s: %s\n", name, what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

static double cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

static void read_file(const char *path)
{
	char text[4096];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	while ((n = read(fd, text, sizeof(text))) > 0)
		;
	if (n < 0)
		die(path);
	close(fd);
}

static void write_file(const char *path, const char *word)
{
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		die(path);
	close(fd);
}

static volatile uint32_t *map_register(const char *path, const char *offset)
{
	uint32_t at = strtoul(offset, NULL, 0);
	long page = sysconf(_SC_PAGESIZE);
	char *base;
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	base = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    at - at % page);
	if (base == MAP_FAILED)
		die(path);
	return (volatile uint32_t *)(base + at % page);
}

static void access_register(volatile uint32_t *reg, long count, bool is_write)
{
	for (long i = 0; i < count; i++) {
		if (is_write)
			*reg = 0;
		(void)*reg;
	}
}

/* The card's process has gone to sleep before the next step, too. */
static void step(volatile uint32_t *reg, long count, const char *us,
		 const char *slack_us)
{
	const struct timespec time = { .tv_nsec = atol(us) * 1000 };

	prctl(PR_SET_TIMERSLACK, atol(slack_us) * 1000);
	for (long i = 0; i < count; i++) {
		access_register(reg, 1, true);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	}
}

static void set_link(const char *interface, bool up)
{
	struct ifreq req = {};
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", interface);
	req.ifr_flags = up ? IFF_UP : 0;
	if (ioctl(fd, SIOCSIFFLAGS, &req) < 0)
		die(interface);
	close(fd);
}

static bool takes_one(const char *what)
{
	return strcmp(what, "read") == 0 || strcmp(what, "link") == 0;
}

int main(int argc, char **argv)
{
	volatile uint32_t *reg = NULL;
	double wall, cpu, divisor = 1;
	const char *what;
	long count, pause;
	bool is_step;

	if (argc < 6 || (argc < 7 && !takes_one(argv[1]))) {
		fprintf(stderr,
			"usage: measure read|write|change|mmio|step|link NAME COUNT ...\n");
		return 2;
	}
	what = argv[1];
	name = argv[2];
	count = atol(argv[3]);
	pause = atol(argv[4]);
	argv += 5;
	argc -= 5;
	is_step = strcmp(what, "step") == 0;
	if (is_step || strcmp(what, "mmio") == 0) {
		reg = map_register(argv[argc - 2], argv[argc - 1]);
		divisor = pause;
		pause = 0;
	}

	for (long i = 0; i < count; i++) {
		if (i > 0 && pause > 0)
			usleep(pause * 1000);
		if (strcmp(what, "change") == 0)
			read_file(argv[0]);
		wall = wall_us();
		cpu = cpu_us();
		if (is_step)
			step(reg, divisor, argv[0], argv[1]);
		else if (reg)
			access_register(reg, divisor, argv[0][0] == 'w');
		else if (strcmp(what, "link") == 0) {
			set_link(argv[0], false);
			set_link(argv[0], true);
		} else if (strcmp(what, "read") != 0)
			write_file(argv[0], argv[1 + i % (argc - 1)]);
		else
			for (int file = 0; file < argc; file++)
				read_file(argv[file]);
		printf("{\"name\":\"%s\",\"wall_us\":%.1f,\"cpu_us\":%.1f}\n",
		       name, (wall_us() - wall) / divisor,
		       (cpu_us() - cpu) / divisor);
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An emulated X540-T2BP: serves its two PCI functions on vfio-user sockets.
 * One thread, one epoll loop: the sockets, the card's timers, signals.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "card.h"
#include "util.h"
#include "vfio.h"

struct options {
	const char *socket_dir;
	const char *state_path;
	uint64_t link_us;
};

/* What a file descriptor of the loop is; below it, the socket of a port. */
enum source { SOURCE_TIMER = CARD_PORTS, SOURCE_SIGNAL };

static const char usage[] =
	"usage: x540-t2bp --socket-dir DIR --state FILE [--link-ms N] [--verbose]\n"
	"\n"
	"An emulated Intel X540-T2BP. Serves its PCI functions over vfio-user on\n"
	"DIR/function0.sock and DIR/function1.sock, prints \"ready\" when both listen,\n"
	"and runs until SIGTERM or SIGINT. The card lives on when a host goes away.\n"
	"\n"
	"  --socket-dir DIR  where the sockets go; must exist\n"
	"  --state FILE      what the card keeps without power; made if missing\n"
	"  --link-ms N       from cable and PHY being ready to link up (default 50)\n"
	"  --verbose         log to stderr what host and card do\n"
	"  --help            this text\n";

static uint64_t clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t clock_wall_s(void)
{
	return time(NULL);
}

static uint64_t parse_ms(const char *text)
{
	char *end;
	unsigned long ms;

	errno = 0;
	ms = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || ms > 3600000)
		die("--link-ms %s: must be a number of milliseconds up to 3600000",
		    text);
	return ms * 1000;
}

static void parse_options(int argc, char **argv, struct options *options)
{
	static const struct option longs[] = {
		{ "socket-dir", required_argument, NULL, 'd' },
		{ "state", required_argument, NULL, 's' },
		{ "link-ms", required_argument, NULL, 'l' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	*options = (struct options){ .link_us = CARD_LINK_US };
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'd':
			options->socket_dir = optarg;
			break;
		case 's':
			options->state_path = optarg;
			break;
		case 'l':
			options->link_us = parse_ms(optarg);
			break;
		case 'v':
			log_is_verbose = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		default:
			fputs(usage, stderr);
			exit(EXIT_FAILURE);
		}
	}
	if (optind < argc)
		die("%s: not an option; --help lists them", argv[optind]);
	if (!options->socket_dir || !options->state_path)
		die("--socket-dir and --state are both needed; --help explains them");
}

static void watch(int epoll, int fd, unsigned int source)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = source };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		die("epoll_ctl: %s", strerror(errno));
}

/* Wakes the loop up when the card next has something to do. */
static void set_timer(int timer, uint64_t deadline_us)
{
	struct itimerspec spec = { 0 };

	if (deadline_us != NO_DEADLINE) {
		/* All zero would switch it off. */
		if (deadline_us == 0)
			deadline_us = 1;
		spec.it_value.tv_sec = deadline_us / 1000000;
		spec.it_value.tv_nsec = deadline_us % 1000000 * 1000;
	}
	if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, NULL) != 0)
		die("timerfd_settime: %s", strerror(errno));
}

static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

static void service_socket(int epoll, struct vfio *vfio, unsigned int lan)
{
	int before = vfio_fd(vfio);

	if (!vfio_service(vfio))
		return;
	/* Fails if it was closed: then it is not watched any more either. */
	epoll_ctl(epoll, EPOLL_CTL_DEL, before, NULL);
	watch(epoll, vfio_fd(vfio), lan);
}

static void run(struct card *card, struct vfio *vfio[CARD_PORTS], int signals)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t set_to = NO_DEADLINE;

	if (epoll < 0 || timer < 0)
		die("epoll_create1, timerfd_create: %s", strerror(errno));
	watch(epoll, timer, SOURCE_TIMER);
	watch(epoll, signals, SOURCE_SIGNAL);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		watch(epoll, vfio_fd(vfio[lan]), lan);
	puts("ready");
	fflush(stdout);

	for (;;) {
		struct epoll_event events[4];
		uint64_t next = card_next_deadline(card);
		int n;

		if (next != set_to) {
			set_timer(timer, next);
			set_to = next;
		}
		n = epoll_wait(epoll, events, ARRAY_SIZE(events), -1);
		if (n < 0 && errno != EINTR)
			die("epoll_wait: %s", strerror(errno));
		for (int i = 0; i < n; i++) {
			uint32_t source = events[i].data.u32;

			if (source == SOURCE_SIGNAL) {
				close(timer);
				close(epoll);
				return;
			}
			if (source == SOURCE_TIMER) {
				uint64_t times;

				/* Only to make it unreadable again. */
				if (read(timer, &times, sizeof(times)) > 0)
					set_to = NO_DEADLINE;
			} else {
				service_socket(epoll, vfio[source], source);
			}
		}
		if (card_next_deadline(card) <= card_now_us(card))
			card_tick(card);
	}
}

int main(int argc, char **argv)
{
	struct card_config config = {
		.now_us = clock_us,
		.wall_s = clock_wall_s,
	};
	struct options options;
	struct vfio *vfio[CARD_PORTS];
	struct card *card;
	const char *bad_row;
	int signals;

	parse_options(argc, argv, &options);
	config.link_us = options.link_us;
	config.state_path = options.state_path;
	bad_row = regs_init();
	if (bad_row)
		die("register table: %s is out of order or overlaps", bad_row);

	signals = open_signals();
	card = xcalloc(1, sizeof(*card));
	card_init(card, &config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/function%u.sock",
			 options.socket_dir, lan);
		vfio[lan] = vfio_listen(card, lan, path);
	}
	run(card, vfio, signals);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		vfio_close(vfio[lan]);
	bypass_print_counters(card->bypass, stderr);
	card_fini(card);
	free(card);
	close(signals);
	return EXIT_SUCCESS;
}

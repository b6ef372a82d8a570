// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An emulated X540-T2BP: serves its two PCI functions on vfio-user sockets.
 * One thread, one loop: the sockets, the cables, the card's timers, signals.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/util.h"
#include "card.h"
#include "host/vfio.h"
#include "user/control.h"

static const char usage[] =
	"usage: x540-t2bp --socket-dir DIR --state FILE [--wire0 END] [--wire1 "
	"END]\n"
	"                 [--link-ms N] [--relay-ms N] [--controller "
	"NAME=VALUE,...]\n"
	"                 [--like REPORT] [--mac ADDRESS] [--verbose]\n"
	"\n"
	"An emulated Intel X540-T2BP. Serves its PCI functions over vfio-user on\n"
	"DIR/function0.sock and DIR/function1.sock, prints \"ready\" when both "
	"listen,\n"
	"and runs until SIGTERM, SIGINT or SIGHUP, also without a host.\n"
	"\n"
	"  --socket-dir DIR  existing directory for the sockets\n"
	"  --state FILE      what the card keeps without power; created if missing.\n"
	"                    FILE.lock ensures that only one card uses it\n"
	"  --wire0 END       the other end of port 0's cable:\n"
	"      sink            a peer that accepts and drops all frames (default)\n"
	"      tap:NAME        the TAP interface NAME, created if missing;\n"
	"                      connected while it is up\n"
	"      tap-gso:NAME    the same, but faster: passes large TCP packets "
	"whole\n"
	"      unix:PATH       the program that sends to the datagram socket\n"
	"                      PATH, one Ethernet frame per datagram\n"
	"      card:PATH       a port of another card, whose END is unix:PATH\n"
	"  --wire1 END       the same for port 1\n"
	"  --link-ms N       time until the link is up, once cable and PHY are\n"
	"                    ready (default 50)\n"
	"  --relay-ms N      time that the relays need to switch (default 10)\n"
	"  --controller NAME=VALUE,...\n"
	"                    how the bypass controller behaves where the real one\n"
	"                    is not documented; the settings are listed below\n"
	"  --like REPORT     behave like the card of this report, a\n"
	"                    card-report.json of 'make card-report'\n"
	"  --mac ADDRESS     address of port 0 in a new FILE; port 1 has the next one\n"
	"                    (default 02:15:5c:00:00:00)\n"
	"  --verbose         log to stderr what the host and the card do\n"
	"  --help            this text\n"
	"\n"
	"The controller's settings, with their number in doc/controller.md and "
	"their\n"
	"default. FILE stores those that are kept:\n";

static int64_t clock_wall_s(void)
{
	return time(NULL);
}

static uint64_t parse_ms(const char *option, const char *text)
{
	uint64_t ms;

	if (!parse_number(text, 0, 3600000, &ms))
		die("--%s %s: must be a number of milliseconds up to 3600000",
		    option, text);
	return ms * 1000;
}

/* The last byte must leave room for port 1's. */
static void set_mac(struct card_config *config, const char *text)
{
	if (!parse_mac(text, config->mac) || config->mac[5] == 0xff)
		die("--mac %s: must be like 02:15:5c:00:01:00, of one station, and not end in ff",
		    text);
}

static void print_usage(FILE *f)
{
	fputs(usage, f);
	settings_print_help(f);
}

/* Returns the folder for the sockets. */
static const char *parse_options(int argc, char **argv,
				 struct card_config *config)
{
	static const struct option longs[] = {
		{ "socket-dir", required_argument, NULL, 'd' },
		{ "state", required_argument, NULL, 's' },
		{ "wire0", required_argument, NULL, '0' },
		{ "wire1", required_argument, NULL, '1' },
		{ "link-ms", required_argument, NULL, 'l' },
		{ "relay-ms", required_argument, NULL, 'r' },
		{ "controller", required_argument, NULL, 'c' },
		{ "like", required_argument, NULL, 'k' },
		{ "mac", required_argument, NULL, 'm' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *socket_dir = NULL;
	int c, i;

	while ((c = getopt_long(argc, argv, "", longs, &i)) != -1) {
		switch (c) {
		case 'd':
			socket_dir = optarg;
			break;
		case 's':
			config->state_path = optarg;
			break;
		case '0':
		case '1':
			config->wire[c - '0'] = optarg;
			break;
		case 'l':
			config->link_us = parse_ms(longs[i].name, optarg);
			break;
		case 'r':
			config->relay_us = parse_ms(longs[i].name, optarg);
			break;
		case 'c':
			config->controller = optarg;
			break;
		case 'k':
			config->like = optarg;
			break;
		case 'm':
			set_mac(config, optarg);
			break;
		case 'v':
			log_is_verbose = true;
			break;
		case 'h':
			print_usage(stdout);
			exit(EXIT_SUCCESS);
		default:
			print_usage(stderr);
			exit(EXIT_FAILURE);
		}
	}
	if (optind < argc)
		die("%s: not an option; --help lists them", argv[optind]);
	if (!socket_dir || !config->state_path)
		die("--socket-dir and --state are both required; --help explains them");
	return socket_dir;
}

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	/* The terminal is gone. Blocking the signal would bypass nohup. */
	if (!is_ignored(SIGHUP))
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

static void end_ready(void *opaque, uint32_t events)
{
	(void)events;
	*(bool *)opaque = true;
}

static struct vfio *open_function(struct loop *loop, struct card *card,
				  unsigned int lan, const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/function%u.sock", dir, lan);
	return vfio_listen(card, lan, loop, path);
}

static struct control *open_control(struct loop *loop, struct card *card,
				    const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/control.sock", dir);
	return control_open(card, loop, path);
}

/* Runs until a signal. */
static void run(struct loop *loop, int signal_fd)
{
	bool end = false;
	struct loop_source signals = {
		.fd = signal_fd,
		.ready = end_ready,
		.opaque = &end,
	};

	loop_add(loop, &signals, EPOLLIN);
	puts("ready");
	fflush(stdout);
	while (!end)
		loop_wait(loop, NO_DEADLINE);
	loop_remove(loop, &signals);
}

int main(int argc, char **argv)
{
	struct vfio *functions[CARD_PORTS];
	struct card_config config = {
		.link_us = CARD_LINK_US,
		.relay_us = CARD_RELAY_US,
		.loop = loop_new(),
		.wall_s = clock_wall_s,
	};
	const char *socket_dir;
	const char *bad_row;
	struct control *control;
	struct card *card;
	int signals;
	bool saved;

	socket_dir = parse_options(argc, argv, &config);
	bad_row = regs_init();
	if (bad_row)
		die("register table: %s is out of order or overlaps", bad_row);

	config.timers = loop_timers(config.loop);
	signals = open_signals();
	card = xcalloc(1, sizeof(*card));
	card_init(card, &config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		functions[lan] =
			open_function(config.loop, card, lan, socket_dir);
	control = open_control(config.loop, card, socket_dir);
	run(config.loop, signals);
	control_close(control);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		vfio_close(functions[lan]);
	bypass_print_counters(card->bypass, stderr);
	saved = card_fini(card);
	free(card);
	loop_free(config.loop);
	close(signals);
	return saved ? EXIT_SUCCESS : EXIT_FAILURE;
}

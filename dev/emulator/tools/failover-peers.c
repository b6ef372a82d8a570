// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two peers at the ends of a card's cables, which send each other a numbered
 * frame every millisecond, and record each arrival: the time of a failover, as
 * the network sees it.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/sock.h"
#include "base/util.h"

#define PERIOD_US 1000
#define STATUS_EVERY 5 /* periods */
#define ETHERTYPE 0x88b5 /* for experiments */
#define FRAME_SIZE 60
#define HEADER_SIZE 14
#define LINE_MAX_SIZE 4096

static const char usage[] =
	"usage: failover-peers --card DIR LEFT RIGHT\n"
	"\n"
	"LEFT and RIGHT are the sockets at the ends of the cables of the card in DIR\n"
	"(x540-t2bp --wire0 unix:LEFT --wire1 unix:RIGHT). A peer at each socket\n"
	"sends the other a numbered frame every millisecond, until standard input\n"
	"ends. Each event is a line on standard output, with TIME in seconds:\n"
	"\n"
	"  frame TIME left|right NUMBER  frame NUMBER arrived at this peer\n"
	"  relay TIME STATE              the relays are now in STATE, or moving\n"
	"  mark TIME TEXT                TEXT is a line of standard input\n"
	"  sum left|right SENT RECEIVED  at the end: frames of this peer\n";

struct peer {
	struct bench *bench;
	const char *name;
	struct loop_source source;
	uint8_t address[6];
	uint64_t sent;
	uint64_t received;
};

struct bench {
	struct loop *loop;
	struct peer peer[2];
	struct loop_source timer;
	struct loop_source control;
	struct loop_source marks;
	uint64_t start_us;
	unsigned int periods; /* since the last request of the status */
	bool asked;
	const char *relay; /* as last reported */
	bool end;
};

static uint64_t clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

__attribute__((format(printf, 3, 4))) static void
tell(const struct bench *bench, const char *event, const char *format, ...)
{
	uint64_t us = clock_us() - bench->start_us;
	va_list args;

	printf("%s %" PRIu64 ".%06" PRIu64 " ", event, us / 1000000,
	       us % 1000000);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void send_frame(struct peer *peer, const struct peer *to)
{
	uint8_t frame[FRAME_SIZE] = { 0 };
	uint64_t number = peer->sent++;

	memcpy(frame, to->address, sizeof(to->address));
	memcpy(frame + 6, peer->address, sizeof(peer->address));
	frame[12] = ETHERTYPE >> 8;
	frame[13] = ETHERTYPE & 0xff;
	memcpy(frame + HEADER_SIZE, &number, sizeof(number));
	/* A frame that the card does not accept is lost. */
	if (send(peer->source.fd, frame, sizeof(frame), MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN && errno != ENOBUFS)
		die("the card is gone: %s", strerror(errno));
}

static void receive_frame(void *opaque, uint32_t events)
{
	struct peer *peer = opaque;
	uint8_t frame[LINE_MAX_SIZE];
	ssize_t len = recv(peer->source.fd, frame, sizeof(frame), MSG_DONTWAIT);
	uint64_t number;

	(void)events;
	/* The bridge also sends its own frames. */
	if (len != FRAME_SIZE || frame[12] != ETHERTYPE >> 8 ||
	    frame[13] != (ETHERTYPE & 0xff))
		return;
	memcpy(&number, frame + HEADER_SIZE, sizeof(number));
	peer->received++;
	tell(peer->bench, "frame", "%s %" PRIu64, peer->name, number);
}

static void ask_for_status(struct bench *bench)
{
	static const char request[] = "status\n";

	if (++bench->periods < STATUS_EVERY || bench->asked)
		return;
	bench->periods = 0;
	bench->asked = true;
	if (send(bench->control.fd, request, strlen(request), MSG_DONTWAIT) < 0)
		die("the card's control socket: %s", strerror(errno));
}

static void receive_status(void *opaque, uint32_t events)
{
	static const char *const states[] = { "normal", "bypass", "isolate" };
	struct bench *bench = opaque;
	char text[LINE_MAX_SIZE];
	ssize_t len = recv(bench->control.fd, text, sizeof(text) - 1, 0);
	struct json_object *status, *relay, *switching;
	const char *now = "moving";

	(void)events;
	if (len <= 0)
		die("the card is gone");
	text[len] = '\0';
	bench->asked = false;
	status = json_tokener_parse(text);
	if (!json_object_object_get_ex(status, "relay", &relay) ||
	    !json_object_object_get_ex(status, "switching", &switching))
		die("not the status of a card: %s", text);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (!json_object_get_boolean(switching) &&
		    !strcmp(json_object_get_string(relay), states[i]))
			now = states[i];
	json_object_put(status);
	if (now == bench->relay)
		return;
	bench->relay = now;
	tell(bench, "relay", "%s", now);
}

static void tick(void *opaque, uint32_t events)
{
	struct bench *bench = opaque;
	uint64_t times;

	(void)events;
	if (read(bench->timer.fd, &times, sizeof(times)) < 0)
		return;
	while (times--) {
		send_frame(&bench->peer[0], &bench->peer[1]);
		send_frame(&bench->peer[1], &bench->peer[0]);
	}
	ask_for_status(bench);
}

static void read_mark(void *opaque, uint32_t events)
{
	struct bench *bench = opaque;
	char text[LINE_MAX_SIZE];
	ssize_t len = read(bench->marks.fd, text, sizeof(text) - 1);
	char *line, *rest;

	(void)events;
	if (len <= 0) {
		bench->end = true;
		return;
	}
	text[len] = '\0';
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		tell(bench, "mark", "%s", line);
	fflush(stdout);
}

static int connect_socket(const char *path, int type)
{
	static const struct sockaddr any = { .sa_family = AF_UNIX };
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	sock_address(&address, path);
	if (fd < 0 ||
	    (type == SOCK_DGRAM && bind(fd, &any, sizeof(any.sa_family)) != 0))
		die("socket: %s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void watch(struct bench *bench, struct loop_source *source, int fd,
		  void (*ready)(void *opaque, uint32_t events), void *opaque)
{
	*source = (struct loop_source){ fd, ready, opaque };
	loop_add(bench->loop, source, EPOLLIN);
}

static int open_timer(void)
{
	static const struct timespec period = { .tv_nsec = PERIOD_US * 1000 };
	const struct itimerspec spec = { period, period };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || timerfd_settime(fd, 0, &spec, NULL) != 0)
		die("timerfd: %s", strerror(errno));
	return fd;
}

static void run(const char *card, char **paths)
{
	static const char *const names[] = { "left", "right" };
	struct bench bench = { .loop = loop_new(), .start_us = clock_us() };
	char control[LINE_MAX_SIZE];

	snprintf(control, sizeof(control), "%s/control.sock", card);
	for (unsigned int i = 0; i < 2; i++) {
		bench.peer[i] = (struct peer){
			.bench = &bench,
			.name = names[i],
			.address = { 0x02, 0, 0, 0, 0, i },
		};
		watch(&bench, &bench.peer[i].source,
		      connect_socket(paths[i], SOCK_DGRAM), receive_frame,
		      &bench.peer[i]);
	}
	watch(&bench, &bench.control, connect_socket(control, SOCK_STREAM),
	      receive_status, &bench);
	watch(&bench, &bench.marks, STDIN_FILENO, read_mark, &bench);
	watch(&bench, &bench.timer, open_timer(), tick, &bench);
	while (!bench.end)
		loop_wait(bench.loop, UINT64_MAX);
	for (unsigned int i = 0; i < 2; i++)
		printf("sum %s %" PRIu64 " %" PRIu64 "\n", names[i],
		       bench.peer[i].sent, bench.peer[i].received);
	loop_free(bench.loop);
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "card", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *card = NULL;
	int c;

	log_name = "failover-peers";
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			card = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_FAILURE;
		}
	}
	if (!card || argc - optind != 2)
		die("--card DIR and two sockets are required; --help explains them");
	run(card, &argv[optind]);
	return EXIT_SUCCESS;
}

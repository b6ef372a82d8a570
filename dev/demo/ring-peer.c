// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each host of the ring (dev/demo/ring) runs: it sends all others a
 * numbered frame every millisecond, and tells for how long none of theirs
 * arrived.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define ETHERTYPE 0x88b5 /* for experiments */
#define HOSTS_MAX 5
#define PERIOD_NS 1000000
#define GAP_MS 20 /* a busy host causes shorter ones */
#define HEARD_MS 1000
#define SYNCS 5
#define WINDOW 65536 /* frames, of a minute, in which a copy is found */

static const char usage[] =
	"usage: ring-peer INTERFACE HOST HOSTS\n"
	"\n"
	"HOST is the number of this host, of 1 to HOSTS. Standard input has the time\n"
	"in milliseconds, five times, and then a number for each question of how many\n"
	"hosts are heard. The program ends with it. Standard output has a line an\n"
	"event, with times by that clock:\n"
	"\n"
	"  first TIME FROM             the first frame of host FROM\n"
	"  gap TIME FROM MS            a frame of FROM, MS after the one before it\n"
	"  hears NUMBER COUNT          the answer to that question\n"
	"  open TIME FROM MS           at the end: there was none for so long\n"
	"  sum FROM RECEIVED TWICE     at the end: frames, and second copies of a frame\n";

struct frame {
	uint8_t to[6];
	uint8_t from[6];
	uint16_t type;
	uint8_t host;
	uint8_t pad[3];
	uint64_t number;
	uint8_t rest[34];
} __attribute__((packed));

_Static_assert(sizeof(struct frame) == 60, "the shortest frame");

struct sender {
	double last_ms; /* 0: none yet */
	uint64_t newest;
	uint64_t received;
	uint64_t twice;
	uint64_t seen[WINDOW]; /* at number % WINDOW: that number */
};

static struct sender senders[HOSTS_MAX + 1];
static double ahead_ms; /* the clock on standard input, of ours */
static unsigned int hosts, self;

static void die(const char *what)
{
	fprintf(stderr, "ring-peer: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double own_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

static double now_ms(void)
{
	return own_ms() + ahead_ms;
}

/* The largest difference is that of the time that was delayed least. */
static void learn_time(void)
{
	for (int i = 0; i < SYNCS; i++) {
		double ms;

		if (scanf("%lf", &ms) != 1) {
			fprintf(stderr,
				"ring-peer: no time on standard input\n");
			exit(EXIT_FAILURE);
		}
		ms -= own_ms();
		if (i == 0 || ms > ahead_ms)
			ahead_ms = ms;
	}
}

static int open_interface(const char *name)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	struct packet_mreq all = {
		.mr_ifindex = address.sll_ifindex,
		.mr_type = PACKET_MR_ALLMULTI,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			htons(ETHERTYPE));

	if (fd < 0 || !address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof(all)) != 0)
		die(name);
	return fd;
}

static int open_timer(void)
{
	static const struct timespec period = { .tv_nsec = PERIOD_NS };
	const struct itimerspec spec = { period, period };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd < 0 || timerfd_settime(fd, 0, &spec, NULL) != 0)
		die("timerfd");
	return fd;
}

/* A frame that the interface does not take is lost like any other. */
static void send_frame(int fd, uint64_t number)
{
	const struct frame frame = {
		.to = { 0x03, 'r', 'i', 'n', 'g', 0 },
		.from = { 0x02, 'r', 'i', 'n', 'g', (uint8_t)self },
		.type = htons(ETHERTYPE),
		.host = (uint8_t)self,
		.number = number,
	};

	if (send(fd, &frame, sizeof(frame), 0) < 0 && errno != ENOBUFS &&
	    errno != EAGAIN && errno != ENETDOWN)
		die("send");
}

static void receive_frame(const struct frame *frame)
{
	struct sender *sender = &senders[frame->host];
	uint64_t *seen = &sender->seen[frame->number % WINDOW];
	double ms = now_ms();

	if (*seen == frame->number) {
		sender->twice++;
		return;
	}
	*seen = frame->number;
	sender->received++;
	/* A host that hung may forward a frame from before that. */
	if (frame->number < sender->newest)
		return;
	sender->newest = frame->number;
	if (!sender->last_ms)
		printf("first %.0f %u\n", ms, frame->host);
	else if (ms - sender->last_ms >= GAP_MS)
		printf("gap %.0f %u %.0f\n", ms, frame->host,
		       ms - sender->last_ms);
	sender->last_ms = ms;
}

static void receive_frames(int fd)
{
	struct frame frame;
	ssize_t len;

	while ((len = recv(fd, &frame, sizeof(frame), 0)) >= 0)
		if (len == sizeof(frame) && frame.host && frame.host <= hosts &&
		    frame.host != self)
			receive_frame(&frame);
	fflush(stdout);
}

static unsigned int count_heard(void)
{
	unsigned int count = 0;

	for (unsigned int host = 1; host <= hosts; host++)
		count += senders[host].last_ms &&
			 now_ms() - senders[host].last_ms < HEARD_MS;
	return count;
}

/* Numbers, a line each. False: there are no more. */
static bool answer(void)
{
	static uint64_t number;
	char c;

	if (read(STDIN_FILENO, &c, 1) != 1)
		return false;
	if (c != '\n') {
		number = number * 10 + (c - '0');
		return true;
	}
	printf("hears %llu %u\n", (unsigned long long)number, count_heard());
	fflush(stdout);
	number = 0;
	return true;
}

static void tell_end(void)
{
	for (unsigned int host = 1; host <= hosts; host++) {
		const struct sender *sender = &senders[host];

		if (host == self)
			continue;
		if (sender->last_ms && now_ms() - sender->last_ms >= GAP_MS)
			printf("open %.0f %u %.0f\n", now_ms(), host,
			       now_ms() - sender->last_ms);
		printf("sum %u %llu %llu\n", host,
		       (unsigned long long)sender->received,
		       (unsigned long long)sender->twice);
	}
}

int main(int argc, char **argv)
{
	struct pollfd fds[3] = { { .fd = STDIN_FILENO } };
	uint64_t times, number;

	if (argc == 4) {
		self = strtoul(argv[2], NULL, 10);
		hosts = strtoul(argv[3], NULL, 10);
	}
	if (self < 1 || self > hosts || hosts > HOSTS_MAX) {
		fputs(usage, stderr);
		return 2;
	}
	setvbuf(stdin, NULL, _IONBF, 0);
	learn_time();
	/* By the clock, so that a host goes on to count when it is back. */
	number = now_ms();
	fds[1].fd = open_interface(argv[1]);
	fds[2].fd = open_timer();
	for (int i = 0; i < 3; i++)
		fds[i].events = POLLIN;

	while (poll(fds, 3, -1) >= 0 || errno == EINTR) {
		if (fds[2].revents &&
		    read(fds[2].fd, &times, sizeof(times)) == sizeof(times)) {
			/* A late frame does not make up for those it missed. */
			number += times;
			send_frame(fds[1].fd, number);
		}
		if (fds[1].revents)
			receive_frames(fds[1].fd);
		if (fds[0].revents && !answer())
			break;
	}
	tell_end();
	return EXIT_SUCCESS;
}

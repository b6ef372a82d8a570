// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hostile clients of the sockets of a card, and hostile state files. The bytes
 * are a list of the clients' operations (enum op), or the file. None may make
 * the card access memory outside its own, wait, or keep a descriptor from a
 * client.
 *
 * An operation is a byte, followed by the bytes of its numbers, low byte first;
 * missing bytes are 0.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vfio-user.h>

#include "base/loop.h"
#include "base/sock.h"
#include "base/util.h"
#include "card.h"
#include "controller/state.h"
#include "host/blocked.h"
#include "host/vfio.h"
#include "user/control.h"

#define CLIENTS 4
#define MEMORY_SIZE 0x10000
#define BODY_MAX 300
#define SEND_MAX 16 /* descriptors with a message */

enum op {
	OP_CONNECT, /* client, socket: a port's or the control socket */
	OP_GREET, /* client: sends a valid version message */
	OP_BYTES, /* client, descriptors, length, bytes */
	OP_REQUEST, /* client, command, flags, descriptors, length, bytes */
	OP_READ, /* client: reads its answers */
	OP_CLOSE, /* client */
	OP_MEMORY, /* its new length / 256: smaller truncates it */
	OP_EVENT, /* fills or empties the eventfd */
	OP_DMA, /* port, address (4), length: read and written by the card */
	OP_INTERRUPT, /* port, vector */
	OP_PUMP, /* the card runs */
	OPS
};

struct fuzz {
	const uint8_t *data;
	size_t left;
	struct loop *loop;
	struct card card;
	struct vfio *functions[CARD_PORTS];
	struct control *control;
	int client[CLIENTS]; /* -1: none */
	/* The kinds of descriptors that a client sends. */
	int memory, event, pipe[2];
};

static uint64_t now_us = 1000000;

static uint64_t clock_us(void)
{
	return now_us;
}

static struct loop_timers timers = { .now_us = clock_us };

static int64_t wall_s(void)
{
	return 1795365600;
}

/* The fuzzer has its own timer, and nothing races with the card here. */
void blocked_expect(void)
{
}

static uint32_t take(struct fuzz *f, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes && f->left > 0; i++, f->left--)
		value |= (uint32_t)*f->data++ << (8 * i);
	return value;
}

static const char *path_of(unsigned int n)
{
	static char path[4][64];

	snprintf(path[n], sizeof(path[n]), "/tmp/fuzz-socket.%ld.%u",
		 (long)getpid(), n);
	return path[n];
}

static unsigned int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	if (!dir)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void pump(struct fuzz *f, unsigned int turns)
{
	for (unsigned int i = 0; i < turns; i++)
		loop_wait(f->loop, 0);
}

static int *take_client(struct fuzz *f)
{
	return &f->client[take(f, 1) % CLIENTS];
}

static void close_client(int *client)
{
	if (*client >= 0)
		close(*client);
	*client = -1;
}

static void connect_client(struct fuzz *f)
{
	int *client = take_client(f);
	struct sockaddr_un address;

	close_client(client);
	*client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (*client < 0)
		abort();
	sock_address(&address, path_of(take(f, 1) % (CARD_PORTS + 1)));
	if (connect(*client, (struct sockaddr *)&address, sizeof(address)) != 0)
		close_client(client);
}

/* kinds: two bits for each of up to 16, from the lowest; 0 ends the list. */
static void send_with(struct fuzz *f, int client, uint32_t kinds,
		      const void *data, size_t len)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * SEND_MAX)];
	} control = { .header = { 0, SOL_SOCKET, SCM_RIGHTS } };
	struct iovec part = { (void *)data, len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	const int by_kind[] = { -1, f->memory, f->event, f->pipe[1] };
	int fds[SEND_MAX];
	size_t count = 0;

	for (; kinds & 3; kinds >>= 2)
		fds[count++] = by_kind[kinds & 3];
	if (count > 0) {
		control.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
	}
	sendmsg(client, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static size_t take_bytes(struct fuzz *f, uint8_t *to)
{
	size_t len = take(f, 2) % BODY_MAX;

	for (size_t i = 0; i < len; i++)
		to[i] = take(f, 1);
	return len;
}

static void send_bytes(struct fuzz *f)
{
	int client = *take_client(f);
	uint32_t kinds = take(f, 4);
	uint8_t bytes[BODY_MAX];
	size_t len = take_bytes(f, bytes);

	if (client >= 0)
		send_with(f, client, kinds, bytes, len);
}

static void send_message(struct fuzz *f, int client, uint16_t command,
			 uint8_t flags, uint32_t kinds, const uint8_t *body,
			 size_t len)
{
	struct {
		struct vfio_user_header header;
		uint8_t body[BODY_MAX];
	} __attribute__((packed)) message = {
		.header = {
			.cmd = command,
			.msg_size = sizeof(message.header) + len,
		},
	};

	message.header.flags.no_reply = flags & 1;
	memcpy(message.body, body, len);
	if (client >= 0)
		send_with(f, client, kinds, &message, message.header.msg_size);
}

static void send_request(struct fuzz *f)
{
	int client = *take_client(f);
	uint8_t command = take(f, 1), flags = take(f, 1);
	uint32_t kinds = take(f, 4);
	uint8_t body[BODY_MAX];
	size_t len = take_bytes(f, body);

	send_message(f, client, command, flags, kinds, body, len);
}

static void greet(struct fuzz *f)
{
	static const uint8_t hello[] = { 0, 0, 1, 0, '{', '}', 0 };

	send_message(f, *take_client(f), VFIO_USER_VERSION, 0, 0, hello,
		     sizeof(hello));
	pump(f, 8);
}

static void read_answers(struct fuzz *f)
{
	int client = *take_client(f);
	uint8_t answers[4096];

	if (client < 0)
		return;
	while (recv(client, answers, sizeof(answers), MSG_DONTWAIT) > 0)
		pump(f, 2);
}

static void fill_event(struct fuzz *f)
{
	eventfd_t n;

	if (take(f, 1) & 1)
		eventfd_write(f->event, UINT64_MAX - 1);
	else
		eventfd_read(f->event, &n);
}

static void access_memory(struct fuzz *f)
{
	struct port *port = &f->card.port[take(f, 1) % CARD_PORTS];
	uint64_t address = take(f, 4);
	size_t len = take(f, 1) * 16;
	uint8_t data[256 * 16];

	if (port_dma_read(port, address, data, len))
		port_dma_write(port, address, data, len);
}

static void interrupt(struct fuzz *f)
{
	struct port *port = &f->card.port[take(f, 1) % CARD_PORTS];

	port_interrupt(port, take(f, 1) % 64);
}

static void run_op(struct fuzz *f)
{
	switch (take(f, 1) % OPS) {
	case OP_CONNECT:
		connect_client(f);
		break;
	case OP_GREET:
		greet(f);
		break;
	case OP_BYTES:
		send_bytes(f);
		break;
	case OP_REQUEST:
		send_request(f);
		break;
	case OP_READ:
		read_answers(f);
		break;
	case OP_CLOSE:
		close_client(take_client(f));
		break;
	case OP_MEMORY:
		if (ftruncate(f->memory, take(f, 1) * 256))
			abort();
		break;
	case OP_EVENT:
		fill_event(f);
		break;
	case OP_DMA:
		access_memory(f);
		break;
	case OP_INTERRUPT:
		interrupt(f);
		break;
	case OP_PUMP:
		break;
	}
	pump(f, 4);
	now_us += 100;
	if (loop_timers_next(&timers) <= now_us)
		loop_timers_run(&timers);
}

static void set_up(struct fuzz *f)
{
	static const struct card_config config = {
		.link_us = CARD_LINK_US,
		.relay_us = CARD_RELAY_US,
		.timers = &timers,
		.wall_s = wall_s,
	};

	f->loop = loop_new();
	card_init(&f->card, &config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		f->functions[lan] =
			vfio_listen(&f->card, lan, f->loop, path_of(lan));
	f->control = control_open(&f->card, f->loop, path_of(CARD_PORTS));
	for (unsigned int i = 0; i < CLIENTS; i++)
		f->client[i] = -1;
	f->memory = memfd_create("memory", MFD_CLOEXEC);
	f->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->memory < 0 || ftruncate(f->memory, MEMORY_SIZE) ||
	    f->event < 0 || pipe(f->pipe))
		abort();
}

static void tear_down(struct fuzz *f)
{
	control_close(f->control);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		vfio_close(f->functions[lan]);
	card_fini(&f->card);
	loop_free(f->loop);
	close(f->memory);
	close(f->event);
	close(f->pipe[0]);
	close(f->pipe[1]);
}

static void run_sockets(const uint8_t *data, size_t size)
{
	static struct fuzz f;
	unsigned int before = open_descriptors(), idle;

	memset(&f, 0, sizeof(f));
	f.data = data;
	f.left = size;
	set_up(&f);
	idle = open_descriptors();
	while (f.left > 0)
		run_op(&f);
	/* Without its clients the card is as before. */
	for (unsigned int i = 0; i < CLIENTS; i++)
		close_client(&f.client[i]);
	pump(&f, 500);
	if (open_descriptors() != idle)
		abort();
	tear_down(&f);
	if (open_descriptors() != before)
		abort();
}

static void run_state_file(const uint8_t *data, size_t size)
{
	const char *path = path_of(CARD_PORTS + 1);
	struct bypass_image image;
	uint16_t flash[NVM_WORDS] = { 0 };
	char error[512];
	FILE *file = fopen(path, "w");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		abort();
	/* An accepted file can be saved and loaded again. */
	if (state_load(path, wall_s(), &image, flash, error, sizeof(error)) &&
	    (!state_save(path, wall_s(), &image, flash, error, sizeof(error)) ||
	     !state_load(path, wall_s(), &image, flash, error, sizeof(error))))
		abort();
	unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (regs_init())
		abort();
	if (size > 0 && data[0] == '{')
		run_state_file(data, size);
	else
		run_sockets(data, size);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* A cable that ends in a datagram socket: a test's, or another card's. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sock.h"
#include "base/util.h"
#include "wire_kind.h"

/* The queue for a slow peer, up to the limit of the system. */
#define SEND_BUFFER (4 << 20)

struct end {
	int fd;
	char *path; /* path of our socket; NULL: we connect */
	struct sockaddr_un callee; /* if we connect */
	bool connected;
	enum wire_level level; /* ours */
	unsigned int relays; /* that it has passed */
	enum wire_level peer_level;
	unsigned int peer_relays;
};

/* The peer is gone, or was never present. */
static void disconnect(struct end *end)
{
	static const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	connect(end->fd, &nobody, sizeof(nobody));
	end->connected = false;
	end->peer_level = WIRE_DARK;
	end->peer_relays = 0;
}

static bool transmit(struct end *end, const void *data, size_t len)
{
	if (!end->connected)
		return false;
	if (send(end->fd, data, len, MSG_NOSIGNAL) == (ssize_t)len)
		return true;
	/* A full queue means a slow peer. */
	if (errno != EAGAIN && errno != ENOBUFS && errno != EMSGSIZE)
		disconnect(end);
	return false;
}

static void say_level(struct end *end)
{
	const uint8_t said[] = { end->level, end->relays };

	transmit(end, said, end->relays ? 2 : 1);
}

static bool connect_to(struct end *end, const struct sockaddr_un *address,
		       socklen_t size)
{
	if (connect(end->fd, (const struct sockaddr *)address, size) != 0)
		return false;
	end->connected = true;
	say_level(end);
	return end->connected;
}

/* Checks that the peer is present, and tells it that we are. */
static bool check(void *opaque)
{
	struct end *end = opaque;

	if (!end->path && !end->connected)
		connect_to(end, &end->callee, sizeof(end->callee));
	else
		say_level(end);
	return false;
}

static void set_level(void *opaque, enum wire_level level, unsigned int relays)
{
	struct end *end = opaque;

	end->level = level;
	end->relays = relays;
	say_level(end);
}

static struct end *new_end(int fd)
{
	static const int size = SEND_BUFFER;
	struct end *end = xcalloc(1, sizeof(*end));

	/* The kernel limits the size to its maximum. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	end->fd = fd;
	return end;
}

static void *open_unix(const char *path)
{
	struct end *end = new_end(sock_bind(path, SOCK_DGRAM));

	end->path = xstrdup(path);
	return end;
}

static void *open_card(const char *path)
{
	/* With only the family, the kernel chooses an address. */
	static const struct sockaddr any = { .sa_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct end *end;

	if (fd < 0 || bind(fd, &any, sizeof(any.sa_family)) != 0)
		die("card:%s: %s", path, strerror(errno));
	end = new_end(fd);
	sock_address(&end->callee, path);
	check(end);
	return end;
}

static void close_end(void *opaque)
{
	struct end *end = opaque;

	close(end->fd);
	if (end->path)
		unlink(end->path);
	free(end->path);
	free(end);
}

static int end_fd(const void *opaque)
{
	const struct end *end = opaque;

	return end->fd;
}

static int receive(void *opaque, uint8_t *frame, size_t size)
{
	struct end *end = opaque;
	struct sockaddr_un from = { 0 };
	socklen_t from_size = sizeof(from);
	ssize_t len = recvfrom(end->fd, frame, size, MSG_TRUNC,
			       (struct sockaddr *)&from, &from_size);

	if (len < 0) {
		/* The error of a missing peer is reported once. */
		if (errno != EAGAIN && errno != EINTR)
			disconnect(end);
		return WIRE_EMPTY;
	}
	if (!end->connected) {
		/* A sender without an address can't get an answer. */
		if (!end->path || from_size <= sizeof(from.sun_family) ||
		    !connect_to(end, &from, from_size))
			return 0;
		end->peer_level = WIRE_SIGNAL;
	}
	if (len == 1 || len == 2) {
		end->peer_level = frame[0] < WIRE_LINK ? frame[0] : WIRE_LINK;
		end->peer_relays = len == 2 ? frame[1] : 0;
	}
	return len;
}

static bool send_frame(void *end, const uint8_t *frame, size_t len)
{
	return transmit(end, frame, len);
}

static bool peer(const void *opaque)
{
	const struct end *end = opaque;

	return end->connected && end->peer_level != WIRE_DARK;
}

static unsigned int relays(const void *opaque)
{
	const struct end *end = opaque;

	return end->peer_relays;
}

const struct wire_kind wire_unix = {
	.prefix = "unix",
	.open = open_unix,
	.close = close_end,
	.fd = end_fd,
	.receive = receive,
	.send = send_frame,
	.set_level = set_level,
	.check = check,
	.peer = peer,
	.relays = relays,
};

const struct wire_kind wire_card = {
	.prefix = "card",
	.open = open_card,
	.close = close_end,
	.fd = end_fd,
	.receive = receive,
	.send = send_frame,
	.set_level = set_level,
	.check = check,
	.peer = peer,
	.relays = relays,
};

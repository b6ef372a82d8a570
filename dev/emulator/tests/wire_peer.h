/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer at the other end of a cable unix:PATH, and a loop to run it. */
#ifndef WIRE_PEER_H
#define WIRE_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/loop.h"
#include "base/sock.h"
#include "cable/wire.h"
#include "own_time.h"

#define FRAME_SIZE 60

struct peer {
	int fd;
	int level; /* the last level from the card; -1: none yet */
};

/* A path for a socket of this process. */
static inline const char *peer_path(unsigned int n)
{
	static char path[4][64];

	snprintf(path[n], sizeof(path[n]), "/tmp/test-wire.%ld.%u",
		 (long)getpid(), n);
	return path[n];
}

static inline struct peer peer_connect(const char *path)
{
	static const struct sockaddr any = { .sa_family = AF_UNIX };
	struct sockaddr_un address;
	struct peer peer = { .level = -1 };

	sock_address(&address, path);
	peer.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(peer.fd >= 0);
	assert_int_equal(bind(peer.fd, &any, sizeof(any.sa_family)), 0);
	assert_int_equal(connect(peer.fd, (struct sockaddr *)&address,
				 sizeof(address)),
			 0);
	return peer;
}

static inline void peer_say_level(struct peer *peer, uint8_t level)
{
	assert_int_equal(send(peer->fd, &level, 1, 0), 1);
}

/* Frame number n: all of its bytes are n. */
static inline void peer_send(struct peer *peer, uint8_t n)
{
	uint8_t frame[FRAME_SIZE];

	memset(frame, n, sizeof(frame));
	assert_int_equal(send(peer->fd, frame, sizeof(frame), 0),
			 sizeof(frame));
}

/* The number of the next frame, or -1; also records levels. */
static inline int peer_receive(struct peer *peer)
{
	uint8_t frame[WIRE_FRAME_MAX];
	ssize_t len;

	while ((len = recv(peer->fd, frame, sizeof(frame), 0)) == 1 || len == 2)
		peer->level = frame[0];
	if (len < 0)
		return -1;
	assert_int_equal(len, FRAME_SIZE);
	for (int i = 0; i < FRAME_SIZE; i++)
		assert_int_equal(frame[i], frame[0]);
	return frame[0];
}

static inline int peer_level(struct peer *peer)
{
	assert_int_equal(peer_receive(peer), -1);
	return peer->level;
}

/* Runs one event, which must not take long: see own_time.h. */
static inline void assert_was_quick(const struct own_time *start)
{
	static bool was_late;
	uint64_t took_us = own_time_since(start);

	if (took_us < OWN_TIME_LONG_US)
		return;
	assert_true(took_us < OWN_TIME_STALL_US);
	assert_false(was_late);
	was_late = true;
}

/* Runs all pending events, none of which takes long. */
static inline void pump(struct loop *loop)
{
	for (int i = 0; i < 50; i++) {
		struct own_time start = own_time_now();

		loop_wait(loop, 0);
		assert_was_quick(&start);
	}
}

/* Runs the loop until the condition holds, for 10 s at most. */
#define pump_until(loop, condition)                                        \
	do {                                                               \
		for (int tries = 0; !(condition) && tries < 1000; tries++) \
			loop_wait(loop, 10 * 1000);                        \
		assert_true(condition);                                    \
	} while (0)

#endif

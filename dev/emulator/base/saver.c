// SPDX-License-Identifier: GPL-2.0-or-later
#include "saver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

#define WORD_MAX 512

/* The descriptors that the process keeps. */
#define WORD_FD 3
#define KEPT_FD 4

/*
 * The result of the process is one write of up to WORD_MAX bytes, which is
 * atomic on a pipe.
 */
static void word_ready(void *opaque, uint32_t events)
{
	struct saver *saver = opaque;
	char word[WORD_MAX + 1];
	ssize_t len = read(saver->source.fd, word, WORD_MAX);
	int status = 0;

	(void)events;
	if (len < 0 && errno == EINTR)
		return;
	loop_remove(saver->loop, &saver->source);
	close(saver->source.fd);
	saver->source.fd = -1;
	while (waitpid(saver->process, &status, 0) < 0 && errno == EINTR)
		;
	if (len > 0) {
		word[len] = '\0';
		saver->done(saver->opaque, word);
	} else if (status != 0) {
		saver->done(saver->opaque,
			    "the process that saves the state was killed");
	} else {
		saver->done(saver->opaque, NULL);
	}
}

void saver_init(struct saver *saver, struct loop *loop,
		void (*done)(void *opaque, const char *error), void *opaque)
{
	*saver = (struct saver){
		.loop = loop,
		.source = {
			.fd = -1,
			.ready = word_ready,
			.opaque = saver,
		},
		.done = done,
		.opaque = opaque,
	};
}

bool saver_is_busy(const struct saver *saver)
{
	return saver->source.fd >= 0;
}

/* This process must not keep the card's sockets open. */
static void close_all_but(int word_fd, int keep)
{
	int high = fcntl(keep, F_DUPFD_CLOEXEC, KEPT_FD + 1);

	word_fd = fcntl(word_fd, F_DUPFD_CLOEXEC, KEPT_FD + 1);
	dup2(word_fd, WORD_FD);
	dup2(high, KEPT_FD);
	close_range(KEPT_FD + 1, ~0U, 0);
}

bool saver_fork(struct saver *saver, int keep)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		saver->done(saver->opaque, strerror(errno));
		return false;
	}
	saver->process = fork();
	if (saver->process == 0) {
		close_all_but(ends[1], keep);
		return true;
	}
	close(ends[1]);
	if (saver->process < 0) {
		close(ends[0]);
		saver->done(saver->opaque, strerror(errno));
		return false;
	}
	saver->source.fd = ends[0];
	loop_add(saver->loop, &saver->source, EPOLLIN);
	return false;
}

void saver_end(const char *error)
{
	size_t len = error ? strnlen(error, WORD_MAX) : 0;

	if (len > 0 && write(WORD_FD, error, len) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_SUCCESS);
}

void saver_wait(struct saver *saver)
{
	while (saver_is_busy(saver))
		word_ready(saver, 0);
}

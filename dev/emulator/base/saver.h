/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saves the state in a process of its own: a disk can take seconds for it, and
 * the card must not wait.
 */
#ifndef SAVER_H
#define SAVER_H

#include <stdbool.h>

#include "loop.h"

struct saver {
	struct loop *loop;
	struct loop_source
		source; /* the process' word; .fd is -1 if it is none */
	int process;
	/* error is NULL, or why nothing was saved. */
	void (*done)(void *opaque, const char *error);
	void *opaque;
};

void saver_init(struct saver *saver, struct loop *loop,
		void (*done)(void *opaque, const char *error), void *opaque);
bool saver_is_busy(const struct saver *saver);

/*
 * The saver is not busy. Returns true in the process that is to save, with all
 * descriptors closed but keep, and which then calls saver_end(). If there can
 * be none, done() is called.
 */
bool saver_fork(struct saver *saver, int keep);
/* error: as for done(). */
void saver_end(const char *error) __attribute__((noreturn));

/* Until it is not busy any more, and done() was called. */
void saver_wait(struct saver *saver);

#endif

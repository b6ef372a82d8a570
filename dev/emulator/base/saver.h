/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saves the state in a separate process, as a disk can take seconds and the
 * card must not wait.
 */
#ifndef SAVER_H
#define SAVER_H

#include <stdbool.h>

#include "loop.h"

struct saver {
	struct loop *loop;
	struct loop_source source; /* the process' result; .fd is -1 if none */
	int process;
	/* error: NULL, or the reason why nothing was saved. */
	void (*done)(void *opaque, const char *error);
	void *opaque;
};

void saver_init(struct saver *saver, struct loop *loop,
		void (*done)(void *opaque, const char *error), void *opaque);
bool saver_is_busy(const struct saver *saver);

/*
 * Must not be called while the saver is busy. Returns true in the new process,
 * with all descriptors closed except keep; it saves, and calls saver_end(). If
 * no process can be started, done() is called.
 */
bool saver_fork(struct saver *saver, int keep);
/* error: as for done(). */
void saver_end(const char *error) __attribute__((noreturn));

/* Waits until it is no longer busy and done() was called. */
void saver_wait(struct saver *saver);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user can ask of a running card, in words: the commands of x540ctl,
 * whose --help explains them. Each answer is a JSON object. One that has a
 * member "error" says what was wrong, and nothing was done.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct card;
struct json_object;

#define COMMAND_MAX 256 /* bytes of a line */

/* The line is taken to pieces. The caller puts the answer. */
struct json_object *command_run(struct card *card, char *line);
struct json_object *command_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif

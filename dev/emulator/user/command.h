/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of the user to a running card: those of x540ctl, whose --help
 * explains them. Each answer is a JSON object. If it has a member "error", the
 * command had no effect.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct card;
struct json_object;

#define COMMAND_MAX 256 /* bytes of a line */

/* Modifies the line. The caller must put the answer. */
struct json_object *command_run(struct card *card, char *line);
struct json_object *command_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif

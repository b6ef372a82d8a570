/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state file as JSON. Only for state.c; others use state.h. */
#ifndef STATE_JSON_H
#define STATE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/*
 * The first problem of the file that is parsed. Parsing continues after it, so
 * the steps need not check for it.
 */
struct problem {
	bool found;
	char text[256];
};

void report(struct problem *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void state_parse(struct problem *p, struct json_object *file, int64_t wall_s,
		 struct bypass_image *image, uint16_t flash[STATE_FLASH_WORDS]);
struct json_object *state_build(int64_t wall_s,
				const struct bypass_image *image,
				const uint16_t flash[STATE_FLASH_WORDS]);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A card like another one: the report of `make card-report` has the behaviour
 * of that card's bypass controller, as values of the settings.
 */
#ifndef LIKE_H
#define LIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "bypass_settings.h"

/*
 * Applies the settings in the report; others are unchanged. On failure returns
 * false with a message in error, and config is unchanged.
 */
bool like_read(struct bypass_config *config, const char *path, char *error,
	       size_t error_size);

#endif

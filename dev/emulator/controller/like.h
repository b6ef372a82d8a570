/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A card like another one: the report of `make card-report` says how that
 * card's bypass controller behaves, in the words of the settings.
 */
#ifndef LIKE_H
#define LIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "bypass_settings.h"

/*
 * Takes the settings that the report tells; what it could not tell stays as it
 * is. On failure error says what is wrong, config is as it was, and false is
 * returned.
 */
bool like_read(struct bypass_config *config, const char *path, char *error,
	       size_t error_size);

#endif

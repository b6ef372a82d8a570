/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages, memory and numbers, for all of the emulator. */
#ifndef UTIL_H
#define UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bits.h"

#define BIT64(n) (UINT64_C(1) << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A time that never comes. */
#define NO_DEADLINE UINT64_MAX

static inline uint64_t earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

extern bool log_is_verbose;
extern const char *log_name; /* what each line starts with */

/* Prints a line to stderr. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints a line to stderr with --verbose. */
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints a line to stderr, and exits with 1. */
void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Parses a decimal number in this range, without other text. */
bool parse_number(const char *text, uint64_t min, uint64_t max,
		  uint64_t *number);

/* The address of a station, as in 02:15:5c:00:00:00, and nothing else? */
bool parse_mac(const char *text, uint8_t mac[6]);

/* calloc() and strdup() that never return NULL. */
void *xcalloc(size_t count, size_t size);
char *xstrdup(const char *text);

#endif

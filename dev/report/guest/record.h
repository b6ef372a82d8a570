/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The output: records on standard output, a line of JSON each, as
 * {"name":{...}}. They are flushed at once, so that a crash does not lose
 * results. Names and texts are constants of the program, in plain ASCII.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void record_begin(const char *name);
void record_text(const char *key, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void record_number(const char *key, double value);
void record_hex(const char *key, uint32_t value, unsigned int digits);
void record_bytes(const char *key, const uint8_t *bytes, size_t count);
void record_bool(const char *key, bool value);
void record_end(void);

/* Progress messages for the user, on standard error. */
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

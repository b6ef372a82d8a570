// SPDX-License-Identifier: GPL-2.0-or-later
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool log_is_verbose;
const char *log_name = "x540-t2bp";

static void log_line(const char *format, va_list args)
{
	fprintf(stderr, "%s: ", log_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	if (!log_is_verbose)
		return;
	va_start(args, format);
	log_line(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(format, args);
	va_end(args);
	exit(EXIT_FAILURE);
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p)
		die("out of memory (%zu bytes)", count * size);
	return p;
}

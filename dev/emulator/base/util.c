// SPDX-License-Identifier: GPL-2.0-or-later
#include "util.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	/* Without the leak checker: the end of the process frees everything. */
	fflush(NULL);
	_exit(EXIT_FAILURE);
}

bool parse_number(const char *text, uint64_t min, uint64_t max,
		  uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno &&
	       *number >= min && *number <= max;
}

bool parse_mac(const char *text, uint8_t mac[6])
{
	static const char pattern[] = "xx:xx:xx:xx:xx:xx";
	static const uint8_t none[6];

	for (size_t i = 0; i < sizeof(pattern); i++)
		if (pattern[i] == 'x' ? !isxdigit((unsigned char)text[i]) :
					text[i] != pattern[i])
			return false;
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = strtoul(text + 3 * i, NULL, 16);
	return !(mac[0] & 1) && memcmp(mac, none, sizeof(none)) != 0;
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p)
		die("out of memory (%zu bytes)", count * size);
	return p;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xcalloc(1, size), text, size);
}

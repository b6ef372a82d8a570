// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

static const char *separator;

static void key_of(const char *key)
{
	printf("%s\"%s\":", separator, key);
	separator = ",";
}

void record_begin(const char *name)
{
	printf("{\"%s\":{", name);
	separator = "";
}

void record_text(const char *key, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	key_of(key);
	putchar('"');
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(isprint((unsigned char)*c) ? *c : ' ');
	}
	putchar('"');
}

void record_number(const char *key, double value)
{
	key_of(key);
	printf("%.10g", value);
}

void record_hex(const char *key, uint32_t value, unsigned int digits)
{
	record_text(key, "0x%0*x", (int)digits, value);
}

void record_bytes(const char *key, const uint8_t *bytes, size_t count)
{
	key_of(key);
	putchar('"');
	for (size_t i = 0; i < count; i++)
		printf("%02x", bytes[i]);
	putchar('"');
}

void record_bool(const char *key, bool value)
{
	key_of(key);
	fputs(value ? "true" : "false", stdout);
}

void record_end(void)
{
	puts("}}");
	fflush(stdout);
}

void progress(const char *format, ...)
{
	va_list args;

	fputs("card-report: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

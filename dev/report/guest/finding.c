// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Tolerance for the difference of two clocks and the time of an edge. */
#define SLACK_MS 3.0

void found(struct finding *f, const char *value, const char *format, ...)
{
	va_list args;

	snprintf(f->value, sizeof(f->value), "%s", value);
	va_start(args, format);
	vsnprintf(f->figure, sizeof(f->figure), format, args);
	va_end(args);
}

void cannot_tell(struct finding *f, const char *format, ...)
{
	va_list args;

	f->value[0] = '\0';
	va_start(args, format);
	vsnprintf(f->figure, sizeof(f->figure), format, args);
	va_end(args);
}

void found_range(struct finding *f, struct range range, const char *what)
{
	double assumed = atof(f->assumed);
	char value[16];

	if (!range.seen) {
		cannot_tell(f, "%s: not within %.0f ms", what, range.lo_ms);
		return;
	}
	f->range = range;
	if (assumed >= range.lo_ms - SLACK_MS &&
	    assumed <= range.hi_ms + SLACK_MS)
		snprintf(value, sizeof(value), "%s", f->assumed);
	else
		snprintf(value, sizeof(value), "%.0f",
			 range.lo_ms > 0 ? (range.lo_ms + range.hi_ms) / 2 : 0);
	if (range.lo_ms > 0)
		found(f, value, "%s: between %.0f and %.0f ms", what,
		      range.lo_ms, range.hi_ms);
	else
		found(f, value, "%s: within %.0f ms", what, range.hi_ms);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * assert_within(): cmocka 2 deprecates assert_in_range(), and cmocka 1 lacks
 * its replacement.
 */
#ifndef WITHIN_H
#define WITHIN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_within(value, minimum, maximum) \
	check_within(#value, value, minimum, maximum, __FILE__, __LINE__)

static inline void check_within(const char *what, uintmax_t value,
				uintmax_t minimum, uintmax_t maximum,
				const char *file, int line)
{
	if (value >= minimum && value <= maximum)
		return;
	print_error("%s is %ju, not from %ju to %ju\n", what, value, minimum,
		    maximum);
	_fail(file, line);
}

#endif

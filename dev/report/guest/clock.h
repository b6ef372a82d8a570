/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLOCK_MONOTONIC, in nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#define NS_PER_MS 1000000.0

uint64_t now_ns(void);
/* Returns at that time or a little later, but not before. */
void sleep_until(uint64_t at_ns);
void sleep_ms(double ms);

#endif

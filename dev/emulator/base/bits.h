/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register fields by mask, as the kernel names these helpers. */
#ifndef BITS_H
#define BITS_H

#define BIT(n) (1u << (n))
#define GENMASK(high, low) ((~0u << (low)) & (~0u >> (31 - (high))))

/* The lowest set bit of a mask is the factor between field and register. */
#define FIELD_LOW(mask) ((mask) & -(mask))
#define FIELD_GET(mask, reg) (((reg) & (mask)) / FIELD_LOW(mask))
#define FIELD_PREP(mask, value) (((value)*FIELD_LOW(mask)) & (mask))

#endif

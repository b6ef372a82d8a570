/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in memory: little-endian as the host's, big-endian as a frame's. */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>

static inline uint16_t get_le16(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}

static inline uint32_t get_le32(const uint8_t *at)
{
	return get_le16(at) | (uint32_t)get_le16(at + 2) << 16;
}

static inline uint64_t get_le64(const uint8_t *at)
{
	return get_le32(at) | (uint64_t)get_le32(at + 4) << 32;
}

static inline void put_le16(uint8_t *at, uint16_t value)
{
	at[0] = value;
	at[1] = value >> 8;
}

static inline void put_le32(uint8_t *at, uint32_t value)
{
	put_le16(at, value);
	put_le16(at + 2, value >> 16);
}

static inline uint16_t get_be16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static inline uint32_t get_be32(const uint8_t *at)
{
	return (uint32_t)get_be16(at) << 16 | get_be16(at + 2);
}

static inline void put_be16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static inline void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checksums that the card inserts and verifies: the Internet's (RFC 1071)
 * and SCTP's (CRC32c, RFC 4960 appendix B).
 *
 * A sum is folded only at the end. All parts that are added, except the last,
 * must have an even length.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* sum + the big-endian words of data; an odd last byte is a high byte. */
uint64_t checksum_add(uint64_t sum, const uint8_t *data, size_t len);
/* 0xffff if the data contains a valid checksum. */
uint16_t checksum_fold(uint64_t sum);

/* Over parts of any length: start, add each, end. Stored low byte first. */
#define CHECKSUM_CRC32C_START 0xffffffff
uint32_t checksum_crc32c_add(uint32_t crc, const uint8_t *data, size_t len);
uint32_t checksum_crc32c_end(uint32_t crc);

#endif

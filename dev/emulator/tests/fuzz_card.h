/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile host, and a hostile peer: bytes are taken as a list of what they
 * do to the card (enum fuzz_op), until there are no more. Nothing they do may
 * make the card read or write outside of its memory, or go on for ever.
 *
 * Each operation is a byte, and the bytes of its numbers, low byte first;
 * what is missing at the end is 0. The host's memory is FUZZ_MEMORY bytes at
 * address 0, and what is not there fails.
 */
#ifndef FUZZ_CARD_H
#define FUZZ_CARD_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_MEMORY 0x20000

enum fuzz_op {
	FUZZ_PORT, /* number: those below are about this port */
	FUZZ_READ, /* offset (3 bytes), length (1) */
	FUZZ_WRITE, /* offset (3), value (4) */
	FUZZ_CONFIG, /* offset (2), value (4) */
	FUZZ_MEMORY_WRITE, /* address (3), length (1), bytes */
	FUZZ_DESCRIPTOR, /* address / 16 (2), address (4), two words (8) */
	FUZZ_FRAME, /* length (2), bytes (1: how many of them are given) */
	FUZZ_SLEEP, /* microseconds (2) */
	FUZZ_RINGS, /* number of a queue: rings for it, and all is enabled */
	FUZZ_OPS
};

/* libFuzzer's name for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

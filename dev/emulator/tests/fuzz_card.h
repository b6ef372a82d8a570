/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile host and a hostile peer: the bytes are a list of operations on the
 * card (enum fuzz_op). No operation may make the card access memory outside
 * its own, or run forever.
 *
 * An operation is a byte, followed by the bytes of its numbers, low byte
 * first; missing bytes are 0. The host's memory is FUZZ_MEMORY bytes at
 * address 0; other addresses fail.
 */
#ifndef FUZZ_CARD_H
#define FUZZ_CARD_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_MEMORY 0x20000

enum fuzz_op {
	FUZZ_PORT, /* number: the port of the operations below */
	FUZZ_READ, /* offset (3 bytes), length (1) */
	FUZZ_WRITE, /* offset (3), value (4) */
	FUZZ_CONFIG, /* offset (2), value (4) */
	FUZZ_MEMORY_WRITE, /* address (3), length (1), bytes */
	FUZZ_DESCRIPTOR, /* address / 16 (2), address (4), two words (8) */
	FUZZ_FRAME, /* length (2), number of given bytes (1), bytes */
	FUZZ_SLEEP, /* microseconds (2) */
	FUZZ_RINGS, /* number of a queue: gets rings, and is enabled */
	FUZZ_OPS
};

/* The name that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What wire.c and the kinds of far ends share. */
#ifndef WIRE_KIND_H
#define WIRE_KIND_H

#include "base/loop.h"
#include "gso.h"
#include "wire.h"

#define WIRE_EMPTY -1 /* there is no more for now */
#define WIRE_BROKEN -2 /* there is no more until check() says so */

struct wire_kind {
	const char *prefix;
	/* Exits with a message on failure. What it returns is end below. */
	void *(*open)(const char *name);
	void (*close)(void *end);
	/* To be watched for input. */
	int (*fd)(const void *end);
	/*
   * The next frame of the peer: its length, which may be no frame's; or
   * one of the below.
   */
	int (*receive)(void *end, uint8_t *frame, size_t size);
	/* False: the peer did not take it. */
	bool (*send)(void *end, const uint8_t *frame, size_t len);
	/* The same for a packet that the far end cuts into frames. NULL: it can't. */
	bool (*send_gso)(void *end, const struct gso_packet *packet);
	void (*set_level)(void *end, enum wire_level level);
	/*
   * Every WIRE_CHECK_MS, to see whether the peer is still there. True: it
   * was broken, and is not any more.
   */
	bool (*check)(void *end);
	bool (*peer)(const void *end);
};

extern const struct wire_kind wire_tap;
extern const struct wire_kind wire_tap_gso;
extern const struct wire_kind wire_unix;
extern const struct wire_kind wire_card;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between wire.c and the kinds of far ends. */
#ifndef WIRE_KIND_H
#define WIRE_KIND_H

#include "base/loop.h"
#include "gso.h"
#include "wire.h"

#define WIRE_EMPTY -1 /* no more frames for now */
#define WIRE_BROKEN -2 /* no more frames until check() returns true */

struct wire_kind {
	const char *prefix;
	/* Exits with a message on failure. Returns the argument end below. */
	void *(*open)(const char *name);
	void (*close)(void *end);
	/* To be watched for input. */
	int (*fd)(const void *end);
	/*
   * The next frame of the peer: its length, which may be no frame's; or
   * one of the below.
   */
	int (*receive)(void *end, uint8_t *frame, size_t size);
	/* False: the peer did not accept it. */
	bool (*send)(void *end, const uint8_t *frame, size_t len);
	/* The same for a packet that the far end splits. NULL: it can't. */
	bool (*send_gso)(void *end, const struct gso_packet *packet);
	void (*set_level)(void *end, enum wire_level level,
			  unsigned int relays);
	/*
   * Called every WIRE_CHECK_MS, to check whether the peer is present.
   * True: it was broken, and works again.
   */
	bool (*check)(void *end);
	bool (*peer)(const void *end);
	/* NULL: it is always the transceiver itself. */
	unsigned int (*relays)(const void *end);
};

extern const struct wire_kind wire_tap;
extern const struct wire_kind wire_tap_gso;
extern const struct wire_kind wire_unix;
extern const struct wire_kind wire_card;

#endif

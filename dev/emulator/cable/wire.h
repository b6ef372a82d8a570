/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable of a port, from its connector to the peer at the far end. It does
 * not know the card.
 *
 * The far end, as the user writes it:
 *
 *  sink        a peer that is always present, sends nothing and drops all
 *              frames
 *  tap:NAME    the TAP interface NAME, created if missing. The interface is the
 *              peer: it has a carrier when the card gives it a link, and the
 *              card sees a peer while it is up (`ip link set NAME up`), in any
 *              network namespace. It obeys the card's pause frames, as another
 *              card would: its frames wait during a pause.
 *  tap-gso:NAME
 *              the same, but TCP packets that the host leaves to the card to
 *              split pass whole, which is faster: the host's kernel does so
 *              between its own interfaces. tcpdump shows packets larger than
 *              frames, and the interface counts each as one.
 *  unix:PATH   a datagram socket, bound to PATH by the card. The first one that
 *              sends from a bound address is the peer until it goes away;
 *              others are refused. It should connect() to PATH: otherwise the
 *              kernel queues only a few datagrams.
 *  card:PATH   the port of another card, whose cable is unix:PATH. The two
 *              cards can start in any order.
 *
 * On a socket a datagram of 14 bytes or more is an Ethernet frame without its
 * check sequence, and one of one or two bytes is the level that the sender puts
 * on the cable: an enum wire_level, and the number of relays in bypass that it
 * has passed, if any. The card sends it at each change, and every
 * WIRE_CHECK_MS. A peer that only sends frames also counts as present. Other
 * datagrams are ignored.
 *
 * The number is for rings of cards. When all of them are in bypass, no
 * transceiver is left, but each card would pass on the level that it gets from
 * the one before. A level that has passed more than WIRE_RELAYS_MAX relays is
 * dark.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gso_packet;
struct loop;
struct wire;

#define WIRE_FRAME_MIN 14
#define WIRE_FRAME_MAX 16383
#define WIRE_CHECK_MS 50 /* the removal of a peer is noticed within this time */
#define WIRE_RELAYS_MAX 16

/* The level that one end of a cable puts on it. */
enum wire_level {
	WIRE_DARK = 0, /* nothing */
	WIRE_SIGNAL = 1, /* a transceiver that is ready to link up */
	WIRE_LINK = 2, /* one that has a link */
};

struct wire_counters {
	uint64_t in; /* frames of the peer */
	uint64_t in_bytes;
	uint64_t out; /* frames that the peer accepted */
	uint64_t out_bytes;
	uint64_t switching; /* in both directions, lost while the relays moved */
	uint64_t dropped; /* in both directions, without a receiver */
};

struct wire_ops {
	/*
   * A frame of the peer. False: the wire keeps it, and those behind it,
   * until wire_resume().
   */
	bool (*frame)(void *opaque, unsigned int lan, const uint8_t *frame,
		      size_t len);
	/* wire_peer() or wire_relays() may have changed. */
	void (*peer_changed)(void *opaque, unsigned int lan);
};

/*
 * Exits with a message if the far end can't be opened. A sink needs no loop.
 */
struct wire *wire_open(const char *far_end, struct loop *loop, unsigned int lan,
		       const struct wire_ops *ops, void *opaque);
void wire_close(struct wire *wire);

/* Is there a peer that is ready to link up? */
bool wire_peer(const struct wire *wire);
/* The number of relays in bypass from this cable to its peer's transceiver. */
unsigned int wire_relays(const struct wire *wire);
/*
 * Sends the level of the card to the peer, and the number of relays in bypass
 * that it has passed: 0 for a level of the card's own transceiver.
 */
void wire_set_level(struct wire *wire, enum wire_level level,
		    unsigned int relays);
/* A frame for the peer. */
void wire_send(struct wire *wire, const uint8_t *frame, size_t len);
/*
 * Does the far end split packets into frames itself, if there is a peer? This
 * does not change. A sink does.
 */
bool wire_takes_gso(const struct wire *wire);
/* Such a packet for a present peer. False: it was not accepted. */
bool wire_send_gso(struct wire *wire, const struct gso_packet *packet);
/* Makes the loop offer the kept frame again, after this call. */
void wire_resume(struct wire *wire);

/* Unplugs the cable, or plugs it in again. */
void wire_plug(struct wire *wire, bool plugged);
bool wire_plugged(const struct wire *wire);

/* As the user wrote it. */
const char *wire_far_end(const struct wire *wire);
struct wire_counters *wire_counters(struct wire *wire);

#endif

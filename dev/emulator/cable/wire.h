/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable of a port, from its connector to the peer at the far end. What it
 * is connected to on the card is not known here.
 *
 * The far end, as the user writes it:
 *
 *  sink        a peer that is always there, says nothing and loses all it gets
 *  tap:NAME    the TAP interface NAME, made if it is not there. The interface
 *              is the peer's: it has a carrier when the card gives it a link,
 *              and the card sees a peer while it is up (`ip link set NAME up`),
 *              in whatever network namespace it is by then. The card's pause
 *              frames end there, as they would in another card: what it sends
 *              meanwhile waits.
 *  tap-gso:NAME
 *              the same, but TCP that the host leaves to the card to cut into
 *              frames gets there uncut: faster, and as the host's kernel does it
 *              among its own interfaces. tcpdump shows packets larger than
 *              frames, and the interface counts them as one.
 *  unix:PATH   a datagram socket, bound to PATH by the card. The first one that
 *              sends from an address of its own is the peer until it goes away;
 *              the others are refused. It had better connect() to PATH: the
 *              kernel lets few datagrams wait between others.
 *  card:PATH   the port of another card, whose cable is unix:PATH. It does not
 *              matter which of the two is there first.
 *
 * On a socket a datagram of 14 bytes or more is an Ethernet frame without its
 * check sequence, and one of one byte says what the sender puts on the cable:
 * an enum wire_level. The card says so when it changes, and every
 * WIRE_CHECK_MS. A peer that only sends frames is taken to be there, too. All
 * else is ignored.
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
#define WIRE_CHECK_MS 50 /* a peer that goes away is noticed this late */

/* What one end of a cable puts on it. */
enum wire_level {
	WIRE_DARK = 0, /* nothing */
	WIRE_SIGNAL = 1, /* a transceiver that is ready to link up */
	WIRE_LINK = 2, /* one that has a link */
};

struct wire_counters {
	uint64_t in; /* frames of the peer */
	uint64_t in_bytes;
	uint64_t out; /* frames for the peer, that it took */
	uint64_t out_bytes;
	uint64_t switching; /* of either, lost as the relays were moving */
	uint64_t dropped; /* of either, for which there was nobody */
};

struct wire_ops {
	/*
   * A frame of the peer. False: the wire keeps it, and the others behind
   * it, until wire_resume().
   */
	bool (*frame)(void *opaque, unsigned int lan, const uint8_t *frame,
		      size_t len);
	/* wire_peer() may have changed. */
	void (*peer_changed)(void *opaque, unsigned int lan);
};

/*
 * Exits with a message if the far end can't be had. The loop is not needed for
 * a sink.
 */
struct wire *wire_open(const char *far_end, struct loop *loop, unsigned int lan,
		       const struct wire_ops *ops, void *opaque);
void wire_close(struct wire *wire);

/* Is there a peer that is ready to link up? */
bool wire_peer(const struct wire *wire);
/* Tells the peer what the card puts on the cable. */
void wire_set_level(struct wire *wire, enum wire_level level);
/* A frame for the peer. */
void wire_send(struct wire *wire, const uint8_t *frame, size_t len);
/*
 * Does the far end, if there is a peer, cut packets into frames itself? This
 * does not change; a sink would.
 */
bool wire_takes_gso(const struct wire *wire);
/* Such a packet, for a peer that is there. False: it did not take it. */
bool wire_send_gso(struct wire *wire, const struct gso_packet *packet);
/* The frame that is kept is offered again: by the loop, not from in here. */
void wire_resume(struct wire *wire);

/* Pulls the plug out of the port's connector, or puts it in again. */
void wire_plug(struct wire *wire, bool plugged);
bool wire_plugged(const struct wire *wire);

/* As it was written. */
const char *wire_far_end(const struct wire *wire);
struct wire_counters *wire_counters(struct wire *wire);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MAC, between a port's queues and its cable: pads short frames, handles
 * loopback, and counts frames. Frames here have no check sequence: the counters
 * add its 4 bytes.
 */
#ifndef MAC_H
#define MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gso_packet;
struct port;

#define MAC_HEADER 14
#define MAC_TYPE_AT 12 /* after both addresses; a tag precedes it */
#define MAC_TAG 4
#define MAC_CONTROL 0x8808 /* the type of pause frames */
#define MAC_PADDED 60
#define MAC_FCS 4

/* Is its receiver connected to its transmitter instead of the cable? */
bool mac_loops_back(struct port *port);
/*
 * Can frames be sent? This needs a link whose peer has not requested a pause,
 * or loopback.
 */
bool mac_can_transmit(struct port *port);
/* len: up to X540_FRAME_MAX and a tag. */
void mac_transmit(struct port *port, unsigned int queue, const uint8_t *frame,
		  size_t len);
/* Does it accept packets larger than frames, if it can transmit? */
bool mac_takes_gso(struct port *port);
/* False: nothing was sent. */
bool mac_transmit_gso(struct port *port, unsigned int queue,
		      const struct gso_packet *packet);

#endif

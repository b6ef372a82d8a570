/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receive: a frame passes from the cable through the filters to a queue, into
 * the buffers of its descriptors. The card writes its results (checksums, RSS
 * hash, VLAN tag) back to the descriptors.
 *
 * Not supported: coalescing (RSC), header split (the whole frame goes to the
 * packet buffers), legacy descriptors (all are advanced ones), a check sequence
 * in the buffer. ixgbe requests the first, but works without it.
 */
#ifndef RX_H
#define RX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop_timer.h"
#include "rx_buffer.h"

struct port;

enum rx_result {
	RX_TAKEN, /* by a queue, or by the buffer */
	RX_DROPPED,
	RX_WAIT, /* no room: the cable keeps it */
};

struct rx {
	struct rx_buffer buffer;
	struct loop_timer timer; /* set: more frames can leave the buffer */
};

void rx_reset(struct port *port);

/*
 * A frame from the cable, without its check sequence. After RX_WAIT the cable
 * offers it again when port_ops.rx_ready() is called. If the queue of a frame
 * has no descriptor, and does not drop frames (SRRCTL), the frame waits in the
 * port's buffer, and so do those behind it, for any queue. If the buffer is
 * full, frames are missed, except those of a peer that sends although it was
 * asked to pause (pause.h): they wait on the cable.
 */
enum rx_result rx_frame(struct port *port, const uint8_t *frame, size_t len);

/* Hook of regtable.c: for registers that may let waiting frames proceed. */
void rx_resume(struct port *port, unsigned int index, uint32_t value);

#endif

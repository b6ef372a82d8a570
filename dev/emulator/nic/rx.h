/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receive: a frame from the cable through the filters to a queue, and there
 * into the buffers of its descriptors, one after the other, with what the
 * card found out about it (checksums, RSS hash, VLAN tag) written back.
 *
 * Not offered: coalescing (RSC), header split (the whole frame goes to the
 * packet buffers), legacy descriptors (all are advanced ones), a check sequence
 * left in the buffer. ixgbe asks for the first and can do without.
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
	RX_WAIT, /* there is no room, and the cable keeps it */
};

struct rx {
	struct rx_buffer buffer;
	struct loop_timer timer; /* set: the buffer could be emptied further */
};

void rx_reset(struct port *port);

/*
 * A frame from the cable, without its check sequence. After RX_WAIT the cable
 * offers it again when port_ops.rx_ready() was called. A frame whose queue has no
 * descriptor for it, and does not drop (SRRCTL), waits in the port's buffer,
 * and those behind it do, whatever their queue. If the buffer is full, frames
 * are missed; but those of a peer that was asked to pause (pause.h), and sends
 * all the same, wait on the cable.
 */
enum rx_result rx_frame(struct port *port, const uint8_t *frame, size_t len);

/* Hook of regtable.c: of any register that may end the waiting. */
void rx_resume(struct port *port, unsigned int index, uint32_t value);

#endif

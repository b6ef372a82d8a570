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

struct port;

enum rx_result { RX_TAKEN, RX_DROPPED, RX_WAIT };

struct rx {
	bool waiting; /* the cable keeps a frame */
};

void rx_reset(struct port *port);

/*
 * A frame from the cable, without its check sequence. RX_WAIT: its queue has
 * no descriptor for it and does not drop (SRRCTL): the cable keeps the frame
 * and offers it again after card_rx_ready().
 */
enum rx_result rx_frame(struct port *port, const uint8_t *frame, size_t len);

/* Hook of regtable.c: of any register that may end the waiting. */
void rx_resume(struct port *port, unsigned int index, uint32_t value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receive queues: so far, none. */
#ifndef RX_H
#define RX_H

#include <stddef.h>
#include <stdint.h>

struct port;

enum rx_result { RX_TAKEN, RX_DROPPED, RX_WAIT };

/*
 * A frame from the cable, without its check sequence. RX_WAIT: no descriptor,
 * and the queue does not drop: the cable keeps the frame (stops reading its
 * end) and offers it again after card_rx_ready().
 */
enum rx_result rx_frame(struct port *port, const uint8_t *frame, size_t len);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flow control by pause frames, as in 802.3x. The port asks its peer to pause
 * when its receive buffer reaches the high watermark, repeats that while it is
 * above the low one, and then ends the pause. It also pauses itself at the
 * request of its peer. Priority flow control is not supported.
 */
#ifndef PAUSE_H
#define PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop_timer.h"

struct port;

struct pause {
	bool asked; /* the peer is asked to pause */
	struct loop_timer ask_again;
	struct loop_timer end; /* set: the port pauses until then */
};

void pause_reset(struct port *port);

/* The fill level of the receive buffer has changed. */
void pause_update(struct port *port);
/* Is the peer asked to pause? */
bool pause_is_asked(const struct port *port);
/* Must the port not send? */
bool pause_is_on(const struct port *port);

/* A frame of type MAC_CONTROL has arrived. True: the host gets it too. */
bool pause_control_frame(struct port *port, const uint8_t *frame, size_t len);

/* Hook of regtable.c. */
void pause_write(struct port *port, unsigned int index, uint32_t value);

#endif

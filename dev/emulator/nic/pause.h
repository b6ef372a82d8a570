/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flow control by pause frames, as 802.3x has it. The port asks its peer to
 * pause when its receive buffer is filled up to the high water mark, repeats
 * that as long as it is above the low one, and then lets it go on; and it
 * pauses itself when its peer asks it to. Priority flow control is not offered.
 */
#ifndef PAUSE_H
#define PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop_timer.h"

struct port;

struct pause {
	bool asked; /* the peer is to pause */
	struct loop_timer ask_again;
	struct loop_timer end; /* set: the port pauses until then */
};

void pause_reset(struct port *port);

/* The receive buffer has more, or less, in it. */
void pause_update(struct port *port);
/* Is the peer to pause? */
bool pause_is_asked(const struct port *port);
/* Must the port not send? */
bool pause_is_on(const struct port *port);

/* A frame of type MAC_CONTROL has arrived. True: the host gets it as well. */
bool pause_control_frame(struct port *port, const uint8_t *frame, size_t len);

/* Hook of regtable.c. */
void pause_write(struct port *port, unsigned int index, uint32_t value);

#endif

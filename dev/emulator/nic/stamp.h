/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time stamps of frames, taken from SYSTIM (ptp.h). There is one for each
 * direction, in registers: until the host has read its high half, no other
 * frame is stamped. Of what arrives, TSYNCRXCTL and RXMTRL tell which messages
 * of IEEE 1588 are to be stamped; of what is sent, a descriptor's bit does.
 */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct etype;
struct headers;
struct port;

/* Is the frame to be stamped, and is there room for it? */
bool stamp_wanted(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, const struct etype *etype);
/* Such a frame has arrived now. */
void stamp_received(struct port *port);
/* One that the host wants to be stamped was sent now. */
void stamp_sent(struct port *port);

/* Hooks of regtable.c. */
uint32_t rxstmph_read(struct port *port, unsigned int index);
uint32_t txstmph_read(struct port *port, unsigned int index);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time stamps of frames, taken from SYSTIM (ptp.h). There is one for each
 * direction, in registers: until the host has read its high half, no other
 * frame is stamped. TSYNCRXCTL and RXMTRL select the IEEE 1588 messages that
 * are stamped on arrival; a bit in the descriptor selects sent frames.
 */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct etype;
struct headers;
struct port;

/* Is the frame selected, and is the register free? */
bool stamp_wanted(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, const struct etype *etype);
/* Stamps the arrival of such a frame. */
void stamp_received(struct port *port);
/* Stamps a sent frame that the host has selected. */
void stamp_sent(struct port *port);

/* Hooks of regtable.c. */
uint32_t rxstmph_read(struct port *port, unsigned int index);
uint32_t txstmph_read(struct port *port, unsigned int index);

#endif

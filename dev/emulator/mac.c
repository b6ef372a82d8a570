// SPDX-License-Identifier: GPL-2.0-or-later
#include "mac.h"

#include <string.h>

#include "card.h"
#include "port.h"
#include "rx.h"
#include "stats.h"
#include "util.h"
#include "x540.h"

static bool loops_back(struct port *port)
{
	return *port_reg(port, REG_HLREG0) & HLREG0_LOOPBACK;
}

bool mac_can_transmit(struct port *port)
{
	return loops_back(port) || port->link.speed != LINK_SPEED_NONE;
}

void mac_transmit(struct port *port, unsigned int queue, const uint8_t *frame,
		  size_t len)
{
	uint8_t padded[MAC_PADDED] = { 0 };

	if (len < MAC_HEADER) {
		log_debug("port %u: transmit queue %u: a frame of %zu bytes",
			  port->lan, queue, len);
		return;
	}
	if (len < MAC_PADDED && (*port_reg(port, REG_HLREG0) & HLREG0_TX_PAD)) {
		memcpy(padded, frame, len);
		frame = padded;
		len = MAC_PADDED;
	}
	stats_sent(port, queue, frame, len);
	if (!loops_back(port))
		card_transmit(port->card, port->lan, frame, len);
	else if (rx_frame(port, frame, len) == RX_WAIT)
		stats_missed(port, frame, len);
}

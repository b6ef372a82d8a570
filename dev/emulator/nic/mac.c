// SPDX-License-Identifier: GPL-2.0-or-later
#include "mac.h"

#include <string.h>

#include "base/util.h"
#include "cable/gso.h"
#include "port.h"
#include "rx.h"
#include "stats.h"
#include "x540.h"

bool mac_loops_back(struct port *port)
{
	return *port_reg(port, REG_HLREG0) & HLREG0_LOOPBACK;
}

bool mac_can_transmit(struct port *port)
{
	return mac_loops_back(port) ||
	       (port->link.speed != LINK_SPEED_NONE && !pause_is_on(port));
}

static bool is_padded(struct port *port, size_t len)
{
	return len < MAC_PADDED &&
	       (*port_reg(port, REG_HLREG0) & HLREG0_TX_PAD);
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
	if (is_padded(port, len)) {
		memcpy(padded, frame, len);
		frame = padded;
		len = MAC_PADDED;
	}
	stats_sent(port, queue, frame, len);
	if (!mac_loops_back(port))
		port->ops->transmit(port->opaque, port->lan, frame, len);
	else
		rx_frame(port, frame, len);
}

bool mac_takes_gso(struct port *port)
{
	return !mac_loops_back(port) && port->takes_gso;
}

bool mac_transmit_gso(struct port *port, unsigned int queue,
		      const struct gso_packet *packet)
{
	size_t left = packet->len - packet->headers;

	if (!port->ops->transmit_gso(port->opaque, port->lan, packet))
		return false;
	while (left > 0) {
		size_t payload = left < packet->mss ? left : packet->mss;
		size_t len = packet->headers + payload;

		stats_sent(port, queue, packet->data,
			   is_padded(port, len) ? MAC_PADDED : len);
		left -= payload;
	}
	return true;
}

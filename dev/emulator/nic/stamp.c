// SPDX-License-Identifier: GPL-2.0-or-later
#include "stamp.h"

#include "base/bytes.h"
#include "etype.h"
#include "headers.h"
#include "port.h"
#include "ptp.h"
#include "x540.h"

/* The fields of an IEEE 1588 message, version 1 or 2, that the card uses. */
#define MESSAGE_MIN 34
#define V2_ID_AT 0
#define V2_ID GENMASK(3, 0)
#define V2_ID_GENERAL BIT(3) /* not an event */
#define V2_ID_PATH_DELAY_REQUEST 2
#define V2_ID_PATH_DELAY_RESPONSE 3
#define V1_VERSION_AT 0
#define V2_VERSION_AT 1
#define V2_VERSION GENMASK(3, 0)
#define V1_CONTROL_AT 32

#define UDP_DESTINATION 2
#define UDP_HEADER 8

/* The message in the frame, or NULL; is_l4: in a UDP datagram. */
static const uint8_t *find_message(struct port *port, const uint8_t *frame,
				   size_t len, const struct headers *h,
				   const struct etype *etype, bool *is_l4)
{
	uint32_t port_number =
		FIELD_GET(RXMTRL_UDP_PORT, *port_reg(port, REG_RXMTRL));
	const uint8_t *udp = frame + h->l4_at;

	*is_l4 = h->l4 == L4_UDP;
	if (*is_l4)
		return h->l4_len >= UDP_HEADER + MESSAGE_MIN &&
				       get_be16(udp + UDP_DESTINATION) ==
					       port_number ?
			       udp + UDP_HEADER :
			       NULL;
	return etype->is_ptp && len - h->l3_at >= MESSAGE_MIN ?
		       frame + h->l3_at :
		       NULL;
}

/* A type in RXMTRL. Path delay messages are included. */
static bool is_named(struct port *port, uint32_t id)
{
	return id == FIELD_GET(RXMTRL_V2_ID, *port_reg(port, REG_RXMTRL)) ||
	       id == V2_ID_PATH_DELAY_REQUEST ||
	       id == V2_ID_PATH_DELAY_RESPONSE;
}

static bool is_wanted(struct port *port, const uint8_t *message, bool is_l4)
{
	uint32_t control = *port_reg(port, REG_TSYNCRXCTL);
	uint32_t id = FIELD_GET(V2_ID, (uint32_t)message[V2_ID_AT]);
	bool is_v2 = FIELD_GET(V2_VERSION, (uint32_t)message[V2_VERSION_AT]) ==
		     2;

	switch (FIELD_GET(TSYNCRXCTL_TYPE, control)) {
	case TSYNCRXCTL_L2_V2:
		return is_v2 && !is_l4 && is_named(port, id);
	case TSYNCRXCTL_L4_V1:
		return is_l4 && get_be16(message + V1_VERSION_AT) == 1 &&
		       message[V1_CONTROL_AT] ==
			       FIELD_GET(RXMTRL_V1_CONTROL,
					 *port_reg(port, REG_RXMTRL));
	case TSYNCRXCTL_L2_L4_V2:
		return is_v2 && is_named(port, id);
	case TSYNCRXCTL_EVENT_V2:
		return is_v2 && !(id & V2_ID_GENERAL);
	default:
		return false;
	}
}

bool stamp_wanted(struct port *port, const uint8_t *frame, size_t len,
		  const struct headers *h, const struct etype *etype)
{
	uint32_t control = *port_reg(port, REG_TSYNCRXCTL);
	const uint8_t *message;
	bool is_l4;

	if (!(control & TSYNCRXCTL_ENABLE) || (control & TSYNCRXCTL_VALID))
		return false;
	message = find_message(port, frame, len, h, etype, &is_l4);
	return message && is_wanted(port, message, is_l4);
}

static void set(struct port *port, uint32_t low, uint32_t high)
{
	uint64_t systim = ptp_systim(port);

	*port_reg(port, low) = systim;
	*port_reg(port, high) = systim >> 32;
}

void stamp_received(struct port *port)
{
	set(port, REG_RXSTMPL, REG_RXSTMPH);
	*port_reg(port, REG_TSYNCRXCTL) |= TSYNCRXCTL_VALID;
}

void stamp_sent(struct port *port)
{
	uint32_t *control = port_reg(port, REG_TSYNCTXCTL);

	if (!(*control & TSYNCTXCTL_ENABLE) || (*control & TSYNCTXCTL_VALID))
		return;
	set(port, REG_TXSTMPL, REG_TXSTMPH);
	*control |= TSYNCTXCTL_VALID;
}

uint32_t rxstmph_read(struct port *port, unsigned int index)
{
	(void)index;
	*port_reg(port, REG_TSYNCRXCTL) &= ~TSYNCRXCTL_VALID;
	return *port_reg(port, REG_RXSTMPH);
}

uint32_t txstmph_read(struct port *port, unsigned int index)
{
	(void)index;
	*port_reg(port, REG_TSYNCTXCTL) &= ~TSYNCTXCTL_VALID;
	return *port_reg(port, REG_TXSTMPH);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay.h"

#include "base/util.h"
#include "card.h"
#include "nic/mac.h"
#include "nic/rx.h"

bool relay_is_moving(const struct card *card)
{
	return loop_timer_is_set(&card->relay.timer);
}

/* The state at rest; 0 while moving. */
static unsigned int connection(const struct card *card)
{
	return relay_is_moving(card) ? 0 : card->relay.state;
}

bool relay_is_to_mac(const struct card *card)
{
	return connection(card) == BYPASS_RELAY_NORMAL;
}

/* The level that the peer of this port sees on its cable. */
static enum wire_level level_for_peer(const struct card *card, unsigned int lan)
{
	switch (connection(card)) {
	case BYPASS_RELAY_NORMAL:
		return link_level(&card->port[lan]);
	case BYPASS_RELAY_BYPASS:
		if (!wire_peer(card->wire[!lan]))
			return WIRE_DARK;
		return wire_peer(card->wire[lan]) ? WIRE_LINK : WIRE_SIGNAL;
	default:
		return WIRE_DARK;
	}
}

void relay_tell_peers(struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		wire_set_level(card->wire[lan], level_for_peer(card, lan));
}

static void settle(void *opaque)
{
	struct card *card = opaque;

	log_debug("relays: %s", bypass_relay_name(card->relay.state));
	card_links_change(card);
}

void relay_init(struct card *card, enum bypass_relay state)
{
	card->relay.state = state;
	loop_timer_init(&card->relay.timer, card->config.timers, settle, card);
}

void relay_fini(struct card *card)
{
	loop_timer_stop(&card->relay.timer);
}

void relay_switch(struct card *card, enum bypass_relay state)
{
	card->relay.state = state;
	loop_timer_set(&card->relay.timer,
		       card_now_us(card) + card->config.relay_us);
	card_links_change(card);
}

static void lose(struct card *card, unsigned int lan)
{
	struct wire_counters *counters = wire_counters(card->wire[lan]);

	if (relay_is_moving(card))
		counters->switching++;
	else
		counters->dropped++;
}

bool relay_from_wire(struct card *card, unsigned int lan, const uint8_t *frame,
		     size_t len)
{
	struct port *port = &card->port[lan];
	unsigned int to = connection(card);

	if (to == BYPASS_RELAY_BYPASS) {
		wire_send(card->wire[!lan], frame, len);
		return true;
	}
	if (to == BYPASS_RELAY_NORMAL && link_level(port) == WIRE_LINK &&
	    !mac_loops_back(port))
		return rx_frame(port, frame, len) != RX_WAIT;
	lose(card, lan);
	return true;
}

void relay_from_mac(struct card *card, unsigned int lan, const uint8_t *frame,
		    size_t len)
{
	if (link_level(&card->port[lan]) == WIRE_LINK)
		wire_send(card->wire[lan], frame, len);
	else
		lose(card, lan);
}

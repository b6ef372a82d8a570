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

/* In bypass: the level of the other port's peer, for the peer of this port. */
static void pass_on(struct card *card, unsigned int lan)
{
	unsigned int relays = wire_relays(card->wire[!lan]) + 1;

	if (!wire_peer(card->wire[!lan]) || relays > WIRE_RELAYS_MAX)
		wire_set_level(card->wire[lan], WIRE_DARK, 0);
	else
		wire_set_level(card->wire[lan],
			       wire_peer(card->wire[lan]) ? WIRE_LINK :
							    WIRE_SIGNAL,
			       relays);
}

void relay_tell_peers(struct card *card)
{
	unsigned int to = connection(card);

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		if (to == BYPASS_RELAY_BYPASS)
			pass_on(card, lan);
		else
			wire_set_level(card->wire[lan],
				       to == BYPASS_RELAY_NORMAL ?
					       link_level(&card->port[lan]) :
					       WIRE_DARK,
				       0);
	}
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

	/* One that no transceiver sends is on its way round a ring of cards. */
	if (to == BYPASS_RELAY_BYPASS && wire_peer(card->wire[lan])) {
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

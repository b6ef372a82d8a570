// SPDX-License-Identifier: GPL-2.0-or-later
#include "card.h"

#include <string.h>

#include "base/util.h"
#include "controller/like.h"

/* Locally administered, so no physical card has this. */
static const uint8_t usual_mac[6] = { 0x02, 0x15, 0x5c, 0x00, 0x00, 0x00 };

/* The controller's lines on the pins of the port that it is wired to. */
#define BYPASS_LAN 0
#define PIN_SDI 0
#define PIN_SDO 1
#define PIN_SCK 2

uint64_t card_now_us(const struct card *card)
{
	return loop_timers_now(card->config.timers);
}

static bool any_host(const struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		if (card->port[lan].host_ops)
			return true;
	return false;
}

bool card_is_there(const struct card *card)
{
	return bypass_has_aux_power(card->bypass) &&
	       !fault_is_on(&card->faults, FAULT_REMOVED);
}

void card_links_change(struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		link_update(&card->port[lan]);
	relay_tell_peers(card);
}

static bool wire_frame(void *opaque, unsigned int lan, const uint8_t *frame,
		       size_t len)
{
	return relay_from_wire(opaque, lan, frame, len);
}

/* In bypass, each peer sees the other one. */
static void wire_peer_changed(void *opaque, unsigned int lan)
{
	(void)lan;
	card_links_change(opaque);
}

static const struct wire_ops wire_ops = {
	.frame = wire_frame,
	.peer_changed = wire_peer_changed,
};

static void relay_changed(void *opaque, enum bypass_relay relay)
{
	relay_switch(opaque, relay);
}

static void save_wanted(void *opaque)
{
	keep_changed(opaque);
}

static void bypass_is_due(void *opaque)
{
	struct card *card = opaque;

	bypass_tick(card->bypass, card_now_us(card));
}

static void bypass_deadline(void *opaque, uint64_t at_us)
{
	struct card *card = opaque;

	loop_timer_set(&card->bypass_timer, at_us);
}

static const struct bypass_ops bypass_ops = {
	.deadline = bypass_deadline,
	.relay_changed = relay_changed,
	.save = save_wanted,
};

/* The card as the ports see it. */

static bool mac_is_connected(void *opaque, unsigned int lan)
{
	const struct card *card = opaque;

	(void)lan;
	return any_host(card) && card_is_there(card) && relay_is_to_mac(card) &&
	       !fault_cuts_link(&card->faults, card_now_us(card));
}

static bool cable_has_peer(void *opaque, unsigned int lan)
{
	const struct card *card = opaque;

	return wire_peer(card->wire[lan]);
}

static void port_level_changed(void *opaque, unsigned int lan)
{
	(void)lan;
	relay_tell_peers(opaque);
}

static void port_transmit(void *opaque, unsigned int lan, const uint8_t *frame,
			  size_t len)
{
	relay_from_mac(opaque, lan, frame, len);
}

static bool port_transmit_gso(void *opaque, unsigned int lan,
			      const struct gso_packet *packet)
{
	const struct card *card = opaque;

	return wire_send_gso(card->wire[lan], packet);
}

static void port_rx_ready(void *opaque, unsigned int lan)
{
	const struct card *card = opaque;

	wire_resume(card->wire[lan]);
}

static bool loses_interrupts(void *opaque)
{
	const struct card *card = opaque;

	return !card_is_there(card) ||
	       fault_is_on(&card->faults, FAULT_IRQ_LOST);
}

static void port_pins(void *opaque, unsigned int lan, unsigned int levels)
{
	struct card *card = opaque;
	bool sck = levels & BIT(PIN_SCK), sdi = levels & BIT(PIN_SDI);

	if (lan != BYPASS_LAN)
		return;
	keep_pins_moved(card);
	fault_pins(&card->faults, &sck, &sdi);
	bypass_pins(card->bypass, card_now_us(card), sck, sdi);
}

static void port_pins_released(void *opaque, unsigned int lan)
{
	struct card *card = opaque;

	if (lan != BYPASS_LAN)
		return;
	keep_pins_moved(card);
	bypass_pins_released(card->bypass, card_now_us(card));
}

/* Unconnected pins are pulled up. */
static bool port_pin(void *opaque, unsigned int lan, unsigned int pin)
{
	const struct card *card = opaque;

	if (lan != BYPASS_LAN || pin != PIN_SDO)
		return true;
	return fault_sdo(&card->faults, bypass_sdo(card->bypass));
}

static const struct port_ops port_ops = {
	.is_connected = mac_is_connected,
	.has_peer = cable_has_peer,
	.level_changed = port_level_changed,
	.transmit = port_transmit,
	.transmit_gso = port_transmit_gso,
	.rx_ready = port_rx_ready,
	.loses_interrupts = loses_interrupts,
	.pins = port_pins,
	.pins_released = port_pins_released,
	.pin = port_pin,
	.save = save_wanted,
};

const char *card_configure(struct card *card,
			   const struct bypass_config *config)
{
	return bypass_configure(card->bypass, card_now_us(card), config);
}

/* Port 1 has the address after that of port 0, as on a real card. */
static void make_nvm(struct card *card)
{
	static const uint8_t none[6];
	const uint8_t *first = card->config.mac;
	uint8_t mac[CARD_PORTS][6];

	if (memcmp(first, none, sizeof(none)) == 0)
		first = usual_mac;
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		memcpy(mac[lan], first, sizeof(mac[lan]));
		mac[lan][5] += lan;
	}
	nvm_init(&card->nvm, mac);
}

/* The settings of another card, over those in the state file. */
static void configure_like(struct card *card)
{
	struct bypass_config config = *bypass_config(card->bypass);
	char text[512];
	const char *error = text;

	if (like_read(&config, card->config.like, text, sizeof(text)))
		error = card_configure(card, &config);
	if (error)
		die("--like %s: %s", card->config.like, error);
}

/* The settings of the command line, over the others. */
static void configure_controller(struct card *card)
{
	struct bypass_config config = *bypass_config(card->bypass);
	char text[256];
	const char *error = text;

	if (settings_parse(&config, card->config.controller, text,
			   sizeof(text)))
		error = card_configure(card, &config);
	if (error)
		die("--controller %s: %s", card->config.controller, error);
}

static void load(struct card *card)
{
	struct bypass_image image;

	keep_load(card, &image);
	card->bypass = bypass_new(&image, &bypass_ops, card, card_now_us(card));
	if (card->config.like)
		configure_like(card);
	if (card->config.controller)
		configure_controller(card);
}

/*
 * The previous host is gone: this counts as a power failure. The rules may move
 * the relays, and with them links and cables, which exist by now.
 */
static void power_on_controller(struct card *card)
{
	char error[512];

	bypass_main_power(card->bypass, card_now_us(card), false);
	bypass_aux_power(card->bypass, card_now_us(card), true);
	if (!keep_save(card, error, sizeof(error)))
		die("%s", error);
}

static void open_wires(struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		const char *far_end = card->config.wire[lan];

		card->wire[lan] = wire_open(far_end ? far_end : "sink",
					    card->config.loop, lan, &wire_ops,
					    card);
		card->port[lan].takes_gso = wire_takes_gso(card->wire[lan]);
	}
}

/* Resets all parts without standby power. The ports load from the NVM. */
static void power_on_all(struct card *card)
{
	nvm_power_on(&card->nvm);
	fw_power_on(&card->fw);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		nvm_get_mac(&card->nvm, lan, card->port[lan].mac);
		port_power_on(&card->port[lan]);
	}
}

static void link_flaps(void *opaque)
{
	struct card *card = opaque;

	loop_timer_set(&card->flap,
		       fault_link_deadline(&card->faults, card_now_us(card)));
	card_links_change(card);
}

void card_init(struct card *card, const struct card_config *config)
{
	memset(card, 0, sizeof(*card));
	card->config = *config;
	loop_timer_init(&card->flap, config->timers, link_flaps, card);
	loop_timer_init(&card->bypass_timer, config->timers, bypass_is_due,
			card);
	faults_init(&card->faults);
	make_nvm(card);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		struct port *port = &card->port[lan];

		port->ops = &port_ops;
		port->opaque = card;
		port->timers = config->timers;
		port->lan = lan;
		port->nvm = &card->nvm;
		port->fw = &card->fw;
		port->link_us = config->link_us;
	}
	load(card);
	relay_init(card, bypass_relay(card->bypass));
	open_wires(card);
	power_on_all(card);
	power_on_controller(card);
}

bool card_fini(struct card *card)
{
	bool saved = keep_save_last(card);

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		wire_close(card->wire[lan]);
		port_fini(&card->port[lan]);
	}
	loop_timer_stop(&card->flap);
	loop_timer_stop(&card->bypass_timer);
	relay_fini(card);
	bypass_free(card->bypass);
	card->bypass = NULL;
	keep_fini(card);
	return saved;
}

void card_attach(struct card *card, unsigned int lan,
		 const struct host_ops *ops, void *host)
{
	bool was_off = !any_host(card);

	card->port[lan].host_ops = ops;
	card->port[lan].host = host;
	log_debug("port %u: host attached", lan);
	if (!bypass_has_aux_power(card->bypass)) {
		log_error(
			"port %u: host attached to a card without auxiliary power",
			lan);
	} else if (was_off) {
		bypass_main_power(card->bypass, card_now_us(card), true);
		card_links_change(card);
	}
}

void card_detach(struct card *card, unsigned int lan)
{
	struct port *port = &card->port[lan];

	port->host_ops = NULL;
	port->host = NULL;
	log_debug("port %u: host detached", lan);
	if (any_host(card)) {
		port_power_on(port);
		return;
	}
	power_on_all(card);
	bypass_main_power(card->bypass, card_now_us(card), false);
	card_links_change(card);
}

void card_aux_power(struct card *card, bool on)
{
	uint64_t now = card_now_us(card);

	if (on == bypass_has_aux_power(card->bypass))
		return;
	bypass_aux_power(card->bypass, now, on);
	if (on && any_host(card))
		bypass_main_power(card->bypass, now, true);
	power_on_all(card);
	card_links_change(card);
}

void card_press(struct card *card)
{
	bypass_press(card->bypass, card_now_us(card));
}

/* The controller's own faults. */
static void pass_on_faults(struct card *card)
{
	const struct fault *fault = card->faults.fault;
	struct bypass_config config = *bypass_config(card->bypass);

	config.commits_lost = fault[FAULT_COMMIT_LOST].on;
	config.watchdog_speed = 1;
	if (fault[FAULT_WATCHDOG_FAST].on)
		config.watchdog_speed = fault[FAULT_WATCHDOG_FAST].value;
	card_configure(card, &config);
}

void card_set_fault(struct card *card, enum fault_id id, bool on,
		    uint64_t value)
{
	bool was_on = fault_is_on(&card->faults, id);

	card->faults.fault[id] = (struct fault){ on, value };
	pass_on_faults(card);
	loop_timer_set(&card->flap,
		       fault_link_deadline(&card->faults, card_now_us(card)));
	/* Its host finds it reset when it returns. */
	if (id == FAULT_REMOVED && on != was_on)
		power_on_all(card);
	card_links_change(card);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "card.h"

#include <string.h>

#include "base/util.h"
#include "controller/like.h"
#include "controller/state.h"

/*
 * Saving waits for the disk, and the host's pin edges that come meanwhile
 * would all seem to come at once after it. So it is done when the pins have
 * been at rest for a while, but not put off for ever.
 */
#define SAVE_QUIET_US (20 * 1000)
#define SAVE_LIMIT_US (10 * 1000 * 1000)

_Static_assert(STATE_FLASH_WORDS == NVM_WORDS, "the state file has the NVM");

/* Locally administered: nobody's card has these. */
static const uint8_t factory_mac[CARD_PORTS][6] = {
	{ 0x02, 0x15, 0x5c, 0x00, 0x00, 0x00 },
	{ 0x02, 0x15, 0x5c, 0x00, 0x00, 0x01 },
};

uint64_t card_now_us(const struct card *card)
{
	return card->config.now_us();
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

bool card_loses_interrupts(const struct card *card)
{
	return !card_is_there(card) ||
	       fault_is_on(&card->faults, FAULT_IRQ_LOST);
}

bool card_macs_connected(const struct card *card)
{
	return any_host(card) && card_is_there(card) && relay_is_to_mac(card) &&
	       !fault_cuts_link(&card->faults, card_now_us(card));
}

void card_links_change(struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		link_update(&card->port[lan]);
	relay_tell_peers(card);
}

void card_transmit(struct card *card, unsigned int lan, const uint8_t *frame,
		   size_t len)
{
	relay_from_mac(card, lan, frame, len);
}

bool card_takes_gso(const struct card *card, unsigned int lan)
{
	return relay_takes_gso(card, lan);
}

bool card_transmit_gso(struct card *card, unsigned int lan,
		       const struct gso_packet *packet)
{
	return relay_gso_from_mac(card, lan, packet);
}

void card_rx_ready(struct card *card, unsigned int lan)
{
	wire_resume(card->wire[lan]);
}

static bool wire_frame(void *opaque, unsigned int lan, const uint8_t *frame,
		       size_t len)
{
	return relay_from_wire(opaque, lan, frame, len);
}

/* In bypass, one port's peer is what the other one's sees. */
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

void card_save(struct card *card)
{
	if (card->unsaved_since_us == NO_DEADLINE)
		card->unsaved_since_us = card_now_us(card);
}

static void save_wanted(void *opaque)
{
	card_save(opaque);
}

static const struct bypass_ops bypass_ops = {
	.relay_changed = relay_changed,
	.save = save_wanted,
};

static bool save(struct card *card, char *error, size_t error_size)
{
	struct bypass_image image;

	bypass_get_image(card->bypass, card_now_us(card), &image);
	if (card->config.state_path &&
	    !state_save(card->config.state_path, card->config.wall_s(), &image,
			card->nvm.flash, error, error_size))
		return false;
	card->unsaved_since_us = NO_DEADLINE;
	card->save_again_us = NO_DEADLINE;
	return true;
}

/*
 * A disk that is full later on is no reason to stop the card. It may have room
 * again some time: until then this is tried, but told only once.
 */
static void saved(void *opaque, const char *error)
{
	struct card *card = opaque;

	if (!error) {
		card->save_again_us = NO_DEADLINE;
		return;
	}
	if (card->save_again_us == NO_DEADLINE)
		log_error("%s", error);
	save_wanted(card);
	card->save_again_us = card_now_us(card) + SAVE_LIMIT_US;
}

/* Without a loop, as in tests, the card waits for the disk. */
static void save_or_complain(struct card *card)
{
	char error[512];
	bool ok;

	if (!card->config.loop || !card->config.state_path) {
		ok = save(card, error, sizeof(error));
		saved(card, ok ? NULL : error);
		return;
	}
	/* What changes from here on is for the next time. */
	card->unsaved_since_us = NO_DEADLINE;
	if (!saver_fork(&card->saver, card->state_lock))
		return;
	ok = save(card, error, sizeof(error));
	saver_end(ok ? NULL : error);
}

const char *card_configure(struct card *card,
			   const struct bypass_config *config)
{
	return bypass_configure(card->bypass, card_now_us(card), config);
}

/* Like another card, on top of what this one keeps. */
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

/* As the command line has it, on top of that. */
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
	char error[512];

	bypass_factory_image(&image);
	if (card->config.state_path &&
	    (!state_lock(card->config.state_path, &card->state_lock, error,
			 sizeof(error)) ||
	     !state_load(card->config.state_path, card->config.wall_s(), &image,
			 card->nvm.flash, error, sizeof(error))))
		die("%s", error);
	card->bypass = bypass_new(&image, &bypass_ops, card, card_now_us(card));
	if (card->config.like)
		configure_like(card);
	if (card->config.controller)
		configure_controller(card);
}

/*
 * Whoever had it attached before is gone: that was a power failure. The rules
 * may move the relays, and with them links and cables: those are there by now.
 */
static void power_on_controller(struct card *card)
{
	char error[512];

	bypass_main_power(card->bypass, card_now_us(card), false);
	bypass_aux_power(card->bypass, card_now_us(card), true);
	if (!save(card, error, sizeof(error)))
		die("%s", error);
}

static void open_wires(struct card *card)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		const char *far_end = card->config.wire[lan];

		card->wire[lan] = wire_open(far_end ? far_end : "sink",
					    card->config.loop, lan, &wire_ops,
					    card);
	}
}

/* What has no power without a host. The ports load from the NVM. */
static void power_on_all(struct card *card)
{
	nvm_power_on(&card->nvm);
	fw_power_on(&card->fw);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		nvm_get_mac(&card->nvm, lan, card->port[lan].mac);
		port_power_on(&card->port[lan]);
	}
}

void card_init(struct card *card, const struct card_config *config)
{
	memset(card, 0, sizeof(*card));
	card->config = *config;
	card->unsaved_since_us = NO_DEADLINE;
	card->save_again_us = NO_DEADLINE;
	card->flap_us = NO_DEADLINE;
	saver_init(&card->saver, config->loop, saved, card);
	faults_init(&card->faults);
	nvm_init(&card->nvm, factory_mac);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		struct port *port = &card->port[lan];

		port->card = card;
		port->lan = lan;
	}
	load(card);
	relay_init(card, bypass_relay(card->bypass));
	open_wires(card);
	power_on_all(card);
	power_on_controller(card);
}

bool card_fini(struct card *card)
{
	char error[512];
	bool ok;

	/* One that began earlier must not end later. */
	saver_wait(&card->saver);
	ok = save(card, error, sizeof(error));
	/* Again, if need be: now it is lost. */
	if (!ok)
		log_error("%s", error);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		wire_close(card->wire[lan]);
		port_fini(&card->port[lan]);
	}
	bypass_free(card->bypass);
	card->bypass = NULL;
	if (card->config.state_path)
		state_unlock(card->state_lock);
	return ok;
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
			"port %u: a host came to a card without auxiliary power",
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
	card->flap_us = fault_link_deadline(&card->faults, card_now_us(card));
	/* Its host finds it as new when it is back. */
	if (id == FAULT_REMOVED && on != was_on)
		power_on_all(card);
	card_links_change(card);
}

void card_bypass_pins(struct card *card, bool sck, bool sdi)
{
	card->last_pins_us = card_now_us(card);
	fault_pins(&card->faults, &sck, &sdi);
	bypass_pins(card->bypass, card->last_pins_us, sck, sdi);
}

void card_bypass_pins_released(struct card *card)
{
	card->last_pins_us = card_now_us(card);
	bypass_pins_released(card->bypass, card->last_pins_us);
}

bool card_bypass_sdo(const struct card *card)
{
	return fault_sdo(&card->faults, bypass_sdo(card->bypass));
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t save_deadline(const struct card *card)
{
	uint64_t since = card->unsaved_since_us;

	if (since == NO_DEADLINE || saver_is_busy(&card->saver))
		return NO_DEADLINE;
	if (card->save_again_us != NO_DEADLINE)
		return card->save_again_us;
	return earlier(card->last_pins_us + SAVE_QUIET_US,
		       since + SAVE_LIMIT_US);
}

uint64_t card_next_deadline(const struct card *card)
{
	uint64_t next = earlier(save_deadline(card),
				bypass_next_deadline(card->bypass));

	next = earlier(next, relay_next_deadline(card));
	next = earlier(next, card->flap_us);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		next = earlier(next,
			       earlier(link_next_deadline(&card->port[lan]),
				       port_next_deadline(&card->port[lan])));
	return next;
}

void card_tick(struct card *card)
{
	uint64_t now = card_now_us(card);

	if (bypass_next_deadline(card->bypass) <= now)
		bypass_tick(card->bypass, now);
	relay_tick(card);
	if (card->flap_us <= now) {
		card->flap_us = fault_link_deadline(&card->faults, now);
		card_links_change(card);
	}
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		if (link_next_deadline(&card->port[lan]) <= now)
			link_tick(&card->port[lan]);
		if (port_next_deadline(&card->port[lan]) <= now)
			port_tick(&card->port[lan]);
	}
	if (save_deadline(card) <= now)
		save_or_complain(card);
}

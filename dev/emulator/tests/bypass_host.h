/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's side of the bypass controller's wire, for tests: what the public
 * drivers do, step by step as in bypass-controller.md, with a simulated clock.
 */
#ifndef BYPASS_HOST_H
#define BYPASS_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "controller/bypass.h"
#include "controller/bypass_regs.h"

#define MS 1000ull
#define S 1000000ull

#define PAGE(n) FIELD_PREP(BYPASS_PAGE, (uint32_t)(n))

struct host {
	struct bypass *b;
	uint64_t now;
	uint64_t wait; /* after each step */
	bool sck, sdi;

	/* The callbacks of the controller. */
	unsigned int relay_changes;
	enum bypass_relay relay;
	unsigned int saves;
};

static inline void host_relay_changed(void *opaque, enum bypass_relay relay)
{
	struct host *h = opaque;

	h->relay_changes++;
	h->relay = relay;
	assert_int_equal(bypass_relay(h->b), relay);
}

static inline void host_save(void *opaque)
{
	struct host *h = opaque;

	h->saves++;
}

/* NULL image: a new card in a running machine, with an empty log. */
static inline void host_init(struct host *h, const struct bypass_config *config,
			     const struct bypass_image *image)
{
	static const struct bypass_ops ops = {
		.relay_changed = host_relay_changed,
		.save = host_save,
	};
	struct bypass_image running;

	bypass_factory_image(&running);
	running.main_power = true;
	running.relay = BYPASS_RELAY_NORMAL;
	*h = (struct host){
		.now = 1000 * S, .wait = 1 * MS, .sck = true, .sdi = true
	};
	h->b = bypass_new(image ? image : &running, &ops, h, h->now);
	if (config)
		assert_null(bypass_configure(h->b, h->now, config));
	h->saves = 0;
}

/* Advances the time, and runs the timers as the card's event loop does. */
static inline void host_sleep(struct host *h, uint64_t us)
{
	uint64_t until = h->now + us;

	while (bypass_next_deadline(h->b) <= until) {
		h->now = bypass_next_deadline(h->b);
		bypass_tick(h->b, h->now);
	}
	h->now = until;
}

/* One write of the host, and the wait after it. */
static inline void host_pins(struct host *h, bool sck, bool sdi)
{
	h->sck = sck;
	h->sdi = sdi;
	bypass_pins(h->b, h->now, sck, sdi);
	host_sleep(h, h->wait);
}

static inline void host_start(struct host *h)
{
	host_pins(h, true, true);
	host_pins(h, true, false);
	host_pins(h, false, false);
}

static inline bool host_bit(struct host *h, bool bit)
{
	host_pins(h, false, bit);
	host_pins(h, true, bit);
	host_pins(h, false, bit);
	return bypass_sdo(h->b);
}

/* Sends the first count bits of the command. */
static inline uint32_t host_bits(struct host *h, uint32_t command,
				 unsigned int count)
{
	uint32_t status = 0;

	for (unsigned int i = 0; i < count; i++)
		status = status << 1 | host_bit(h, command >> (31 - i) & 1);
	return status;
}

static inline void host_stop(struct host *h)
{
	host_pins(h, true, false);
	host_pins(h, true, true);
}

/* The same numbers in each run, so a failure can be repeated. */
static inline uint32_t host_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Sends a frame. The status includes the page bits, which mean nothing. */
static inline uint32_t host_raw_frame(struct host *h, uint32_t command)
{
	uint32_t status;

	host_start(h);
	status = host_bits(h, command, 32);
	host_stop(h);
	return status;
}

static inline uint32_t host_frame(struct host *h, uint32_t command)
{
	return (host_raw_frame(h, command) & ~BYPASS_PAGE) |
	       (command & BYPASS_PAGE);
}

static inline uint32_t host_read(struct host *h, unsigned int page)
{
	return host_frame(h, PAGE(page)) & ~BYPASS_PAGE;
}

static inline void host_write(struct host *h, unsigned int page, uint32_t value)
{
	host_frame(h, PAGE(page) | BYPASS_WRITE | value);
}

/* Reads, modifies and writes page 0, and reads it until it has changed. */
static inline bool host_set(struct host *h, uint32_t mask, uint32_t value)
{
	const uint32_t verified = CTL0_AUX_ON | CTL0_MAIN_ON | CTL0_MAIN_OFF |
				  CTL0_AUX_OFF | CTL0_WATCHDOG |
				  CTL0_WATCHDOG_PERIOD;
	uint32_t wanted = (host_read(h, 0) & ~mask) | value;
	uint32_t seen;

	host_write(h, 0, wanted);
	for (int i = 0; i < 5; i++) {
		seen = host_read(h, 0);
		if (!((seen ^ wanted) & verified) && seen & CTL0_STATE)
			return true;
	}
	return false;
}

static inline bool host_set_state(struct host *h, unsigned int state)
{
	return host_set(h, CTL0_MODE, state) &&
	       host_set(h, CTL0_MODE, CTL0_MODE_AUTO);
}

static inline unsigned int host_state(struct host *h)
{
	return FIELD_GET(CTL0_STATE, host_read(h, 0));
}

static inline uint8_t host_eeprom_read(struct host *h, uint8_t offset)
{
	host_write(h, 2, FIELD_PREP(CTL2_OFFSET, offset));
	host_sleep(h, 100 * MS);
	return FIELD_GET(CTL2_DATA,
			 host_frame(h,
				    PAGE(2) | FIELD_PREP(CTL2_OFFSET, offset)));
}

static inline void host_eeprom_write(struct host *h, uint8_t offset,
				     uint8_t data)
{
	host_write(h, 2,
		   CTL2_EEPROM_WRITE | FIELD_PREP(CTL2_OFFSET, offset) |
			   FIELD_PREP(CTL2_DATA, data));
	host_sleep(h, 100 * MS);
}

/* Random edges; sometimes a valid frame with a random command. */
static inline void host_do_anything(struct host *h, uint32_t *seed)
{
	uint32_t r = host_random(seed);

	if (r % 64 == 0)
		host_frame(h, host_random(seed));
	else if (r % 64 == 1)
		bypass_main_power(h->b, h->now, r >> 31);
	else if (r % 64 == 2)
		bypass_aux_power(h->b, h->now, r >> 31);
	else if (r % 64 == 3)
		host_sleep(h, host_random(seed) % (10 * S));
	else
		bypass_pins(h->b, h->now += r % 4096, r >> 30 & 1, r >> 31);
}

/* cmocka's fixture: a host and a new card. */
static inline int host_setup(void **state)
{
	struct host *h = malloc(sizeof(*h));

	host_init(h, NULL, NULL);
	*state = h;
	return 0;
}

static inline int host_teardown(void **state)
{
	struct host *h = *state;

	bypass_free(h->b);
	free(h);
	return 0;
}

static inline void host_restart(struct host *h,
				const struct bypass_config *config,
				const struct bypass_image *image)
{
	bypass_free(h->b);
	host_init(h, config, image);
}

static inline struct bypass_image host_image(struct host *h)
{
	struct bypass_image image;

	bypass_get_image(h->b, h->now, &image);
	assert_null(bypass_image_error(&image));
	return image;
}

/* The newest entry of the log in the image. */
struct host_entry {
	enum bypass_event event;
	unsigned int action;
	uint32_t time;
	bool valid;
};

static inline struct host_entry host_newest(struct host *h)
{
	struct bypass_image image = host_image(h);
	uint8_t *e = &image.eeprom[image.eeprom[EEPROM_LOG_OFFSET] +
				   image.log_head * LOG_ENTRY_SIZE];
	uint32_t word = e[0] | e[1] << 8 | e[2] << 16 | (uint32_t)e[3] << 24;

	return (struct host_entry){ .event = FIELD_GET(LOG_EVENT, word),
				    .action = e[4],
				    .time = FIELD_GET(LOG_TIME, word),
				    .valid = word & LOG_TIME_VALID };
}

static inline unsigned int host_log_count(struct host *h)
{
	/* Valid until the log wraps around, which these tests avoid. */
	return (host_image(h).log_head + 1) % LOG_ENTRIES;
}

/* Starts the watchdog with the period of this number. */
static inline void host_watchdog_on(struct host *h, unsigned int period)
{
	assert_true(host_set(h, CTL0_WATCHDOG_ENABLE | CTL0_WATCHDOG_PERIOD,
			     CTL0_WATCHDOG_ENABLE |
				     FIELD_PREP(CTL0_WATCHDOG_PERIOD, period)));
}

static inline void host_pet(struct host *h)
{
	host_write(h, 1, (host_read(h, 1) & ~BYPASS_PAGE) | CTL1_PET);
}

static inline void host_configure(struct host *h, enum bypass_setting id,
				  uint32_t value)
{
	struct bypass_config config = *bypass_config(h->b);

	config.value[id] = value;
	assert_null(bypass_configure(h->b, h->now, &config));
}

static inline void host_event(struct host *h)
{
	bypass_main_power(h->b, h->now, !host_image(h).main_power);
}

/* The clock, as the time of an event. */
static inline uint32_t host_logged_time(struct host *h)
{
	host_event(h);
	return host_newest(h).time;
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bypass controller: the effect of the host, of time and of power.
 *
 * Read it with bypass_regs.h. Each action of the host or the power is one of
 * the calls of bypass.h, which run between enter() and leave(). Separate files
 * implement the pages; see bypass_parts.h.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bypass_parts.h"

const char *bypass_relay_name(enum bypass_relay relay)
{
	static const char *const names[] = {
		[BYPASS_RELAY_NORMAL] = "normal",
		[BYPASS_RELAY_BYPASS] = "bypass",
		[BYPASS_RELAY_ISOLATE] = "isolate",
	};

	return names[relay];
}

static uint32_t page_status(const struct bypass *b, unsigned int page)
{
	switch (page) {
	case 0:
		return ctl0_status(b);
	case 1:
		return ctl1_status(b);
	case 2:
		return ctl2_status(b);
	default:
		return 0; /* no driver uses page 3 */
	}
}

/*
 * The status of a page is being sent before the third bit tells that the frame
 * writes. From there on the controller sends the page before the write, unless
 * its firmware changes to something else.
 */
static void reply_to_write(struct bypass *b)
{
	switch (setting(b, SETTING_WRITE_STATUS)) {
	case WRITE_ZEROS:
		serial_reply(&b->serial, 0);
		break;
	case WRITE_ONES:
		serial_reply(&b->serial, UINT32_MAX);
		break;
	case WRITE_ECHO:
		serial_echo(&b->serial);
		break;
	}
}

static void take_command(struct bypass *b, uint32_t command)
{
	unsigned int page = FIELD_GET(BYPASS_PAGE, command);

	if (!(command & BYPASS_WRITE))
		return;
	b->counters.writes[page]++;

	switch (page) {
	case 0:
		ctl0_write(b, command);
		break;
	case 1:
		ctl1_write(b, command);
		break;
	case 2:
		ctl2_write(b, command);
		break;
	}
}

static void count_gaps(struct bypass *b)
{
	if (!serial_is_whole(&b->serial))
		return;
	if (b->serial.min_gap_us < BYPASS_FLOOR_US)
		b->counters.fast++;
	if (b->serial.min_gap_us < b->counters.min_gap_us)
		b->counters.min_gap_us = b->serial.min_gap_us;
}

/* The end and the gaps of a frame during a reset are not the host's fault. */
static void count_end(struct bypass *b, uint64_t *counter)
{
	if (b->serial.released)
		counter = &b->counters.cut;
	else
		count_gaps(b);
	++*counter;
}

static uint64_t frame_due_us(const struct bypass *b)
{
	if (!setting(b, SETTING_FRAME_TIMEOUT_MS) ||
	    b->serial.state == SERIAL_IDLE)
		return NO_DEADLINE;
	return b->serial.edge_us + setting_us(b, SETTING_FRAME_TIMEOUT_MS);
}

uint64_t bypass_next_deadline(const struct bypass *b)
{
	const uint64_t due_us[] = {
		b->commit_due_us, b->relay_due_us,  b->watchdog_due_us,
		b->valid_due_us,  b->eeprom_due_us, frame_due_us(b),
	};
	uint64_t next = NO_DEADLINE;

	for (size_t i = 0; i < ARRAY_SIZE(due_us); i++)
		next = earliest(next, due_us[i]);
	return next;
}

/* Advances the controller to now_us, and runs everything that is due. */
static void enter(struct bypass *b, uint64_t now_us)
{
	uint64_t due_us;

	if (now_us < b->now_us)
		now_us = b->now_us;

	while ((due_us = bypass_next_deadline(b)) <= now_us &&
	       due_us != NO_DEADLINE) {
		b->now_us = due_us;
		if (due_us == b->commit_due_us) {
			ctl0_commit(b);
		} else if (due_us == b->relay_due_us) {
			ctl0_switch(b);
		} else if (due_us == b->watchdog_due_us) {
			watchdog_expire(b);
		} else if (due_us == b->valid_due_us) {
			clock_becomes_valid(b);
		} else if (due_us == b->eeprom_due_us) {
			ctl2_access(b);
		} else {
			serial_reset(&b->serial);
			b->counters.aborted++;
		}
	}
	b->now_us = now_us;
}

static void tell_deadline(const struct bypass *b)
{
	if (b->ops.deadline)
		b->ops.deadline(b->opaque, bypass_next_deadline(b));
}

/* One save for all changes of one call. */
static void leave(struct bypass *b)
{
	tell_deadline(b);
	if (!b->save_due)
		return;
	b->save_due = false;
	if (b->ops.save)
		b->ops.save(b->opaque);
}

void bypass_tick(struct bypass *b, uint64_t now_us)
{
	enter(b, now_us);
	leave(b);
}

void bypass_pins(struct bypass *b, uint64_t now_us, bool sck, bool sdi)
{
	enum serial_event event;

	enter(b, now_us);
	event = serial_pins(&b->serial, b->now_us, sck, sdi);
	/* If it ignores the line, it sees only starts, which are not events. */
	if (!b->aux_power || b->now_us < b->boots_until_us)
		serial_reset(&b->serial);

	switch (event) {
	case SERIAL_NOTHING:
		break;
	case SERIAL_PAGE:
		serial_reply(&b->serial,
			     page_status(b, serial_page(&b->serial)));
		break;
	case SERIAL_WRITE:
		reply_to_write(b);
		break;
	case SERIAL_FRAME:
		count_end(b, &b->counters.frames);
		take_command(b, b->serial.command);
		break;
	case SERIAL_MALFORMED:
		count_end(b, &b->counters.malformed);
		break;
	case SERIAL_ABORTED:
		b->counters.aborted++;
		break;
	}
	leave(b);
}

void bypass_pins_released(struct bypass *b, uint64_t now_us)
{
	enter(b, now_us);
	b->serial.released = true;
	bypass_pins(b, now_us, true, true);
}

bool bypass_sdo(const struct bypass *b)
{
	return b->serial.sdo;
}

static void power_came(struct bypass *b)
{
	b->boots_until_us = b->now_us + setting_us(b, SETTING_BOOT_MS);
	serial_reset(&b->serial);
}

static void main_power(struct bypass *b, bool on)
{
	if (on == b->main_power)
		return;
	b->main_power = on;
	if (on)
		power_came(b);
	if (on)
		ctl0_event(b, BYPASS_EVENT_MAIN_ON, CTL0_MAIN_ON);
	else
		ctl0_event(b, BYPASS_EVENT_MAIN_OFF, CTL0_MAIN_OFF);
}

/*
 * Without power the controller's memory is lost: clock, running watchdog,
 * accesses in progress. Page 0 is restored from the EEPROM, but the watchdog is
 * not started. [inferred]
 */
static void aux_power(struct bypass *b, bool on)
{
	if (on == b->aux_power)
		return;
	b->aux_power = on;
	if (on) {
		power_came(b);
		b->offset_reset_us = b->now_us;
		ctl0_event(b, BYPASS_EVENT_AUX_ON, CTL0_AUX_ON);
		return;
	}

	ctl0_event(b, BYPASS_EVENT_AUX_OFF, CTL0_AUX_OFF);
	serial_reset(&b->serial);
	b->ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	b->commit_due_us = NO_DEADLINE;
	b->relay_due_us = NO_DEADLINE;
	b->watchdog_due_us = NO_DEADLINE;
	b->valid_due_us = NO_DEADLINE;
	b->eeprom_due_us = NO_DEADLINE;
	b->time = 0;
	b->time_valid = false;
	b->ctl1_bits = 0;
	b->data = 0;
	b->offset = 0;
	b->ctl2_pending = 0;
}

void bypass_main_power(struct bypass *b, uint64_t now_us, bool on)
{
	enter(b, now_us);
	if (on)
		aux_power(b, true);
	main_power(b, on);
	leave(b);
}

void bypass_aux_power(struct bypass *b, uint64_t now_us, bool on)
{
	enter(b, now_us);
	if (!on)
		main_power(b, false);
	aux_power(b, on);
	leave(b);
}

bool bypass_has_aux_power(const struct bypass *b)
{
	return b->aux_power;
}

/*
 * Drivers know a user's event, but its cause on the card is not public. Here it
 * is a button: to bypass, and back.
 */
void bypass_press(struct bypass *b, uint64_t now_us)
{
	enter(b, now_us);
	if (b->aux_power)
		ctl0_take_action(b, BYPASS_EVENT_USER,
				 b->relay == BYPASS_RELAY_NORMAL ?
					 BYPASS_RELAY_BYPASS :
					 BYPASS_RELAY_NORMAL);
	leave(b);
}

/* The serial line gets its own settings. */
static void configure_serial(struct bypass *b)
{
	b->serial.floor_us = setting(b, SETTING_FAST_EDGES) == FAST_TAKEN ?
				     0 :
				     SERIAL_FLOOR_US;
	b->serial.counts_on = setting(b, SETTING_CUT_FRAME) == CUT_COUNTS_ON;
}

static bool differ(const struct bypass_config *a, const struct bypass_config *b,
		   enum bypass_setting id)
{
	return a->value[id] != b->value[id];
}

const char *bypass_configure(struct bypass *b, uint64_t now_us,
			     const struct bypass_config *config)
{
	bool other_log = differ(config, &b->config, SETTING_SLOTS) ||
			 differ(config, &b->config, SETTING_EMPTY_LOG) ||
			 differ(config, &b->config, SETTING_EMPTY_HEAD);
	unsigned int slots = config->value[SETTING_SLOTS];

	if (b->eeprom[EEPROM_LOG_OFFSET] + slots * LOG_ENTRY_SIZE >
	    BYPASS_EEPROM_SIZE)
		return "EEPROM byte 0x01 places the log where it does not fit";

	enter(b, now_us);
	if (differ(config, &b->config, SETTING_VERSION)) {
		b->eeprom[EEPROM_VERSION] = config->value[SETTING_VERSION];
		b->save_due = true;
	}
	if (other_log)
		log_erase(b);
	b->config = *config;
	if (other_log)
		log_format(b);
	configure_serial(b);
	leave(b);
	return NULL;
}

const struct bypass_config *bypass_config(const struct bypass *b)
{
	return &b->config;
}

enum bypass_relay bypass_relay(const struct bypass *b)
{
	return b->relay;
}

const struct bypass_counters *bypass_counters(const struct bypass *b)
{
	return &b->counters;
}

void bypass_print_counters(const struct bypass *b, FILE *f)
{
	const struct bypass_counters *c = &b->counters;

	fprintf(f, "bypass: frames=%llu malformed=%llu aborted=%llu fast=%llu",
		(unsigned long long)c->frames, (unsigned long long)c->malformed,
		(unsigned long long)c->aborted, (unsigned long long)c->fast);
	fprintf(f, " cut=%llu", (unsigned long long)c->cut);
	if (c->min_gap_us == UINT64_MAX)
		fprintf(f, " shortest_gap_us=none");
	else
		fprintf(f, " shortest_gap_us=%llu",
			(unsigned long long)c->min_gap_us);
	for (int page = 0; page < 4; page++)
		fprintf(f, " page%d_writes=%llu", page,
			(unsigned long long)c->writes[page]);
	fprintf(f, " eeprom_commits=%llu\n", (unsigned long long)c->commits);
}

void bypass_get_image(const struct bypass *b, uint64_t now_us,
		      struct bypass_image *image)
{
	if (now_us < b->now_us)
		now_us = b->now_us;

	*image = (struct bypass_image){
		.config = bypass_default_config(),
		.ctl0 = b->ctl0,
		/* A move in progress completes. */
		.relay = b->relay_due_us == NO_DEADLINE ? b->relay :
							  b->relay_wanted,
		.main_power = b->main_power,
		.aux_power = b->aux_power,
		.time = b->time,
		.time_offset = b->aux_power ? clock_offset(b, now_us) : 0,
		.time_valid = b->time_valid,
		.log_head = b->log_head,
	};
	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++)
		if (setting_info(id)->kept)
			image->config.value[id] = setting(b, id);
	/* A watchdog that has expired does not restart by itself. */
	if (b->watchdog_due_us == NO_DEADLINE)
		image->ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	memcpy(image->eeprom, b->eeprom, sizeof(image->eeprom));
}

struct bypass *bypass_new(const struct bypass_image *image,
			  const struct bypass_ops *ops, void *opaque,
			  uint64_t now_us)
{
	struct bypass *b = calloc(1, sizeof(*b));
	struct bypass_image factory;
	const char *error;

	if (!b)
		err(1, "the bypass controller's memory");
	if (!image) {
		bypass_factory_image(&factory);
		image = &factory;
	}
	error = bypass_image_error(image);
	if (error)
		errx(1, "the bypass controller's image: %s", error);

	b->config = image->config;
	b->config.value[SETTING_VERSION] = image->eeprom[EEPROM_VERSION];
	if (ops)
		b->ops = *ops;
	b->opaque = opaque;
	b->now_us = now_us;
	b->counters.min_gap_us = UINT64_MAX;
	b->commit_due_us = NO_DEADLINE;
	b->relay_due_us = NO_DEADLINE;
	b->valid_due_us = NO_DEADLINE;
	b->eeprom_due_us = NO_DEADLINE;

	b->main_power = image->main_power;
	b->aux_power = image->aux_power;
	b->relay = image->relay;
	b->ctl0 = image->ctl0;
	b->time = image->time;
	b->time_valid = image->time_valid;
	/* Unsigned: before the epoch of the caller's clock is fine. */
	b->offset_reset_us = now_us - (uint64_t)image->time_offset * US_PER_S;
	b->log_head = image->log_head;
	memcpy(b->eeprom, image->eeprom, sizeof(b->eeprom));

	serial_init(&b->serial);
	configure_serial(b);
	watchdog_start(b);
	tell_deadline(b);
	return b;
}

void bypass_free(struct bypass *b)
{
	free(b);
}

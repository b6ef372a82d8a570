// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bypass controller: registers, rules, watchdog, clock, EEPROM and log.
 *
 * Read it beside bypass_regs.h. Whatever the host or the power does comes in
 * by one of the calls of bypass.h, each between enter() and leave().
 */

#include "bypass.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bypass_regs.h"
#include "bypass_wire.h"

#define US_PER_MS 1000u
#define US_PER_S 1000000u

struct bypass {
	struct bypass_config config;
	struct bypass_ops ops;
	void *opaque;
	struct bypass_wire wire;
	struct bypass_counters counters;

	uint64_t now_us;
	bool save_due;

	bool main_power;
	bool aux_power;
	enum bypass_relay relay;

	/* Page 0: what holds, and what the EEPROM is still being given. */
	uint32_t ctl0;
	uint32_t ctl0_pending;
	uint64_t commit_due_us; /* all _due_us: BYPASS_NO_DEADLINE is never */
	uint64_t watchdog_due_us;

	/* Page 1 */
	uint32_t time;
	bool time_valid;
	uint64_t offset_reset_us;

	/* Page 2: what reads return, and the access in progress. */
	uint8_t data;
	uint8_t offset;
	uint32_t ctl2_pending;
	uint64_t eeprom_due_us;

	uint8_t log_head;
	uint8_t eeprom[BYPASS_EEPROM_SIZE];
};

static const unsigned int watchdog_ms[] = CTL0_PERIODS_MS;

const char *bypass_relay_name(enum bypass_relay relay)
{
	static const char *const names[] = {
		[BYPASS_RELAY_NORMAL] = "normal",
		[BYPASS_RELAY_BYPASS] = "bypass",
		[BYPASS_RELAY_ISOLATE] = "isolate",
	};

	return names[relay];
}

static void set_relay(struct bypass *b, enum bypass_relay relay)
{
	if (relay == b->relay)
		return;
	b->relay = relay;
	b->save_due = true;
	if (b->ops.relay_changed)
		b->ops.relay_changed(b->opaque, relay);
}

static uint32_t clock_offset(const struct bypass *b, uint64_t now_us)
{
	return (now_us - b->offset_reset_us) / US_PER_S & CTL1_TIME;
}

static uint32_t clock_time(const struct bypass *b)
{
	return (b->time + clock_offset(b, b->now_us)) & CTL1_TIME;
}

static uint8_t *log_entry(struct bypass *b, unsigned int index)
{
	return &b->eeprom[b->eeprom[EEPROM_LOG_OFFSET] + index * LOG_ENTRY_SIZE];
}

/*
 * The entry's head bit says which one is the newest [inferred: drivers know
 * the bit by name only and take the head from page 2].
 */
static void log_event(struct bypass *b, enum bypass_event event,
		      unsigned int action)
{
	uint32_t word = FIELD_PREP(LOG_TIME, clock_time(b)) |
			(b->time_valid ? LOG_TIME_VALID : 0) | LOG_HEAD |
			LOG_UNREAD | FIELD_PREP(LOG_EVENT, event);
	uint8_t *entry = log_entry(b, b->log_head);

	entry[3] &= ~(LOG_HEAD >> 24);
	b->log_head = (b->log_head + 1) % LOG_ENTRIES;
	entry = log_entry(b, b->log_head);
	for (int i = 0; i < 4; i++)
		entry[i] = word >> 8 * i;
	entry[4] = action;
	b->save_due = true;
}

/*
 * Events are obeyed in mode auto only. One that is not obeyed is logged all
 * the same, with the action that was taken: none. [inferred]
 */
static void handle_event(struct bypass *b, enum bypass_event event,
			 unsigned int rule)
{
	unsigned int action = rule;

	if (FIELD_GET(CTL0_MODE, b->ctl0) != CTL0_MODE_AUTO)
		action = BYPASS_ACTION_IGNORE;
	if (action != BYPASS_ACTION_IGNORE)
		set_relay(b, action);
	log_event(b, event, action);
}

static void watchdog_start(struct bypass *b)
{
	unsigned int ms = watchdog_ms[FIELD_GET(CTL0_WATCHDOG_PERIOD, b->ctl0)];

	b->watchdog_due_us = BYPASS_NO_DEADLINE;
	if (b->ctl0 & CTL0_WATCHDOG_ENABLE && ms)
		b->watchdog_due_us =
			b->now_us +
			(uint64_t)ms * US_PER_MS / b->config.watchdog_speed;
}

static void watchdog_expired(struct bypass *b)
{
	b->watchdog_due_us = BYPASS_NO_DEADLINE;
	b->ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	handle_event(b, BYPASS_EVENT_WATCHDOG,
		     FIELD_GET(CTL0_WATCHDOG, b->ctl0));
}

/*
 * The host's page 0 takes effect when the EEPROM has it, and not in parts:
 * until then reads return the old page, which is why drivers read it back.
 * [inferred]
 */
static void commit_ctl0(struct bypass *b)
{
	uint32_t changed = b->ctl0 ^ b->ctl0_pending;
	unsigned int mode = FIELD_GET(CTL0_MODE, b->ctl0_pending);

	b->commit_due_us = BYPASS_NO_DEADLINE;
	if (b->config.commits_lost)
		return;
	b->ctl0 = b->ctl0_pending;
	b->counters.commits++;
	b->save_due = true;

	/* Each page carries the enable bit: the same again is no restart. */
	if (changed & (CTL0_WATCHDOG_ENABLE | CTL0_WATCHDOG_PERIOD))
		watchdog_start(b);

	/* The user's event is the change of state, not the write [inferred]. */
	if (mode != CTL0_MODE_AUTO && mode != b->relay) {
		set_relay(b, mode);
		log_event(b, BYPASS_EVENT_USER, mode);
	}
}

/*
 * The clock is what the host wrote plus an offset that counts seconds. Reads
 * return what was written, without the offset: drivers demand back the time
 * that they sent, seconds ago by then. [inferred]
 */
static void write_ctl1(struct bypass *b, uint32_t command)
{
	uint32_t before = clock_time(b);
	bool was_valid = b->time_valid;

	b->time = FIELD_GET(CTL1_TIME, command);
	b->time_valid = command & CTL1_TIME_VALID;
	if (command & CTL1_OFFSET_RESET)
		b->offset_reset_us = b->now_us;
	/* A pet that leaves the clock as it was is not worth a save. */
	if (clock_time(b) != before || b->time_valid != was_valid)
		b->save_due = true;

	/* Without a running watchdog there is nothing to pet. [inferred] */
	if (command & CTL1_PET)
		watchdog_start(b);
}

/*
 * One access at a time: a second one before the first is done replaces it,
 * so a host that does not wait loses what it asked for. [inferred]
 */
static void access_eeprom(struct bypass *b)
{
	uint8_t offset = FIELD_GET(CTL2_OFFSET, b->ctl2_pending);

	b->eeprom_due_us = BYPASS_NO_DEADLINE;
	/* What the firmware itself goes by is not the host's. [inferred] */
	if (b->ctl2_pending & CTL2_EEPROM_WRITE && !b->config.commits_lost &&
	    offset != EEPROM_LOG_OFFSET && offset != EEPROM_VERSION) {
		b->eeprom[offset] = FIELD_GET(CTL2_DATA, b->ctl2_pending);
		b->save_due = true;
	}
	b->offset = offset;
	b->data = b->eeprom[offset];
}

static uint32_t page_status(const struct bypass *b, unsigned int page)
{
	switch (page) {
	case 0:
		return b->ctl0 | FIELD_PREP(CTL0_STATE, b->relay);
	case 1:
		return FIELD_PREP(CTL1_TIME, b->time) |
		       (b->time_valid ? CTL1_TIME_VALID : 0);
	case 2:
		return FIELD_PREP(CTL2_DATA, b->data) |
		       FIELD_PREP(CTL2_OFFSET, b->offset) |
		       FIELD_PREP(CTL2_LOG_HEAD, b->log_head);
	default:
		return 0; /* no driver knows a page 3 */
	}
}

static void take_command(struct bypass *b, uint32_t command)
{
	unsigned int page = FIELD_GET(BYPASS_PAGE, command);

	b->counters.frames++;
	if (!(command & BYPASS_WRITE))
		return;
	b->counters.writes[page]++;

	switch (page) {
	case 0:
		b->ctl0_pending = command & CTL0_WRITABLE;
		b->commit_due_us = b->now_us + b->config.commit_us;
		break;
	case 1:
		write_ctl1(b, command);
		break;
	case 2:
		b->ctl2_pending = command;
		b->eeprom_due_us = b->now_us + b->config.eeprom_us;
		break;
	}
}

static void count_gaps(struct bypass *b)
{
	if (!wire_is_whole(&b->wire))
		return;
	if (b->wire.min_gap_us < BYPASS_FLOOR_US)
		b->counters.fast++;
	if (b->wire.min_gap_us < b->counters.min_gap_us)
		b->counters.min_gap_us = b->wire.min_gap_us;
}

static uint64_t frame_due_us(const struct bypass *b)
{
	if (!b->config.frame_timeout_us || b->wire.state == WIRE_IDLE)
		return BYPASS_NO_DEADLINE;
	return b->wire.edge_us + b->config.frame_timeout_us;
}

static uint64_t earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t bypass_next_deadline(const struct bypass *b)
{
	return earliest(earliest(b->commit_due_us, b->watchdog_due_us),
			earliest(b->eeprom_due_us, frame_due_us(b)));
}

/* Brings the controller to now_us, through all that was due on the way. */
static void enter(struct bypass *b, uint64_t now_us)
{
	uint64_t due_us;

	if (now_us < b->now_us)
		now_us = b->now_us;

	while ((due_us = bypass_next_deadline(b)) <= now_us &&
	       due_us != BYPASS_NO_DEADLINE) {
		b->now_us = due_us;
		if (due_us == b->commit_due_us) {
			commit_ctl0(b);
		} else if (due_us == b->watchdog_due_us) {
			watchdog_expired(b);
		} else if (due_us == b->eeprom_due_us) {
			access_eeprom(b);
		} else {
			wire_reset(&b->wire);
			b->counters.aborted++;
		}
	}
	b->now_us = now_us;
}

/* One save for all that one call changed. */
static void leave(struct bypass *b)
{
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
	enum wire_event event;

	enter(b, now_us);
	event = wire_pins(&b->wire, b->now_us, sck, sdi);
	/* A dead controller never gets beyond a start, which is no event. */
	if (!b->aux_power)
		wire_reset(&b->wire);

	switch (event) {
	case WIRE_NOTHING:
		break;
	case WIRE_PAGE:
		wire_reply(&b->wire, page_status(b, wire_page(&b->wire)));
		break;
	case WIRE_FRAME:
		count_gaps(b);
		take_command(b, b->wire.command);
		break;
	case WIRE_MALFORMED:
		count_gaps(b);
		b->counters.malformed++;
		break;
	case WIRE_ABORTED:
		b->counters.aborted++;
		break;
	}
	leave(b);
}

void bypass_pins_released(struct bypass *b, uint64_t now_us)
{
	uint64_t malformed = b->counters.malformed;

	bypass_pins(b, now_us, true, true);
	b->counters.cut += b->counters.malformed - malformed;
	b->counters.malformed = malformed;
}

bool bypass_sdo(const struct bypass *b)
{
	return b->wire.sdo;
}

static void main_power(struct bypass *b, bool on)
{
	if (on == b->main_power)
		return;
	b->main_power = on;
	if (on)
		handle_event(b, BYPASS_EVENT_MAIN_ON,
			     FIELD_GET(CTL0_MAIN_ON, b->ctl0));
	else
		handle_event(b, BYPASS_EVENT_MAIN_OFF,
			     FIELD_GET(CTL0_MAIN_OFF, b->ctl0));
}

/*
 * What was only in the controller's memory is lost without power: clock,
 * running watchdog, accesses in progress. Page 0 comes back from the EEPROM,
 * but nobody has asked this controller to watch anything yet. [inferred]
 */
static void aux_power(struct bypass *b, bool on)
{
	if (on == b->aux_power)
		return;
	b->aux_power = on;
	if (on) {
		b->offset_reset_us = b->now_us;
		handle_event(b, BYPASS_EVENT_AUX_ON,
			     FIELD_GET(CTL0_AUX_ON, b->ctl0));
		return;
	}

	handle_event(b, BYPASS_EVENT_AUX_OFF, FIELD_GET(CTL0_AUX_OFF, b->ctl0));
	wire_reset(&b->wire);
	b->ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	b->commit_due_us = BYPASS_NO_DEADLINE;
	b->watchdog_due_us = BYPASS_NO_DEADLINE;
	b->eeprom_due_us = BYPASS_NO_DEADLINE;
	b->time = 0;
	b->time_valid = false;
	b->data = 0;
	b->offset = 0;
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
 * Drivers know that there is a user's event; what the card's user does to
 * cause one is not public. Here, a button: into bypass, and out of it.
 */
void bypass_press(struct bypass *b, uint64_t now_us)
{
	enter(b, now_us);
	if (b->aux_power)
		handle_event(b, BYPASS_EVENT_USER,
			     b->relay == BYPASS_RELAY_NORMAL ?
				     BYPASS_RELAY_BYPASS :
				     BYPASS_RELAY_NORMAL);
	leave(b);
}

void bypass_configure(struct bypass *b, uint64_t now_us,
		      const struct bypass_config *config)
{
	enter(b, now_us);
	b->config = *config;
	leave(b);
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
		.ctl0 = b->ctl0,
		.relay = b->relay,
		.main_power = b->main_power,
		.aux_power = b->aux_power,
		.time = b->time,
		.time_offset = b->aux_power ? clock_offset(b, now_us) : 0,
		.time_valid = b->time_valid,
		.log_head = b->log_head,
	};
	memcpy(image->eeprom, b->eeprom, sizeof(image->eeprom));
}

struct bypass *bypass_new(const struct bypass_config *config,
			  const struct bypass_image *image,
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

	b->config = config ? *config : BYPASS_CONFIG_DEFAULT;
	if (ops)
		b->ops = *ops;
	b->opaque = opaque;
	b->now_us = now_us;
	b->counters.min_gap_us = UINT64_MAX;
	b->commit_due_us = BYPASS_NO_DEADLINE;
	b->eeprom_due_us = BYPASS_NO_DEADLINE;

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

	wire_init(&b->wire, b->config.min_gap_us);
	watchdog_start(b);
	return b;
}

void bypass_free(struct bypass *b)
{
	free(b);
}

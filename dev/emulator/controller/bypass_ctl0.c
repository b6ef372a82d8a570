// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller's page 0: modes, rules, relays and the watchdog. */
#include "bypass_parts.h"

static const unsigned int watchdog_ms[] = CTL0_PERIODS_MS;

static void set_relay(struct bypass *b, enum bypass_relay relay)
{
	b->relay_due_us = NO_DEADLINE;
	if (relay == b->relay)
		return;
	b->relay = relay;
	b->save_due = true;
	if (b->ops.relay_changed)
		b->ops.relay_changed(b->opaque, relay);
}

void ctl0_take_action(struct bypass *b, enum bypass_event event,
		      unsigned int action)
{
	bool forced = FIELD_GET(CTL0_MODE, b->ctl0) != CTL0_MODE_AUTO;

	if (forced && setting(b, SETTING_MANUAL_ACTIONS) == MANUAL_UNLOGGED)
		return;
	if (forced && setting(b, SETTING_MANUAL_ACTIONS) == MANUAL_LOGGED)
		action = BYPASS_ACTION_IGNORE;
	if (action != BYPASS_ACTION_IGNORE)
		set_relay(b, action);
	log_event(b, event, action);
}

/*
 * Events are obeyed only in mode auto. Others are logged too, with the action
 * none. [inferred]
 */
void ctl0_event(struct bypass *b, enum bypass_event event, uint32_t rule)
{
	ctl0_take_action(b, event, FIELD_GET(rule, b->ctl0));
}

void watchdog_start(struct bypass *b)
{
	unsigned int ms = watchdog_ms[FIELD_GET(CTL0_WATCHDOG_PERIOD, b->ctl0)];

	b->watchdog_due_us = NO_DEADLINE;
	if (b->ctl0 & CTL0_WATCHDOG_ENABLE)
		b->watchdog_due_us =
			b->now_us +
			(uint64_t)ms * US_PER_MS / b->config.watchdog_speed;
}

void watchdog_expire(struct bypass *b)
{
	b->watchdog_due_us = NO_DEADLINE;
	if (setting(b, SETTING_EXPIRY_ENABLE) == BITS_CLEAR)
		b->ctl0 &= ~CTL0_WATCHDOG_ENABLE;
	ctl0_event(b, BYPASS_EVENT_WATCHDOG, CTL0_WATCHDOG);
}

/* The user's event is the change of state, not the write. [inferred] */
void ctl0_switch(struct bypass *b)
{
	set_relay(b, b->relay_wanted);
	log_event(b, BYPASS_EVENT_USER, b->relay);
}

static void follow_mode(struct bypass *b, unsigned int mode)
{
	if (mode == CTL0_MODE_AUTO)
		return;
	b->relay_wanted = mode;
	b->relay_due_us = NO_DEADLINE;
	if (mode != b->relay)
		b->relay_due_us =
			b->now_us + setting_us(b, SETTING_STATE_DELAY_MS);
	if (b->relay_due_us == b->now_us)
		ctl0_switch(b);
}

/* The host's page 0 takes effect as a whole when the EEPROM has it. */
void ctl0_commit(struct bypass *b)
{
	uint32_t changed = b->ctl0 ^ b->ctl0_pending;

	b->commit_due_us = NO_DEADLINE;
	if (b->config.commits_lost)
		return;
	b->ctl0 = b->ctl0_pending;
	b->counters.commits++;
	b->save_due = true;

	/* Each write contains the enable bit: does it restart the watchdog? */
	if (changed & (CTL0_WATCHDOG_ENABLE | CTL0_WATCHDOG_PERIOD) ||
	    setting(b, SETTING_ENABLE_RESTARTS) == RESTARTS_YES)
		watchdog_start(b);
	follow_mode(b, FIELD_GET(CTL0_MODE, b->ctl0));
}

void ctl0_write(struct bypass *b, uint32_t command)
{
	if (ctl0_is_committing(b) &&
	    setting(b, SETTING_COMMIT_WRITES) == WRITES_DROPPED)
		return;
	b->ctl0_pending = command & CTL0_WRITABLE;
	b->commit_due_us = b->now_us + setting_us(b, SETTING_COMMIT_MS);
}

bool ctl0_is_committing(const struct bypass *b)
{
	return b->commit_due_us != NO_DEADLINE;
}

uint32_t ctl0_status(const struct bypass *b)
{
	uint32_t ctl0 = b->ctl0;

	/* Drivers read it back, as it may still be the old page. */
	if (ctl0_is_committing(b)) {
		switch (setting(b, SETTING_COMMIT_READS)) {
		case READS_NEW:
			ctl0 = b->ctl0_pending;
			break;
		case READS_ZEROS:
			return 0;
		case READS_ONES:
			return UINT32_MAX;
		}
	}
	if (setting(b, SETTING_MODE_READS) == MODE_READS_ZERO)
		ctl0 &= ~CTL0_MODE;
	if (setting(b, SETTING_RESERVED))
		ctl0 |= ~(CTL0_WRITABLE | CTL0_STATE);
	return ctl0 | FIELD_PREP(CTL0_STATE, b->relay);
}

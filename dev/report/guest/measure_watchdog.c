// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The watchdog: the effect of an expiry, the writes that restart it, and the
 * length of each period (U7, U8, U18).
 *
 * If possible, its action has no effect, so that the relays do not move; the
 * enable bit or the log then shows the expiry.
 */
#include "finding.h"
#include "record.h"

#define PERIOD_1500MS 1
#define PERIOD_4S 4
#define PERIODS 8
#define LATE_MS 3000
/* STATE and the log may follow a little later. */
#define AFTERMATH_MS 700

static bool has_expired(struct study *s, uint8_t head, unsigned int state)
{
	uint32_t ctl0 = page_read(&s->line, 0);

	if (ctl0_is_sane(ctl0) &&
	    (FIELD(STATE, ctl0) != state || !(ctl0 & ENABLE)))
		return true;
	/* If the enable bit shows it, a check takes one frame less. */
	return s->expiry != EXPIRY_CLEARS && head_now(s) != head;
}

struct expiry let_expire(struct study *s, const struct watch *watch)
{
	const uint32_t fields = MODE | ENABLE | PERIOD | ACTION_WATCHDOG;
	const uint32_t values = watch->mode | ENABLE |
				PUT(PERIOD, watch->period) |
				PUT(ACTION_WATCHDOG, watch->action);
	double nominal_ms = period_ms(watch->period);
	struct expiry expiry = { 0 };
	uint8_t head = head_now(s);
	unsigned int state = state_now(s);
	struct cause enabled;
	uint64_t limit_ns;
	uint32_t ctl0;

	ctl0_send(s, fields, values);
	enabled = last_frame(&s->line);
	if (watch->again_ms > 0) {
		sleep_until(enabled.there_ns +
			    (uint64_t)(watch->again_ms * NS_PER_MS));
		ctl0_send(s, fields, values);
	}
	/* Until a write of page 0 takes effect, the enable bit reads as expired. */
	sleep_until(enabled.there_ns +
		    (uint64_t)((s->settle_ms + nominal_ms / 2) * NS_PER_MS));
	limit_ns =
		now_ns() + (uint64_t)((nominal_ms + watch->again_ms + LATE_MS) *
				      NS_PER_MS);
	do
		range_narrow(&expiry.when, &s->line, &enabled,
			     has_expired(s, head, state));
	while (!expiry.when.seen && now_ns() < limit_ns);
	sleep_ms(AFTERMATH_MS);
	ctl0 = page_read(&s->line, 0);
	expiry.cleared = !(ctl0 & ENABLE);
	expiry.state = FIELD(STATE, ctl0);
	expiry.logged = head_now(s) != head;
	ctl0_put(s, MODE | ENABLE, 0);
	/* The write took effect later than it was sent. */
	expiry.when = range_after(expiry.when, s->commit);
	return expiry;
}

void study_expiry(struct study *s)
{
	struct watch watch = { .period = PERIOD_1500MS };
	struct expiry expiry;

	if (s->expiry_done)
		return;
	s->expiry_done = true;
	study_commit(s);
	progress("what the watchdog does when it expires");
	expiry = let_expire(s, &watch);
	s->ignored_is_logged = expiry.logged;
	if (!expiry.cleared && !expiry.logged) {
		/* Neither shows it: then the action must move the relays. */
		unsigned int state = state_now(s);

		watch.action = other_state(state);
		expiry = let_expire(s, &watch);
		relays_put(s, state);
		if (expiry.state != watch.action)
			return;
	}
	s->expiry = expiry.cleared ? EXPIRY_CLEARS : EXPIRY_STAYS;
}

void measure_expiry_enable(struct study *s, struct finding *f)
{
	study_expiry(s);
	if (s->expiry == EXPIRY_UNKNOWN)
		cannot_tell(f, "a watchdog of 1.5 s did not expire");
	else if (s->expiry == EXPIRY_CLEARS)
		found(f, "clears", "enable is off after the watchdog expired");
	else
		found(f, "stays", "enable is on after the watchdog expired");
}

void measure_enable_restarts(struct study *s, struct finding *f)
{
	const struct watch watch = {
		.period = PERIOD_4S,
		.again_ms = 2000,
	};
	struct expiry expiry;
	double nominal_ms = period_ms(watch.period);

	study_expiry(s);
	expiry = let_expire(s, &watch);
	if (!expiry.when.seen) {
		cannot_tell(f, "a watchdog of 4 s was not seen to expire");
		return;
	}
	found(f,
	      expiry.when.hi_ms < nominal_ms + watch.again_ms / 2 ? "no" :
								    "yes",
	      "a watchdog of %.0f ms, enabled again after %.0f ms, expired after %.0f to %.0f ms",
	      nominal_ms, watch.again_ms, expiry.when.lo_ms, expiry.when.hi_ms);
}

void measure_manual_actions(struct study *s, struct finding *f)
{
	struct watch watch = { .period = PERIOD_1500MS };
	struct expiry expiry;

	study_expiry(s);
	watch.mode = state_now(s);
	watch.action = other_state(watch.mode);
	expiry = let_expire(s, &watch);
	if (expiry.state == watch.action)
		found(f, "taken",
		      "a watchdog that expired in a forced mode moved the relays");
	else if (expiry.logged)
		found(f, "logged",
		      "a watchdog that expired in a forced mode was logged, and moved nothing");
	else if (s->expiry == EXPIRY_CLEARS && !expiry.cleared)
		cannot_tell(f, "a watchdog does not expire in a forced mode");
	else
		found(f, "unlogged",
		      "a watchdog that expired in a forced mode was not logged, and moved nothing");
	if (expiry.state != watch.mode)
		relays_put(s, watch.mode);
}

void record_periods(struct study *s)
{
	study_expiry(s);
	for (unsigned int period = 0; period < PERIODS; period++) {
		const struct watch watch = { .period = period };
		struct expiry expiry;

		progress("a watchdog with period %u, of %u ms", period,
			 period_ms(period));
		expiry = let_expire(s, &watch);
		record_begin("period");
		record_number("value", period);
		record_number("nominal_ms", period_ms(period));
		record_bool("expired", expiry.when.seen);
		if (expiry.when.seen) {
			record_number("from_ms", (int)expiry.when.lo_ms);
			record_number("to_ms", (int)expiry.when.hi_ms);
		}
		record_end();
	}
}

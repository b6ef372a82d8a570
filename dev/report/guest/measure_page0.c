// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A write of page 0: its time, the value of page 0 until then, the fate of a
 * second write, and when MODE and STATE follow (U2 to U6).
 *
 * These writes change the period of a watchdog that is off.
 */
#include "finding.h"
#include "record.h"

#define LIMIT_MS 4000
/* The shortest time between the ends of two frames. */
#define FRAME_MS 132.0
#define TRIES 5
/* The time of the first read on an idle machine. */
#define AT_ONCE_MS 13.0
/* Times with a smaller difference count as equal. */
#define CERTAIN_MS 3.0

struct toggle {
	uint32_t from, to; /* values of the period */
	enum meanwhile meanwhile;
};

static uint32_t other_period(uint32_t period)
{
	return period == 4 ? 5 : 4;
}

static void write_period(struct study *s, void *opaque)
{
	struct toggle *t = opaque;

	t->from = FIELD(PERIOD, s->rules);
	t->to = other_period(t->from);
	ctl0_send(s, PERIOD | ENABLE, PUT(PERIOD, t->to));
}

static enum meanwhile what_it_reads_as(const struct study *s,
				       const struct toggle *t, uint32_t ctl0)
{
	uint32_t before = (s->rules & RULES & ~PERIOD) | PUT(PERIOD, t->from);

	if (!(ctl0 & CTL0_FIELDS))
		return ZEROS;
	if ((ctl0 & CTL0_FIELDS) == CTL0_FIELDS)
		return ONES;
	return (ctl0 & RULES) == before ? OLD : OTHER;
}

static bool look_for_period(struct study *s, void *opaque)
{
	struct toggle *t = opaque;
	uint32_t ctl0 = page_read(&s->line, 0);

	if (ctl0_is_sane(ctl0) && !((ctl0 ^ s->rules) & RULES))
		return true;
	t->meanwhile = what_it_reads_as(s, t, ctl0);
	return false;
}

/* A write that has taken effect is over. */
static void settle(struct study *s, void *opaque)
{
	struct toggle *t = opaque;

	if (t->meanwhile == NOT_SEEN)
		ctl0_settled(s);
}

/* Only a write that ends during the first one gives a result. */
static void second_write(struct study *s)
{
	for (int i = 0; i < TRIES && s->second_write == SECOND_UNKNOWN; i++) {
		struct cause first;
		struct toggle t;
		uint32_t ctl0;
		double ms;

		write_period(s, &t);
		first = last_frame(&s->line);
		ctl0_send(s, PERIOD, PUT(PERIOD, 6));
		ms = (s->line.ended_ns - first.sent_ns) / NS_PER_MS;
		s->settle_ms = SETTLE_MOST_MS;
		ctl0 = ctl0_settled(s);
		if (FIELD(PERIOD, ctl0) == t.to)
			s->second_write = SECOND_DROPPED;
		else if (FIELD(PERIOD, ctl0) == 6 && ms < s->commit.lo_ms)
			s->second_write = SECOND_TAKEN;
		ctl0_put(s, PERIOD, PUT(PERIOD, 4));
	}
}

/*
 * Page 0 has the new value at the first read. Either the write took effect at
 * once, or page 0 only reads so. The watchdog tells: after a write it starts
 * when the write has taken effect; after a pet, by another page, at once. Its
 * period is long enough for the slowest write.
 */
#define PERIOD_3S 3
#define PET_AFTER_MS 1600
#define PET_LATE_MS 2600 /* it may have expired by then */
#define EXPIRY_LIMIT_MS 7000
#define EXPIRY_COARSE_MS 2500

struct run {
	uint8_t head; /* before it expires */
	bool too_late; /* no pet was in time */
};

static void enable(struct study *s, void *opaque)
{
	(void)opaque;
	ctl0_send(s, PERIOD | ENABLE | ACTION_WATCHDOG,
		  ENABLE | PUT(PERIOD, PERIOD_3S));
}

static void disable(struct study *s, void *opaque)
{
	struct run *run = opaque;

	ctl0_put(s, ENABLE | PERIOD, PUT(PERIOD, 4));
	run->head = head_now(s);
}

static void enable_and_pet(struct study *s, void *opaque)
{
	uint32_t ctl1 = page_read(&s->line, 1) & (TIME | TIME_VALID);
	struct run *run = opaque;

	run->too_late = true;
	for (int i = 0; i < TRIES && run->too_late; i++) {
		struct cause enabled;

		if (i > 0)
			disable(s, run);
		enable(s, run);
		enabled = last_frame(&s->line);
		sleep_ms(PET_AFTER_MS);
		page_write(&s->line, 1, ctl1 | PET);
		run->too_late = s->line.ended_ns - enabled.sent_ns >
				PET_LATE_MS * NS_PER_MS;
	}
}

static bool look_for_expiry(struct study *s, void *opaque)
{
	const struct run *run = opaque;

	return head_now(s) != run->head;
}

static struct range commit_by_watchdog(struct study *s)
{
	struct latency_ops ops = {
		.start = enable,
		.look = look_for_expiry,
		.rest = disable,
		.limit_ms = EXPIRY_LIMIT_MS,
		.coarse_ms = EXPIRY_COARSE_MS,
	};
	struct run run = { .head = head_now(s) };
	struct range written, petted;

	written = latency_measure(s, &ops, &run);
	disable(s, &run);
	ops.start = enable_and_pet;
	petted = latency_measure(s, &ops, &run);
	petted.seen = petted.seen && !run.too_late;
	disable(s, &run);
	return range_after(written, petted);
}

/*
 * The first read may be late. Then it is repeated, as a write that is over by
 * then does not mean that writes take no time.
 */
static void watch_a_write(struct study *s)
{
	const struct latency_ops ops = {
		.start = write_period,
		.look = look_for_period,
		.rest = settle,
		.limit_ms = LIMIT_MS,
	};
	struct toggle toggle = { .meanwhile = NOT_SEEN };
	struct range commit;

	for (int i = 0; i < TRIES; i++) {
		commit = latency_measure(s, &ops, &toggle);
		if (!commit.seen || toggle.meanwhile != NOT_SEEN ||
		    commit.hi_ms < AT_ONCE_MS)
			break;
	}
	s->commit = commit;
	s->meanwhile = toggle.meanwhile;
}

void study_commit(struct study *s)
{
	if (s->commit_done)
		return;
	s->commit_done = true;
	progress("how long a write of page 0 takes");
	ctl0_put(s, ENABLE | PERIOD, PUT(PERIOD, 4));
	watch_a_write(s);
	if (s->commit.seen && s->meanwhile == NOT_SEEN) {
		double first_look = s->commit.hi_ms;

		s->commit = commit_by_watchdog(s);
		if (s->commit.seen && (s->commit.lo_ms + s->commit.hi_ms) / 2 >
					      first_look + CERTAIN_MS)
			s->meanwhile = NEW;
	}
	if (s->commit.seen && s->commit.lo_ms > FRAME_MS)
		second_write(s);
	/* With a margin: the next one may take longer. */
	if (s->commit.seen)
		s->settle_ms = 50 + 1.5 * s->commit.hi_ms;
}

void measure_commit(struct study *s, struct finding *f)
{
	study_commit(s);
	found_range(f, s->commit,
		    "from the end of the write until it takes effect");
}

void measure_commit_reads(struct study *s, struct finding *f)
{
	static const char *const words[] = {
		[OLD] = "old",
		[NEW] = "new",
		[ZEROS] = "zeros",
		[ONES] = "ones",
	};

	study_commit(s);
	if (!s->commit.seen)
		cannot_tell(f, "no write of page 0 was seen to take effect");
	else if (s->meanwhile == NOT_SEEN)
		cannot_tell(f,
			    "a write takes effect before page 0 can be read");
	else if (s->meanwhile == OTHER)
		cannot_tell(f, "neither old, new, zeros nor ones");
	else
		found(f, words[s->meanwhile], "while a write is in progress");
}

void measure_commit_writes(struct study *s, struct finding *f)
{
	study_commit(s);
	if (!s->commit.seen)
		cannot_tell(f, "no write of page 0 was seen to take effect");
	else if (s->commit.lo_ms <= FRAME_MS)
		cannot_tell(
			f,
			"cannot happen: a write takes effect before the next one can end");
	else if (s->second_write == SECOND_UNKNOWN)
		cannot_tell(
			f,
			"no second write could be sent in time, or neither was accepted");
	else
		found(f, s->second_write == SECOND_TAKEN ? "taken" : "dropped",
		      "the second of two writes in a row");
}

/* --- MODE and STATE */

struct move {
	unsigned int to;
	uint32_t ctl0; /* as last read */
};

static void write_mode(struct study *s, void *opaque)
{
	struct move *move = opaque;

	move->to = other_state(move->to);
	ctl0_send(s, MODE, move->to);
}

static bool look_for_state(struct study *s, void *opaque)
{
	struct move *move = opaque;
	uint32_t ctl0 = page_read(&s->line, 0);

	if (ctl0_is_sane(ctl0))
		move->ctl0 = ctl0;
	return ctl0_is_sane(ctl0) && FIELD(STATE, ctl0) == move->to;
}

static void rest_in_auto(struct study *s, void *opaque)
{
	struct move *move = opaque;
	uint32_t mode;

	mode = FIELD(MODE, ctl0_settled(s));
	if (mode == move->to && s->mode_reads != MODE_ODD)
		s->mode_reads = MODE_KEPT;
	else if (mode == 0 && s->mode_reads != MODE_KEPT)
		s->mode_reads = MODE_ZERO;
	else
		s->mode_reads = MODE_ODD;
	ctl0_put(s, MODE, 0);
}

void study_state(struct study *s)
{
	const struct latency_ops ops = {
		.start = write_mode,
		.look = look_for_state,
		.rest = rest_in_auto,
		.limit_ms = LIMIT_MS,
	};
	struct move move;

	if (s->state_done)
		return;
	s->state_done = true;
	study_commit(s);
	progress("how long the relays take to follow: they move now");
	move.to = state_now(s);
	s->state = latency_measure(s, &ops, &move);
	ctl0_put(s, MODE, 0);
	relays_put(s, FIELD(STATE, s->ctl0));
}

void measure_state_delay(struct study *s, struct finding *f)
{
	study_state(s);
	if (!s->commit.seen)
		cannot_tell(f, "it is not known how long a write takes");
	else
		found_range(
			f, range_after(s->state, s->commit),
			"from the effect of a write of MODE until STATE follows");
}

void measure_mode_reads(struct study *s, struct finding *f)
{
	study_state(s);
	if (s->mode_reads == MODE_KEPT)
		found(f, "yes", "MODE reads as written");
	else if (s->mode_reads == MODE_ZERO)
		found(f, "zero",
		      "MODE reads as 0 when the write has taken effect");
	else
		cannot_tell(
			f,
			"MODE sometimes reads as written, and sometimes does not");
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "study.h"

#define REFINE_ROUNDS 7
#define PRECISE_MS 5.0

static double ms_between(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? (to_ns - from_ns) / NS_PER_MS : 0;
}

struct cause last_frame(const struct line *line)
{
	return (struct cause){ line->ended_sent_ns, line->ended_ns };
}

void range_narrow(struct range *range, const struct line *line,
		  const struct cause *cause, bool done)
{
	double least = ms_between(cause->there_ns, line->answer_sent_ns);
	double most = ms_between(cause->sent_ns, line->answer_ns);

	if (done && (!range->seen || most < range->hi_ms)) {
		range->seen = true;
		range->hi_ms = most > range->lo_ms ? most : range->lo_ms;
	} else if (!done && least > range->lo_ms) {
		range->lo_ms = least;
		if (range->seen && range->lo_ms > range->hi_ms)
			range->lo_ms = range->hi_ms;
	}
}

static bool look(struct study *s, const struct latency_ops *ops, void *opaque,
		 const struct cause *cause, struct range *range)
{
	bool done = ops->look(s, opaque);

	range_narrow(range, &s->line, cause, done);
	return done;
}

/* From the first edge of a frame until its answer is fixed. */
static double lead_ms(const struct line *line)
{
	return (line->answer_ns - line->begun_ns + 2 * line->gap_ns) /
	       NS_PER_MS;
}

static struct range look_until_done(struct study *s,
				    const struct latency_ops *ops, void *opaque)
{
	struct range range = { 0 };
	struct cause cause;

	ops->start(s, opaque);
	cause = last_frame(&s->line);
	if (ops->coarse_ms > 0)
		sleep_until(cause.there_ns +
			    (uint64_t)(ops->coarse_ms * NS_PER_MS));
	while (!look(s, ops, opaque, &cause, &range))
		if (range.lo_ms > ops->limit_ms)
			return range;
	ops->rest(s, opaque);
	return range;
}

struct range range_after(struct range later, struct range earlier)
{
	struct range range = {
		.seen = later.seen && earlier.seen,
		.lo_ms = later.lo_ms - earlier.hi_ms,
		.hi_ms = later.hi_ms - earlier.lo_ms,
	};

	/* Negative only because of the limited precision. */
	if (range.lo_ms < 0)
		range.lo_ms = 0;
	if (range.hi_ms < 0)
		range.hi_ms = 0;
	return range;
}

struct range latency_measure(struct study *s, const struct latency_ops *ops,
			     void *opaque)
{
	struct range range = look_until_done(s, ops, opaque);

	for (int i = 0; range.seen && i < REFINE_ROUNDS; i++) {
		double middle = (range.lo_ms + range.hi_ms) / 2;
		double lead = lead_ms(&s->line);
		struct cause cause;
		bool done;

		if (range.hi_ms - range.lo_ms <= PRECISE_MS ||
		    range.hi_ms <= lead + 1)
			break;
		ops->start(s, opaque);
		cause = last_frame(&s->line);
		if (middle > lead)
			sleep_until(cause.there_ns +
				    (uint64_t)((middle - lead) * NS_PER_MS));
		done = look(s, ops, opaque, &cause, &range);
		/* Not yet: it must be over before it is caused again. */
		while (!done &&
		       now_ns() - cause.there_ns < ops->limit_ms * NS_PER_MS)
			done = look(s, ops, opaque, &cause, &range);
		ops->rest(s, opaque);
	}
	return range;
}

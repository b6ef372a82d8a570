// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The effect of the relays on the links, and its time: with peers at the
 * cables' ends, or with a cable from one port to the other. Without a driver
 * the ports have links only if the card enables them.
 */
#include "finding.h"
#include "record.h"

#define UP_LIMIT_MS 15000
#define DOWN_LIMIT_MS 3000
#define POLL_NS 1000000

static bool up_now(const struct study *s, unsigned int port)
{
	return card_link(&s->card, port);
}

/* The time of each port's change: milliseconds since then_ns, or -1. */
static void watch_links(struct study *s, uint64_t then_ns, bool up,
			unsigned int limit_ms, const bool had[CARD_FUNCTIONS],
			double at_ms[CARD_FUNCTIONS])
{
	unsigned int waiting;

	at_ms[0] = at_ms[1] = -1;
	do {
		waiting = 0;
		for (unsigned int port = 0; port < CARD_FUNCTIONS; port++) {
			if (!had[port] || at_ms[port] >= 0)
				continue;
			if (up_now(s, port) == up)
				at_ms[port] = (now_ns() - then_ns) / NS_PER_MS;
			else
				waiting++;
		}
		sleep_until(now_ns() + POLL_NS);
	} while (waiting && now_ns() - then_ns < limit_ms * NS_PER_MS);
}

static void record_ports(const char *const keys[CARD_FUNCTIONS],
			 const bool had[CARD_FUNCTIONS],
			 const double at_ms[CARD_FUNCTIONS])
{
	for (unsigned int port = 0; port < CARD_FUNCTIONS; port++)
		if (had[port])
			record_number(keys[port], (int)at_ms[port]);
}

static void record_state(struct study *s, enum relays state,
			 const bool had[CARD_FUNCTIONS])
{
	static const char *const down[] = { "port0_down_ms", "port1_down_ms" };
	static const char *const up[] = { "port0_up_ms", "port1_up_ms" };
	double at_ms[CARD_FUNCTIONS];

	progress("the effect of %s on the links", relays_name(state));
	ctl0_send(s, MODE, state);
	watch_links(s, s->line.ended_ns, false, DOWN_LIMIT_MS, had, at_ms);
	record_begin("links");
	record_text("state", "%s", relays_name(state));
	record_ports(down, had, at_ms);
	ctl0_settled(s);
	ctl0_send(s, MODE, NORMAL);
	watch_links(s, s->line.ended_ns, true, UP_LIMIT_MS, had, at_ms);
	record_ports(up, had, at_ms);
	record_end();
	ctl0_settled(s);
	ctl0_put(s, MODE, 0);
}

void record_links(struct study *s)
{
	const bool both[CARD_FUNCTIONS] = { true, s->card.bar[1] };
	double at_ms[CARD_FUNCTIONS];
	bool had[CARD_FUNCTIONS];

	study_state(s);
	relays_put(s, NORMAL);
	progress("whether the ports have links without a driver");
	watch_links(s, now_ns(), true, UP_LIMIT_MS, both, at_ms);
	for (unsigned int port = 0; port < CARD_FUNCTIONS; port++)
		had[port] = at_ms[port] >= 0;
	record_begin("links");
	record_text("state", "normal");
	record_bool("port0", had[0]);
	record_bool("port1", had[1]);
	record_end();
	if (had[0] || had[1]) {
		record_state(s, BYPASS, had);
		record_state(s, ISOLATE, had);
	}
	relays_put(s, FIELD(STATE, s->ctl0));
}

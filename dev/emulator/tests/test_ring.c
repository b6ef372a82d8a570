// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cards that are cabled to each other, port 0 to port 1 of the next: in a ring,
 * and in a row.
 */
#include "card_host.h"
#include "wire_peer.h"

#define CARDS_MAX (WIRE_RELAYS_MAX + 1)

struct bench {
	struct loop *loop;
	struct host *host[CARDS_MAX];
	unsigned int count;
	struct peer peer[2]; /* at the ends of a row */
};

static const char *cable(char far_end[100], const char *kind, unsigned int n)
{
	snprintf(far_end, 100, "%s:/tmp/test-ring.%ld.%u", kind, (long)getpid(),
		 n);
	return far_end;
}

/*
 * Port 0 of card i has cable i, port 1 cable i + 1. The relays move at once, as
 * with --relay-ms 0: no frame is lost while they do.
 */
static struct bench *build(void **state, unsigned int count, bool ring)
{
	struct bench *b = *state = xcalloc(1, sizeof(*b));
	struct card_config config = {
		.relay_us = 0,
		.link_us = CARD_LINK_US,
		.timers = &host_timers,
		.wall_s = host_wall,
	};
	char far_end[CARD_PORTS][100];

	assert_null(regs_init());
	host_now_us = 1000 * S;
	config.loop = b->loop = loop_new();
	b->count = count;
	for (unsigned int i = 0; i < count; i++) {
		bool last = i == count - 1;

		config.wire[0] = cable(far_end[0], "unix", i);
		config.wire[1] = cable(far_end[1],
				       ring || !last ? "card" : "unix",
				       ring ? (i + 1) % count : i + 1);
		b->host[i] = host_add(&config);
	}
	for (unsigned int end = 0; !ring && end < 2; end++) {
		b->peer[end] = peer_connect(
			cable(far_end[0], "", end ? count : 0) + 1);
		peer_say_level(&b->peer[end], WIRE_SIGNAL);
	}
	return b;
}

/* Also after a test that has failed: each card removes its sockets. */
static int demolish(void **state)
{
	struct bench *b = *state;

	if (!b)
		return 0;
	*state = NULL;
	for (unsigned int i = 0; i < b->count; i++)
		host_free(b->host[i]);
	for (unsigned int end = 0; end < 2; end++)
		if (b->peer[end].fd)
			close(b->peer[end].fd);
	loop_free(b->loop);
	free(b);
	return 0;
}

static void move(struct bench *b, unsigned int i, enum bypass_relay state)
{
	relay_switch(&b->host[i]->card, state);
	host_sleep(b->host[i], 0);
}

static void move_all(struct bench *b, enum bypass_relay state)
{
	for (unsigned int i = 0; i < b->count; i++)
		move(b, i, state);
}

static struct wire *wire(struct bench *b, unsigned int i, unsigned int lan)
{
	return b->host[i]->card.wire[lan];
}

static bool all_are_lit(struct bench *b)
{
	for (unsigned int i = 0; i < b->count; i++)
		if (!wire_peer(wire(b, i, 0)) || !wire_peer(wire(b, i, 1)))
			return false;
	return true;
}

static bool all_are_dark(struct bench *b)
{
	for (unsigned int i = 0; i < b->count; i++)
		if (wire_peer(wire(b, i, 0)) || wire_peer(wire(b, i, 1)))
			return false;
	return true;
}

static bool link_up(struct bench *b, unsigned int i, unsigned int lan)
{
	return rd(b->host[i], lan, REG_LINKS) & LINKS_UP;
}

/* Have the ports that the relays connect to their MACs a link? */
static bool all_have_links(struct bench *b)
{
	for (unsigned int i = 0; i < b->count; i++)
		if (relay_is_to_mac(&b->host[i]->card) &&
		    (!link_up(b, i, 0) || !link_up(b, i, 1)))
			return false;
	return true;
}

/* A busy machine may need more turns of the loop than pump() makes. */
static void settle(struct bench *b)
{
	for (int tries = 0; tries < 1000; tries++) {
		loop_wait(b->loop, 10 * 1000);
		host_sleep(b->host[0], CARD_LINK_US);
		if (all_are_lit(b) && all_have_links(b))
			return;
	}
	fail_msg("no link after 10 s");
}

/* All cards have a link by both ports. */
static void bring_up(struct bench *b)
{
	move_all(b, BYPASS_RELAY_NORMAL);
	settle(b);
}

static uint64_t frames_in(struct bench *b)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < b->count; i++)
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
			sum += wire_counters(wire(b, i, lan))->in;
	return sum;
}

static void pass_time(struct bench *b)
{
	for (unsigned int i = 0; i < 20; i++)
		loop_wait(b->loop, 10 * 1000);
}

/* Has no frame arrived anywhere for a while? */
static bool is_quiet(struct bench *b)
{
	uint64_t before = frames_in(b);

	pass_time(b);
	return frames_in(b) == before;
}

static void transmit(struct bench *b, unsigned int i, unsigned int lan)
{
	static const uint8_t frame[FRAME_SIZE] = { [0 ... FRAME_SIZE - 1] = 7 };

	relay_from_mac(&b->host[i]->card, lan, frame, sizeof(frame));
}

/* No transceiver is left: the cables get dark, and frames on them get lost. */
static void test_all_in_bypass(void **state)
{
	for (unsigned int count = 1; count <= 5; count++) {
		struct bench *b = build(state, count, true);

		bring_up(b);
		for (unsigned int i = 0; i < 100; i++)
			transmit(b, i % count, i / 2 % 2);
		move_all(b, BYPASS_RELAY_BYPASS);
		pump_until(b->loop, all_are_dark(b));
		pump_until(b->loop, is_quiet(b));
		assert_true(all_are_dark(b));
		assert_true(frames_in(b) > 0);
		/* The ring was not harmed by that. */
		bring_up(b);
		demolish(state);
	}
}

/* A cable from one of its ports to the other, as long as the ring is. */
static void test_all_but_one_in_bypass(void **state)
{
	struct bench *b = build(state, 3, true);
	uint64_t in;

	bring_up(b);
	move(b, 1, BYPASS_RELAY_BYPASS);
	move(b, 2, BYPASS_RELAY_BYPASS);
	pump_until(b->loop, wire_relays(wire(b, 0, 0)) == 2 &&
				    wire_relays(wire(b, 0, 1)) == 2);
	settle(b);
	wr(b->host[0], 0, REG_RXCTRL, RXCTRL_ENABLE);
	wr(b->host[0], 1, REG_RXCTRL, RXCTRL_ENABLE);
	in = frames_in(b);
	transmit(b, 0, 0);
	pump_until(b->loop, frames_in(b) >= in + 3);
	pass_time(b);
	assert_int_equal(frames_in(b), in + 3);
	assert_int_equal(rd(b->host[0], 1, REG_TPR), 1);
	assert_int_equal(rd(b->host[0], 0, REG_TPR), 0);
}

/* The number of the next frame, or -1. */
static int wait_for_frame(struct bench *b, unsigned int end)
{
	int n = peer_receive(&b->peer[end]);

	for (int tries = 0; n < 0 && tries < 1000; tries++) {
		loop_wait(b->loop, 10 * 1000);
		n = peer_receive(&b->peer[end]);
	}
	return n;
}

/* In bypass, cards in a row are one cable, which shows each end the other. */
static void test_a_row_is_a_cable(void **state)
{
	static const unsigned int counts[] = { 2, WIRE_RELAYS_MAX };

	for (size_t n = 0; n < ARRAY_SIZE(counts); n++) {
		struct bench *b = build(state, counts[n], false);

		move_all(b, BYPASS_RELAY_BYPASS);
		for (unsigned int end = 0; end < 2; end++)
			pump_until(b->loop,
				   peer_level(&b->peer[end]) == WIRE_LINK);
		for (unsigned int end = 0; end < 2; end++) {
			for (unsigned int i = 0; i < 5; i++)
				peer_send(&b->peer[end], i);
			for (int i = 0; i < 5; i++)
				assert_int_equal(wait_for_frame(b, !end), i);
			pass_time(b);
			assert_int_equal(peer_receive(&b->peer[!end]), -1);
			assert_int_equal(peer_receive(&b->peer[end]), -1);
		}
		peer_say_level(&b->peer[0], WIRE_DARK);
		pump_until(b->loop, peer_level(&b->peer[1]) == WIRE_DARK);
		demolish(state);
	}
}

/* The limit that opens a ring is also that of a row. */
static void test_too_long_a_row_is_dark(void **state)
{
	struct bench *b = build(state, WIRE_RELAYS_MAX + 1, false);

	move_all(b, BYPASS_RELAY_BYPASS);
	pump_until(b->loop, all_are_lit(b));
	pass_time(b);
	for (unsigned int end = 0; end < 2; end++)
		assert_int_equal(peer_level(&b->peer[end]), WIRE_DARK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_all_in_bypass, demolish),
		cmocka_unit_test_teardown(test_all_but_one_in_bypass, demolish),
		cmocka_unit_test_teardown(test_a_row_is_a_cable, demolish),
		cmocka_unit_test_teardown(test_too_long_a_row_is_dark,
					  demolish),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}

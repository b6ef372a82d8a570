// SPDX-License-Identifier: GPL-2.0-or-later
/* Cables: the frames at both ends, and the detection of peers. */
#include "wire_peer.h"
#include "within.h"

#include "base/loop_timer.h"
#include "base/util.h"

struct end {
	struct wire *wire;
	unsigned int frames;
	int last; /* the number of the last frame */
	unsigned int changes;
	bool full;
};

struct bench {
	struct loop *loop;
	struct end end[2];
};

static bool take_frame(void *opaque, unsigned int lan, const uint8_t *frame,
		       size_t len)
{
	struct end *end = &((struct bench *)opaque)->end[lan];

	assert_within(len, WIRE_FRAME_MIN, WIRE_FRAME_MAX);
	if (end->full)
		return false;
	end->frames++;
	end->last = frame[0];
	return true;
}

static void count_change(void *opaque, unsigned int lan)
{
	((struct bench *)opaque)->end[lan].changes++;
}

static const struct wire_ops ops = {
	.frame = take_frame,
	.peer_changed = count_change,
};

static int setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->loop = loop_new();
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 2; i++)
		if (b->end[i].wire)
			wire_close(b->end[i].wire);
	loop_free(b->loop);
	free(b);
	return 0;
}

static struct wire *open_end(struct bench *b, unsigned int lan,
			     const char *kind)
{
	char far_end[80];

	snprintf(far_end, sizeof(far_end), "%s:%s", kind, peer_path(0));
	b->end[lan].wire = wire_open(far_end, b->loop, lan, &ops, b);
	assert_string_equal(wire_far_end(b->end[lan].wire), far_end);
	return b->end[lan].wire;
}

static void test_sink(void **state)
{
	struct bench *b = *state;
	struct wire *w = wire_open("sink", NULL, 0, &ops, b);
	static const uint8_t frame[FRAME_SIZE];

	assert_true(wire_peer(w));
	wire_set_level(w, WIRE_LINK, 0);
	wire_send(w, frame, sizeof(frame));
	assert_int_equal(wire_counters(w)->out, 1);
	assert_int_equal(wire_counters(w)->out_bytes, FRAME_SIZE);
	wire_plug(w, false);
	assert_false(wire_peer(w));
	assert_int_equal(b->end[0].changes, 1);
	wire_send(w, frame, sizeof(frame));
	assert_int_equal(wire_counters(w)->out, 1);
	assert_int_equal(wire_counters(w)->dropped, 1);
	wire_plug(w, true);
	assert_true(wire_peer(w));
	wire_close(w);
}

static void test_frames_of_a_peer(void **state)
{
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer peer = peer_connect(peer_path(0));
	static const uint8_t frame[FRAME_SIZE] = { [0 ... FRAME_SIZE - 1] = 9 };

	assert_false(wire_peer(w));
	wire_set_level(w, WIRE_LINK, 0);
	wire_send(w, frame, sizeof(frame));
	assert_int_equal(wire_counters(w)->dropped, 1);
	peer_send(&peer, 7);
	pump(b->loop);
	assert_true(wire_peer(w));
	assert_int_equal(b->end[0].frames, 1);
	assert_int_equal(b->end[0].last, 7);
	assert_int_equal(wire_counters(w)->in, 1);
	assert_int_equal(wire_counters(w)->in_bytes, FRAME_SIZE);
	wire_send(w, frame, sizeof(frame));
	assert_int_equal(peer_receive(&peer), 9);
	assert_int_equal(peer_level(&peer), WIRE_LINK);
	close(peer.fd);
}

/* More than the card reads in one turn, and than the kernel queues. */
static void test_many_frames(void **state)
{
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer peer = peer_connect(peer_path(0));
	static const uint8_t frame[FRAME_SIZE];

	peer_say_level(&peer, WIRE_LINK);
	pump(b->loop);
	for (unsigned int i = 0; i < 100; i++)
		peer_send(&peer, i);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 100);
	assert_int_equal(b->end[0].last, 99);
	for (unsigned int i = 0; i < 100; i++)
		wire_send(w, frame, sizeof(frame));
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(peer_receive(&peer), 0);
	/* A peer that reads nothing loses frames, and delays nothing. */
	while (!wire_counters(w)->dropped)
		wire_send(w, frame, sizeof(frame));
	assert_true(wire_peer(w));
	close(peer.fd);
}

static void test_not_a_frame(void **state)
{
	static uint8_t bytes[WIRE_FRAME_MAX + 1000];
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer peer = peer_connect(peer_path(0));

	for (size_t len = 0; len < WIRE_FRAME_MIN; len++) {
		send(peer.fd, bytes, len, 0);
		pump(b->loop);
	}
	send(peer.fd, bytes, WIRE_FRAME_MAX + 1, 0);
	pump(b->loop);
	send(peer.fd, bytes, sizeof(bytes), 0);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 0);
	assert_int_equal(wire_counters(w)->in, 0);
	send(peer.fd, bytes, WIRE_FRAME_MIN, 0);
	send(peer.fd, bytes, WIRE_FRAME_MAX, 0);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 2);
	close(peer.fd);
}

static void test_levels(void **state)
{
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer peer = peer_connect(peer_path(0));

	peer_say_level(&peer, WIRE_DARK);
	pump(b->loop);
	assert_false(wire_peer(w));
	assert_int_equal(peer_level(&peer), WIRE_DARK);
	peer_say_level(&peer, WIRE_SIGNAL);
	pump(b->loop);
	assert_true(wire_peer(w));
	peer_say_level(&peer, 255);
	pump(b->loop);
	assert_true(wire_peer(w));
	assert_int_equal(b->end[0].changes, 1);
	wire_set_level(w, WIRE_SIGNAL, 0);
	assert_int_equal(peer_level(&peer), WIRE_SIGNAL);
	wire_set_level(w, WIRE_LINK, 0);
	assert_int_equal(peer_level(&peer), WIRE_LINK);
	wire_plug(w, false);
	assert_int_equal(peer_level(&peer), WIRE_DARK);
	peer_send(&peer, 1);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 0);
	wire_plug(w, true);
	assert_int_equal(peer_level(&peer), WIRE_LINK);
	close(peer.fd);
}

static void test_peer_goes_and_another_comes(void **state)
{
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer first = peer_connect(peer_path(0));
	struct peer second = peer_connect(peer_path(0));

	peer_send(&first, 1);
	pump(b->loop);
	/* The port already has a peer. */
	assert_int_equal(send(second.fd, "", 1, 0), -1);
	close(first.fd);
	pump_until(b->loop, !wire_peer(w));
	peer_send(&second, 2);
	pump(b->loop);
	assert_true(wire_peer(w));
	assert_int_equal(b->end[0].last, 2);
	assert_int_equal(b->end[0].changes, 3);
	close(second.fd);
}

/* A frame without room waits, and so do those behind it. */
static void test_back_pressure(void **state)
{
	struct bench *b = *state;
	struct wire *w = open_end(b, 0, "unix");
	struct peer peer = peer_connect(peer_path(0));

	b->end[0].full = true;
	peer_send(&peer, 1);
	peer_send(&peer, 2);
	pump(b->loop);
	wire_resume(w);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 0);
	assert_int_equal(wire_counters(w)->in, 1);
	b->end[0].full = false;
	wire_resume(w);
	/* The caller may be processing a frame. */
	assert_int_equal(b->end[0].frames, 0);
	loop_timers_run(loop_timers(b->loop));
	assert_int_equal(b->end[0].frames, 1);
	assert_int_equal(b->end[0].last, 1);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 2);
	assert_int_equal(b->end[0].last, 2);
	assert_int_equal(wire_counters(w)->in, 2);
	wire_resume(w);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 2);
	/* Unplugging the cable also drops it. */
	b->end[0].full = true;
	peer_send(&peer, 3);
	pump(b->loop);
	wire_plug(w, false);
	b->end[0].full = false;
	wire_resume(w);
	pump(b->loop);
	assert_int_equal(b->end[0].frames, 2);
	close(peer.fd);
}

static void two_cards(struct bench *b, unsigned int first)
{
	static const char *const kinds[] = { "unix", "card" };
	static const uint8_t frame[FRAME_SIZE] = { 5 };

	open_end(b, first, kinds[first]);
	pump(b->loop);
	open_end(b, !first, kinds[!first]);
	for (unsigned int i = 0; i < 2; i++)
		wire_set_level(b->end[i].wire, WIRE_SIGNAL, 0);
	pump_until(b->loop,
		   wire_peer(b->end[0].wire) && wire_peer(b->end[1].wire));
	for (unsigned int i = 0; i < 2; i++)
		wire_send(b->end[i].wire, frame, sizeof(frame));
	pump(b->loop);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(b->end[i].frames, 1);
		assert_int_equal(b->end[i].last, 5);
	}
	wire_set_level(b->end[0].wire, WIRE_DARK, 0);
	pump_until(b->loop, !wire_peer(b->end[1].wire));
}

static void test_two_cards(void **state)
{
	two_cards(*state, 0);
}

static void test_two_cards_the_caller_first(void **state)
{
	two_cards(*state, 1);
}

static void test_other_card_restarts(void **state)
{
	struct bench *b = *state;

	two_cards(b, 0);
	wire_close(b->end[0].wire);
	open_end(b, 0, "unix");
	wire_set_level(b->end[0].wire, WIRE_SIGNAL, 0);
	pump_until(b->loop,
		   wire_peer(b->end[0].wire) && wire_peer(b->end[1].wire));
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_sink),
		BENCH(test_frames_of_a_peer),
		BENCH(test_many_frames),
		BENCH(test_not_a_frame),
		BENCH(test_levels),
		BENCH(test_peer_goes_and_another_comes),
		BENCH(test_back_pressure),
		BENCH(test_two_cards),
		BENCH(test_two_cards_the_caller_first),
		BENCH(test_other_card_restarts),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}

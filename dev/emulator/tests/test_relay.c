// SPDX-License-Identifier: GPL-2.0-or-later
/* The relays between cables and MACs: the path of frames, and the links. */
#include "queue_host.h"
#include "wire_peer.h"
#include "within.h"

static struct loop *loop;
static struct peer peers[CARD_PORTS];

/* A card with a peer at each port, its relays in state normal. */
static int setup(void **state)
{
	char far_end[CARD_PORTS][300];
	struct card_config config = {
		.link_us = CARD_LINK_US,
		.relay_us = CARD_RELAY_US,
		.timers = &host_timers,
		.wall_s = host_wall,
	};
	struct host *h;

	config.loop = loop = loop_new();
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		snprintf(far_end[lan], sizeof(far_end[lan]), "unix:%s",
			 peer_path(lan));
		config.wire[lan] = far_end[lan];
	}
	*state = h = host_new(&config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		peers[lan] = peer_connect(peer_path(lan));
		peer_say_level(&peers[lan], WIRE_SIGNAL);
	}
	pump(loop);
	host_sleep(h, S);
	return 0;
}

static int teardown(void **state)
{
	host_teardown(state);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		close(peers[lan].fd);
	loop_free(loop);
	return 0;
}

static bool link_up(struct host *h, unsigned int lan)
{
	return rd(h, lan, REG_LINKS) & LINKS_UP;
}

static void move(struct host *h, enum bypass_relay state)
{
	relay_switch(&h->card, state);
	host_sleep(h, CARD_RELAY_US);
}

static struct wire_counters *counters(struct host *h, unsigned int lan)
{
	return wire_counters(h->card.wire[lan]);
}

static void test_normal(void **state)
{
	static const uint8_t frame[FRAME_SIZE] = { [0 ... FRAME_SIZE - 1] = 3 };
	struct host *h = *state;

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		assert_true(link_up(h, lan));
		assert_int_equal(peer_level(&peers[lan]), WIRE_LINK);
		relay_from_mac(&h->card, lan, frame, sizeof(frame));
		assert_int_equal(peer_receive(&peers[lan]), 3);
		assert_int_equal(peer_receive(&peers[!lan]), -1);
		/* Frames of a peer go to the MAC. */
		peer_send(&peers[lan], 4);
		pump(loop);
		assert_int_equal(peer_receive(&peers[!lan]), -1);
		assert_int_equal(counters(h, lan)->in, 1);
		assert_int_equal(counters(h, lan)->out, 1);
		assert_int_equal(counters(h, lan)->dropped, 0);
	}
}

static void test_bypass(void **state)
{
	static const uint8_t frame[FRAME_SIZE];
	struct host *h = *state;

	move(h, BYPASS_RELAY_BYPASS);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		assert_false(link_up(h, lan));
		assert_int_equal(peer_level(&peers[lan]), WIRE_LINK);
		for (unsigned int i = 0; i < 50; i++)
			peer_send(&peers[lan], i);
		pump(loop);
		for (int i = 0; i < 50; i++)
			assert_int_equal(peer_receive(&peers[!lan]), i);
		assert_int_equal(peer_receive(&peers[!lan]), -1);
		assert_int_equal(peer_receive(&peers[lan]), -1);
		assert_int_equal(counters(h, lan)->in, 50);
		assert_int_equal(counters(h, !lan)->out, 50);
		/* The MACs are cut off. */
		relay_from_mac(&h->card, lan, frame, sizeof(frame));
		assert_int_equal(peer_receive(&peers[lan]), -1);
		assert_int_equal(counters(h, lan)->dropped, 1);
	}
}

static void test_isolate(void **state)
{
	struct host *h = *state;

	move(h, BYPASS_RELAY_ISOLATE);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		assert_false(link_up(h, lan));
		assert_int_equal(peer_level(&peers[lan]), WIRE_DARK);
		peer_send(&peers[lan], 1);
		pump(loop);
		assert_int_equal(peer_receive(&peers[!lan]), -1);
		assert_int_equal(counters(h, lan)->dropped, 1);
	}
	move(h, BYPASS_RELAY_NORMAL);
	host_sleep(h, CARD_LINK_US);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		assert_true(link_up(h, lan));
		assert_int_equal(peer_level(&peers[lan]), WIRE_LINK);
	}
}

static uint32_t arrived(struct host *h, unsigned int lan)
{
	return rd(h, lan, REG_TPR);
}

/* A MAC in loopback receives nothing from the cable: such frames are lost. */
static void test_mac_loopback(void **state)
{
	struct host *h = *state;
	uint32_t hlreg0 = rd(h, 0, REG_HLREG0);

	wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
	wr(h, 0, REG_HLREG0, hlreg0 | HLREG0_LOOPBACK);
	peer_send(&peers[0], 1);
	pump(loop);
	assert_int_equal(counters(h, 0)->in, 1);
	assert_int_equal(counters(h, 0)->dropped, 1);
	assert_int_equal(arrived(h, 0), 0);
	/* In state bypass its cable still leads past it. */
	move(h, BYPASS_RELAY_BYPASS);
	peer_send(&peers[1], 2);
	pump(loop);
	assert_int_equal(peer_receive(&peers[0]), 2);
	assert_int_equal(arrived(h, 0), 0);
	move(h, BYPASS_RELAY_NORMAL);
	host_sleep(h, CARD_LINK_US);
	wr(h, 0, REG_HLREG0, hlreg0);
	peer_send(&peers[0], 3);
	pump(loop);
	assert_int_equal(counters(h, 0)->dropped, 1);
	assert_int_equal(arrived(h, 0), 1);
}

/* While the relays move, frames are lost, and counted as lost. */
static void test_switching(void **state)
{
	static const enum bypass_relay states[] = { BYPASS_RELAY_BYPASS,
						    BYPASS_RELAY_ISOLATE,
						    BYPASS_RELAY_NORMAL };
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		uint64_t dropped = counters(h, 0)->dropped;

		relay_switch(&h->card, states[i]);
		host_sleep(h, CARD_RELAY_US - 1);
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
			assert_false(link_up(h, lan));
			assert_int_equal(peer_level(&peers[lan]), WIRE_DARK);
		}
		peer_send(&peers[0], 1);
		pump(loop);
		assert_int_equal(peer_receive(&peers[1]), -1);
		assert_int_equal(counters(h, 0)->switching, i + 1);
		assert_int_equal(counters(h, 0)->dropped, dropped);
		host_sleep(h, 1);
		assert_int_equal(peer_level(&peers[0]) != WIRE_DARK,
				 states[i] != BYPASS_RELAY_ISOLATE);
	}
}

/* Switched again while moving: the whole time starts again. */
static void test_switching_again(void **state)
{
	struct host *h = *state;

	relay_switch(&h->card, BYPASS_RELAY_ISOLATE);
	host_sleep(h, CARD_RELAY_US / 2);
	relay_switch(&h->card, BYPASS_RELAY_BYPASS);
	host_sleep(h, CARD_RELAY_US - 1);
	assert_int_equal(peer_level(&peers[0]), WIRE_DARK);
	host_sleep(h, 1);
	assert_int_equal(peer_level(&peers[0]), WIRE_LINK);
}

static void test_link_follows_peer(void **state)
{
	struct host *h = *state;

	peer_say_level(&peers[0], WIRE_DARK);
	pump(loop);
	assert_false(link_up(h, 0));
	assert_true(link_up(h, 1));
	assert_int_equal(peer_level(&peers[0]), WIRE_SIGNAL);
	peer_say_level(&peers[0], WIRE_SIGNAL);
	pump(loop);
	assert_false(link_up(h, 0));
	host_sleep(h, CARD_LINK_US);
	assert_true(link_up(h, 0));
	close(peers[1].fd);
	pump_until(loop, !link_up(h, 1));
	assert_true(link_up(h, 0));
	wire_plug(h->card.wire[0], false);
	assert_false(link_up(h, 0));
}

/* Each peer sees the other as through a plain cable. */
static void test_peers_see_each_other_in_bypass(void **state)
{
	struct host *h = *state;

	move(h, BYPASS_RELAY_BYPASS);
	peer_say_level(&peers[0], WIRE_DARK);
	pump(loop);
	assert_int_equal(peer_level(&peers[0]), WIRE_SIGNAL);
	assert_int_equal(peer_level(&peers[1]), WIRE_DARK);
	peer_say_level(&peers[0], WIRE_SIGNAL);
	pump(loop);
	assert_int_equal(peer_level(&peers[0]), WIRE_LINK);
	assert_int_equal(peer_level(&peers[1]), WIRE_LINK);
	close(peers[1].fd);
	pump_until(loop, !wire_peer(h->card.wire[1]));
	assert_int_equal(peer_level(&peers[0]), WIRE_DARK);
}

/* Without a host the MACs have no link; the cables lead to the same ends. */
static void test_power_off(void **state)
{
	struct host *h = *state;

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		card_detach(&h->card, lan);
	move(h, BYPASS_RELAY_NORMAL);
	assert_int_equal(peer_level(&peers[0]), WIRE_DARK);
	peer_send(&peers[0], 1);
	pump(loop);
	assert_int_equal(counters(h, 0)->dropped, 1);
	move(h, BYPASS_RELAY_BYPASS);
	assert_int_equal(peer_level(&peers[0]), WIRE_LINK);
	peer_send(&peers[0], 2);
	pump(loop);
	assert_int_equal(peer_receive(&peers[1]), 2);
}

/* The number of frames that a peer received. */
static unsigned int forget(struct peer *peer)
{
	uint8_t frame[FRAME_SIZE];
	unsigned int n = 0;
	ssize_t len;

	while ((len = recv(peer->fd, frame, sizeof(frame), 0)) >= 0)
		n += len >= WIRE_FRAME_MIN;
	return n;
}

/*
 * A host that hangs gives its ports no more descriptors: the ports repeatedly
 * ask their peers to pause, and the cables keep frames that still arrive. When
 * the relays connect the peers, this is over for them.
 */
static void test_host_hangs(void **state)
{
	struct host *h = *state;

	rx_enable(h, 0, 0);
	wr(h, 0, REG_FCTTV, 0xffffffff);
	wr(h, 0, REG_FCRTV, 0x7fff);
	wr(h, 0, REG_FCRTL, FCRTL_XON | 512);
	wr(h, 0, REG_FCRTH, FCRTH_ENABLE | 1024);
	wr(h, 0, REG_FCCFG, FCCFG_PAUSE);
	wr(h, 0, REG_RXPBSIZE, 1024);
	for (unsigned int i = 0; i < 20; i++)
		peer_send(&peers[0], i);
	pump(loop);
	host_sleep(h, 10 * MS);
	assert_true(pause_is_asked(&h->card.port[0]));
	assert_within(forget(&peers[0]), 5, 7);
	/* 16 frames with their overhead are 1 KiB. */
	assert_int_equal(rd(h, 0, REG_TPR), 16);
	assert_int_equal(counters(h, 0)->in, 17);

	relay_switch(&h->card, BYPASS_RELAY_BYPASS);
	pump(loop);
	host_sleep(h, CARD_RELAY_US);
	assert_int_equal(counters(h, 0)->in, 20);
	assert_int_equal(counters(h, 0)->switching, 4);
	for (unsigned int i = 0; i < 50; i++) {
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
			peer_send(&peers[lan], i);
		pump(loop);
		host_sleep(h, MS);
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
			assert_int_equal(peer_receive(&peers[lan]), i);
			assert_int_equal(peer_level(&peers[lan]), WIRE_LINK);
		}
	}

	/* The host still hangs when it is connected to them again. */
	rd(h, 0, REG_LXOFFTXC);
	move(h, BYPASS_RELAY_NORMAL);
	host_sleep(h, CARD_LINK_US + 5 * MS);
	assert_true(rd(h, 0, REG_LXOFFTXC) > 1);
	assert_true(forget(&peers[0]) > 1);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_normal),
		BENCH(test_bypass),
		BENCH(test_isolate),
		BENCH(test_mac_loopback),
		BENCH(test_switching),
		BENCH(test_switching_again),
		BENCH(test_link_follows_peer),
		BENCH(test_peers_see_each_other_in_bypass),
		BENCH(test_power_off),
		BENCH(test_host_hangs),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}

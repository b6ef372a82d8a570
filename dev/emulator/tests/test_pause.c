// SPDX-License-Identifier: GPL-2.0-or-later
/* Pause frames: sent and received. */
#include "nic/pause.h"
#include "nic/rx.h"
#include "queue_host.h"
#include "wire_peer.h"
#include "within.h"

#define LOW (16 * 1024)
#define HIGH (32 * 1024)
#define LEN 1020 /* 1 KiB with the overhead in the buffer */

static struct port *port0(struct host *h)
{
	return &h->card.port[0];
}

/* The cable's counter: only pause frames are sent here. */
static unsigned int sent(struct host *h)
{
	return wire_counters(h->card.wire[0])->out;
}

static enum rx_result receive(struct host *h)
{
	uint8_t frame[LEN] = { 2 };

	put_be16(frame + 12, 0x1234);
	return rx_frame(port0(h), frame, LEN);
}

/* Watermarks as ixgbe sets them. */
static void set_marks(struct host *h, unsigned int lan)
{
	wr(h, lan, REG_FCTTV, 0xffffffff);
	wr(h, lan, REG_FCRTV, 0x7fff);
	wr(h, lan, REG_FCRTL, FCRTL_XON | LOW);
	wr(h, lan, REG_FCRTH, FCRTH_ENABLE | HIGH);
	wr(h, lan, REG_FCCFG, FCCFG_PAUSE);
}

/* No descriptors, and the buffer is below the high watermark. */
static int setup(void **state)
{
	struct host *h;

	host_setup(state);
	h = *state;
	rx_enable(h, 0, 0);
	set_marks(h, 0);
	wr(h, 0, REG_RXPBSIZE, HIGH);
	wr(h, 0, REG_MFLCN, MFLCN_OBEY | MFLCN_DISCARD_PAUSE);
	return 0;
}

#define PAUSE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, host_teardown)

/* Removes n frames from the buffer. */
static void take(struct host *h, unsigned int n)
{
	wr(h, 0, REG_RDT(0), (rd(h, 0, REG_RDT(0)) + n) % RING_COUNT);
}

static void fill(struct host *h)
{
	for (unsigned int i = 0; i < HIGH / 1024; i++)
		assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(receive(h), RX_WAIT);
}

static void test_water_marks(void **state)
{
	struct host *h = *state;

	for (unsigned int i = 0; i < HIGH / 1024 - 1; i++)
		assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(sent(h), 0);
	assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(sent(h), 1);
	assert_int_equal(receive(h), RX_WAIT);
	/* Frames that still arrive are accepted while there is room. */
	take(h, 15);
	assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(sent(h), 1);
	take(h, 1);
	assert_int_equal(sent(h), 1);
	take(h, 1);
	assert_int_equal(sent(h), 2);
	assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 1);
	assert_int_equal(rd(h, 0, REG_LXONTXC), 1);
	/* ixgbe subtracts them from these. */
	assert_int_equal(rd(h, 0, REG_GPTC), 2);
	assert_int_equal(rd(h, 0, REG_MPTC), 2);
	assert_int_equal(rd(h, 0, REG_PTC64), 2);
	assert_int_equal(rd(h, 0, REG_GOTCL), 2 * 64);
	assert_int_equal(rd(h, 0, REG_TXDGPC), 0);
	assert_int_equal(rd(h, 0, REG_RXMPC), 0);
}

static void test_no_xon(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_FCRTL, LOW);
	fill(h);
	take(h, 17);
	assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 1);
	assert_int_equal(rd(h, 0, REG_LXONTXC), 0);
}

/* A pause of 65535 quanta lasts 3.36 ms, and is repeated after half of it. */
static void test_repeated(void **state)
{
	struct host *h = *state;

	fill(h);
	host_sleep(h, 1600);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 1);
	host_sleep(h, 10 * 1678);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 10);
	take(h, 40);
	host_sleep(h, 100 * MS);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 0);
	/* A very short interval does not repeat it continuously. */
	wr(h, 0, REG_FCRTV, 1);
	take(h, 24);
	for (unsigned int i = 0; i < 80 && receive(h) == RX_TAKEN; i++)
		;
	rd(h, 0, REG_LXOFFTXC);
	host_sleep(h, 10 * MS);
	assert_within(rd(h, 0, REG_LXOFFTXC), 90, 100);
	/* Never. */
	take(h, 40);
	wr(h, 0, REG_FCRTV, 0);
	for (unsigned int i = 0; i < 80 && receive(h) == RX_TAKEN; i++)
		;
	rd(h, 0, REG_LXOFFTXC);
	host_sleep(h, 100 * MS);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 0);
}

/* Frames of a peer that does not pause are missed. */
static void test_off(void **state)
{
	struct host *h = *state;

	fill(h);
	wr(h, 0, REG_FCCFG, 0);
	assert_false(pause_is_asked(port0(h)));
	wr(h, 0, REG_RXPBSIZE, HIGH);
	assert_int_equal(receive(h), RX_DROPPED);
	assert_int_equal(rd(h, 0, REG_RXMPC), 1);
	host_sleep(h, 100 * MS);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 1);
	/* On again, with the buffer above the high watermark. */
	wr(h, 0, REG_FCCFG, FCCFG_PAUSE);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 1);
	wr(h, 0, REG_FCRTH, HIGH);
	assert_int_equal(receive(h), RX_DROPPED);
	wr(h, 0, REG_FCRTH, FCRTH_ENABLE | HIGH);
	assert_int_equal(receive(h), RX_WAIT);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_false(pause_is_asked(port0(h)));
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
	/* Watermarks of 0, with an empty buffer. */
	wr(h, 0, REG_FCRTL, 0);
	wr(h, 0, REG_FCCFG, FCCFG_PAUSE);
	wr(h, 0, REG_FCRTH, FCRTH_ENABLE);
	assert_false(pause_is_asked(port0(h)));
}

/* A loopback has no peer that could pause. */
static void test_loopback(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_HLREG0, rd(h, 0, REG_HLREG0) | HLREG0_LOOPBACK);
	wr(h, 0, REG_RXPBSIZE, 2 * HIGH);
	for (unsigned int i = 0; i < 2 * HIGH / 1024; i++)
		assert_int_equal(receive(h), RX_TAKEN);
	assert_int_equal(sent(h), 0);
	assert_int_equal(rd(h, 0, REG_LXOFFTXC), 0);
}

/* A pause frame for port 0. */
static enum rx_result get_pause(struct host *h, uint16_t quanta)
{
	uint8_t frame[60] = { 0x01, 0x80, 0xc2, 0, 0, 1, 2, 0, 0, 0, 0, 9 };

	put_be16(frame + 12, 0x8808);
	put_be16(frame + 14, 1);
	put_be16(frame + 16, quanta);
	return rx_frame(port0(h), frame, sizeof(frame));
}

static void send_one(struct host *h)
{
	uint32_t tail = rd(h, 0, REG_TDT(0));

	make_ethernet(memory_at(h, TX_DATA), 0x1234);
	tx_put(h, tail, TX_DATA, TX_DATA_DESCRIPTOR | TX_EOP | TX_IFCS | 60, 0);
	wr(h, 0, REG_TDT(0), tail + 1);
}

static void test_obeyed(void **state)
{
	struct host *h = *state;

	tx_enable(h, 0);
	send_one(h);
	assert_int_equal(sent(h), 1);
	/* 51.2 us */
	assert_int_equal(get_pause(h, 1000), RX_DROPPED);
	send_one(h);
	host_sleep(h, 50);
	send_one(h);
	assert_int_equal(sent(h), 1);
	host_sleep(h, 2);
	assert_int_equal(sent(h), 3);
	/* Ended early, and extended. */
	get_pause(h, 0xffff);
	send_one(h);
	assert_int_equal(sent(h), 3);
	get_pause(h, 0);
	host_sleep(h, 1);
	assert_int_equal(sent(h), 4);
	get_pause(h, 0xffff);
	host_sleep(h, 3 * MS);
	get_pause(h, 0xffff);
	send_one(h);
	host_sleep(h, 3 * MS);
	assert_int_equal(sent(h), 4);
	host_sleep(h, 1 * MS);
	assert_int_equal(sent(h), 5);
	assert_int_equal(rd(h, 0, REG_LXOFFRXCNT), 4);
	assert_int_equal(rd(h, 0, REG_LXONRXCNT), 1);
	/* They arrive, but do not reach the host. */
	assert_int_equal(rd(h, 0, REG_TPR), 5);
	assert_int_equal(rd(h, 0, REG_GPRC), 0);
}

static void test_not_obeyed(void **state)
{
	struct host *h = *state;

	tx_enable(h, 0);
	/* Disabling pause frames ends the pause. */
	get_pause(h, 0xffff);
	send_one(h);
	assert_int_equal(sent(h), 0);
	wr(h, 0, REG_MFLCN, 0);
	host_sleep(h, 1);
	assert_int_equal(sent(h), 1);
	assert_int_equal(get_pause(h, 0xffff), RX_DROPPED);
	send_one(h);
	assert_int_equal(sent(h), 2);
	assert_int_equal(rd(h, 0, REG_LXOFFRXCNT), 1);
	/* Control frames can be passed to the host. */
	rx_enable(h, 0, 10);
	wr(h, 0, REG_MFLCN, MFLCN_PASS_CONTROL);
	assert_int_equal(get_pause(h, 0xffff), RX_TAKEN);
	assert_int_equal(rd(h, 0, REG_RDH(0)), 1);
	/* Also those that are obeyed. */
	wr(h, 0, REG_MFLCN, MFLCN_OBEY);
	assert_int_equal(get_pause(h, 0xffff), RX_TAKEN);
	assert_true(pause_is_on(port0(h)));
	assert_int_equal(rd(h, 0, REG_RDH(0)), 2);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_false(pause_is_on(port0(h)));
}

/* Another opcode, another address. */
static void test_other_control_frames(void **state)
{
	struct host *h = *state;
	struct port *other = &h->card.port[1];
	uint8_t frame[60] = { 0x01, 0x80, 0xc2, 0, 0, 1 };

	wr(h, 1, REG_RXCTRL, RXCTRL_ENABLE);
	wr(h, 1, REG_MFLCN, MFLCN_OBEY | MFLCN_DISCARD_PAUSE);
	put_be16(frame + 12, 0x8808);
	put_be16(frame + 14, 0x0101);
	put_be16(frame + 16, 100);
	rx_frame(other, frame, sizeof(frame));
	assert_false(pause_is_on(other));
	put_be16(frame + 14, 1);
	frame[5] = 2;
	rx_frame(other, frame, sizeof(frame));
	assert_false(pause_is_on(other));
	frame[5] = 1;
	rx_frame(other, frame, sizeof(frame));
	assert_true(pause_is_on(other));
}

/* A cable between the two ports, as between two cards. */
static int setup_joined(void **state)
{
	static char far_ends[2][80];
	struct card_config config = host_config;
	struct host *h;

	snprintf(far_ends[0], sizeof(far_ends[0]), "unix:%s", peer_path(0));
	snprintf(far_ends[1], sizeof(far_ends[1]), "card:%s", peer_path(0));
	config.loop = loop_new();
	config.wire[0] = far_ends[0];
	config.wire[1] = far_ends[1];
	h = host_new(&config);
	*state = h;
	pump_until(config.loop,
		   wire_peer(h->card.wire[0]) && wire_peer(h->card.wire[1]));
	host_sleep(h, S);
	return 0;
}

static int teardown_joined(void **state)
{
	struct loop *loop = ((struct host *)*state)->card.config.loop;

	host_teardown(state);
	loop_free(loop);
	return 0;
}

#define JOINED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_joined, teardown_joined)

static void pass_time(struct host *h)
{
	pump(h->card.config.loop);
	host_sleep(h, 100);
}

/* Sends the frames of a ring repeatedly, up to this number. */
static void send_to(struct host *h, unsigned int *n, unsigned int end)
{
	for (unsigned int i = 0; i < 20 && *n < end; i++) {
		uint32_t tail = rd(h, 0, REG_TDT(0));

		if ((tail + 1) % RING_COUNT == rd(h, 0, REG_TDH(0)))
			return;
		put_be32(memory_at(h, TX_DATA + 1024 * tail) + ETH, (*n)++);
		wr(h, 0, REG_TDT(0), (tail + 1) % RING_COUNT);
	}
}

/* Port 0 sends to port 1, which has no descriptors: this number of frames. */
static unsigned int send_until_paused(struct host *h, unsigned int all)
{
	unsigned int given = 0;

	tx_enable(h, 0);
	for (unsigned int i = 0; i < RING_COUNT; i++) {
		make_ethernet(memory_at(h, TX_DATA + 1024 * i), 0x1234);
		tx_put(h, i, TX_DATA + 1024 * i,
		       TX_DATA_DESCRIPTOR | TX_EOP | TX_IFCS | LEN, 0);
	}
	wr(h, 0, REG_MFLCN, MFLCN_OBEY | MFLCN_DISCARD_PAUSE);
	wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
	wr(h, 1, REG_RDBAH(0), MEMORY_BASE >> 32);
	wr(h, 1, REG_RDLEN(0), RING_COUNT * 16);
	wr(h, 1, REG_SRRCTL(0), 2);
	wr(h, 1, REG_RXDCTL(0), RXDCTL_ENABLE);
	wr(h, 1, REG_FCTRL, FCTRL_ALL_UNICAST);
	set_marks(h, 1);
	wr(h, 1, REG_RXCTRL, RXCTRL_ENABLE);

	for (unsigned int i = 0; i < 100; i++) {
		send_to(h, &given, all);
		pass_time(h);
	}
	return given;
}

/*
 * No frame is lost, although one port sends at full speed and the other
 * accepts none at first.
 */
static void test_two_ports(void **state)
{
	const unsigned int all = 1000;
	struct host *h = *state;
	unsigned int given = send_until_paused(h, all), stopped;
	uint64_t got = 0;

	assert_true(given < all);
	assert_true(rd(h, 0, REG_LXOFFRXCNT) > 1);
	stopped = rd(h, 0, REG_TDH(0));
	for (unsigned int i = 0; i < 100; i++)
		pass_time(h);
	assert_int_equal(rd(h, 0, REG_TDH(0)), stopped);

	for (unsigned int i = 0; i < 10000 && got < all; i++) {
		for (unsigned int n = 0; n < RING_COUNT; n++)
			put_le64(&h->memory[1][16 * n], RX_DATA);
		wr(h, 1, REG_RDT(0),
		   (rd(h, 1, REG_RDH(0)) + RING_COUNT - 1) % RING_COUNT);
		got += rd(h, 1, REG_RXDGPC);
		send_to(h, &given, all);
		pass_time(h);
	}
	assert_int_equal(got, all);
	assert_int_equal(get_be32(&h->memory[1][RX_DATA - MEMORY_BASE + ETH]),
			 all - 1);
	assert_int_equal(rd(h, 1, REG_RXMPC), 0);
	assert_true(rd(h, 1, REG_LXONTXC) > 0);
	assert_int_equal(wire_counters(h->card.wire[0])->dropped, 0);
}

/* Frames in flight at the time of the pause do not hide the end of it. */
static void test_peer_goes_while_it_pauses(void **state)
{
	const unsigned int all = 1000;
	struct host *h = *state;

	assert_true(send_until_paused(h, all) < all);
	assert_true(pause_is_asked(&h->card.port[1]));
	assert_int_equal(wire_counters(h->card.wire[1])->in,
			 wire_counters(h->card.wire[0])->out);
	wire_plug(h->card.wire[0], false);
	pump(h->card.config.loop);
	assert_false(wire_peer(h->card.wire[1]));
	assert_int_equal(rd(h, 1, REG_LINKS) & LINKS_UP, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAUSE_TEST(test_water_marks),
		PAUSE_TEST(test_no_xon),
		PAUSE_TEST(test_repeated),
		PAUSE_TEST(test_off),
		PAUSE_TEST(test_loopback),
		PAUSE_TEST(test_obeyed),
		PAUSE_TEST(test_not_obeyed),
		PAUSE_TEST(test_other_control_frames),
		JOINED_TEST(test_two_ports),
		JOINED_TEST(test_peer_goes_while_it_pauses),
	};

	return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller behind ESDP, and the relays' and power's effect on the ports. */
#include "card_host.h"

#include <stdio.h>
#include <unistd.h>

#include "bypass_frames.h"
#include "controller/bypass_regs.h"
#include "controller/state.h"

static bool link_up(struct host *h, unsigned int lan)
{
	return rd(h, lan, REG_LINKS) & LINKS_UP;
}

static void test_frame_through_esdp(void **state)
{
	struct host *h = *state;

	assert_int_equal(FIELD_GET(STATE, frame(h, 0)), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 1);
	assert_int_equal(bypass_counters(h->card.bypass)->malformed, 0);
	assert_int_equal(bypass_counters(h->card.bypass)->min_gap_us, MS);
}

static void test_relays_take_the_links(void **state)
{
	struct host *h = *state;

	for (uint32_t relay = BYPASS_RELAY_BYPASS;
	     relay <= BYPASS_RELAY_ISOLATE; relay++) {
		assert_true(link_up(h, 0) && link_up(h, 1));
		rd(h, 0, REG_EICR);
		rd(h, 1, REG_EICR);
		change(h, MODE, relay);
		assert_false(link_up(h, 0) || link_up(h, 1));
		assert_true(rd(h, 0, REG_EICR) & rd(h, 1, REG_EICR) &
			    EICR_LINK);
		assert_int_equal(FIELD_GET(STATE, frame(h, 0)), relay);
		change(h, MODE, BYPASS_RELAY_NORMAL);
	}
	assert_true(link_up(h, 0) && link_up(h, 1));
}

static void test_other_port_is_not_wired(void **state)
{
	struct host *h = *state;

	for (unsigned int i = 0; i < 100; i++)
		wr(h, 1, REG_ESDP, DIRECTIONS | (i & 7));
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 0);
	assert_int_equal(bypass_counters(h->card.bypass)->malformed, 0);
	assert_int_equal(bypass_counters(h->card.bypass)->aborted, 0);
}

/* Pins that are inputs are pulled up, and read as the level of the line. */
static void test_pin_directions(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_ESDP, 0);
	assert_int_equal(rd(h, 0, REG_ESDP) & (SDI | SCK), SDI | SCK);
	wr(h, 0, REG_ESDP, DIRECTIONS);
	assert_int_equal(rd(h, 0, REG_ESDP) & (SDI | SCK), 0);
	/* The controller ignores a host that drives its output line. */
	wr(h, 0, REG_ESDP, DIRECTIONS | ESDP_OUT(1));
	assert_int_equal(rd(h, 0, REG_ESDP) & SDO, 0);
}

/* A reset during a frame releases the pins: the frame is incomplete. */
static void test_reset_in_mid_frame(void **state)
{
	struct host *h = *state;

	step(h, SCK | SDI);
	step(h, SCK);
	step(h, 0);
	for (unsigned int i = 0; i < 10; i++) {
		step(h, SDI);
		step(h, SDI | SCK);
		step(h, 0);
	}
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(rd(h, 0, REG_ESDP) & (DIRECTIONS | SCK | SDI),
			 SCK | SDI);
	host_sleep(h, 10 * MS);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 0);
	/* The next frame is valid. */
	assert_int_equal(FIELD_GET(STATE, frame(h, 0)), BYPASS_RELAY_NORMAL);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 1);
}

/* Main power is on while at least one port is attached. */
static void test_main_power(void **state)
{
	struct host *h = *state;
	struct bypass *b = h->card.bypass;

	/* Main power on: normal; off: bypass. */
	change(h, RULES | MODE,
	       FIELD_PREP(GENMASK(7, 6), 1u) | FIELD_PREP(GENMASK(9, 8), 2u));
	card_detach(&h->card, 0);
	host_sleep(h, S);
	assert_int_equal(bypass_relay(b), BYPASS_RELAY_NORMAL);
	assert_true(link_up(h, 1));
	card_detach(&h->card, 1);
	host_sleep(h, S);
	assert_int_equal(bypass_relay(b), BYPASS_RELAY_BYPASS);
	host_attach(h, 1);
	host_sleep(h, S);
	assert_int_equal(bypass_relay(b), BYPASS_RELAY_NORMAL);
	assert_true(link_up(h, 1));
	host_attach(h, 0);
	assert_int_equal(bypass_relay(b), BYPASS_RELAY_NORMAL);
}

/* A port without its host is reset; the other port is not affected. */
static void test_detach_is_power_off(void **state)
{
	struct host *h = *state;

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		wr(h, lan, 0x05080, 0x1234);
		wr(h, lan, REG_EIMS, 0xffff);
	}
	card_detach(&h->card, 0);
	host_attach(h, 0);
	assert_int_equal(rd(h, 0, 0x05080), 0);
	assert_int_equal(rd(h, 0, REG_EIMS), 0);
	assert_int_equal(rd(h, 1, 0x05080), 0x1234);
	assert_int_equal(rd(h, 1, REG_EIMS), 0xffff);
}

/*
 * The state of the relays after a card has started with the state file that
 * the previous emulator left.
 */
static enum bypass_relay relay_after_start(const struct bypass_image *image)
{
	char dir[] = "/tmp/test_card.XXXXXX", path[64], lock[80], error[512];
	struct card_config config = host_config;
	struct card *card = xcalloc(1, sizeof(*card));
	struct bypass_image saved;
	uint16_t flash[NVM_WORDS] = { 0 };
	enum bypass_relay relay;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.json", dir);
	assert_true(state_save(path, host_wall(), image, flash, error,
			       sizeof(error)));
	config.state_path = path;
	card_init(card, &config);
	relay = card->relay.state;
	assert_int_equal(bypass_relay(card->bypass), relay);
	/* The result is saved, in case this emulator is killed too. */
	assert_true(state_load(path, host_wall(), &saved, flash, error,
			       sizeof(error)));
	assert_int_equal(saved.relay, relay);
	assert_false(saved.main_power);
	assert_true(saved.aux_power);
	card_fini(card);
	free(card);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	remove(path);
	remove(lock);
	assert_int_equal(rmdir(dir), 0);
	return relay;
}

/* The emulator was killed with a host attached, so that host is gone too. */
static void test_start_after_main_power(void **state)
{
	struct bypass_image image;

	(void)state;
	bypass_factory_image(&image);
	image.relay = BYPASS_RELAY_NORMAL;
	image.main_power = true;
	image.aux_power = true;
	image.ctl0 &= ~CTL0_MAIN_OFF;
	image.ctl0 |= FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_ISOLATE);
	assert_int_equal(relay_after_start(&image), BYPASS_RELAY_ISOLATE);
}

/* A card that starts has auxiliary power, which may be new. */
static void test_start_without_aux_power(void **state)
{
	struct bypass_image image;

	(void)state;
	bypass_factory_image(&image);
	image.relay = BYPASS_RELAY_NORMAL;
	image.main_power = false;
	image.aux_power = false;
	image.ctl0 &= ~CTL0_AUX_ON;
	image.ctl0 |= FIELD_PREP(CTL0_AUX_ON, BYPASS_RELAY_BYPASS);
	assert_int_equal(relay_after_start(&image), BYPASS_RELAY_BYPASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frame_through_esdp),
		TEST(test_relays_take_the_links),
		TEST(test_other_port_is_not_wired),
		TEST(test_pin_directions),
		TEST(test_reset_in_mid_frame),
		TEST(test_main_power),
		TEST(test_detach_is_power_off),
		cmocka_unit_test(test_start_after_main_power),
		cmocka_unit_test(test_start_without_aux_power),
	};

	return cmocka_run_group_tests_name("card", tests, NULL, NULL);
}

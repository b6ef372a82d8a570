// SPDX-License-Identifier: GPL-2.0-or-later
/* Each fault: its effect on the host, and that the effect ends with it. */
#include "card_host.h"

#include "bypass_frames.h"
#include "controller/bypass_regs.h"
#include "within.h"

static void set(struct host *h, enum fault_id id, uint64_t value)
{
	card_set_fault(&h->card, id, true, value);
}

static void clear(struct host *h, enum fault_id id)
{
	card_set_fault(&h->card, id, false, 0);
}

static bool link_up(struct host *h, unsigned int lan)
{
	return rd(h, lan, REG_LINKS) & LINKS_UP;
}

static void test_sdo_stuck(void **state)
{
	struct host *h = *state;
	uint32_t right = frame(h, 0);

	set(h, FAULT_SDO_LOW, 0);
	assert_int_equal(frame(h, 0), 0);
	clear(h, FAULT_SDO_LOW);
	set(h, FAULT_SDO_HIGH, 0);
	assert_int_equal(frame(h, 0), UINT32_MAX);
	/* The controller is not affected. */
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 3);
	clear(h, FAULT_SDO_HIGH);
	assert_int_equal(frame(h, 0), right);
}

static void test_silent(void **state)
{
	struct host *h = *state;
	uint32_t right = frame(h, 0);

	set(h, FAULT_SILENT, 0);
	assert_int_equal(frame(h, 0), UINT32_MAX);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 1);
	clear(h, FAULT_SILENT);
	assert_int_equal(frame(h, 0), right);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 2);
}

static void test_silent_until_mid_frame(void **state)
{
	struct host *h = *state;

	set(h, FAULT_SILENT, 0);
	step(h, SCK | SDI);
	step(h, SCK);
	step(h, 0);
	for (unsigned int bit = 0; bit < 32; bit++) {
		step(h, 0);
		if (bit == 10)
			clear(h, FAULT_SILENT);
		step(h, SCK);
		step(h, 0);
	}
	step(h, SCK);
	step(h, SCK | SDI);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 0);
	assert_int_equal(bypass_counters(h->card.bypass)->malformed, 0);
	frame(h, 0);
	assert_int_equal(bypass_counters(h->card.bypass)->frames, 1);
}

static void test_bit_errors(void **state)
{
	struct host *h = *state;
	uint32_t right = frame(h, 0);
	unsigned int wrong = 0;

	set(h, FAULT_BIT_ERRORS, 50);
	for (unsigned int i = 0; i < 100; i++)
		wrong += frame(h, 0) != right;
	assert_within(wrong, 20, 80);
	/* In the other direction too: some arrived for another page. */
	assert_within(bypass_counters(h->card.bypass)->frames, 20, 100);
	clear(h, FAULT_BIT_ERRORS);
	/* A wrong bit may have turned a read into a write. */
	frame(h, 0);
	host_sleep(h, S);
	right = frame(h, 0);
	for (unsigned int i = 0; i < 10; i++)
		assert_int_equal(frame(h, 0), right);
}

static void test_commits(void **state)
{
	struct host *h = *state;
	uint64_t commits = bypass_counters(h->card.bypass)->commits;

	set(h, FAULT_COMMIT_LOST, 0);
	change(h, MODE, BYPASS_RELAY_ISOLATE);
	host_sleep(h, 10 * S);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_NORMAL);
	clear(h, FAULT_COMMIT_LOST);
	change(h, MODE, BYPASS_RELAY_ISOLATE);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_ISOLATE);
	assert_int_equal(bypass_counters(h->card.bypass)->commits, commits + 1);
}

/* 32 s become 4. */
static void test_watchdog_fast(void **state)
{
	struct host *h = *state;

	set(h, FAULT_WATCHDOG_FAST, 8);
	change(h, CTL0_WATCHDOG_ENABLE | CTL0_WATCHDOG_PERIOD,
	       CTL0_WATCHDOG_ENABLE | FIELD_PREP(CTL0_WATCHDOG_PERIOD, 7u));
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_NORMAL);
	host_sleep(h, 2 * S);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_BYPASS);
}

static void test_link_flap(void **state)
{
	struct host *h = *state;
	unsigned int changes = 0;
	bool up = true;

	set(h, FAULT_LINK_FLAP, 500);
	for (unsigned int i = 0; i < 100; i++) {
		host_sleep(h, 100 * MS);
		assert_int_equal(link_up(h, 0), link_up(h, 1));
		changes += link_up(h, 0) != up;
		up = link_up(h, 0);
	}
	assert_within(changes, 19, 21);
	clear(h, FAULT_LINK_FLAP);
	host_sleep(h, S);
	assert_true(link_up(h, 0) && link_up(h, 1));
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
}

static void test_removed(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_EIMS, EICR_LINK);
	set(h, FAULT_REMOVED, 0);
	assert_false(card_is_there(&h->card));
	assert_false(link_up(h, 0) || link_up(h, 1));
	/* The controller keeps running. */
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_NORMAL);
	clear(h, FAULT_REMOVED);
	assert_true(card_is_there(&h->card));
	assert_int_equal(rd(h, 0, REG_EIMS), 0);
	host_sleep(h, S);
	assert_true(link_up(h, 0) && link_up(h, 1));
}

static void test_interrupts_lost(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_GPIE, GPIE_MSIX);
	wr(h, 0, REG_IVAR_MISC, 0x8100);
	wr(h, 0, REG_EIMS, EICR_LINK);
	rd(h, 0, REG_EICR);
	interrupts(h, 0, 1);
	set(h, FAULT_IRQ_LOST, 0);
	wr(h, 0, REG_EICS, EICR_LINK);
	assert_int_equal(interrupts(h, 0, 1), 0);
	clear(h, FAULT_IRQ_LOST);
	wr(h, 0, REG_EICR, EICR_LINK);
	wr(h, 0, REG_EICS, EICR_LINK);
	assert_int_equal(interrupts(h, 0, 1), 1);
}

/* Off applies both rules and removes the card; on gives hosts a new one. */
static void test_aux_power(void **state)
{
	struct host *h = *state;

	change(h, RULES | MODE,
	       FIELD_PREP(CTL0_AUX_ON, 2u) | FIELD_PREP(CTL0_MAIN_ON, 1u) |
		       FIELD_PREP(CTL0_MAIN_OFF, 2u) |
		       FIELD_PREP(CTL0_AUX_OFF, 3u));
	wr(h, 0, REG_EIMS, EICR_LINK);
	card_aux_power(&h->card, false);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_ISOLATE);
	assert_false(card_is_there(&h->card));
	host_sleep(h, S);
	card_aux_power(&h->card, true);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_NORMAL);
	assert_true(card_is_there(&h->card));
	assert_int_equal(rd(h, 0, REG_EIMS), 0);
	host_sleep(h, S);
	assert_true(link_up(h, 0) && link_up(h, 1));

	/* Without a host, main power stays off. */
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		card_detach(&h->card, lan);
	card_aux_power(&h->card, false);
	/* Hosts that attach during that time do not turn it on. */
	host_attach(h, 0);
	assert_false(card_is_there(&h->card));
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_ISOLATE);
	card_detach(&h->card, 0);
	card_aux_power(&h->card, true);
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_BYPASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sdo_stuck),
		TEST(test_silent),
		TEST(test_silent_until_mid_frame),
		TEST(test_bit_errors),
		TEST(test_commits),
		TEST(test_watchdog_fast),
		TEST(test_link_flap),
		TEST(test_removed),
		TEST(test_interrupts_lost),
		TEST(test_aux_power),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}

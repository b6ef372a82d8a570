// SPDX-License-Identifier: GPL-2.0-or-later
/* Transmit queues: the descriptors as the host sees them. */
#include "card_host.h"
#include "within.h"

#define RING MEMORY_BASE
#define COUNT 64
#define FRAME (MEMORY_BASE + MEMORY_SIZE / 2)
#define DATA 0x22300000u /* advanced, data, check sequence inserted */
#define LEGACY 0x02000000u
#define CONTEXT 0x20200000u
#define EOP BIT(24)
#define RS BIT(27)

static void enable(struct host *h, unsigned int q, uint64_t ring,
		   uint32_t bytes)
{
	wr(h, 0, REG_TDBAL(q), ring);
	wr(h, 0, REG_TDBAH(q), ring >> 32);
	wr(h, 0, REG_TDLEN(q), bytes);
	wr(h, 0, REG_TDH(q), 0);
	wr(h, 0, REG_TDT(q), 0);
	wr(h, 0, REG_DMATXCTL, DMATXCTL_ENABLE);
	wr(h, 0, REG_TXDCTL(q), TXDCTL_ENABLE);
	assert_true(rd(h, 0, REG_TXDCTL(q)) & TXDCTL_ENABLE);
	wr(h, 0, REG_GPIE, GPIE_MSIX);
	wr(h, 0, REG_IVAR + q / 2 * 4, 0x80u << (q % 2 * 16 + 8));
	wr(h, 0, REG_EIMS_EX, 1);
	wr(h, 0, REG_EIAC, EICR_QUEUES);
	interrupts(h, 0, 0);
}

static uint32_t *descriptor(struct host *h, unsigned int i)
{
	return (uint32_t *)&h->memory[0][(RING - MEMORY_BASE) + i * 16];
}

static void put(struct host *h, unsigned int i, uint32_t word)
{
	uint32_t *d = descriptor(h, i);

	d[0] = FRAME & 0xffffffff;
	d[1] = FRAME >> 32;
	d[2] = word;
	d[3] = 0;
}

static bool done(struct host *h, unsigned int i)
{
	return descriptor(h, i)[3] & 1;
}

static void test_frame(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	put(h, 0, CONTEXT);
	put(h, 1, DATA | 14);
	put(h, 2, DATA | EOP | RS | 1000);
	put(h, 3, DATA | EOP | RS | 60);
	wr(h, 0, REG_TDT(0), 3);
	assert_int_equal(rd(h, 0, REG_TDH(0)), 3);
	assert_false(done(h, 0));
	assert_false(done(h, 1));
	assert_true(done(h, 2));
	assert_false(done(h, 3));
	assert_int_equal(interrupts(h, 0, 0), 1);
	/* The registers that the statistics of ixgbe read. */
	assert_int_equal(rd(h, 0, REG_GPTC), 1);
	assert_int_equal(rd(h, 0, REG_GOTCL), 1018);
	assert_int_equal(rd(h, 0, REG_GOTCH), 0);
	assert_int_equal(rd(h, 0, REG_PTC1023), 1);
	assert_int_equal(rd(h, 0, REG_PTC1522), 0);
	/* Inaccessible memory was not read. */
	assert_int_equal(h->dma_failures, 0);
}

static void test_short_frame_is_padded(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	put(h, 0, DATA | EOP | 20);
	wr(h, 0, REG_TDT(0), 1);
	assert_int_equal(rd(h, 0, REG_GOTCL), 64);
	assert_int_equal(rd(h, 0, REG_PTC64), 1);
	/* No report was requested. */
	assert_false(done(h, 0));
	assert_int_equal(interrupts(h, 0, 0), 0);
}

static void test_legacy(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	put(h, 0, LEGACY | EOP | RS | 100);
	wr(h, 0, REG_TDT(0), 1);
	assert_true(done(h, 0));
	assert_int_equal(rd(h, 0, REG_GPTC), 1);
}

static void test_wrap(void **state)
{
	struct host *h = *state;

	enable(h, 5, RING, COUNT * 16);
	for (unsigned int i = 0; i < COUNT; i++)
		put(h, i, DATA | EOP | RS | 60);
	wr(h, 0, REG_TDT(5), COUNT - 2);
	assert_int_equal(rd(h, 0, REG_GPTC), COUNT - 2);
	wr(h, 0, REG_TDT(5), 3);
	assert_int_equal(rd(h, 0, REG_TDH(5)), 3);
	assert_int_equal(rd(h, 0, REG_GPTC), 5);
	assert_true(done(h, COUNT - 1));
}

/* A ring larger than one fetch, of the maximum size. */
static void test_large_ring(void **state)
{
	struct host *h = *state;
	unsigned int count = 0xfff80 / 16;

	enable(h, 0, RING, MEMORY_SIZE);
	for (unsigned int i = 0; i < MEMORY_SIZE / 16; i++)
		put(h, i, DATA | EOP | 60);
	wr(h, 0, REG_TDT(0), MEMORY_SIZE / 16 - 1);
	/* Others get their turn in between. */
	assert_int_equal(loop_timers_next(&host_timers), 0);
	assert_true(rd(h, 0, REG_TDH(0)) < 300);
	host_sleep(h, 0);
	assert_int_equal(rd(h, 0, REG_GPTC), MEMORY_SIZE / 16 - 1);

	/* The end of this one is outside the memory. */
	enable(h, 0, RING, 0xffffffff);
	assert_int_equal(rd(h, 0, REG_TDLEN(0)), 0xfff80);
	wr(h, 0, REG_TDT(0), count - 1);
	host_sleep(h, 0);
	assert_int_equal(rd(h, 0, REG_TDH(0)), MEMORY_SIZE / 16);
	assert_true(h->dma_failures > 0);
}

#define MANY 9 /* queues, which all read the same long ring */
#define TURN_MAX 320 /* most descriptors of a queue in one turn */

static void give_much_to_many(struct host *h)
{
	unsigned int count = MEMORY_SIZE / 2 / 16;

	for (unsigned int i = 0; i < count; i++)
		put(h, i, DATA | EOP | 60);
	for (unsigned int q = 0; q < MANY; q++) {
		enable(h, q * 15, RING, count * 16);
		wr(h, 0, REG_TDT(q * 15), count - 1);
	}
	rd(h, 0, REG_GPTC);
}

/* Each tick is the turn of one queue, and all queues have their turns. */
static void assert_turns(struct host *h)
{
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < MANY; i++) {
			assert_int_equal(loop_timers_next(&host_timers), 0);
			loop_timers_run(&host_timers);
			assert_within(rd(h, 0, REG_GPTC), 1, TURN_MAX);
		}
		for (unsigned int q = 1; q < MANY; q++)
			assert_int_equal(rd(h, 0, REG_TDH(q * 15)),
					 rd(h, 0, REG_TDH(0)));
	}
}

static void test_queues_take_turns(void **state)
{
	struct host *h = *state;

	give_much_to_many(h);
	assert_turns(h);
	host_sleep(h, 0);
	assert_int_equal(rd(h, 0, REG_TDH((MANY - 1) * 15)),
			 rd(h, 0, REG_TDT(0)));
}

/* Also when all of them become ready at once. */
static void test_queues_take_turns_at_link(void **state)
{
	struct host *h = *state;

	link_restart(&h->card.port[0]);
	give_much_to_many(h);
	host_sleep(h, CARD_LINK_US - 1);
	assert_int_equal(rd(h, 0, REG_GPTC), 0);
	host_now_us++;
	loop_timers_run(&host_timers);
	assert_within(rd(h, 0, REG_GPTC), 1, TURN_MAX);
	for (unsigned int i = 1; i < MANY; i++)
		loop_timers_run(&host_timers);
	rd(h, 0, REG_GPTC);
	assert_turns(h);
}

static void test_waits_for_what_is_off(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	put(h, 0, DATA | EOP | RS | 60);
	wr(h, 0, REG_TXDCTL(0), 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_false(done(h, 0));
	wr(h, 0, REG_TXDCTL(0), TXDCTL_ENABLE);
	wr(h, 0, REG_DMATXCTL, 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_false(done(h, 0));
	wr(h, 0, REG_DMATXCTL, DMATXCTL_ENABLE);
	wr(h, 0, REG_CTRL, CTRL_GIO_DISABLE);
	wr(h, 0, REG_TDT(0), 1);
	assert_false(done(h, 0));
	wr(h, 0, REG_CTRL, 0);
	wr(h, 0, REG_TDT(0), 1);
	assert_true(done(h, 0));
}

/* As on the card: without a link the queue stops, and continues with it. */
static void test_waits_for_link(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	link_restart(&h->card.port[0]);
	put(h, 0, DATA | EOP | RS | 60);
	wr(h, 0, REG_TDT(0), 1);
	assert_false(done(h, 0));
	host_sleep(h, CARD_LINK_US);
	assert_true(done(h, 0));
	assert_int_equal(interrupts(h, 0, 0), 1);
}

static void test_bad_rings(void **state)
{
	static const struct {
		uint64_t base;
		uint32_t bytes, head, tail;
	} cases[] = {
		{ RING, 0, 0, 1 }, /* no descriptors */
		{ RING, COUNT * 16, 0, COUNT }, /* tail outside */
		{ RING, COUNT * 16, COUNT, 0 }, /* head outside */
		{ RING, COUNT * 16, 0xffff, 0xfffe },
		{ 0, COUNT * 16, 0, 1 }, /* no such memory */
		{ RING + MEMORY_SIZE, COUNT * 16, 0, 1 },
		{ 0xffffffffffffff80, COUNT * 16, 0, 20 }, /* wraps */
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enable(h, 0, cases[i].base, cases[i].bytes);
		wr(h, 0, REG_TDH(0), cases[i].head);
		wr(h, 0, REG_TDT(0), cases[i].tail);
		assert_int_equal(rd(h, 0, REG_TDH(0)), cases[i].head);
		assert_int_equal(rd(h, 0, REG_GPTC), 0);
		assert_int_equal(interrupts(h, 0, 0), 0);
	}
}

/* A frame without an end does not make a counter overflow. */
static void test_endless_frame(void **state)
{
	struct host *h = *state;

	enable(h, 0, RING, COUNT * 16);
	for (unsigned int i = 0; i < COUNT; i++)
		put(h, i, DATA | 0xffff);
	for (unsigned int i = 1; i < 5000; i++)
		wr(h, 0, REG_TDT(0), i * (COUNT - 1) % COUNT);
	assert_int_equal(h->card.port[0].tx.queue[0].packet.pieces,
			 TX_PIECES + 1);
	assert_int_equal(rd(h, 0, REG_GPTC), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frame),
		TEST(test_short_frame_is_padded),
		TEST(test_legacy),
		TEST(test_wrap),
		TEST(test_large_ring),
		TEST(test_waits_for_what_is_off),
		TEST(test_queues_take_turns),
		TEST(test_queues_take_turns_at_link),
		TEST(test_waits_for_link),
		TEST(test_bad_rings),
		TEST(test_endless_frame),
	};

	return cmocka_run_group_tests_name("tx", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts: causes, masks, messages. */
#include "card_host.h"

#define MISC_VECTOR 2

/* As ixgbe does: queue 0 on vector 0, queue 1 on 1, the others on 2. */
static void use_msix(struct host *h)
{
	wr(h, 0, REG_EIMC, 0x7fffffff);
	rd(h, 0, REG_EICR);
	wr(h, 0, REG_GPIE,
	   GPIE_MSIX | GPIE_OTHER_CLEAR_DISABLE | GPIE_AUTO_MASK);
	wr(h, 0, REG_EIAM_EX, 0xffffffff);
	wr(h, 0, REG_EIAM_EX + 4, 0xffffffff);
	wr(h, 0, REG_EIAC, EICR_QUEUES);
	wr(h, 0, REG_IVAR, 0x81818080);
	wr(h, 0, REG_IVAR_MISC, (0x80 | MISC_VECTOR) << 8);
	wr(h, 0, REG_EIMS, EICR_LINK);
	wr(h, 0, REG_EIMS_EX, 0x3);
}

static void test_queue_to_vector(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];

	use_msix(h);
	intr_queue(port, 0, true);
	assert_int_equal(interrupts(h, 0, 0), 1);
	intr_queue(port, 1, false);
	assert_int_equal(interrupts(h, 0, 1), 1);
	/* Queue 2 has no vector, which does not mean vector 0. */
	intr_queue(port, 2, true);
	assert_int_equal(interrupts(h, 0, 0), 0);
	assert_int_equal(interrupts(h, 1, 0), 0);
}

static void test_last_queue_and_vector(void **state)
{
	struct host *h = *state;

	use_msix(h);
	wr(h, 0, REG_IVAR + 63 * 4, 0xbf000000);
	wr(h, 0, REG_EIMS_EX + 4, BIT(31));
	intr_queue(&h->card.port[0], 127, true);
	assert_int_equal(interrupts(h, 0, 63), 1);
}

/* A message masks its vector and clears its cause; unmasking is enough. */
static void test_automatic_mask_and_clear(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];

	use_msix(h);
	intr_queue(port, 0, false);
	assert_int_equal(interrupts(h, 0, 0), 1);
	assert_int_equal(rd(h, 0, REG_EIMS_EX), 0x2);
	assert_int_equal(rd(h, 0, REG_EICS), 0);

	/* Masked: the message waits, and is sent once when unmasked. */
	intr_queue(port, 0, false);
	intr_queue(port, 0, true);
	assert_int_equal(interrupts(h, 0, 0), 0);
	wr(h, 0, REG_EIMS_EX, 0x1);
	assert_int_equal(interrupts(h, 0, 0), 1);
	wr(h, 0, REG_EIMS_EX, 0x1);
	assert_int_equal(interrupts(h, 0, 0), 0);
}

static void test_other_causes(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];

	use_msix(h);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);
	/* Not automatic: the cause stays until a write of 1 clears it. */
	assert_int_equal(rd(h, 0, REG_EICS), EICR_LINK);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 0);
	wr(h, 0, REG_EICR, EICR_LINK);
	assert_int_equal(rd(h, 0, REG_EICS), 0);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);

	/* A masked cause is visible, and sent later. */
	wr(h, 0, REG_EIMC, EICR_LINK);
	wr(h, 0, REG_EICR, EICR_LINK);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 0);
	assert_int_equal(rd(h, 0, REG_EICS), EICR_LINK);
	wr(h, 0, REG_EIMS, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);
}

static void test_set_by_the_host(void **state)
{
	struct host *h = *state;

	use_msix(h);
	wr(h, 0, REG_EICS, BIT(1));
	assert_int_equal(interrupts(h, 0, 1), 1);
	wr(h, 0, REG_EICS_EX, BIT(0));
	assert_int_equal(interrupts(h, 0, 0), 1);
	wr(h, 0, REG_EICS, EICR_LINK);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);
}

static void test_masks(void **state)
{
	struct host *h = *state;

	use_msix(h);
	wr(h, 0, REG_EIMS, 0xffffffff);
	assert_int_equal(rd(h, 0, REG_EIMS), 0x7fffffff);
	assert_int_equal(rd(h, 0, REG_EIMS_EX), 0xffff);
	wr(h, 0, REG_EIMC_EX, 0xff);
	assert_int_equal(rd(h, 0, REG_EIMS), 0x7fffff00);
	wr(h, 0, REG_EIMC, 0xffffffff);
	assert_int_equal(rd(h, 0, REG_EIMS), 0);
	assert_int_equal(rd(h, 0, REG_EIMS_EX), 0);
}

/* Reading EICR clears it, except queues if GPIE is set so. */
static void test_read_clears(void **state)
{
	struct host *h = *state;

	use_msix(h);
	wr(h, 0, REG_EIMC, 0xffffffff);
	wr(h, 0, REG_EICS, EICR_LINK | BIT(3));
	assert_int_equal(rd(h, 0, REG_EICR), EICR_LINK | BIT(3));
	assert_int_equal(rd(h, 0, REG_EICR), BIT(3));
	wr(h, 0, REG_GPIE, GPIE_MSIX);
	assert_int_equal(rd(h, 0, REG_EICR), BIT(3));
	assert_int_equal(rd(h, 0, REG_EICR), 0);
}

/* Without MSI-X: one message, and EICR has the cause in one of 16 bits. */
static void test_single_message(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];

	wr(h, 0, REG_EIMC, 0xffffffff);
	wr(h, 0, REG_GPIE, 0);
	rd(h, 0, REG_EICR);
	interrupts(h, 0, 0);
	wr(h, 0, REG_IVAR, 0x00008580);
	wr(h, 0, REG_EIAM, EICR_QUEUES);
	wr(h, 0, REG_EIMS, EICR_QUEUES | EICR_LINK);
	intr_queue(port, 0, true);
	assert_int_equal(interrupts(h, 0, 0), 1);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, 0), 1);
	assert_int_equal(rd(h, 0, REG_EICR), EICR_LINK | BIT(5));
	/* Reading has masked the causes in EIAM. */
	assert_int_equal(rd(h, 0, REG_EIMS),
			 (EICR_QUEUES & ~BIT(5)) | EICR_LINK);
}

/* EITR: no two messages of a vector within 100 us. */
static void test_throttling(void **state)
{
	struct host *h = *state;
	struct port *port = &h->card.port[0];

	use_msix(h);
	wr(h, 0, REG_EITR(0), 50 << 3);
	wr(h, 0, REG_EITR(MISC_VECTOR), 50 << 3);
	intr_queue(port, 0, false);
	intr_other(port, EICR_LINK);
	assert_int_equal(interrupts(h, 0, 0), 1);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);
	host_sleep(h, 30);
	/* After unmasking it waits for its interval, others do not. */
	intr_queue(port, 0, false);
	intr_queue(port, 1, false);
	wr(h, 0, REG_EIMS_EX, 0x1);
	wr(h, 0, REG_EICR, EICR_LINK);
	intr_other(port, EICR_LINK);
	host_sleep(h, 60);
	assert_int_equal(interrupts(h, 0, 0), 0);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 0);
	assert_int_equal(interrupts(h, 0, 1), 1);
	host_sleep(h, 20);
	assert_int_equal(interrupts(h, 0, 0), 1);
	assert_int_equal(interrupts(h, 0, MISC_VECTOR), 1);
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);
	/* Delayed and then masked: it is not sent. */
	wr(h, 0, REG_EIMS_EX, 0x1);
	intr_queue(port, 0, false);
	wr(h, 0, REG_EIMC_EX, 0x1);
	host_sleep(h, 200);
	assert_int_equal(interrupts(h, 0, 0), 0);
	/* The interval ends. */
	wr(h, 0, REG_EIMS_EX, 0x1);
	assert_int_equal(interrupts(h, 0, 0), 1);
}

/* Each vector has its own EITR; without MSI-X the first one is used. */
static void test_throttling_registers(void **state)
{
	struct host *h = *state;

	use_msix(h);
	for (unsigned int v = 0; v < X540_VECTORS; v++) {
		wr(h, 0, REG_EITR(v), 50 << 3);
		wr(h, 0, REG_EIMS_EX + v / 32 * 4, BIT(v % 32));
		wr(h, 0, REG_EICS_EX + v / 32 * 4, BIT(v % 32));
		wr(h, 0, REG_EIMS_EX + v / 32 * 4, BIT(v % 32));
		wr(h, 0, REG_EICS_EX + v / 32 * 4, BIT(v % 32));
		assert_int_equal(interrupts(h, 0, v), 1);
		wr(h, 0, REG_EITR(v), 0);
		host_sleep(h, 100);
		assert_int_equal(interrupts(h, 0, v), 1);
	}
	wr(h, 0, REG_GPIE, 0);
	wr(h, 0, REG_EITR(0), 50 << 3);
	wr(h, 0, REG_EIMS, 0xffff);
	wr(h, 0, REG_EICS, BIT(1));
	wr(h, 0, REG_EICS, BIT(2));
	assert_int_equal(interrupts(h, 0, 0), 1);
	host_sleep(h, 100);
	assert_int_equal(interrupts(h, 0, 0), 1);
}

static void test_reset_forgets(void **state)
{
	struct host *h = *state;

	use_msix(h);
	wr(h, 0, REG_EICS, EICR_LINK);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(rd(h, 0, REG_EICS), 0);
	assert_int_equal(rd(h, 0, REG_EIMS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_queue_to_vector),
		TEST(test_last_queue_and_vector),
		TEST(test_automatic_mask_and_clear),
		TEST(test_other_causes),
		TEST(test_set_by_the_host),
		TEST(test_masks),
		TEST(test_read_clears),
		TEST(test_single_message),
		TEST(test_throttling),
		TEST(test_throttling_registers),
		TEST(test_reset_forgets),
	};

	return cmocka_run_group_tests_name("intr", tests, NULL, NULL);
}

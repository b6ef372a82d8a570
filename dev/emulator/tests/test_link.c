// SPDX-License-Identifier: GPL-2.0-or-later
/* The PHY behind MDIO, and the link. */
#include "card_host.h"
#include "within.h"

#define PMA 1
#define AN 7
#define VENDOR1 30

static uint32_t mdio(unsigned int address, unsigned int device, uint32_t opcode,
		     uint16_t reg)
{
	return MSCA_COMMAND | FIELD_PREP(MSCA_OPCODE, opcode) |
	       FIELD_PREP(MSCA_PHY, address) | FIELD_PREP(MSCA_DEVICE, device) |
	       reg;
}

/* An address cycle, then the read, as ixgbe does it. */
static uint16_t phy(struct host *h, unsigned int lan, unsigned int device,
		    uint16_t reg)
{
	wr(h, lan, REG_MSCA, mdio(lan, device, 0, reg));
	assert_false(rd(h, lan, REG_MSCA) & MSCA_COMMAND);
	wr(h, lan, REG_MSCA, mdio(lan, device, 3, reg));
	assert_false(rd(h, lan, REG_MSCA) & MSCA_COMMAND);
	return FIELD_GET(MSRWD_READ, rd(h, lan, REG_MSRWD));
}

static void set_phy(struct host *h, unsigned int lan, unsigned int device,
		    uint16_t reg, uint16_t value)
{
	wr(h, lan, REG_MSRWD, value);
	wr(h, lan, REG_MSCA, mdio(lan, device, 0, reg));
	wr(h, lan, REG_MSCA, mdio(lan, device, 1, reg));
}

static enum link_speed link_of(struct host *h, unsigned int lan)
{
	uint32_t links = rd(h, lan, REG_LINKS);

	if (!(links & LINKS_UP)) {
		assert_int_equal(links & LINKS_SPEED, 0);
		return LINK_SPEED_NONE;
	}
	return FIELD_GET(LINKS_SPEED, links);
}

static void test_phy_table(void **state)
{
	(void)state;
	assert_null(phy_check_table());
}

static void test_phy_identity(void **state)
{
	struct host *h = *state;

	for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
		/* An X540, by its identifier and speeds. */
		assert_int_equal(phy(h, lan, PMA, 2), 0x0154);
		assert_int_equal(phy(h, lan, PMA, 3) & 0xfff0, 0x0200);
		assert_int_equal(phy(h, lan, PMA, 4), 0x0031);
		assert_int_equal(phy(h, lan, PMA, 8) >> 14, 2);
		/* It has one address, and answers only for existing registers. */
		wr(h, lan, REG_MSCA, mdio(!lan, PMA, 3, 2));
		assert_int_equal(FIELD_GET(MSRWD_READ, rd(h, lan, REG_MSRWD)),
				 0xffff);
		assert_int_equal(phy(h, lan, PMA, 0x7777), 0);
		assert_int_equal(phy(h, lan, 31, 2), 0);
	}
}

static void test_phy_writes(void **state)
{
	struct host *h = *state;

	set_phy(h, 0, PMA, 2, 0x1234);
	assert_int_equal(phy(h, 0, PMA, 2), 0x0154);
	set_phy(h, 0, AN, 0xc400, 0x1234);
	assert_int_equal(phy(h, 0, AN, 0xc400), 0x1234);
	assert_int_not_equal(phy(h, 1, AN, 0xc400), 0x1234);
	/* Without the command bit, nothing happens. */
	wr(h, 0, REG_MSRWD, 0x4321);
	wr(h, 0, REG_MSCA, mdio(0, AN, 1, 0xc400) & ~MSCA_COMMAND);
	assert_int_equal(phy(h, 0, AN, 0xc400), 0x1234);
	/* A reset of the MAC does not affect the PHY. */
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(phy(h, 0, AN, 0xc400), 0x1234);
}

static void test_auto_increment(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_MSCA, mdio(0, PMA, 0, 2));
	wr(h, 0, REG_MSCA, mdio(0, PMA, 2, 2));
	assert_int_equal(FIELD_GET(MSRWD_READ, rd(h, 0, REG_MSRWD)), 0x0154);
	wr(h, 0, REG_MSCA, mdio(0, PMA, 2, 2));
	assert_int_equal(FIELD_GET(MSRWD_READ, rd(h, 0, REG_MSRWD)), 0x0200);
}

static void test_link_comes_up(void **state)
{
	struct host *h = *state;

	assert_int_equal(link_of(h, 0), LINK_SPEED_10G);
	assert_int_equal(link_of(h, 1), LINK_SPEED_10G);
	set_phy(h, 0, AN, 0, 0x3200);
	assert_int_equal(link_of(h, 0), LINK_SPEED_NONE);
	assert_int_equal(link_of(h, 1), LINK_SPEED_10G);
	host_sleep(h, CARD_LINK_US - 1);
	assert_int_equal(link_of(h, 0), LINK_SPEED_NONE);
	host_sleep(h, 1);
	assert_int_equal(link_of(h, 0), LINK_SPEED_10G);
	/* The restart bit reads 0 again. */
	assert_int_equal(phy(h, 0, AN, 0) & 0x0200, 0);
}

static void test_speeds(void **state)
{
	static const struct {
		uint16_t an10g, an1g, an100m;
		enum link_speed speed;
		uint16_t vendor_status;
	} cases[] = {
		{ 0x1001, 0x8000, 0x0101, LINK_SPEED_10G, 7 },
		{ 0x0001, 0x8000, 0x0101, LINK_SPEED_1G, 5 },
		{ 0x0001, 0x0000, 0x0101, LINK_SPEED_100M, 3 },
		{ 0x0001, 0x0000, 0x0001, LINK_SPEED_NONE, 0 },
		{ 0x1001, 0x0000, 0x0001, LINK_SPEED_10G, 7 },
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum link_speed before = link_of(h, 0);

		set_phy(h, 0, AN, 0x20, cases[i].an10g);
		set_phy(h, 0, AN, 0xc400, cases[i].an1g);
		set_phy(h, 0, AN, 0x10, cases[i].an100m);
		/* Takes effect at the next autonegotiation. */
		assert_int_equal(link_of(h, 0), before);
		set_phy(h, 0, AN, 0, 0x3200);
		host_sleep(h, S);
		assert_int_equal(link_of(h, 0), cases[i].speed);
		assert_int_equal(phy(h, 0, AN, 0xc800), cases[i].vendor_status);
	}
}

static void test_low_power(void **state)
{
	struct host *h = *state;

	set_phy(h, 0, VENDOR1, 0, 0x0800);
	assert_int_equal(link_of(h, 0), LINK_SPEED_NONE);
	host_sleep(h, S);
	assert_int_equal(link_of(h, 0), LINK_SPEED_NONE);
	set_phy(h, 0, VENDOR1, 0, 0);
	host_sleep(h, S);
	assert_int_equal(link_of(h, 0), LINK_SPEED_10G);
}

/* The status bit shows a lost link until it is read. */
static void test_latched_status(void **state)
{
	struct host *h = *state;

	phy(h, 0, AN, 1);
	assert_int_equal(phy(h, 0, AN, 1) & 0x24, 0x24);
	wr(h, 0, REG_CTRL, CTRL_LINK_RESET);
	assert_int_equal(phy(h, 0, AN, 1) & 0x24, 0);
	host_sleep(h, S);
	assert_int_equal(phy(h, 0, AN, 1) & 0x24, 0x20);
	assert_int_equal(phy(h, 0, AN, 1) & 0x24, 0x24);
}

static void test_resets(void **state)
{
	struct host *h = *state;

	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(link_of(h, 0), LINK_SPEED_10G);
	wr(h, 0, REG_CTRL, CTRL_LINK_RESET);
	assert_int_equal(link_of(h, 0), LINK_SPEED_NONE);
	host_sleep(h, CARD_LINK_US);
	assert_int_equal(link_of(h, 0), LINK_SPEED_10G);
}

static void test_change_is_a_cause(void **state)
{
	struct host *h = *state;

	rd(h, 0, REG_EICR);
	wr(h, 0, REG_GPIE, GPIE_MSIX);
	wr(h, 0, REG_IVAR_MISC, 0x8100);
	wr(h, 0, REG_EIMS, EICR_LINK);
	interrupts(h, 0, 1);
	set_phy(h, 0, AN, 0, 0x3200);
	assert_int_equal(interrupts(h, 0, 1), 1);
	wr(h, 0, REG_EICR, EICR_LINK);
	host_sleep(h, CARD_LINK_US);
	assert_int_equal(interrupts(h, 0, 1), 1);
}

/* The clock has the same rate at each speed, with the right TIMINCA. */
static void test_systim(void **state)
{
	struct host *h = *state;
	uint64_t before, after;

	/* 6.4 ns a cycle, in 2^-28 ns. */
	wr(h, 0, REG_TIMINCA, 0x66666666);
	before = rd(h, 0, REG_SYSTIML);
	before |= (uint64_t)rd(h, 0, REG_SYSTIMH) << 32;
	host_sleep(h, S);
	after = rd(h, 0, REG_SYSTIML);
	after |= (uint64_t)rd(h, 0, REG_SYSTIMH) << 32;
	assert_within((after - before) >> 28, 999999000, 1000001000);

	wr(h, 0, REG_SYSTIML, 0);
	wr(h, 0, REG_SYSTIMH, 7);
	assert_int_equal(rd(h, 0, REG_SYSTIML), 0);
	assert_int_equal(rd(h, 0, REG_SYSTIMH), 7);
}

static uint64_t systim(struct host *h)
{
	uint64_t low = rd(h, 0, REG_SYSTIML);

	return (uint64_t)rd(h, 0, REG_SYSTIMH) << 32 | low;
}

/* Frequent reads do not slow it down, although a cycle takes up to 640 ns. */
static void test_systim_read_often(void **state)
{
	static const struct {
		uint16_t an10g, an1g, an100m;
		uint64_t cycles_per_ms;
	} cases[] = {
		{ 0x1001, 0x8000, 0x0101, 156250 },
		{ 0x0001, 0x8000, 0x0101, 15625 },
		{ 0x0001, 0x0000, 0x0101, 1562 },
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t before;

		set_phy(h, 0, AN, 0x20, cases[i].an10g);
		set_phy(h, 0, AN, 0xc400, cases[i].an1g);
		set_phy(h, 0, AN, 0x10, cases[i].an100m);
		set_phy(h, 0, AN, 0, 0x3200);
		host_sleep(h, S);
		wr(h, 0, REG_TIMINCA, 1);
		before = systim(h);
		for (unsigned int us = 0; us < 1 * MS; us++) {
			host_sleep(h, 1);
			systim(h);
		}
		assert_within(systim(h) - before, cases[i].cycles_per_ms,
			      cases[i].cycles_per_ms + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_phy_table),	  TEST(test_phy_identity),
		TEST(test_phy_writes),	  TEST(test_auto_increment),
		TEST(test_link_comes_up), TEST(test_speeds),
		TEST(test_low_power),	  TEST(test_latched_status),
		TEST(test_resets),	  TEST(test_change_is_a_cause),
		TEST(test_systim),	  TEST(test_systim_read_often),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}

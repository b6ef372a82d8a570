// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration space of a function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/pcicfg.h"

static const uint8_t mac[6] = { 0x02, 0x15, 0x5c, 0x12, 0x34, 0x56 };
static struct pcicfg cfg;

static int setup(void **state)
{
	(void)state;
	pcicfg_init(&cfg, 1, mac);
	return 0;
}

static uint32_t rd(size_t offset, size_t count)
{
	uint32_t value = 0;

	assert_true(pcicfg_read(&cfg, offset, &value, count));
	return value;
}

static enum pcicfg_effect wr(size_t offset, uint32_t value, size_t count)
{
	enum pcicfg_effect effect;

	assert_true(pcicfg_write(&cfg, offset, &value, count, &effect));
	return effect;
}

static void test_identity(void **state)
{
	(void)state;
	assert_int_equal(rd(0x00, 4), 0x155c8086);
	assert_int_equal(rd(0x0a, 2), 0x0200);
	assert_int_equal(rd(0x3d, 1), 2); /* INTB */
	wr(0x00, 0x12345678, 4);
	assert_int_equal(rd(0x00, 4), 0x155c8086);
}

/* The capabilities are where ixgbe reads them without the list. */
static void test_capabilities(void **state)
{
	static const uint8_t expected[][2] = {
		{ 0x40, 0x01 },
		{ 0x50, 0x05 },
		{ 0x70, 0x11 },
		{ 0xa0, 0x10 },
	};
	uint8_t at = rd(0x34, 1);

	(void)state;
	assert_true(rd(0x06, 2) & 0x10);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(at, expected[i][0]);
		assert_int_equal(rd(at, 1), expected[i][1]);
		at = rd(at + 1, 1);
	}
	assert_int_equal(at, 0);
	/* 64 vectors, and the link: 8 lanes at 5 GT/s. */
	assert_int_equal(rd(0x72, 2) & 0x7ff, 63);
	assert_int_equal(rd(0xb2, 2) & 0x3ff, 0x082);
	/* No transaction is ever pending. */
	assert_int_equal(rd(0xaa, 2) & 0x20, 0);
	/* AER, then the serial number, which contains the MAC address. */
	assert_int_equal(rd(0x100, 4), 0x14020001);
	assert_int_equal(rd(0x140, 4), 0x15010003);
	assert_int_equal(rd(0x144, 4), 0xff123456);
	assert_int_equal(rd(0x148, 4), 0x02155cff);
	/* ARI: this is the last function, and the other one points to it. */
	assert_int_equal(rd(0x150, 4), 0x1d01000e);
	assert_int_equal(rd(0x154, 4), 0);
	/* ACS without controls, and the end of the list. */
	assert_int_equal(rd(0x1d0, 4), 0x0001000d);
	wr(0x1d4, 0xffffffff, 4);
	assert_int_equal(rd(0x1d4, 4), 0);
	pcicfg_init(&cfg, 0, mac);
	assert_int_equal(rd(0x154, 4), 0x00000100);
}

static void test_bar_sizes(void **state)
{
	(void)state;
	wr(0x10, 0xffffffff, 4);
	wr(0x14, 0xffffffff, 4);
	assert_int_equal(rd(0x10, 4), 0xffe0000c); /* 2 MiB, 64 bits */
	assert_int_equal(rd(0x14, 4), 0xffffffff);
	wr(0x20, 0xffffffff, 4);
	assert_int_equal(rd(0x20, 4), 0xffffc00c); /* 16 KiB */
	/* There are no other BARs. */
	wr(0x18, 0xffffffff, 4);
	wr(0x1c, 0xffffffff, 4);
	assert_int_equal(rd(0x18, 4) | rd(0x1c, 4), 0);
	/* That of the option ROM, and its enable bit: 512 KiB, off. */
	assert_int_equal(rd(0x30, 4), 0);
	wr(0x30, 0xfffffffe, 4);
	assert_int_equal(rd(0x30, 4), 0xfff80000);
	wr(0x30, 0xfe000001, 4);
	assert_int_equal(rd(0x30, 4), 0xfe000001);
}

static void test_bus_master(void **state)
{
	(void)state;
	assert_false(pcicfg_bus_master(&cfg));
	wr(0x04, 0x0006, 2);
	assert_true(pcicfg_bus_master(&cfg));
	wr(0x05, 0x04, 1);
	assert_int_equal(rd(0x04, 2), 0x0406);
}

/* A message needs bus mastering like any write; a line has its own bit. */
static void test_interrupts(void **state)
{
	static const uint16_t message_control[] = { 0x52, 0x72 };
	static const uint16_t enable[] = { 0x0001, 0x8000 };

	(void)state;
	assert_true(pcicfg_may_interrupt(&cfg));
	wr(0x04, 0x0400, 2);
	assert_false(pcicfg_may_interrupt(&cfg));
	for (size_t i = 0; i < 2; i++) {
		wr(0x04, 0x0002, 2);
		wr(message_control[i], enable[i], 2);
		assert_false(pcicfg_may_interrupt(&cfg));
		wr(0x04, 0x0406, 2);
		assert_true(pcicfg_may_interrupt(&cfg));
		wr(0x44, 0x0003, 2);
		assert_false(pcicfg_may_interrupt(&cfg));
		wr(0x44, 0x0000, 2);
		wr(message_control[i], 0, 2);
		assert_false(pcicfg_may_interrupt(&cfg));
	}
	wr(0x04, 0x0002, 2);
	assert_true(pcicfg_may_interrupt(&cfg));
	wr(0x44, 0x0003, 2);
	assert_false(pcicfg_may_interrupt(&cfg));
}

static void test_function_level_reset(void **state)
{
	(void)state;
	assert_int_equal(wr(0xa8, 0x2810, 2), PCICFG_NONE);
	assert_int_equal(wr(0xa8, 0xa810, 2), PCICFG_RESET);
	assert_int_equal(rd(0xa8, 2), 0x2810);
	assert_int_equal(wr(0xa9, 0x80, 1), PCICFG_RESET);
	assert_int_equal(wr(0xa0, 0x8000, 4), PCICFG_NONE);
	/* After that the function is reset: all settings are gone. */
	wr(0x04, 0x0006, 2);
	pcicfg_reset(&cfg);
	assert_int_equal(rd(0x04, 2), 0);
}

static void test_power_states(void **state)
{
	(void)state;
	wr(0x04, 0x0006, 2);
	assert_true(pcicfg_awake(&cfg));
	assert_int_equal(wr(0x44, 0x2003, 2), PCICFG_NONE);
	assert_int_equal(rd(0x44, 2) & 3, 3);
	assert_false(pcicfg_awake(&cfg));
	assert_false(pcicfg_bus_master(&cfg));
	assert_int_equal(wr(0x44, 0x2003, 2), PCICFG_NONE);
	assert_int_equal(wr(0x44, 0x2000, 2), PCICFG_RESET);
	assert_true(pcicfg_bus_master(&cfg));
	assert_int_equal(wr(0x44, 0x2000, 2), PCICFG_NONE);
}

/* D1 and D2, which it does not have; the other bits are written. */
static void test_other_power_states(void **state)
{
	static const uint32_t own[] = { 3, 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		wr(0x44, own[i], 2);
		for (uint32_t other = 1; other <= 2; other++) {
			uint32_t select = other << 8;

			assert_int_equal(wr(0x44, select | other, 2),
					 PCICFG_NONE);
			assert_int_equal(rd(0x44, 2), 0x2000 | select | own[i]);
			assert_int_equal(wr(0x44, other, 1), PCICFG_NONE);
			assert_int_equal(rd(0x44, 1), own[i]);
		}
	}
}

static void test_range(void **state)
{
	uint8_t bytes[8] = { 0 };
	enum pcicfg_effect effect;

	(void)state;
	assert_true(pcicfg_read(&cfg, PCICFG_SIZE - 8, bytes, 8));
	assert_false(pcicfg_read(&cfg, PCICFG_SIZE - 7, bytes, 8));
	assert_false(pcicfg_read(&cfg, SIZE_MAX, bytes, 2));
	assert_false(pcicfg_write(&cfg, PCICFG_SIZE, bytes, 1, &effect));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_identity),	 TEST(test_capabilities),
		TEST(test_bar_sizes),	 TEST(test_bus_master),
		TEST(test_interrupts),	 TEST(test_function_level_reset),
		TEST(test_power_states), TEST(test_other_power_states),
		TEST(test_range),
	};

	return cmocka_run_group_tests_name("pcicfg", tests, NULL, NULL);
}

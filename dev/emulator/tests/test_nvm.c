// SPDX-License-Identifier: GPL-2.0-or-later
/* The NVM, its semaphores, and commands to the firmware. */
#include "card_host.h"

static uint16_t nvm_word(struct host *h, unsigned int lan, uint32_t address)
{
	uint32_t value;

	wr(h, lan, REG_EERD, address << 2 | EERW_START);
	value = rd(h, lan, REG_EERD);
	assert_true(value & EERW_DONE);
	return FIELD_GET(EERW_DATA, value);
}

static void set_nvm_word(struct host *h, uint32_t address, uint16_t word)
{
	wr(h, 0, REG_EEWR, (uint32_t)word << 16 | address << 2 | EERW_START);
	assert_true(rd(h, 0, REG_EEWR) & EERW_DONE);
}

static void test_header(void **state)
{
	struct host *h = *state;

	/* ixgbe reads the size field as 4096 words. */
	assert_int_equal(64 << (rd(h, 0, REG_EEC) >> 11 & 0xf), NVM_WORDS);
	/* A part number as a string: a pointer, then length and characters. */
	assert_int_equal(nvm_word(h, 0, 0x15), 0xfafa);
	assert_int_equal(nvm_word(h, 0, nvm_word(h, 0, 0x16)), 6);
	assert_int_equal(nvm_word(h, 0, nvm_word(h, 0, 0x16) + 1),
			 'E' << 8 | 'M');
	/* No SAN address, no option ROM. */
	assert_int_equal(nvm_word(h, 0, 0x28), 0xffff);
	assert_int_equal(nvm_word(h, 0, 0x05), 0xffff);
}

/* The words of the header and its sections add up to 0xbaba. */
static void test_checksum(void **state)
{
	struct host *h = *state;
	uint16_t sum = 0;

	for (uint32_t i = 0; i <= 0x3f; i++)
		sum += nvm_word(h, 1, i);
	for (uint32_t p = 0x03; p <= 0x0e; p++) {
		uint16_t start = nvm_word(h, 1, p);

		if (p == 0x04 || p == 0x05 || start == 0xffff || start == 0)
			continue;
		for (uint32_t i = 1; i <= nvm_word(h, 1, start); i++)
			sum += nvm_word(h, 1, start + i);
	}
	assert_int_equal(sum, 0xbaba);
	assert_int_equal(nvm_checksum(&h->card.nvm), nvm_word(h, 0, 0x3f));

	set_nvm_word(h, 0x100 + 1, 0x1234);
	assert_int_not_equal(nvm_checksum(&h->card.nvm), nvm_word(h, 0, 0x3f));
}

/* Sections that point or reach outside are not followed. */
static void test_bad_pointers(void **state)
{
	struct host *h = *state;

	set_nvm_word(h, 0x09, NVM_WORDS - 1);
	set_nvm_word(h, NVM_WORDS - 1, 0xfffe);
	set_nvm_word(h, 0x0a, 0xfffe);
	nvm_checksum(&h->card.nvm);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	wr(h, 1, REG_CTRL, CTRL_RESET);
}

static void test_shadow_and_flash(void **state)
{
	struct host *h = *state;

	set_nvm_word(h, 0x200, 0x1111);
	wr(h, 0, REG_EEC, EEC_UPDATE_FLASH);
	set_nvm_word(h, 0x200, 0x2222);
	set_nvm_word(h, 0x201, 0x3333);
	/* Both ports share the shadow; a reset does not change it. */
	assert_int_equal(nvm_word(h, 1, 0x200), 0x2222);
	wr(h, 0, REG_CTRL, CTRL_RESET);
	assert_int_equal(nvm_word(h, 0, 0x200), 0x2222);
	/* Power off: only the flash is kept. */
	card_detach(&h->card, 0);
	assert_int_equal(nvm_word(h, 1, 0x200), 0x2222);
	card_detach(&h->card, 1);
	host_attach(h, 0);
	assert_int_equal(nvm_word(h, 0, 0x200), 0x1111);
	assert_int_equal(nvm_word(h, 0, 0x201), 0);
}

static void test_outside(void **state)
{
	struct host *h = *state;

	assert_int_equal(nvm_word(h, 0, NVM_WORDS), 0xffff);
	assert_int_equal(nvm_word(h, 0, 0x3fff), 0xffff);
	set_nvm_word(h, 0x3fff, 0x5555);
	/* Without the start bit, nothing is read. */
	wr(h, 0, REG_EERD, 0x15 << 2);
	assert_int_equal(FIELD_GET(EERW_DATA, rd(h, 0, REG_EERD)), 0xffff);
}

static void test_semaphores(void **state)
{
	struct host *h = *state;

	/* A read that finds it free takes it, for both ports. */
	assert_int_equal(rd(h, 0, REG_SWSM), 0);
	assert_int_equal(rd(h, 0, REG_SWSM), SWSM_SMBI);
	assert_int_equal(rd(h, 1, REG_SWSM), SWSM_SMBI);
	wr(h, 0, REG_SWSM, SWSM_SMBI);
	assert_int_equal(rd(h, 1, REG_SWSM), SWSM_SMBI);
	wr(h, 0, REG_SWSM, 0);
	assert_int_equal(rd(h, 1, REG_SWSM), 0);
	wr(h, 1, REG_SWSM, 0);

	assert_int_equal(rd(h, 0, REG_SW_FW_SYNC), 0);
	assert_int_equal(rd(h, 1, REG_SW_FW_SYNC), SW_FW_SYNC_REGSMP);
	wr(h, 0, REG_SW_FW_SYNC, SW_FW_SYNC_REGSMP | BIT(1));
	assert_int_equal(rd(h, 1, REG_SW_FW_SYNC), SW_FW_SYNC_REGSMP | BIT(1));
	wr(h, 0, REG_SW_FW_SYNC, BIT(1));
	assert_int_equal(rd(h, 1, REG_SW_FW_SYNC), BIT(1));
	/* The host cannot set the firmware's bits. */
	wr(h, 1, REG_SW_FW_SYNC, 0xffffffff);
	assert_int_equal(rd(h, 1, REG_SW_FW_SYNC) & 0x1e0, 0);
}

/* A driver that died while it held them does not block the next one. */
static void test_power_frees_semaphores(void **state)
{
	struct host *h = *state;

	rd(h, 0, REG_SWSM);
	rd(h, 0, REG_SW_FW_SYNC);
	card_detach(&h->card, 0);
	assert_int_equal(rd(h, 1, REG_SWSM), SWSM_SMBI);
	card_detach(&h->card, 1);
	host_attach(h, 1);
	assert_int_equal(rd(h, 1, REG_SWSM), 0);
	assert_int_equal(rd(h, 1, REG_SW_FW_SYNC), 0);
}

static void lose_hosts(struct host *h)
{
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		card_detach(&h->card, lan);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		host_attach(h, lan);
}

static void lose_aux_power(struct host *h)
{
	card_aux_power(&h->card, false);
	card_aux_power(&h->card, true);
}

static void lose_card(struct host *h)
{
	card_set_fault(&h->card, FAULT_REMOVED, true, 0);
	card_set_fault(&h->card, FAULT_REMOVED, false, 0);
}

/* Loss of either power also loses addresses that were not saved. */
static void test_all_follows_power(void **state)
{
	static void (*const losses[])(struct host * h) = {
		lose_hosts,
		lose_aux_power,
		lose_card,
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		uint32_t address = rd(h, 0, REG_RAL);

		rd(h, 1, REG_SWSM);
		rd(h, 1, REG_SW_FW_SYNC);
		set_nvm_word(h, 0x200, 0x1111);
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++) {
			set_nvm_word(h, nvm_word(h, 0, 0x09 + lan) + 1, 0x4444);
			wr(h, lan, REG_CTRL, CTRL_RESET);
			assert_int_equal(rd(h, lan, REG_RAL) & 0xffff, 0x4444);
		}
		losses[i](h);
		assert_int_equal(nvm_word(h, 0, 0x200), 0);
		for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
			assert_int_equal(rd(h, lan, REG_RAL), address);
		assert_int_equal(rd(h, 0, REG_SWSM), 0);
		assert_int_equal(rd(h, 0, REG_SW_FW_SYNC), 0);
	}
}

/* The driver version, as ixgbe sends it. */
static uint32_t command(struct host *h, uint32_t code, uint32_t checksum)
{
	wr(h, 0, REG_FLEX_MNG, checksum << 24 | 5 << 8 | code);
	wr(h, 0, REG_FLEX_MNG + 4, 0x04030201);
	wr(h, 0, REG_FLEX_MNG + 8, 0x00000005);
	assert_true(rd(h, 0, REG_HICR) & HICR_ENABLE);
	wr(h, 0, REG_HICR, HICR_ENABLE | HICR_COMMAND);
	assert_int_equal(rd(h, 0, REG_HICR), HICR_ENABLE | HICR_STATUS_VALID);
	return rd(h, 0, REG_FLEX_MNG);
}

static void test_firmware_command(void **state)
{
	struct host *h = *state;
	uint8_t checksum = 0x100 - ((0xdd + 5 + 1 + 2 + 3 + 4 + 5) & 0xff);
	uint32_t answer = command(h, 0xdd, checksum);

	assert_int_equal(answer & 0xffffff, 0x0100dd);
	assert_int_equal(
		(answer + (answer >> 8) + (answer >> 16) + (answer >> 24)) &
			0xff,
		0);
	assert_int_not_equal(command(h, 0xdd, checksum + 1) >> 16 & 0xff, 1);
	assert_int_not_equal(command(h, 0xdc, checksum + 1) >> 16 & 0xff, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_header),
		TEST(test_checksum),
		TEST(test_bad_pointers),
		TEST(test_shadow_and_flash),
		TEST(test_outside),
		TEST(test_semaphores),
		TEST(test_power_frees_semaphores),
		TEST(test_all_follows_power),
		TEST(test_firmware_command),
	};

	return cmocka_run_group_tests_name("nvm", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller's EEPROM over page 2, and the log in it. */

#include "bypass_host.h"

static unsigned int log_head(struct host *h)
{
	return FIELD_GET(CTL2_LOG_HEAD, host_read(h, 2));
}

static uint8_t entry_offset(struct host *h, unsigned int index)
{
	return host_eeprom_read(h, EEPROM_LOG_OFFSET) + index * LOG_ENTRY_SIZE;
}

static uint32_t read_word(struct host *h, unsigned int index)
{
	uint8_t at = entry_offset(h, index);
	uint32_t word = 0;

	for (int i = 0; i < 4; i++)
		word |= (uint32_t)host_eeprom_read(h, at + i) << 8 * i;
	return word;
}

static uint8_t read_action(struct host *h, unsigned int index)
{
	return host_eeprom_read(h, entry_offset(h, index) + 4);
}

static void test_read(void **state)
{
	struct host *h = *state;
	struct bypass_image image = host_image(h);

	for (int i = 0; i < BYPASS_EEPROM_SIZE; i++)
		image.eeprom[i] = 0x5a ^ i;
	image.eeprom[EEPROM_LOG_OFFSET] = 3;
	host_restart(h, NULL, &image);
	for (int i = 0; i < BYPASS_EEPROM_SIZE; i++)
		assert_int_equal(host_eeprom_read(h, i), image.eeprom[i]);
	assert_int_equal(h->saves, 0);
}

static void test_version(void **state)
{
	struct host *h = *state;

	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 1);
}

/* The result of a read at a time after the frame with the request. */
static uint8_t data_after(struct host *h, uint64_t us)
{
	uint64_t stop;

	host_restart(h, NULL, NULL);
	host_eeprom_read(h, EEPROM_VERSION);
	host_write(h, 2, FIELD_PREP(CTL2_OFFSET, EEPROM_LOG_OFFSET));
	stop = h->now - h->wait;
	/* The status is fixed when the second bit selects the page. */
	host_start(h);
	host_bits(h, PAGE(2), 1);
	host_pins(h, false, false);
	host_pins(h, true, false);
	assert_true(h->now < stop + us);
	h->now = stop + us;
	host_pins(h, false, false);
	return FIELD_GET(CTL2_DATA, host_bits(h, 0, 30));
}

static void test_old_byte_before_100_ms(void **state)
{
	struct host *h = *state;

	assert_int_equal(data_after(h, 10 * MS), 0x01);
	assert_int_equal(data_after(h, 100 * MS - 1), 0x01);
	assert_int_equal(data_after(h, 100 * MS), 0x10);
}

/* Without write-enable the word requests nothing. */
static void test_reading_moves_nothing(void **state)
{
	struct host *h = *state;
	uint32_t status;

	host_eeprom_read(h, EEPROM_VERSION);
	host_frame(h, PAGE(2) | FIELD_PREP(CTL2_OFFSET, EEPROM_LOG_OFFSET));
	host_frame(h, PAGE(2) | CTL2_EEPROM_WRITE |
			      FIELD_PREP(CTL2_OFFSET, 0x0a) |
			      FIELD_PREP(CTL2_DATA, 0x77));
	host_sleep(h, 1 * S);
	status = host_read(h, 2);
	assert_int_equal(FIELD_GET(CTL2_OFFSET, status), EEPROM_VERSION);
	assert_int_equal(FIELD_GET(CTL2_DATA, status), 0x01);
	assert_int_equal(host_eeprom_read(h, 0x0a), 0);
}

static void test_write(void **state)
{
	struct host *h = *state;

	host_eeprom_write(h, 0xff, 0xa5);
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 0xa5);
	assert_int_equal(FIELD_GET(CTL2_OFFSET, host_read(h, 2)), 0xff);
	assert_int_equal(host_read(h, 2) & CTL2_EEPROM_WRITE, 0);
	assert_int_equal(host_eeprom_read(h, 0xfe), 0);
	assert_int_equal(host_eeprom_read(h, 0xff), 0xa5);
	assert_int_equal(h->saves, 1);
}

/* A host that does not wait loses the first access. */
static void test_one_access_at_a_time(void **state)
{
	struct host *h = *state;
	struct bypass_config config = bypass_default_config();

	/* Longer than a frame, so that a second frame fits in between. */
	config.value[SETTING_EEPROM_MS] = 1000;
	host_restart(h, &config, NULL);
	host_write(h, 2,
		   CTL2_EEPROM_WRITE | FIELD_PREP(CTL2_OFFSET, 0x0a) | 0x77);
	host_write(h, 2, FIELD_PREP(CTL2_OFFSET, EEPROM_VERSION));
	host_sleep(h, 2 * S);
	assert_int_equal(FIELD_GET(CTL2_DATA, host_read(h, 2)), 0x01);
	assert_int_equal(host_image(h).eeprom[0x0a], 0);
}

/* The firmware uses these two. */
static void test_write_to_the_firmware_s_bytes(void **state)
{
	struct host *h = *state;

	host_eeprom_write(h, EEPROM_LOG_OFFSET, 0xf0);
	host_eeprom_write(h, EEPROM_VERSION, 0xf0);
	assert_int_equal(host_eeprom_read(h, EEPROM_LOG_OFFSET), 0x10);
	assert_int_equal(host_eeprom_read(h, EEPROM_VERSION), 0x01);
}

/* Bit by bit, as in bypass-controller.md. */
static void test_entry(void **state)
{
	struct host *h = *state;

	host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | 0x123456);
	h->now -= h->wait;
	bypass_main_power(h->b, h->now, false);
	assert_int_equal(log_head(h), 0);
	assert_int_equal(read_word(h, 0),
			 0x123456u | 1u << 25 | 1u << 26 | 1u << 27 | 3u << 28);
	assert_int_equal(read_action(h, 0), 2);
	/* The last entry is the initial head, and stays empty. */
	assert_int_equal(read_word(h, LOG_ENTRIES - 1), 0);
	assert_int_equal(read_action(h, LOG_ENTRIES - 1), 0);
}

static void test_every_event(void **state)
{
	struct host *h = *state;
	static const enum bypass_event want[] = {
		BYPASS_EVENT_MAIN_OFF, BYPASS_EVENT_AUX_OFF,
		BYPASS_EVENT_AUX_ON,   BYPASS_EVENT_MAIN_ON,
		BYPASS_EVENT_WATCHDOG, BYPASS_EVENT_USER,
	};

	bypass_aux_power(h->b, h->now, false);
	bypass_main_power(h->b, h->now, true);
	host_watchdog_on(h, 1);
	host_sleep(h, 2 * S);
	assert_true(host_set_state(h, BYPASS_RELAY_NORMAL));
	assert_int_equal(log_head(h), 5);
	for (unsigned int i = 0; i <= 5; i++) {
		assert_int_equal(FIELD_GET(LOG_EVENT, read_word(h, i)),
				 want[i]);
		assert_int_equal(!!(read_word(h, i) & LOG_HEAD), i == 5);
		assert_int_equal(read_word(h, i) & LOG_TIME_VALID, 0);
		assert_true(read_word(h, i) & LOG_UNREAD);
	}
}

/* Event number n occurs at time n. */
static void events(struct host *h, unsigned int first, unsigned int last)
{
	for (unsigned int n = first; n <= last; n++) {
		host_write(h, 1, CTL1_TIME_VALID | CTL1_OFFSET_RESET | n);
		bypass_main_power(h->b, h->now, n % 2 == 0);
	}
}

static void check_ring(struct host *h, unsigned int last, unsigned int count)
{
	unsigned int index = log_head(h);
	uint32_t word;

	for (unsigned int i = 0; i < count; i++) {
		word = read_word(h, index);
		assert_int_equal(FIELD_GET(LOG_TIME, word), last - i);
		assert_int_equal(FIELD_GET(LOG_EVENT, word),
				 (last - i) % 2 == 0 ? BYPASS_EVENT_MAIN_ON :
						       BYPASS_EVENT_MAIN_OFF);
		assert_int_equal(!!(word & LOG_HEAD), i == 0);
		assert_true(word & LOG_UNREAD);
		assert_int_equal(read_action(h, index),
				 (last - i) % 2 == 0 ? BYPASS_RELAY_NORMAL :
						       BYPASS_RELAY_BYPASS);
		index = index ? index - 1 : LOG_ENTRIES - 1;
	}
}

static void test_ring(void **state)
{
	struct host *h = *state;

	events(h, 1, 42);
	assert_int_equal(log_head(h), 41);
	events(h, 43, 43);
	assert_int_equal(log_head(h), 42);
	check_ring(h, 43, 43);
	events(h, 44, 44);
	assert_int_equal(log_head(h), 0);
	check_ring(h, 44, 43);
	events(h, 45, 43 * 3 + 7);
	assert_int_equal(log_head(h), 6);
	check_ring(h, 43 * 3 + 7, 43);
	/* No byte outside the ring was written. */
	assert_int_equal(host_eeprom_read(h, 0x0f), 0);
	assert_int_equal(
		host_eeprom_read(h, 0x10 + (LOG_ENTRIES * LOG_ENTRY_SIZE)), 0);
}

static void test_ring_goes_on_after_restart(void **state)
{
	struct host *h = *state;
	struct bypass_image image;

	events(h, 1, 50);
	image = host_image(h);
	host_restart(h, NULL, &image);
	assert_int_equal(log_head(h), 6);
	events(h, 51, 60);
	check_ring(h, 60, 43);
}

static void test_log_elsewhere(void **state)
{
	struct host *h = *state;
	struct bypass_image image = host_image(h);

	image.eeprom[EEPROM_LOG_OFFSET] =
		BYPASS_EEPROM_SIZE - (LOG_ENTRIES * LOG_ENTRY_SIZE);
	image.log_head = 41;
	host_restart(h, NULL, &image);
	bypass_main_power(h->b, h->now, false);
	assert_int_equal(log_head(h), 42);
	assert_int_equal(FIELD_GET(LOG_EVENT, read_word(h, 42)),
			 BYPASS_EVENT_MAIN_OFF);
	assert_int_equal(host_eeprom_read(h, 0xff), BYPASS_RELAY_BYPASS);
}

/* Reads the newest first until an entry is marked read, then marks all. */
static unsigned int read_log(struct host *h)
{
	unsigned int index = log_head(h);
	unsigned int seen[LOG_ENTRIES];
	unsigned int count = 0;
	uint32_t word;

	while (count < LOG_ENTRIES) {
		word = read_word(h, index);
		if (!(word & LOG_UNREAD))
			break;
		seen[count++] = index;
		index = index ? index - 1 : LOG_ENTRIES - 1;
	}
	for (unsigned int i = 0; i < count; i++)
		host_eeprom_write(h, entry_offset(h, seen[i]) + 3,
				  (read_word(h, seen[i]) & ~LOG_UNREAD) >> 24);
	return count;
}

static void test_mark_read(void **state)
{
	struct host *h = *state;
	uint32_t word;

	assert_int_equal(read_log(h), 0);
	events(h, 1, 3);
	word = read_word(h, 2);
	assert_int_equal(read_log(h), 3);
	assert_int_equal(read_word(h, 2), word & ~LOG_UNREAD);
	assert_int_equal(read_log(h), 0);
	events(h, 4, 4);
	assert_int_equal(read_log(h), 1);
	events(h, 5, 100);
	assert_int_equal(read_log(h), LOG_ENTRIES);
	assert_int_equal(read_log(h), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_read),
		TEST(test_version),
		TEST(test_old_byte_before_100_ms),
		TEST(test_reading_moves_nothing),
		TEST(test_write),
		TEST(test_one_access_at_a_time),
		TEST(test_write_to_the_firmware_s_bytes),
		TEST(test_entry),
		TEST(test_every_event),
		TEST(test_ring),
		TEST(test_ring_goes_on_after_restart),
		TEST(test_log_elsewhere),
		TEST(test_mark_read),
	};

	return cmocka_run_group_tests_name("bypass_log", tests, NULL, NULL);
}

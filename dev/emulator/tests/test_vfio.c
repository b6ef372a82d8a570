// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket of a function, and clients that behave unlike QEMU. */
#include "vfio_client.h"

static bool main_power(void)
{
	struct bypass_image image;

	bypass_get_image(card.bypass, host_now_us, &image);
	return image.main_power;
}

static void test_client_that_closes(void **state)
{
	int client;

	(void)state;
	for (int i = 0; i < 3; i++) {
		client = attach(0);
		assert_true(main_power());
		assert_true(is_served(client));
		close(client);
		pump(loop);
		assert_null(card.port[0].host_ops);
		assert_false(main_power());
	}
}

/* A host that is killed does not read its answers. */
static void test_client_that_closes_unanswered(void **state)
{
	int client;

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		unsigned int lan = i % CARD_PORTS;

		client = attach(lan);
		assert_true(main_power());
		for (unsigned int n = 0; n <= i / 2; n++)
			ask_for_register(client);
		close(client);
		pump(loop);
		assert_null(card.port[lan].host_ops);
		assert_false(main_power());
	}
	client = attach(0);
	assert_true(is_served(client));
	close(client);
}

/* The next one need not wait until the card has noticed that. */
static void test_next_client_in_line(void **state)
{
	int client, next;

	(void)state;
	client = attach(0);
	ask_for_register(client);
	next = connect_to(0);
	close(client);
	assert_int_equal(answer(next), 0);
	assert_true(is_served(next));
	close(next);
}

/* A fatal error of the library ends the client, not the card. */
static void test_client_that_is_sent_away(void **state)
{
	struct rlimit limit, none_left;
	int client = attach(0), other = attach(1);

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none_left = limit;
	none_left.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none_left), 0);
	ask(client, VFIO_USER_DEVICE_RESET, NULL, 0, other);
	pump(loop);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_null(card.port[0].host_ops);
	assert_int_equal(answer(client), -1);
	close(client);
	assert_true(is_served(other));
	client = attach(0);
	assert_true(is_served(client));
	close(client);
	close(other);
}

static void test_memory(void **state)
{
	int memory = memory_file(MEMORY_SIZE);
	int client;

	(void)state;
	for (unsigned int times = 1; times <= 2; times++) {
		/* With or without an unmap: the memory belongs to this client. */
		for (unsigned int unmaps = 0; unmaps <= 1; unmaps++) {
			client = attach(0);
			set_config(client, COMMAND, COMMAND_MASTER);
			assert_false(can_dma(0, 0));
			for (unsigned int i = 0; i < times; i++)
				assert_int_equal(map(client, memory, 0,
						     MEMORY_SIZE, 0),
						 0);
			assert_true(can_dma(0, 0));
			assert_true(can_dma(0, MEMORY_SIZE - 1));
			if (unmaps) {
				assert_int_equal(unmap(client, 0, MEMORY_SIZE),
						 0);
				assert_false(can_dma(0, 0));
			}
			close(client);
			pump(loop);
			assert_null(card.port[0].host_ops);
		}
	}
	close(memory);
}

/* As a guest with an IOMMU does: page by page, in any order. */
static void test_memory_by_the_page(void **state)
{
	enum { PAGE = 0x1000, PAGES = 6000 };
	int memory = memory_file(PAGE * 16);
	int client = attach(0);
	unsigned int before = open_descriptors();

	(void)state;
	set_config(client, COMMAND, COMMAND_MASTER);
	for (unsigned int i = 0; i < PAGES; i++) {
		uint64_t page = i * 1237ull % PAGES;

		assert_int_equal(map(client, memory, page * 2 * PAGE, PAGE,
				     page % 16 * PAGE),
				 0);
	}
	assert_int_equal(open_descriptors(), before);
	for (unsigned int i = 0; i < PAGES; i++) {
		assert_true(can_dma(0, i * 2ull * PAGE));
		assert_true(can_dma(0, i * 2ull * PAGE + PAGE - 1));
		assert_false(can_dma(0, i * 2ull * PAGE + PAGE));
	}
	/* One by one, and then the rest at once, as an IOMMU does. */
	for (unsigned int i = 0; i < PAGES / 2; i++) {
		assert_int_equal(unmap(client, i * 2ull * PAGE, PAGE), 0);
		assert_false(can_dma(0, i * 2ull * PAGE));
	}
	assert_int_equal(unmap(client, 0, UINT64_MAX), 0);
	assert_false(can_dma(0, (PAGES - 1) * 2ull * PAGE));
	close(client);
	close(memory);
}

/* A message is a write to memory. */
static void test_messages_need_a_bus_master(void **state)
{
	int client = attach(0), event = eventfd(0, EFD_NONBLOCK);
	eventfd_t n;

	(void)state;
	assert_int_equal(set_vectors(client, 0, 1, event), 0);
	set_config(client, MSIX_CONTROL, MSIX_ENABLE);
	port_interrupt(&card.port[0], 0);
	assert_int_equal(eventfd_read(event, &n), -1);
	set_config(client, COMMAND, COMMAND_MASTER);
	port_interrupt(&card.port[0], 0);
	assert_int_equal(eventfd_read(event, &n), 0);
	assert_int_equal(n, 1);
	close(event);
	close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_client_that_closes),
		BENCH(test_client_that_closes_unanswered),
		BENCH(test_next_client_in_line),
		BENCH(test_client_that_is_sent_away),
		BENCH(test_memory),
		BENCH(test_memory_by_the_page),
		BENCH(test_messages_need_a_bus_master),
	};

	return cmocka_run_group_tests_name("vfio", tests, NULL, NULL);
}

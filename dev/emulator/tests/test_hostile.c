// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Malicious clients of a function's socket. Whatever they do, the loop keeps
 * running, and so does the rest of the card, represented by another client.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "deadline.h"
#include "host/hostmem.h"
#include "vfio_client.h"

#define STALL_US S

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * S + ts.tv_nsec / 1000;
}

/* The connection is closed, without a message before. */
static bool is_thrown_out(int client)
{
	char byte;

	return recv(client, &byte, 1, MSG_DONTWAIT) == 0;
}

/*
 * The client of port 0 is disconnected when its time is over, and not before.
 * The client of port 1 is served all the time.
 */
static void expect_stall(int client, int other)
{
	uint64_t start = now_us();

	while (!is_thrown_out(client)) {
		assert_true(now_us() - start < 20 * STALL_US);
		pump(loop);
		assert_true(is_served(other));
	}
	assert_true(now_us() - start > STALL_US / 2);
	assert_null(card.port[0].host_ops);
	close(client);
	client = attach(0);
	assert_true(is_served(client));
	close(client);
	close(other);
}

static void test_says_nothing(void **state)
{
	int other = attach(1), client = connect_silently(0);

	(void)state;
	expect_stall(client, other);
}

/* Each has its second, one after the other. */
static void test_four_say_nothing(void **state)
{
	int other = attach(1), clients[4];

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		clients[i] = connect_silently(0);
		pump(loop);
		assert_true(is_served(other));
		while (!is_thrown_out(clients[i])) {
			pump(loop);
			assert_true(is_served(other));
		}
		close(clients[i]);
	}
	close(other);
}

/* Parts of a message: part of the header, all of it, part of the body. */
static void test_part_of_a_message(void **state)
{
	static const size_t lengths[] = { 1, 16, 20 };
	uint8_t message[32] = { 0 };

	(void)state;
	put_request(message, VFIO_USER_REGION_READ, message, 16);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		int other = attach(1), client = attach(0);

		send_part(client, message, lengths[i], NULL, 0);
		expect_stall(client, other);
	}
}

/* A slow client is served while its messages make progress. */
static void test_byte_by_byte(void **state)
{
	uint8_t message[64];
	size_t len = put_request(message, VFIO_USER_REGION_READ,
				 &status_register, sizeof(status_register));
	int client = attach(0);

	(void)state;
	for (unsigned int times = 0; times < 3; times++) {
		for (size_t i = 0; i < len; i++) {
			pump(loop);
			assert_false(is_thrown_out(client));
			send_part(client, &message[i], 1, NULL, 0);
		}
		assert_int_equal(answer(client), 0);
	}
	close(client);
}

static void send_until_full(int client)
{
	uint8_t message[64];
	size_t len = put_request(message, VFIO_USER_REGION_READ,
				 &status_register, sizeof(status_register));
	unsigned int refused = 0;

	/* The card may enlarge the buffer once more. */
	while (refused < 50) {
		if (send(client, message, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			refused++;
		pump(loop);
	}
}

static void test_replies_not_read(void **state)
{
	int other = attach(1), client = attach(0);
	uint64_t start = now_us();
	uint8_t replies[4096];
	ssize_t len;

	(void)state;
	send_until_full(client);
	while (card.port[0].host_ops) {
		assert_true(now_us() - start < 20 * STALL_US);
		pump(loop);
		assert_true(is_served(other));
	}
	/* The messages that were sent before are still there. */
	do
		len = recv(client, replies, sizeof(replies), MSG_DONTWAIT);
	while (len > 0);
	close(client);
	close(other);
}

/* Whether the client is served after it has read its replies late. */
static bool is_served_late(void)
{
	int client = attach(0);
	uint8_t replies[4096];
	bool served;

	send_until_full(client);
	for (unsigned int idle = 0; idle < 50; idle++) {
		if (recv(client, replies, sizeof(replies), MSG_DONTWAIT) > 0)
			idle = 0;
		pump(loop);
	}
	served = card.port[0].host_ops && is_served(client);
	close(client);
	pump(loop);
	return served;
}

static void test_replies_read_late(void **state)
{
	uint64_t start;
	bool served;

	(void)state;
	/* On a busy machine, this client itself may have stalled. */
	do {
		start = now_us();
		served = is_served_late();
	} while (!served && now_us() - start > STALL_US);
	assert_true(served);
}

/* Sizes after which the start of the next message is unknown. */
static void test_bad_sizes(void **state)
{
	static const uint32_t sizes[] = { 0, 15, 0x200000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct vfio_user_header header = {
			.cmd = VFIO_USER_REGION_READ,
			.msg_size = sizes[i],
		};
		int client = attach(0);

		send_part(client, &header, sizeof(header), NULL, 0);
		pump(loop);
		assert_null(card.port[0].host_ops);
		close(client);

		client = connect_silently(0);
		header.cmd = VFIO_USER_VERSION;
		send_part(client, &header, sizeof(header), NULL, 0);
		pump(loop);
		assert_null(card.port[0].host_ops);
		close(client);
	}
	close(attach(0));
}

static void enable_messages(int client)
{
	set_config(client, COMMAND, COMMAND_MASTER);
	set_config(client, MSIX_CONTROL, MSIX_ENABLE);
}

static void interrupt_quickly(void)
{
	struct own_time start = own_time_now();

	port_interrupt(&card.port[0], 0);
	assert_was_quick(&start);
}

static void test_interrupt_to_a_pipe(void **state)
{
	int client = attach(0), ends[2];
	char full[4096] = { 0 };

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	while (write(ends[1], full, sizeof(full)) > 0)
		;
	fcntl(ends[1], F_SETFL, 0);
	enable_messages(client);
	assert_int_equal(set_vectors(client, 0, 1, ends[1]), EINVAL);
	interrupt_quickly();
	assert_true(is_served(client));
	close(ends[0]);
	close(ends[1]);
	close(client);
}

static void test_interrupt_to_a_full_eventfd(void **state)
{
	int client = attach(0), event = eventfd(0, 0);
	eventfd_t n;

	(void)state;
	enable_messages(client);
	assert_int_equal(set_vectors(client, 0, 1, event), 0);
	assert_int_equal(eventfd_write(event, UINT64_MAX - 1), 0);
	for (int i = 0; i < 100; i++)
		interrupt_quickly();
	assert_int_equal(eventfd_read(event, &n), 0);
	interrupt_quickly();
	assert_int_equal(eventfd_read(event, &n), 0);
	assert_int_equal(n, 1);
	close(event);
	close(client);
}

static void fill_and_drain(int event)
{
	eventfd_t n;

	for (;;) {
		eventfd_write(event, UINT64_MAX - 1);
		eventfd_read(event, &n);
	}
}

/* An eventfd that is filled between the card's check and its write. */
static void test_interrupt_to_a_filling_eventfd(void **state)
{
	int client = attach(0), event = eventfd(0, 0);
	pid_t filler;

	(void)state;
	enable_messages(client);
	assert_int_equal(set_vectors(client, 0, 1, event), 0);
	filler = fork();
	if (filler == 0)
		fill_and_drain(event);
	for (int i = 0; i < 200 && card.port[0].host_ops; i++) {
		for (int n = 0; n < 100; n++)
			interrupt_quickly();
		/* Stopped when it is full: a write would block forever. */
		kill(filler, i % 2 ? SIGCONT : SIGSTOP);
		loop_wait(loop, 0);
	}
	kill(filler, SIGKILL);
	waitpid(filler, NULL, 0);
	close(event);
	close(client);
}

static void test_interrupts_out_of_range(void **state)
{
	static const uint32_t ranges[][2] = {
		{ 1, 0xffffffff }, { 63, 2 },	   { 64, 1 },
		{ 0, 65 },	   { 0, 1 << 31 }, { 0xffffffff, 2 },
	};
	int client = attach(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		assert_int_equal(set_vectors(client, ranges[i][0], ranges[i][1],
					     -1),
				 EINVAL);
	assert_true(is_served(client));
	close(client);
}

static void test_memory_beyond_its_file(void **state)
{
	int client = attach(0), memory = memory_file(0x4000);

	(void)state;
	set_config(client, COMMAND, COMMAND_MASTER);
	assert_int_equal(map(client, memory, 0, 0x5000, 0), EINVAL);
	assert_int_equal(map(client, memory, 0, 0x4000, 0xfff), EINVAL);
	assert_int_equal(map(client, memory, 0, 0x1000, 0x4000), EINVAL);
	assert_int_equal(map(client, memory, 0, 0x1000, UINT64_MAX - 0xfff),
			 EINVAL);
	assert_int_equal(map(client, memory, UINT64_MAX, 0x1000, 0), EINVAL);
	assert_int_equal(map(client, memory, 0, 0, 0), EINVAL);
	assert_false(can_dma(0, 0));
	/* The whole range is accessible, up to its end. */
	assert_int_equal(map(client, memory, 0x10000, 0x3001, 0xfff), 0);
	assert_true(can_dma(0, 0x10000));
	assert_true(can_dma(0, 0x13000));
	assert_false(can_dma(0, 0x13001));
	close(memory);
	close(client);
}

static void test_memory_taken_away(void **state)
{
	int client = attach(0), memory = memory_file(0x4000);

	(void)state;
	/* The test framework handles the signal. */
	hostmem_catch_faults();
	set_config(client, COMMAND, COMMAND_MASTER);
	assert_int_equal(map(client, memory, 0, 0x4000, 0), 0);
	assert_true(can_dma(0, 0x3fff));
	assert_int_equal(ftruncate(memory, 0x1000), 0);
	assert_false(can_dma(0, 0x3fff));
	pump_until(loop, !card.port[0].host_ops);
	assert_true(is_thrown_out(client));
	close(memory);
	close(client);
	close(attach(0));
}

/* Descriptors with parts of messages, and with messages that need none. */
static void test_descriptors(void **state)
{
	int memory = memory_file(0x4000), other = attach(1), client;
	unsigned int before = open_descriptors();
	int many[16];
	uint8_t message[64] = { 0 };
	size_t len = put_request(message, VFIO_USER_REGION_READ, message, 16);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = memory;
	for (int i = 0; i < 100; i++) {
		client = attach(0);
		for (int n = 0; n < 20; n++)
			assert_int_equal(map(client, memory, 0, 0x4000, 0), 0);
		send_part(client, message, len, many, 8);
		pump(loop);
		send_part(client, message, 8, many, i % 16 + 1);
		pump(loop);
		close(client);
		pump(loop);
		client = connect_silently(0);
		send_part(client, message, 8, many, i % 16 + 1);
		pump(loop);
		close(client);
		pump(loop);
	}
	assert_int_equal(open_descriptors(), before);
	assert_true(is_served(other));
	close(memory);
	close(other);
}

static void test_short_unmap(void **state)
{
	uint8_t body[24] = { 0 };
	int client = attach(0);

	(void)state;
	for (size_t len = 1; len < sizeof(body); len++) {
		ask(client, VFIO_USER_DMA_UNMAP, body, len, -1);
		assert_int_equal(answer(client), EINVAL);
	}
	close(client);
}

/* Without a free descriptor, the loop waits and tries again later. */
static void test_no_descriptor_left(void **state)
{
	struct rlimit limit, none_left;
	int client = connect_to(0);
	uint64_t start;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none_left = limit;
	none_left.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none_left), 0);
	pump(loop);
	start = now_us();
	loop_wait(loop, STALL_US / 5);
	assert_true(now_us() - start >= STALL_US / 5);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pump_until(loop, card.port[0].host_ops);
	assert_int_equal(answer(client), 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_says_nothing),
		BENCH(test_four_say_nothing),
		BENCH(test_part_of_a_message),
		BENCH(test_byte_by_byte),
		BENCH(test_replies_not_read),
		BENCH(test_replies_read_late),
		BENCH(test_bad_sizes),
		BENCH(test_interrupt_to_a_pipe),
		BENCH(test_interrupt_to_a_full_eventfd),
		BENCH(test_interrupt_to_a_filling_eventfd),
		BENCH(test_interrupts_out_of_range),
		BENCH(test_memory_beyond_its_file),
		BENCH(test_memory_taken_away),
		BENCH(test_descriptors),
		BENCH(test_short_unmap),
		BENCH(test_no_descriptor_left),
	};

	end_after(120);
	return cmocka_run_group_tests_name("hostile clients", tests, NULL,
					   NULL);
}

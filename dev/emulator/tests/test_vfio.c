// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket of a function, and clients that do not do as QEMU does. */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <vfio-user.h>

#include "../vfio.h"
#include "card_host.h"
#include "wire_peer.h"

#define REGION_BAR0 0
#define REGION_CONFIG 7

/* Of the configuration space. */
#define COMMAND 0x04
#define COMMAND_MASTER BIT(2)
#define MSIX_CONTROL 0x72
#define MSIX_ENABLE BIT(15)

static struct loop *loop;
static struct card card;
static struct vfio *functions[CARD_PORTS];

static int setup(void **state)
{
	(void)state;
	assert_null(regs_init());
	host_now_us = 1000 * S;
	loop = loop_new();
	card_init(&card, &host_config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		functions[lan] = vfio_listen(&card, lan, loop, peer_path(lan));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		vfio_close(functions[lan]);
	card_fini(&card);
	loop_free(loop);
	return 0;
}

/* fd: goes with the request; -1: none. */
static void ask(int client, uint16_t command, const void *body, size_t len,
		int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .header = { CMSG_LEN(sizeof(fd)), SOL_SOCKET,
				  SCM_RIGHTS } };
	struct vfio_user_header header = {
		.cmd = command,
		.msg_size = sizeof(header) + len,
	};
	struct iovec parts[] = {
		{ &header, sizeof(header) },
		{ (void *)body, len },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	if (fd >= 0) {
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.space);
	}
	assert_int_equal(sendmsg(client, &message, MSG_NOSIGNAL),
			 header.msg_size);
}

/* The error that the answer tells, 0 if none; -1: there is no answer. */
static int answer(int client)
{
	uint8_t message[4096];
	struct vfio_user_header header;
	ssize_t len;

	pump(loop);
	len = recv(client, message, sizeof(message), MSG_DONTWAIT);
	if (len < (ssize_t)sizeof(header))
		return -1;
	memcpy(&header, message, sizeof(header));
	assert_int_equal(len, header.msg_size);
	return header.flags.error ? (int)header.error_no : 0;
}

static int connect_to(unsigned int lan)
{
	static const struct {
		struct vfio_user_version version;
		char capabilities[3];
	} __attribute__((packed)) hello = { { 0, 1 }, "{}" };
	int client = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;

	assert_true(client >= 0);
	sock_address(&address, peer_path(lan));
	assert_int_equal(connect(client, (struct sockaddr *)&address,
				 sizeof(address)),
			 0);
	ask(client, VFIO_USER_VERSION, &hello, sizeof(hello), -1);
	return client;
}

/* A client that was greeted. */
static int attach(unsigned int lan)
{
	int client = connect_to(lan);

	assert_int_equal(answer(client), 0);
	assert_non_null(card.port[lan].host_ops);
	return client;
}

static void ask_for_register(int client)
{
	static const struct vfio_user_region_access status = {
		.offset = 8,
		.region = REGION_BAR0,
		.count = 4,
	};

	ask(client, VFIO_USER_REGION_READ, &status, sizeof(status), -1);
}

static bool is_served(int client)
{
	ask_for_register(client);
	return answer(client) == 0;
}

static void set_config(int client, uint64_t offset, uint16_t value)
{
	struct {
		struct vfio_user_region_access access;
		uint16_t value;
	} __attribute__((packed))
	write = { { offset, REGION_CONFIG, sizeof(value) }, value };

	ask(client, VFIO_USER_REGION_WRITE, &write, sizeof(write), -1);
	assert_int_equal(answer(client), 0);
}

/* Shares the memory, at the host's address 0. */
static void map_memory(int client, int memory)
{
	static const struct vfio_user_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_USER_F_DMA_REGION_READ |
			 VFIO_USER_F_DMA_REGION_WRITE,
		.size = MEMORY_SIZE,
	};

	ask(client, VFIO_USER_DMA_MAP, &map, sizeof(map), memory);
	assert_int_equal(answer(client), 0);
}

static void unmap_memory(int client)
{
	static const struct vfio_user_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.size = MEMORY_SIZE,
	};

	ask(client, VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap), -1);
	assert_int_equal(answer(client), 0);
}

static bool memory_is_there(unsigned int lan)
{
	uint8_t byte = 0;

	return port_dma_read(&card.port[lan], MEMORY_SIZE - 1, &byte, 1) &&
	       port_dma_write(&card.port[lan], 0, &byte, 1);
}

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

/* A host that is killed does not wait for its answers. */
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

/* Nor has the next one to wait until the card has noticed. */
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

/* What the library can't go on with ends the client, not the card. */
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
	FILE *file = tmpfile();
	int memory, client;

	(void)state;
	assert_non_null(file);
	memory = fileno(file);
	assert_int_equal(ftruncate(memory, MEMORY_SIZE), 0);
	for (unsigned int times = 1; times <= 2; times++) {
		/* Unmapped, or not: it is this client's memory only. */
		for (unsigned int unmaps = 0; unmaps <= 1; unmaps++) {
			client = attach(0);
			set_config(client, COMMAND, COMMAND_MASTER);
			assert_false(memory_is_there(0));
			for (unsigned int i = 0; i < times; i++)
				map_memory(client, memory);
			assert_true(memory_is_there(0));
			if (unmaps) {
				unmap_memory(client);
				assert_false(memory_is_there(0));
			}
			close(client);
			pump(loop);
			assert_null(card.port[0].host_ops);
		}
	}
	fclose(file);
}

/* A message is nothing but a write to memory. */
static void test_messages_need_a_bus_master(void **state)
{
	static const struct vfio_irq_set vector0 = {
		.argsz = sizeof(vector0),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD |
			 VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.count = 1,
	};
	int client = attach(0), event = eventfd(0, EFD_NONBLOCK);
	eventfd_t n;

	(void)state;
	ask(client, VFIO_USER_DEVICE_SET_IRQS, &vector0, sizeof(vector0),
	    event);
	assert_int_equal(answer(client), 0);
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

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_client_that_closes),
		BENCH(test_client_that_closes_unanswered),
		BENCH(test_next_client_in_line),
		BENCH(test_client_that_is_sent_away),
		BENCH(test_memory),
		BENCH(test_messages_need_a_bus_master),
	};

	return cmocka_run_group_tests_name("vfio", tests, NULL, NULL);
}

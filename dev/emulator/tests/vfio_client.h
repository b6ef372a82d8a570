/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A card on its sockets, and clients that build their messages by hand, as
 * some of them behave unlike QEMU.
 */
#ifndef VFIO_CLIENT_H
#define VFIO_CLIENT_H

#include <dirent.h>
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "card_host.h"
#include "host/vfio.h"
#include "vfio_message.h"
#include "wire_peer.h"

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

/* Sends a part of a message, with fds on its first byte. */
static inline void send_part(int client, const void *data, size_t len,
			     const int *fds, size_t fd_count)
{
	assert_int_equal(say(client, data, len, fds, fd_count), len);
}

/* fd: sent with the request; -1: none. */
static inline void ask(int client, uint16_t command, const void *body,
		       size_t len, int fd)
{
	uint8_t message[4096];
	size_t size = put_request(message, command, body, len);

	send_part(client, message, size, &fd, fd >= 0);
}

/* The error in the answer, 0 if none; -1: no answer. */
static inline int answer(int client)
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

/* A client that has not sent anything. */
static inline int connect_silently(unsigned int lan)
{
	int client = connect_socket(peer_path(lan));

	assert_true(client >= 0);
	return client;
}

static inline int connect_to(unsigned int lan)
{
	int client = connect_silently(lan);

	ask(client, VFIO_USER_VERSION, &hello, sizeof(hello), -1);
	return client;
}

/* A client after the handshake. */
static inline int attach(unsigned int lan)
{
	int client = connect_to(lan);

	assert_int_equal(answer(client), 0);
	assert_non_null(card.port[lan].host_ops);
	return client;
}

static inline void ask_for_register(int client)
{
	ask(client, VFIO_USER_REGION_READ, &status_register,
	    sizeof(status_register), -1);
}

static inline bool is_served(int client)
{
	ask_for_register(client);
	return answer(client) == 0;
}

static inline void set_config(int client, uint64_t offset, uint16_t value)
{
	const struct region_write write = {
		{ offset, REGION_CONFIG, sizeof(value) }, value
	};

	ask(client, VFIO_USER_REGION_WRITE, &write,
	    sizeof(write.access) + sizeof(value), -1);
	assert_int_equal(answer(client), 0);
}

/* The answer's error. */
static inline int map(int client, int memory, uint64_t address, uint64_t size,
		      uint64_t offset)
{
	const struct vfio_user_dma_map map = dma_map(address, size, offset);

	ask(client, VFIO_USER_DMA_MAP, &map, sizeof(map), memory);
	return answer(client);
}

static inline int unmap(int client, uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.addr = address,
		.size = size,
	};

	ask(client, VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap), -1);
	return answer(client);
}

/* The answer's error. fd -1: disables the range. */
static inline int set_vectors(int client, uint32_t start, uint32_t count,
			      int fd)
{
	const struct vfio_irq_set set = irq_set(start, count);

	ask(client, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), fd);
	return answer(client);
}

static inline int memory_file(size_t size)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	fd = dup(fileno(file));
	fclose(file);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	return fd;
}

static inline unsigned int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static inline bool can_dma(unsigned int lan, uint64_t address)
{
	uint8_t byte = 0;

	return port_dma_read(&card.port[lan], address, &byte, 1) &&
	       port_dma_write(&card.port[lan], address, &byte, 1);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the vfio-user protocol, built by hand, for clients that behave
 * unlike QEMU.
 */
#ifndef VFIO_MESSAGE_H
#define VFIO_MESSAGE_H

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vfio-user.h>

#include "base/bits.h"
#include "base/sock.h"

#define REGION_BAR0 0
#define REGION_CONFIG 7

/* Of the configuration space. */
#define COMMAND 0x04
#define COMMAND_MASTER BIT(2)
#define MSIX_CONTROL 0x72
#define MSIX_ENABLE BIT(15)

static const struct {
	struct vfio_user_version version;
	char capabilities[3];
} __attribute__((packed)) hello = { { 0, 1 }, "{}" };

/* A read of the register STATUS. */
static const struct vfio_user_region_access status_register = {
	.offset = 8,
	.region = REGION_BAR0,
	.count = 4,
};

struct region_write {
	struct vfio_user_region_access access;
	uint32_t value;
} __attribute__((packed));

static inline int connect_socket(const char *path)
{
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;

	sock_address(&address, path);
	if (client >= 0 && connect(client, (struct sockaddr *)&address,
				   sizeof(address)) != 0) {
		close(client);
		return -1;
	}
	return client;
}

/* Sends a part of a message, fds on its first byte. Returns as sendmsg(). */
static inline ssize_t say(int client, const void *data, size_t len,
			  const int *fds, size_t fd_count)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * 32)];
	} control = { .header = { CMSG_LEN(sizeof(int) * fd_count), SOL_SOCKET,
				  SCM_RIGHTS } };
	struct iovec part = { (void *)data, len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd_count > 0) {
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * fd_count);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
	}
	return sendmsg(client, &message, MSG_NOSIGNAL);
}

/* A request in one piece; returns its length. */
static inline size_t put_request(uint8_t *message, uint16_t command,
				 const void *body, size_t len)
{
	struct vfio_user_header header = {
		.cmd = command,
		.msg_size = sizeof(header) + len,
	};

	memcpy(message, &header, sizeof(header));
	if (len > 0)
		memcpy(message + sizeof(header), body, len);
	return header.msg_size;
}

static inline struct vfio_user_dma_map dma_map(uint64_t address, uint64_t size,
					       uint64_t offset)
{
	return (struct vfio_user_dma_map){
		.argsz = sizeof(struct vfio_user_dma_map),
		.flags = VFIO_USER_F_DMA_REGION_READ |
			 VFIO_USER_F_DMA_REGION_WRITE,
		.addr = address,
		.size = size,
		.offset = offset,
	};
}

static inline struct vfio_irq_set irq_set(uint32_t start, uint32_t count)
{
	return (struct vfio_irq_set){
		.argsz = sizeof(struct vfio_irq_set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD |
			 VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.start = start,
		.count = count,
	};
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cable that ends in a TAP interface of the kernel. With large packets, each
 * packet has a header, in both directions. The kernel itself sends only frames,
 * with empty headers, as no offload is enabled.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/util.h"
#include "wire_kind.h"

#define TUN "/dev/net/tun"

struct tap {
	int fd;
	char name[IFNAMSIZ];
	bool up;
	bool gone; /* the interface was removed */
	bool gso;
	enum wire_level level;
};

static void set_level(void *end, enum wire_level level, unsigned int relays)
{
	struct tap *tap = end;
	int carrier = level == WIRE_LINK;

	(void)relays;
	tap->level = level;
	/* Fails if the interface was removed, which does not matter. */
	ioctl(tap->fd, TUNSETCARRIER, &carrier);
}

/* Attaches the descriptor to the interface. False: see errno. */
static bool take_interface(struct tap *tap)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int size = sizeof(struct virtio_net_hdr);

	if (tap->gso)
		request.ifr_flags |= IFF_VNET_HDR;
	strcpy(request.ifr_name, tap->name);
	/* Another program may have used the interface before. */
	return ioctl(tap->fd, TUNSETIFF, &request) == 0 &&
	       (!tap->gso || (ioctl(tap->fd, TUNSETVNETHDRSZ, &size) == 0 &&
			      ioctl(tap->fd, TUNSETOFFLOAD, 0) == 0));
}

/*
 * Attaches to an interface that was removed and created again. The card does not
 * create it, so that a user can remove it.
 */
static bool find_again(struct tap *tap)
{
	if (if_nametoindex(tap->name) == 0 || !take_interface(tap))
		return false;
	log_error("tap:%s: the interface is back", tap->name);
	tap->gone = false;
	set_level(tap, tap->level, 0);
	return true;
}

/*
 * The descriptor is writable while the interface is up, in any namespace. The
 * kernel reports when it comes up, but not when it goes down.
 */
static bool check(void *end)
{
	struct tap *tap = end;
	struct pollfd poll_fd = { .fd = tap->fd, .events = POLLOUT };
	bool found = tap->gone && find_again(tap);

	if (poll(&poll_fd, 1, 0) >= 0)
		tap->up = poll_fd.revents & POLLOUT &&
			  !(poll_fd.revents & POLLERR);
	return found;
}

static struct tap *open_interface(const char *name, bool gso)
{
	struct tap *tap = xcalloc(1, sizeof(*tap));

	if (strlen(name) >= sizeof(tap->name))
		die("tap:%s: an interface name has at most %zu characters",
		    name, sizeof(tap->name) - 1);
	strcpy(tap->name, name);
	tap->gso = gso;
	tap->fd = open(TUN, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->fd < 0)
		die("tap:%s: %s: %s", name, TUN, strerror(errno));
	if (!take_interface(tap)) {
		if (errno == EPERM)
			die("tap:%s: needs CAP_NET_ADMIN, or an interface of your own: ip tuntap "
			    "add dev %s mode tap user USER",
			    name, name);
		die("tap:%s: %s", name,
		    errno == EBUSY ? "another process is using it" :
				     strerror(errno));
	}
	set_level(tap, WIRE_DARK, 0);
	check(tap);
	return tap;
}

static void *open_tap(const char *name)
{
	return open_interface(name, false);
}

static void *open_tap_gso(const char *name)
{
	return open_interface(name, true);
}

static void close_tap(void *end)
{
	struct tap *tap = end;

	close(tap->fd);
	free(tap);
}

static int tap_fd(const void *end)
{
	const struct tap *tap = end;

	return tap->fd;
}

static ssize_t header_size(const struct tap *tap)
{
	return tap->gso ? sizeof(struct virtio_net_hdr) : 0;
}

static int receive(void *end, uint8_t *frame, size_t size)
{
	struct tap *tap = end;
	struct virtio_net_hdr header;
	struct iovec parts[] = { { &header, header_size(tap) },
				 { frame, size } };
	ssize_t len = readv(tap->fd, parts, 2);

	if (len >= 0)
		return len - header_size(tap);
	if (errno == EAGAIN || errno == EINTR)
		return WIRE_EMPTY;
	log_error("tap:%s: the interface is gone: %s", tap->name,
		  strerror(errno));
	tap->up = false;
	tap->gone = true;
	return WIRE_BROKEN;
}

static bool send_data(const struct tap *tap,
		      const struct virtio_net_hdr *header, const uint8_t *data,
		      size_t len)
{
	struct iovec parts[] = { { (void *)header, header_size(tap) },
				 { (void *)data, len } };

	return writev(tap->fd, parts, 2) == header_size(tap) + (ssize_t)len;
}

/* The peer's MAC would consume such a frame. */
static bool is_pause(const uint8_t *frame, size_t len)
{
	static const uint8_t address[] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x01 };
	static const uint8_t type[] = { 0x88, 0x08 };

	return len >= WIRE_FRAME_MIN &&
	       memcmp(frame, address, sizeof(address)) == 0 &&
	       memcmp(frame + 12, type, sizeof(type)) == 0;
}

static bool send_frame(void *end, const uint8_t *frame, size_t len)
{
	static const struct virtio_net_hdr nothing;

	if (is_pause(frame, len))
		return true;
	return send_data(end, &nothing, frame, len);
}

static bool send_gso(void *end, const struct gso_packet *packet)
{
	const struct virtio_net_hdr header = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = packet->ipv4 ? VIRTIO_NET_HDR_GSO_TCPV4 :
					   VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = packet->headers,
		.gso_size = packet->mss,
		.csum_start = packet->l4,
		.csum_offset = packet->checksum,
	};

	return send_data(end, &header, packet->data, packet->len);
}

static bool peer(const void *end)
{
	const struct tap *tap = end;

	return tap->up;
}

const struct wire_kind wire_tap = {
	.prefix = "tap",
	.open = open_tap,
	.close = close_tap,
	.fd = tap_fd,
	.receive = receive,
	.send = send_frame,
	.set_level = set_level,
	.check = check,
	.peer = peer,
};

const struct wire_kind wire_tap_gso = {
	.prefix = "tap-gso",
	.open = open_tap_gso,
	.close = close_tap,
	.fd = tap_fd,
	.receive = receive,
	.send = send_frame,
	.send_gso = send_gso,
	.set_level = set_level,
	.check = check,
	.peer = peer,
};

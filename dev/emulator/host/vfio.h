/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port as a PCI function on a vfio-user socket. The only file that knows
 * libvfio-user.
 *
 * The socket serves one client at a time. When that goes away, in whatever
 * way, the port loses its host and the socket listens again.
 */
/* VFIO_H is <linux/vfio.h>'s. */
#ifndef X540_VFIO_H
#define X540_VFIO_H

struct card;
struct loop;
struct vfio;

/* Exits with a message on failure. */
struct vfio *vfio_listen(struct card *card, unsigned int lan, struct loop *loop,
			 const char *path);
/* Takes the socket away. */
void vfio_close(struct vfio *vfio);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port as a PCI function on a vfio-user socket. Only vfio.c uses
 * libvfio-user.
 *
 * The socket serves one client at a time. When the client is gone, for any
 * reason, the port loses its host and the socket listens again.
 */
/* <linux/vfio.h> uses VFIO_H. */
#ifndef X540_VFIO_H
#define X540_VFIO_H

struct card;
struct loop;
struct vfio;

/* Exits with a message on failure. */
struct vfio *vfio_listen(struct card *card, unsigned int lan, struct loop *loop,
			 const char *path);
/* Removes the socket. */
void vfio_close(struct vfio *vfio);

#endif

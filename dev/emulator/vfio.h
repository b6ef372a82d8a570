/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port as a PCI function on a vfio-user socket. The only file that knows
 * libvfio-user.
 *
 * The socket serves one client at a time. When that goes away, in whatever
 * way, the port loses its host and the socket listens again.
 */
#ifndef VFIO_H
#define VFIO_H

#include <stdbool.h>

struct card;
struct vfio;

/* Exits with a message on failure. */
struct vfio *vfio_listen(struct card *card, unsigned int lan, const char *path);
/* Takes the socket away. */
void vfio_close(struct vfio *vfio);

/* To be watched for input; another one after vfio_service() returned true. */
int vfio_fd(const struct vfio *vfio);
/* There is input: one message of the client, or a new client. */
bool vfio_service(struct vfio *vfio);

#endif

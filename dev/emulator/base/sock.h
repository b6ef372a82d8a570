/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unix sockets by path. */
#ifndef SOCK_H
#define SOCK_H

#include <sys/un.h>

/* Exits with a message if the path is too long. */
void sock_address(struct sockaddr_un *address, const char *path);
/*
 * Makes the path available for a socket of this type: removes an unused socket,
 * which a killed emulator has left. Exits with a message if the socket is in
 * use, or if the file is not a socket.
 */
void sock_make_room(const char *path, int type);
/* Returns a bound, non-blocking socket, or exits with a message. */
int sock_bind(const char *path, int type);

#endif

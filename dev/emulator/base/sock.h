/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unix sockets by path. */
#ifndef SOCK_H
#define SOCK_H

#include <sys/un.h>

/* Exits with a message if the path has no room in it. */
void sock_address(struct sockaddr_un *address, const char *path);
/*
 * Makes room for a socket of this type: a file that nobody uses is left from
 * an emulator that was killed, and removed. Exits with a message if somebody
 * does use it, or if it is no socket.
 */
void sock_make_room(const char *path, int type);
/* A bound, non-blocking socket, or exits with a message. */
int sock_bind(const char *path, int type);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a client sends the commands of command.h, one per line,
 * and gets each answer as a line of JSON.
 *
 * No client can block the card: one that does not read its answer gets no more
 * answers, a line that is too long ends the connection, and if there are too
 * many clients, the oldest connection is closed.
 */
#ifndef CONTROL_H
#define CONTROL_H

struct card;
struct control;
struct loop;

/* Exits with a message if the socket can't be created. */
struct control *control_open(struct card *card, struct loop *loop,
			     const char *path);
/* Removes the socket. */
void control_close(struct control *control);

#endif

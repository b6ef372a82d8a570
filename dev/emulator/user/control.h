/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a client sends command.h's commands, each a line, and
 * gets each answer as a line of JSON.
 *
 * No client can hold the card up: one that does not read its answer gets no
 * further ones, a line that is too long ends the connection, and when there
 * are too many clients, the one that came first has to go.
 */
#ifndef CONTROL_H
#define CONTROL_H

struct card;
struct control;
struct loop;

/* Exits with a message if the socket can't be had. */
struct control *control_open(struct card *card, struct loop *loop,
			     const char *path);
/* Takes the socket away. */
void control_close(struct control *control);

#endif

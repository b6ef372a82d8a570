// SPDX-License-Identifier: GPL-2.0-or-later
#include "control.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/sock.h"
#include "base/utf8.h"
#include "base/util.h"
#include "command.h"

#define CLIENTS 8
#define BACKLOG 8

struct client {
	struct control *control;
	struct loop_source source; /* .fd is -1 if unused */
	uint64_t number; /* order of connection; 0 if unused */
	char line[COMMAND_MAX];
	size_t line_length;
	char *answer; /* being sent, or NULL */
	size_t answer_length;
	size_t answer_sent;
};

struct control {
	struct card *card;
	struct loop *loop;
	char *path;
	struct loop_source listener;
	struct client client[CLIENTS];
	uint64_t came; /* clients, so far */
};

static void end_client(struct client *client)
{
	if (client->source.fd < 0)
		return;
	loop_remove(client->control->loop, &client->source);
	close(client->source.fd);
	client->source.fd = -1;
	client->number = 0;
	free(client->answer);
	client->answer = NULL;
}

static void send_answer(struct client *client)
{
	ssize_t n = send(client->source.fd,
			 client->answer + client->answer_sent,
			 client->answer_length - client->answer_sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		end_client(client);
		return;
	}
	if (n > 0)
		client->answer_sent += n;
	if (client->answer_sent < client->answer_length)
		return;
	free(client->answer);
	client->answer = NULL;
	loop_change(client->control->loop, &client->source, EPOLLIN);
}

static void start_answer(struct client *client, struct json_object *answer)
{
	const char *text =
		json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN);

	client->answer_length = strlen(text) + 1;
	client->answer_sent = 0;
	client->answer = xcalloc(1, client->answer_length + 1);
	memcpy(client->answer, text, client->answer_length - 1);
	/* It may quote text of the client or the user. */
	utf8_repair(client->answer);
	client->answer[client->answer_length - 1] = '\n';
	json_object_put(answer);
	/* Meanwhile, nothing is read from the client. */
	loop_change(client->control->loop, &client->source, EPOLLOUT);
}

/* Runs the first line of the buffer, if it is complete. */
static void run_line(struct client *client)
{
	char *end = memchr(client->line, '\n', client->line_length);
	struct json_object *answer;

	if (!end)
		return;
	*end++ = '\0';
	answer = command_run(client->control->card, client->line);
	client->line_length -= end - client->line;
	memmove(client->line, end, client->line_length);
	start_answer(client, answer);
}

static void read_line(struct client *client)
{
	size_t room = sizeof(client->line) - client->line_length;
	ssize_t n = recv(client->source.fd, client->line + client->line_length,
			 room, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end_client(client);
		return;
	}
	client->line_length += n;
	run_line(client);
	if (!client->answer && client->line_length == sizeof(client->line))
		end_client(client);
}

static void client_ready(void *opaque, uint32_t events)
{
	struct client *client = opaque;

	(void)events;
	if (!client->answer) {
		read_line(client);
		return;
	}
	send_answer(client);
	/* The buffer may already contain the next line. */
	if (client->source.fd >= 0 && !client->answer)
		run_line(client);
}

/* A free one, or else the one that connected first. */
static struct client *find_room(struct control *control)
{
	struct client *first = &control->client[0];

	for (unsigned int i = 1; i < CLIENTS; i++)
		if (control->client[i].number < first->number)
			first = &control->client[i];
	return first;
}

static void listener_ready(void *opaque, uint32_t events)
{
	struct control *control = opaque;
	struct client *client = find_room(control);
	int fd = accept(control->listener.fd, NULL, NULL);

	(void)events;
	if (fd < 0)
		return;
	end_client(client);
	client->source.fd = fd;
	client->line_length = 0;
	loop_add(control->loop, &client->source, EPOLLIN);
	client->number = ++control->came;
}

struct control *control_open(struct card *card, struct loop *loop,
			     const char *path)
{
	struct control *control = xcalloc(1, sizeof(*control));

	control->card = card;
	control->loop = loop;
	control->path = xstrdup(path);
	for (unsigned int i = 0; i < CLIENTS; i++) {
		struct client *client = &control->client[i];

		client->control = control;
		client->source = (struct loop_source){
			.fd = -1,
			.ready = client_ready,
			.opaque = client,
		};
	}
	control->listener = (struct loop_source){
		.fd = sock_bind(path, SOCK_STREAM),
		.ready = listener_ready,
		.opaque = control,
	};
	if (listen(control->listener.fd, BACKLOG) != 0)
		die("%s: %s", path, strerror(errno));
	loop_add(loop, &control->listener, EPOLLIN);
	return control;
}

void control_close(struct control *control)
{
	for (unsigned int i = 0; i < CLIENTS; i++)
		end_client(&control->client[i]);
	loop_remove(control->loop, &control->listener);
	close(control->listener.fd);
	unlink(control->path);
	free(control->path);
	free(control);
}

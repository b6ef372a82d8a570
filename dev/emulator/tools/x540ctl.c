// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Controls an emulated X540-T2BP: sends a command to its control socket, and
 * prints the answer.
 */
#include <errno.h>
#include <getopt.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/sock.h"
#include "base/util.h"
#include "controller/bypass_settings.h"
#include "user/command.h"

#define TIMEOUT_S 5

static const char usage[] =
	"usage: x540ctl --card DIR [--json] COMMAND...\n"
	"\n"
	"Queries or controls the emulated card whose sockets are in DIR.\n"
	"\n"
	"  status                  relays, rules, watchdog, power, ports, faults\n"
	"  counters                frames on the controller's bus and on the cables\n"
	"  aux on|off              auxiliary power: off also turns main power off\n"
	"  press                   a user's switch to bypass, or back\n"
	"  wire 0|1 plug|unplug    plugs or unplugs the cable of a port\n"
	"  faults                  lists all faults, and which are on\n"
	"  fault NAME on [VALUE]   switches a fault on\n"
	"  fault NAME off          switches it off\n"
	"  controller              lists all settings of the bypass controller\n"
	"  controller NAME VALUE   changes a setting\n"
	"\n"
	"The faults:\n"
	"  sdo-low, sdo-high       the controller's line to the host is stuck\n"
	"  silent                  the controller ignores all frames\n"
	"  bit-errors [N]          one bit in N is wrong, in both directions (100)\n"
	"  commit-lost             settings have no effect\n"
	"  watchdog-fast [N]       its clock runs N times too fast (4)\n"
	"  link-flap [MS]          both links go down and up, MS each (1000)\n"
	"  removed                 the host reads all ones, as if the card were pulled\n"
	"  irq-lost                the host gets no interrupts\n"
	"\n"
	"  --card DIR              the card's --socket-dir (default: $CARD)\n"
	"  --json                  prints the card's answer, in JSON\n"
	"  --help                  this text\n"
	"\n"
	"Exit status: 0 if the card carried out the command.\n"
	"\n"
	"The controller's settings, NAME=VALUE, with their number in "
	"doc/controller.md\n"
	"and their default. The card's state file stores those that are kept:\n";

static void print_usage(FILE *f)
{
	fputs(usage, f);
	settings_print_help(f);
}

static int connect_to(const char *dir)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	struct sockaddr_un address;
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/control.sock", dir);
	sock_address(&address, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	/* The card may be stopped, with its queue of clients full. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno == EAGAIN)
			die("%s: the card does not answer", dir);
		die("%s: %s: is a card running there?", path, strerror(errno));
	}
	return fd;
}

static void send_words(FILE *card, char **words, int count)
{
	size_t length = 0;

	for (int i = 0; i < count; i++) {
		length += strlen(words[i]) + 1;
		if (strchr(words[i], '\n') || length > COMMAND_MAX)
			die("a command is one line of up to %d characters",
			    COMMAND_MAX);
		fprintf(card, "%s%c", words[i], i < count - 1 ? ' ' : '\n');
	}
	fflush(card);
}

static void print_scalar(struct json_object *value)
{
	if (json_object_is_type(value, json_type_null))
		fputs("-", stdout);
	else if (json_object_is_type(value, json_type_boolean))
		fputs(json_object_get_boolean(value) ? "yes" : "no", stdout);
	else
		fputs(json_object_get_string(value), stdout);
}

/* Prints one line: an object's members with names, an array's without. */
static void print_line(struct json_object *value)
{
	const char *space = "";

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member)
		{
			printf("%s%s=", space, name);
			print_scalar(member);
			space = " ";
		}
	} else if (json_object_is_type(value, json_type_array)) {
		if (!json_object_array_length(value))
			putchar('-');
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			fputs(space, stdout);
			print_scalar(json_object_array_get_idx(value, i));
			space = " ";
		}
	} else {
		print_scalar(value);
	}
	putchar('\n');
}

static bool is_list_of_objects(struct json_object *value)
{
	return json_object_is_type(value, json_type_array) &&
	       json_object_is_type(json_object_array_get_idx(value, 0),
				   json_type_object);
}

static void print_answer(struct json_object *answer)
{
	json_object_object_foreach(answer, name, value)
	{
		if (!is_list_of_objects(value)) {
			printf("%-11s ", name);
			print_line(value);
			continue;
		}
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			printf("%s %-*zu ", name, 10 - (int)strlen(name), i);
			print_line(json_object_array_get_idx(value, i));
		}
	}
}

/* Did the command succeed? */
static bool ask(const char *dir, char **words, int count, bool json)
{
	FILE *card = fdopen(connect_to(dir), "r+");
	struct json_object *answer, *error;
	char *line = NULL;
	size_t size = 0;
	bool failed;

	if (!card)
		die("out of memory");
	send_words(card, words, count);
	if (getline(&line, &size, card) <= 0)
		die("%s: the card does not answer", dir);
	answer = json_tokener_parse(line);
	if (!json_object_is_type(answer, json_type_object))
		die("%s: not an answer of a card: %s", dir, line);
	failed = json_object_object_get_ex(answer, "error", &error);
	if (json)
		fputs(line, stdout);
	else if (failed)
		log_error("%s", json_object_get_string(error));
	else
		print_answer(answer);
	json_object_put(answer);
	free(line);
	fclose(card);
	return !failed;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "card", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *dir = getenv("CARD");
	bool json = false;
	int c;

	log_name = "x540ctl";
	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			dir = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			print_usage(stdout);
			return EXIT_SUCCESS;
		default:
			print_usage(stderr);
			return EXIT_FAILURE;
		}
	}
	if (optind == argc || !dir)
		die("a command and --card DIR are required; --help explains them");

	return ask(dir, &argv[optind], argc - optind, json) ? EXIT_SUCCESS :
							      EXIT_FAILURE;
}

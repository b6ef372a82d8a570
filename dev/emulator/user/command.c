// SPDX-License-Identifier: GPL-2.0-or-later
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/util.h"
#include "card.h"
#include "controller/state.h"

#define WORDS_MAX 5

struct json_object *command_error(const char *format, ...)
{
	struct json_object *answer = json_object_new_object();
	char text[2 * COMMAND_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_add_string(answer, "error", text);
	return answer;
}

/* True for the first word, false for the second. */
static bool choose(const char *text, const char *yes, const char *no,
		   bool *choice)
{
	*choice = !strcmp(text, yes);
	return *choice || !strcmp(text, no);
}

static struct json_object *describe_port(struct card *card, unsigned int lan)
{
	static const char *const levels[] = {
		[WIRE_DARK] = "off",
		[WIRE_SIGNAL] = "down",
		[WIRE_LINK] = "up",
	};
	struct json_object *port = json_object_new_object();

	json_add_bool(port, "host", card->port[lan].host_ops);
	json_add_string(port, "link", levels[link_level(&card->port[lan])]);
	json_add_string(port, "wire", wire_far_end(card->wire[lan]));
	json_add_bool(port, "plugged", wire_plugged(card->wire[lan]));
	json_add_bool(port, "peer", wire_peer(card->wire[lan]));
	return port;
}

static struct json_object *status(struct card *card, char **words)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *ports = json_object_new_array();
	struct json_object *faults = json_object_new_array();
	struct bypass_image image;

	(void)words;
	bypass_get_image(card->bypass, card_now_us(card), &image);
	state_add_settings(answer, &image);
	json_add_bool(answer, "switching", relay_is_moving(card));
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		json_object_array_add(ports, describe_port(card, lan));
	json_add(answer, "port", ports);
	for (enum fault_id id = 0; id < FAULTS; id++)
		if (fault_is_on(&card->faults, id))
			json_object_array_add(
				faults,
				json_object_new_string(fault_info(id)->name));
	json_add(answer, "faults", faults);
	return answer;
}

/* The values of a protocol analyser on the controller's line. */
static struct json_object *describe_bus(const struct bypass_counters *c)
{
	struct json_object *bus = json_object_new_object();

	json_add_number(bus, "frames", c->frames);
	json_add_number(bus, "malformed", c->malformed);
	json_add_number(bus, "aborted", c->aborted);
	json_add_number(bus, "cut", c->cut);
	json_add_number(bus, "fast", c->fast);
	json_add(bus, "shortest_gap_us",
		 c->min_gap_us == UINT64_MAX ?
			 NULL :
			 json_object_new_uint64(c->min_gap_us));
	for (unsigned int page = 0; page < ARRAY_SIZE(c->writes); page++) {
		char name[] = "pageN_writes";

		name[4] = '0' + page;
		json_add_number(bus, name, c->writes[page]);
	}
	json_add_number(bus, "eeprom_commits", c->commits);
	return bus;
}

static struct json_object *describe_wire(const struct wire_counters *c)
{
	struct json_object *wire = json_object_new_object();

	json_add_number(wire, "in", c->in);
	json_add_number(wire, "in_bytes", c->in_bytes);
	json_add_number(wire, "out", c->out);
	json_add_number(wire, "out_bytes", c->out_bytes);
	json_add_number(wire, "lost_in_switching", c->switching);
	json_add_number(wire, "dropped", c->dropped);
	return wire;
}

static struct json_object *counters(struct card *card, char **words)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *wires = json_object_new_array();

	(void)words;
	json_add(answer, "controller",
		 describe_bus(bypass_counters(card->bypass)));
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		json_object_array_add(
			wires, describe_wire(wire_counters(card->wire[lan])));
	json_add(answer, "wire", wires);
	return answer;
}

static struct json_object *aux(struct card *card, char **words)
{
	bool on;

	if (!choose(words[0], "on", "off", &on))
		return NULL;
	card_aux_power(card, on);
	return json_object_new_object();
}

static struct json_object *press(struct card *card, char **words)
{
	(void)words;
	card_press(card);
	return json_object_new_object();
}

static struct json_object *plug(struct card *card, char **words)
{
	bool plugged;

	if (strlen(words[0]) != 1 || words[0][0] < '0' ||
	    words[0][0] >= '0' + CARD_PORTS ||
	    !choose(words[1], "plug", "unplug", &plugged))
		return NULL;
	wire_plug(card->wire[words[0][0] - '0'], plugged);
	return json_object_new_object();
}

static struct json_object *faults(struct card *card, char **words)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *list = json_object_new_array();

	(void)words;
	for (enum fault_id id = 0; id < FAULTS; id++) {
		const struct fault_info *info = fault_info(id);
		struct json_object *fault = json_object_new_object();

		json_add_string(fault, "name", info->name);
		json_add_bool(fault, "on", fault_is_on(&card->faults, id));
		if (info->unit) {
			json_add_string(fault, "unit", info->unit);
			json_add_number(fault, "value",
					card->faults.fault[id].value);
		}
		json_object_array_add(list, fault);
	}
	json_add(answer, "fault", list);
	return answer;
}

static struct json_object *set_fault(struct card *card, char **words)
{
	enum fault_id id = fault_find(words[0]);
	const struct fault_info *info;
	uint64_t value;
	bool on;

	if (id == FAULTS)
		return command_error("unknown fault '%s'", words[0]);
	info = fault_info(id);
	value = info->value;
	if (!choose(words[1], "on", "off", &on))
		return NULL;
	if (words[2]) {
		if (!on || !info->unit)
			return command_error("%s %s takes no value", words[0],
					     words[1]);
		if (!parse_number(words[2], info->min, info->max, &value))
			return command_error(
				"%s (%s) must be from %llu to %llu, not '%s'",
				words[0], info->unit,
				(unsigned long long)info->min,
				(unsigned long long)info->max, words[2]);
	}
	card_set_fault(card, id, on, value);
	return json_object_new_object();
}

static struct json_object *describe_setting(const struct bypass_config *config,
					    enum bypass_setting id)
{
	const struct bypass_setting_info *info = setting_info(id);
	struct json_object *setting = json_object_new_object();
	char text[SETTING_TEXT_MAX];

	json_add_string(setting, "name", info->name);
	setting_format(id, config->value[id], text);
	json_add_string(setting, "value", text);
	setting_format(id, info->initial, text);
	json_add_string(setting, "initial", text);
	setting_format_range(id, text);
	json_add_string(setting, "range", text);
	json_add_number(setting, "unknown", info->unknown);
	json_add_bool(setting, "kept", info->kept);
	return setting;
}

static struct json_object *controller(struct card *card, char **words)
{
	struct bypass_config config = *bypass_config(card->bypass);
	struct json_object *answer, *list;
	const char *error;
	char text[256];

	if (!words[0]) {
		answer = json_object_new_object();
		list = json_object_new_array();
		for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++)
			json_object_array_add(list,
					      describe_setting(&config, id));
		json_add(answer, "setting", list);
		return answer;
	}
	if (!words[1])
		return NULL;
	error = text;
	if (setting_parse(&config, words[0], words[1], text, sizeof(text)))
		error = card_configure(card, &config);
	return error ? command_error("%s", error) : json_object_new_object();
}

static const struct command {
	const char *name;
	const char *arguments;
	unsigned int min, max; /* number of arguments */
	/* NULL: invalid arguments. */
	struct json_object *(*run)(struct card *card, char **words);
} commands[] = {
	{ "status", "", 0, 0, status },
	{ "counters", "", 0, 0, counters },
	{ "aux", " on|off", 1, 1, aux },
	{ "press", "", 0, 0, press },
	{ "wire", " 0|1 plug|unplug", 2, 2, plug },
	{ "faults", "", 0, 0, faults },
	{ "fault", " NAME on|off [VALUE]", 2, 3, set_fault },
	{ "controller", " [NAME VALUE]", 0, 2, controller },
};

struct json_object *command_run(struct card *card, char *line)
{
	char *words[WORDS_MAX + 1] = { NULL };
	struct json_object *answer;
	unsigned int count = 0;
	char *rest;

	for (char *word = strtok_r(line, " \t\r", &rest);
	     word && count < WORDS_MAX; word = strtok_r(NULL, " \t\r", &rest))
		words[count++] = word;
	if (!count)
		return command_error("no command");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->name, words[0]) != 0)
			continue;
		answer = NULL;
		if (count - 1 >= command->min && count - 1 <= command->max)
			answer = command->run(card, &words[1]);
		return answer ? answer :
				command_error("usage: %s%s", command->name,
					      command->arguments);
	}
	return command_error("unknown command '%s'", words[0]);
}

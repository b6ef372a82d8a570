// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes and parses the JSON of the state file. Each member is one line of
 * state_build() and one of state_parse(). All members are required, and no
 * others are accepted. Only the controller's settings and the NVM are optional:
 * without them the card has their initial values.
 */
#include "state_json.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/util.h"
#include "bypass_regs.h"

#define FORMAT 1
#define EEPROM_ROW 16
#define EEPROM_ROWS (BYPASS_EEPROM_SIZE / EEPROM_ROW)
#define NVM_ROW 16
#define NVM_KEY "%04x"

/* Words for 0; the others are the names of the relay states. */
#define NO_STATE NULL
#define MODE_AUTO "auto"
#define ACTION_IGNORE "ignore"

static const unsigned int periods_ms[] = CTL0_PERIODS_MS;

static const struct {
	const char *name;
	uint32_t mask;
} rules[] = {
	{ "main_on", CTL0_MAIN_ON },   { "main_off", CTL0_MAIN_OFF },
	{ "aux_on", CTL0_AUX_ON },     { "aux_off", CTL0_AUX_OFF },
	{ "watchdog", CTL0_WATCHDOG },
};

void report(struct problem *p, const char *format, ...)
{
	va_list args;

	if (p->found)
		return;
	p->found = true;
	va_start(args, format);
	vsnprintf(p->text, sizeof(p->text), format, args);
	va_end(args);
}

/* A member of an object, of the right type, or NULL. */
static struct json_object *member(struct problem *p, struct json_object *from,
				  const char *name, enum json_type type)
{
	struct json_object *value;

	if (!from)
		return NULL;
	if (!json_object_object_get_ex(from, name, &value)) {
		report(p, "\"%s\" is missing", name);
		return NULL;
	}
	if (!json_object_is_type(value, type)) {
		report(p, "\"%s\" is %.60s, not of type %s", name,
		       json_object_to_json_string(value),
		       json_type_to_name(type));
		return NULL;
	}
	return value;
}

/* Exactly these members: the next save would lose unknown ones. */
static void only(struct problem *p, struct json_object *object,
		 const char *const names[], size_t count)
{
	if (!object)
		return;
	json_object_object_foreach(object, key, value)
	{
		bool known = false;

		(void)value;
		for (size_t i = 0; i < count; i++)
			known |= !strcmp(key, names[i]);
		if (!known)
			report(p, "\"%.60s\" is not a member of a state file",
			       key);
	}
}

#define ONLY(p, object, ...)                                  \
	only(p, object, (const char *const[]){ __VA_ARGS__ }, \
	     ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

static int64_t get_number(struct problem *p, struct json_object *from,
			  const char *name, int64_t max)
{
	struct json_object *value = member(p, from, name, json_type_int);
	int64_t number = value ? json_object_get_int64(value) : 0;

	if (number < 0 || number > max) {
		report(p, "\"%s\" is %s, not from 0 to %lld", name,
		       json_object_to_json_string(value), (long long)max);
		return 0;
	}
	return number;
}

static bool get_bool(struct problem *p, struct json_object *from,
		     const char *name)
{
	struct json_object *value = member(p, from, name, json_type_boolean);

	return value && json_object_get_boolean(value);
}

static const char *word(unsigned int value, const char *zero)
{
	return value ? bypass_relay_name(value) : zero;
}

/* The value whose word() is the member's text. */
static unsigned int get_word(struct problem *p, struct json_object *from,
			     const char *name, const char *zero)
{
	struct json_object *value = member(p, from, name, json_type_string);

	if (!value)
		return 0;
	for (unsigned int i = 0; i <= BYPASS_RELAY_ISOLATE; i++)
		if (word(i, zero) &&
		    !strcmp(json_object_get_string(value), word(i, zero)))
			return i;
	report(p, "\"%s\" is %.60s, not one of: %s%snormal, bypass, isolate",
	       name, json_object_to_json_string(value), zero ? zero : "",
	       zero ? ", " : "");
	return 0;
}

static unsigned int get_period(struct problem *p, struct json_object *from,
			       const char *name)
{
	int64_t ms = get_number(p, from, name, INT_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(periods_ms); i++)
		if (ms == periods_ms[i])
			return i;
	report(p, "\"%s\" is %lld, not a period of the watchdog", name,
	       (long long)ms);
	return 0;
}

/* Numbers with this number of digits each, without separators. */
static bool get_row(struct problem *p, const char *name, int number,
		    struct json_object *row, unsigned int digits,
		    unsigned int count, uint16_t values[])
{
	const char *hex = json_object_get_string(row);
	char value[5] = "";

	if (!json_object_is_type(row, json_type_string) ||
	    strlen(hex) != digits * count ||
	    strspn(hex, "0123456789abcdef") != digits * count) {
		report(p, "\"%s\" row %d is %.60s, not %u hex digits", name,
		       number, json_object_to_json_string(row), digits * count);
		return false;
	}
	for (unsigned int i = 0; i < count; i++) {
		memcpy(value, hex + digits * i, digits);
		values[i] = strtoul(value, NULL, 16);
	}
	return true;
}

static void get_eeprom(struct problem *p, struct json_object *from,
		       const char *name, uint8_t eeprom[BYPASS_EEPROM_SIZE])
{
	struct json_object *array = member(p, from, name, json_type_array);
	uint16_t bytes[EEPROM_ROW];

	if (!array)
		return;
	if (json_object_array_length(array) != EEPROM_ROWS) {
		report(p, "\"%s\" has %zu rows, not %d", name,
		       json_object_array_length(array), EEPROM_ROWS);
		return;
	}
	for (int row = 0; row < EEPROM_ROWS; row++) {
		if (!get_row(p, name, row,
			     json_object_array_get_idx(array, row), 2,
			     EEPROM_ROW, bytes))
			return;
		for (int i = 0; i < EEPROM_ROW; i++)
			eeprom[row * EEPROM_ROW + i] = bytes[i];
	}
}

/* Keys are the address of a row's first word; words of missing rows are 0. */
static void get_nvm(struct problem *p, struct json_object *from,
		    const char *name, uint16_t flash[STATE_FLASH_WORDS])
{
	struct json_object *object = NULL;
	char key[8];

	if (!json_object_object_get_ex(from, name, &object))
		return;
	object = member(p, from, name, json_type_object);
	if (!object)
		return;
	memset(flash, 0, STATE_FLASH_WORDS * sizeof(*flash));
	json_object_object_foreach(object, at, row)
	{
		unsigned long word = strtoul(at, NULL, 16);

		snprintf(key, sizeof(key), NVM_KEY, (unsigned int)word);
		if (strcmp(key, at) != 0 || word >= STATE_FLASH_WORDS ||
		    word % NVM_ROW)
			report(p, "\"%.60s\" is not a row of \"%s\"", at, name);
		else if (!get_row(p, name, word, row, 4, NVM_ROW, &flash[word]))
			return;
	}
}

/* The version is in the EEPROM. */
static bool is_in_file(enum bypass_setting id)
{
	return id < BYPASS_SETTINGS && setting_info(id)->kept &&
	       id != SETTING_VERSION;
}

static void get_settings(struct problem *p, struct json_object *from,
			 struct bypass_config *config)
{
	struct json_object *object = NULL;
	char error[256];

	*config = bypass_default_config();
	if (!json_object_object_get_ex(from, "controller", &object))
		return;
	object = member(p, from, "controller", json_type_object);
	if (!object)
		return;
	json_object_object_foreach(object, name, value)
	{
		value = member(p, object, name, json_type_string);
		if (!is_in_file(setting_find(name)))
			report(p, "\"%.60s\" is not a setting of a state file",
			       name);
		else if (value && !setting_parse(config, name,
						 json_object_get_string(value),
						 error, sizeof(error)))
			report(p, "%s", error);
	}
}

void state_parse(struct problem *p, struct json_object *file, int64_t wall_s,
		 struct bypass_image *image, uint16_t flash[STATE_FLASH_WORDS])
{
	struct json_object *object;
	int64_t saved_s;
	const char *error;

	if (get_number(p, file, "format", INT_MAX) != FORMAT)
		report(p, "\"format\" is not %d, the only supported one",
		       FORMAT);
	ONLY(p, file, "format", "saved_at", "relay", "mode", "rules",
	     "watchdog", "power", "clock", "log_head", "eeprom", "controller",
	     "nvm");
	get_settings(p, file, &image->config);
	saved_s = get_number(p, file, "saved_at", INT64_MAX - 1);
	image->relay = get_word(p, file, "relay", NO_STATE);
	image->ctl0 =
		FIELD_PREP(CTL0_MODE, get_word(p, file, "mode", MODE_AUTO));

	object = member(p, file, "rules", json_type_object);
	ONLY(p, object, "main_on", "main_off", "aux_on", "aux_off", "watchdog");
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		image->ctl0 |= FIELD_PREP(rules[i].mask,
					  get_word(p, object, rules[i].name,
						   ACTION_IGNORE));

	object = member(p, file, "watchdog", json_type_object);
	ONLY(p, object, "enabled", "period_ms");
	if (get_bool(p, object, "enabled"))
		image->ctl0 |= CTL0_WATCHDOG_ENABLE;
	image->ctl0 |= FIELD_PREP(CTL0_WATCHDOG_PERIOD,
				  get_period(p, object, "period_ms"));

	object = member(p, file, "power", json_type_object);
	ONLY(p, object, "main", "aux");
	image->main_power = get_bool(p, object, "main");
	image->aux_power = get_bool(p, object, "aux");

	object = member(p, file, "clock", json_type_object);
	ONLY(p, object, "time", "offset", "valid");
	image->time = get_number(p, object, "time", CTL1_TIME);
	image->time_offset = get_number(p, object, "offset", CTL1_TIME);
	image->time_valid = get_bool(p, object, "valid");
	if (image->aux_power && wall_s > saved_s)
		image->time_offset += (wall_s - saved_s) & CTL1_TIME;
	image->time_offset &= CTL1_TIME;

	image->log_head = get_number(p, file, "log_head", LOG_NO_HEAD);
	get_eeprom(p, file, "eeprom", image->eeprom);
	get_nvm(p, file, "nvm", flash);

	error = bypass_image_error(image);
	if (error)
		report(p, "%s", error);
}

void state_add_settings(struct json_object *to,
			const struct bypass_image *image)
{
	struct json_object *object;
	uint32_t ctl0 = image->ctl0;

	json_add_string(to, "relay", bypass_relay_name(image->relay));
	json_add_string(to, "mode",
			word(FIELD_GET(CTL0_MODE, ctl0), MODE_AUTO));

	object = json_add_object(to, "rules");
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		json_add_string(object, rules[i].name,
				word(FIELD_GET(rules[i].mask, ctl0),
				     ACTION_IGNORE));

	object = json_add_object(to, "watchdog");
	json_add_bool(object, "enabled", ctl0 & CTL0_WATCHDOG_ENABLE);
	json_add_number(object, "period_ms",

			periods_ms[FIELD_GET(CTL0_WATCHDOG_PERIOD, ctl0)]);

	object = json_add_object(to, "power");
	json_add_bool(object, "main", image->main_power);
	json_add_bool(object, "aux", image->aux_power);
}

static void add_setting(struct json_object *to, enum bypass_setting id,
			uint32_t value)
{
	char text[SETTING_TEXT_MAX];

	if (!is_in_file(id))
		return;
	setting_format(id, value, text);
	json_add_string(to, setting_info(id)->name, text);
}

static void add_nvm(struct json_object *to,
		    const uint16_t flash[STATE_FLASH_WORDS])
{
	char key[8], row[4 * NVM_ROW + 1];

	for (unsigned int word = 0; word < STATE_FLASH_WORDS; word += NVM_ROW) {
		bool any = false;

		for (unsigned int i = 0; i < NVM_ROW; i++) {
			sprintf(row + 4 * i, "%04x", flash[word + i]);
			any |= flash[word + i];
		}
		snprintf(key, sizeof(key), NVM_KEY, word);
		if (any)
			json_add_string(to, key, row);
	}
}

struct json_object *state_build(int64_t wall_s,
				const struct bypass_image *image,
				const uint16_t flash[STATE_FLASH_WORDS])
{
	struct json_object *file = json_object_new_object();
	struct json_object *object;
	char row[2 * EEPROM_ROW + 1];

	json_add_number(file, "format", FORMAT);
	json_add(file, "saved_at", json_object_new_int64(wall_s));
	state_add_settings(file, image);

	object = json_add_object(file, "clock");
	json_add_number(object, "time", image->time);
	json_add_number(object, "offset", image->time_offset);
	json_add_bool(object, "valid", image->time_valid);

	object = json_add_object(file, "controller");
	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++)
		add_setting(object, id, image->config.value[id]);

	object = json_add_object(file, "nvm");
	add_nvm(object, flash);

	json_add_number(file, "log_head", image->log_head);
	json_add(file, "eeprom", object = json_object_new_array());
	for (int i = 0; i < BYPASS_EEPROM_SIZE; i++) {
		sprintf(row + 2 * (i % EEPROM_ROW), "%02x", image->eeprom[i]);
		if (i % EEPROM_ROW == EEPROM_ROW - 1)
			json_object_array_add(object,
					      json_object_new_string(row));
	}
	return file;
}

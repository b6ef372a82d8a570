/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of a JSON object, with json-c. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

static inline void json_add(struct json_object *to, const char *name,
			    struct json_object *value)
{
	json_object_object_add(to, name, value);
}

static inline struct json_object *json_add_object(struct json_object *to,
						  const char *name)
{
	struct json_object *object = json_object_new_object();

	json_add(to, name, object);
	return object;
}

static inline void json_add_bool(struct json_object *to, const char *name,
				 bool value)
{
	json_add(to, name, json_object_new_boolean(value));
}

static inline void json_add_number(struct json_object *to, const char *name,
				   uint64_t value)
{
	json_add(to, name, json_object_new_uint64(value));
}

static inline void json_add_string(struct json_object *to, const char *name,
				   const char *value)
{
	json_add(to, name, json_object_new_string(value));
}

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "like.h"

#include <json-c/json.h>
#include <string.h>

#define REPORT_KIND "x540-t2bp"
#define REPORT_VERSION 1

static bool is_report(struct json_object *report)
{
	struct json_object *kind, *version;

	return json_object_object_get_ex(report, "report", &kind) &&
	       json_object_is_type(kind, json_type_string) &&
	       !strcmp(json_object_get_string(kind), REPORT_KIND) &&
	       json_object_object_get_ex(report, "version", &version) &&
	       json_object_get_int(version) == REPORT_VERSION;
}

static bool take_settings(struct bypass_config *config,
			  struct json_object *settings, char *error,
			  size_t error_size)
{
	struct bypass_config taken = *config;

	json_object_object_foreach(settings, name, value)
	{
		if (!json_object_is_type(value, json_type_string)) {
			snprintf(error, error_size, "%s is not a string", name);
			return false;
		}
		if (!setting_parse(&taken, name, json_object_get_string(value),
				   error, error_size))
			return false;
	}
	*config = taken;
	return true;
}

bool like_read(struct bypass_config *config, const char *path, char *error,
	       size_t error_size)
{
	struct json_object *report = json_object_from_file(path);
	struct json_object *settings;
	bool ok = false;

	if (!report)
		snprintf(error, error_size, "%s", json_util_get_last_err());
	else if (!is_report(report))
		snprintf(error, error_size,
			 "not a report of 'make card-report'");
	else if (!json_object_object_get_ex(report, "controller", &settings) ||
		 !json_object_is_type(settings, json_type_object))
		snprintf(error, error_size,
			 "\"controller\" is missing or not an object");
	else
		ok = take_settings(config, settings, error, error_size);
	json_object_put(report);
	error[strcspn(error, "\n")] = '\0';
	return ok;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands of the user to a running card. */
#include "card_host.h"

#include <json-c/json.h>
#include <stdio.h>

#include "user/command.h"

static char answer_text[8192];

/* The answer, as text without spaces. */
static const char *ask(struct host *h, const char *command)
{
	struct json_object *answer;
	char line[COMMAND_MAX];

	snprintf(line, sizeof(line), "%s", command);
	answer = command_run(&h->card, line);
	snprintf(answer_text, sizeof(answer_text), "%s",
		 json_object_to_json_string_ext(answer,
						JSON_C_TO_STRING_PLAIN));
	json_object_put(answer);
	return answer_text;
}

#define assert_has(text, part)                                 \
	do {                                                   \
		if (!strstr(text, part))                       \
			fail_msg("%s not in: %s", part, text); \
	} while (0)

static void test_status(void **state)
{
	struct host *h = *state;
	const char *status = ask(h, "status");

	assert_has(status, "\"relay\":\"normal\",\"mode\":\"auto\"");
	assert_has(status, "\"main_off\":\"bypass\"");
	assert_has(status, "\"power\":{\"main\":true,\"aux\":true}");
	assert_has(status, "\"switching\":false");
	assert_has(status, "{\"host\":true,\"link\":\"up\",\"wire\":\"sink\","
			   "\"plugged\":true,\"peer\":true}");
	assert_has(status, "\"faults\":[]");
	relay_switch(&h->card, BYPASS_RELAY_ISOLATE);
	status = ask(h, "  status \t");
	assert_has(status, "\"switching\":true");
	assert_has(status, "\"link\":\"off\"");
}

static void test_counters(void **state)
{
	static const uint8_t frame[60];
	struct host *h = *state;
	const char *counters = ask(h, "counters");

	assert_has(counters, "\"frames\":0");
	assert_has(counters, "\"shortest_gap_us\":null");
	assert_has(counters, "\"page3_writes\":0,\"eeprom_commits\":0");
	relay_from_mac(&h->card, 1, frame, sizeof(frame));
	counters = ask(h, "counters");
	assert_has(counters, "[{\"in\":0,\"in_bytes\":0,\"out\":0,");
	assert_has(counters, "\"out\":1,\"out_bytes\":60,");
}

/* A wrong command only returns an error. */
static void test_wrong_commands(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"boo",
		"Status",
		"status now",
		"aux",
		"aux maybe",
		"aux off now",
		"press it",
		"wire",
		"wire 0",
		"wire 2 plug",
		"wire 00 plug",
		"wire -1 plug",
		"wire 0 cut",
		"fault",
		"fault sdo-low",
		"fault sdo on",
		"fault sdo-low maybe",
		"fault sdo-low on 1",
		"fault bit-errors off 5",
		"fault bit-errors on 1",
		"fault bit-errors on 0",
		"fault bit-errors on -5",
		"fault bit-errors on 5x",
		"fault bit-errors on 99999999999999999999999",
		"fault link-flap on 9",
		"fault watchdog-fast on 0",
		"fault bit-errors on 5 5",
		"fault bit-errors on 5 5 5 5 5 5",
		"controller slots",
		"controller slots=44",
		"controller slots 44 now",
		"controller slots 45",
		"controller clots 44",
		"controller clock walks",
	};
	struct host *h = *state;
	char before[sizeof(answer_text)];

	strcpy(before, ask(h, "status"));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_has(ask(h, wrong[i]), "{\"error\":\"");
	assert_string_equal(ask(h, "status"), before);
	assert_has(ask(h, "aux"), "usage: aux on|off");
	assert_has(ask(h, "fault link-flap on 9"),
		   "link-flap (ms) must be from 10 to 3600000, not '9'");
}

static void test_wire(void **state)
{
	struct host *h = *state;

	assert_string_equal(ask(h, "wire 1 unplug"), "{}");
	assert_false(rd(h, 1, REG_LINKS) & LINKS_UP);
	assert_true(rd(h, 0, REG_LINKS) & LINKS_UP);
	assert_has(ask(h, "status"), "\"plugged\":false,\"peer\":false");
	assert_string_equal(ask(h, "wire 1 plug"), "{}");
	host_sleep(h, S);
	assert_true(rd(h, 1, REG_LINKS) & LINKS_UP);
}

static void test_press(void **state)
{
	struct host *h = *state;

	assert_string_equal(ask(h, "press"), "{}");
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_BYPASS);
	ask(h, "press");
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_NORMAL);
	ask(h, "aux off");
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_BYPASS);
	ask(h, "press");
	assert_int_equal(bypass_relay(h->card.bypass), BYPASS_RELAY_BYPASS);
}

static void test_faults(void **state)
{
	struct host *h = *state;
	const char *faults = ask(h, "faults");

	for (enum fault_id id = 0; id < FAULTS; id++)
		assert_has(faults, fault_info(id)->name);
	assert_string_equal(ask(h, "fault bit-errors on 5"), "{}");
	assert_string_equal(ask(h, "fault irq-lost on"), "{}");
	faults = ask(h, "faults");
	assert_has(faults, "{\"name\":\"bit-errors\",\"on\":true,"
			   "\"unit\":\"one in\",\"value\":5}");
	assert_has(faults, "{\"name\":\"irq-lost\",\"on\":true}");
	assert_has(ask(h, "status"),
		   "\"faults\":[\"bit-errors\",\"irq-lost\"]");
	ask(h, "fault bit-errors off");
	assert_has(ask(h, "status"), "\"faults\":[\"irq-lost\"]");
}

static void test_controller(void **state)
{
	struct host *h = *state;
	const char *settings = ask(h, "controller");

	for (enum bypass_setting id = 0; id < BYPASS_SETTINGS; id++)
		assert_has(settings, setting_info(id)->name);
	assert_has(settings,
		   "{\"name\":\"slots\",\"value\":\"43\",\"initial\":\"43\","
		   "\"range\":\"43..44\",\"unknown\":1,\"kept\":true}");
	assert_string_equal(ask(h, "controller slots 44"), "{}");
	assert_string_equal(ask(h, "controller clock runs"), "{}");
	/* Faults do not change the settings. */
	assert_string_equal(ask(h, "fault commit-lost on"), "{}");
	assert_string_equal(ask(h, "fault commit-lost off"), "{}");
	settings = ask(h, "controller");
	assert_has(settings, "\"slots\",\"value\":\"44\"");
	assert_has(settings, "\"clock\",\"value\":\"runs\"");
	assert_has(ask(h, "controller clock walks"),
		   "clock must be stays|runs, not 'walks'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),	   TEST(test_counters),
		TEST(test_wrong_commands), TEST(test_wire),
		TEST(test_press),	   TEST(test_faults),
		TEST(test_controller),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}

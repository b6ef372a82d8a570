// SPDX-License-Identifier: GPL-2.0-or-later
#include "board.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_READER 7

static volatile sig_atomic_t alarmed;

static bool was_written(enum file_id id, unsigned int from, const char *word)
{
	struct history *history = &board->history[id];
	unsigned int to = atomic_load(&history->started);

	for (unsigned int n = from; n <= to; n++)
		if (!strcmp(files[id].words[history->word[n % WRITES_MAX]],
			    word))
			return true;
	return false;
}

/* The index of the word that was read, or -1. */
static int read_word(const char *device, enum file_id id)
{
	char line[64];
	int word;

	if (read_file(device, id, line, sizeof(line))) {
		sleep_ms(100);
		return -1;
	}
	word = find_word(id, line);
	if (word < 0)
		fault("%s: reads '%s'", files[id].name, line);
	return word;
}

/* Reads a file, and checks that this is one of its possible values. */
static void check_file(const char *device, enum file_id id)
{
	struct history *history = &board->history[id];
	unsigned int known = atomic_load(&history->known);
	unsigned int since = atomic_load(&board->rule_since);
	int word = read_word(device, id);

	if (word < 0 || !files[id].own || !known ||
	    was_written(id, known, files[id].words[word]))
		return;
	if (id == STATE && was_written(WATCHDOG, since, files[id].words[word]))
		atomic_fetch_add(&board->expired, 1);
	else
		fault("%s: reads '%s', write %u had '%s'", files[id].name,
		      files[id].words[word], known,
		      files[id].words[history->word[known % WRITES_MAX]]);
}

static void check_log(const char *device)
{
	static const char *const events[] = { "main_on", "main_off", "aux_on",
					      "aux_off", "watchdog", "user" };
	char text[4096], *line, *rest = text;
	char time[32], event[32], action[32];
	bool good;

	if (read_file(device, LOG, text, sizeof(text)))
		return;
	while ((line = strsep(&rest, "\n")) && *line) {
		good = sscanf(line, "%31s %31s %31s", time, event, action) == 3;
		strncat(action, "\n", sizeof(action) - strlen(action) - 1);
		good = good && find_word(MAIN_ON, action) >= 0;
		good = good &&
		       (strlen(time) == strlen("2026-11-22T15:04:05Z") ||
			!strcmp(time, "no-valid-time"));
		for (unsigned int i = 0; good; i++) {
			if (i == ARRAY_SIZE(events))
				good = false;
			else if (!strcmp(events[i], event))
				break;
		}
		if (!good)
			fault("log: reads '%s'", line);
	}
}

static void check_version(const char *device)
{
	char line[64];

	if (!read_file(device, VERSION, line, sizeof(line)) &&
	    (atoi(line) < 1 || atoi(line) > 254))
		fault("version: reads '%s'", line);
}

/* Counts the value of a file as written: before the first write, and after a
 * failed one. */
static void learn(const char *device, enum file_id id)
{
	struct history *history = &board->history[id];
	unsigned int n = atomic_load(&history->started);
	int word;

	while ((word = read_word(device, id)) < 0)
		;
	if (n && word == history->word[n % WRITES_MAX] &&
	    (id != STATE || !was_written(WATCHDOG, board->rule_since,
					 files[id].words[word]))) {
		atomic_fetch_add(&board->carried_out, 1);
		fault("%s: '%s' is there though its write failed",
		      files[id].name, files[id].words[word]);
	}
	n++;
	history->word[n % WRITES_MAX] = word;
	atomic_store(&history->started, n);
	atomic_store(&history->known, n);
}

/* A word other than the last one, so that the write has a visible effect. */
static unsigned int next_word(enum file_id id)
{
	struct history *history = &board->history[id];
	unsigned int last =
		history->word[atomic_load(&history->started) % WRITES_MAX];
	unsigned int words = 0;

	while (words < WORDS_MAX && files[id].words[words])
		words++;
	return words == 1 ? 0 : (last + 1 + any(words - 1)) % words;
}

static void write_and_check(const char *device, enum file_id id)
{
	unsigned int since = atomic_load(&board->history[WATCHDOG].known);
	struct history *history = &board->history[id];
	unsigned int n = atomic_load(&history->started) + 1;
	unsigned int word = next_word(id);
	int error;

	history->word[n % WRITES_MAX] = word;
	atomic_store(&history->started, n);
	error = write_file(device, id, files[id].words[word]);
	if (!error) {
		if (id == STATE)
			atomic_store(&board->rule_since, since);
		atomic_store(&history->known, n);
	}
	if (!files[id].own)
		return;
	if (error)
		learn(device, id);
	else
		check_file(device, id);
}

static void on_alarm(int signal)
{
	(void)signal;
	alarmed = 1;
}

bool is_over(void)
{
	return alarmed;
}

void be_worker(unsigned int number, const char *device, unsigned int seconds)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	uint64_t end = now_ms() + seconds * 1000;

	/* The log of a busy controller takes too long. */
	if (number == LOG_READER) {
		sigaction(SIGALRM, &action, NULL);
		alarm(seconds);
	}
	for (enum file_id id = 0; id < FILES; id++)
		if (files[id].own && files[id].writer == number)
			learn(device, id);
	while (now_ms() < end) {
		for (enum file_id id = 0; id < FILES && now_ms() < end; id++) {
			if (files[id].writer == number)
				write_and_check(device, id);
			else if (id == VERSION)
				check_version(device);
			else if (id == LOG && number == LOG_READER)
				check_log(device);
			else if (id != LOG && files[id].read)
				check_file(device, id);
		}
	}
}

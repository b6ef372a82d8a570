// SPDX-License-Identifier: GPL-2.0-or-later
#include "board.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct file files[FILES] = {
#define ACTION(name, writer)                                               \
	{                                                                  \
		name, { "ignore", "normal", "bypass", "isolate" }, writer, \
			true, true, 60000                                  \
	}
	[STATE] = { "state",
		    { "normal", "bypass", "isolate" },
		    0,
		    true,
		    true,
		    60000 },
	[MAIN_ON] = ACTION("main_on_action", 1),
	[MAIN_OFF] = ACTION("main_off_action", 2),
	[AUX_ON] = ACTION("aux_on_action", 3),
	[AUX_OFF] = ACTION("aux_off_action", 4),
	[WATCHDOG] = ACTION("watchdog_action", 5),
	[TIMEOUT] = { "watchdog_timeout_ms",
		      { "0", "1500", "2000", "3000", "4000", "8000", "16000",
			"32000" },
		      6,
		      true,
		      false,
		      60000 },
	[PING] = { "watchdog_ping", { "1" }, 6, false, false, 10000 },
	[LOG_CLEAR] = { "log_clear", { "1" }, 7, false, false, 600000 },
	[VERSION] = { "version", { NULL }, -1, true, false, 60000 },
	[LOG] = { "log", { NULL }, -1, true, false, 1200000 },
};
/* Is this an error that the ABI document allows here and now? */
static bool allowed(enum file_id id, bool writes, int error,
		    const struct look *before)
{
	switch (error) {
	case ENOENT: /* no such folder, or no longer */
		return disturbed(before, RENAME) || disturbed(before, REMOVAL);
	case ENODEV:
		return disturbed(before, REMOVAL);
	case EBUSY: /* until its file is removed too */
		return id == TIMEOUT && writes &&
		       (disturbed(before, DAEMON) ||
			disturbed(before, REMOVAL));
	case EIO:
		return disturbed_much(before);
	case EINTR:
		return is_over();
	default:
		return false;
	}
}

static void count(enum file_id id, bool writes, int error, uint64_t start,
		  const struct look *before)
{
	unsigned int took = now_ms() - start;
	struct tally *tally = &board->tally[id];
	unsigned int longest = atomic_load(&tally->longest_ms);

	atomic_fetch_add(writes ? &tally->writes : &tally->reads, 1);
	while (took > longest && !atomic_compare_exchange_weak(
					 &tally->longest_ms, &longest, took))
		;
	if (took > files[id].bound_ms)
		fault("%s: a call took %u ms", files[id].name, took);
	if (!error)
		return;
	atomic_fetch_add(&tally->errors[error % ERRORS_MAX], 1);
	if (!allowed(id, writes, error, before))
		fault("%s: %s: %s", files[id].name, writes ? "write" : "read",
		      strerror(error));
}

/* Opens a file of the device's current interface. */
static int open_file(const char *device, const char *name, int flags)
{
	char path[1024], interface[256] = "";
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/net", device);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(interface, sizeof(interface), "%s",
				 entry->d_name);
	closedir(dir);
	if (!interface[0]) {
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "%s/net/%s/bypass/%s", device, interface,
		 name);
	return open(path, flags | O_CLOEXEC);
}

int read_file(const char *device, enum file_id id, char *text, size_t size)
{
	struct look before = look();
	uint64_t start = now_ms();
	int error = 0, fd;
	ssize_t n = 0;

	fd = open_file(device, files[id].name, O_RDONLY);
	if (fd >= 0)
		n = read(fd, text, size - 1);
	if (fd < 0 || n < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	count(id, false, error, start, &before);
	text[error ? 0 : n] = '\0';
	return error;
}

int write_file(const char *device, enum file_id id, const char *word)
{
	struct look before = look();
	uint64_t start = now_ms();
	int error = 0, fd;

	fd = open_file(device, files[id].name, O_WRONLY);
	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	count(id, true, error, start, &before);
	return error;
}

int find_word(enum file_id id, const char *line)
{
	for (int i = 0; i < WORDS_MAX && files[id].words[i]; i++) {
		size_t length = strlen(files[id].words[i]);

		if (!strncmp(line, files[id].words[i], length) &&
		    !strcmp(line + length, "\n"))
			return i;
	}
	return -1;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The state file: its lock, and complete reads and writes. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state_json.h"

#define MAX_FILE_SIZE (64 * 1024) /* ours has under 26 KiB */
#define MAX_DEPTH 4

__attribute__((format(printf, 4, 5))) static bool
fail(char *error, size_t size, const char *path, const char *format, ...)
{
	va_list args;
	int n;

	n = snprintf(error, size, "%s: ", path);
	if (n >= 0 && (size_t)n < size) {
		va_start(args, format);
		vsnprintf(error + n, size - n, format, args);
		va_end(args);
	}
	return false;
}

/* The name of a related file beside it, or false with errno. */
static bool name_beside(char name[PATH_MAX], const char *path,
			const char *suffix)
{
	if ((size_t)snprintf(name, PATH_MAX, "%s%s", path, suffix) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/*
 * The lock is not on the file itself, as saving replaces it. The lock file is
 * not removed, as a lock on a removed file does not lock its successor.
 */
bool state_lock(const char *path, int *lock, char *error, size_t error_size)
{
	char name[PATH_MAX];
	int fd = -1;

	if (name_beside(name, path, ".lock"))
		fd = open(name, O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*lock = fd;
		return true;
	}
	if (fd >= 0 && errno == EWOULDBLOCK)
		fail(error, error_size, path,
		     "another emulator is using it: stop that one, or name another file with --state (CARD_STATE=)");
	else
		fail(error, error_size, path,
		     "cannot lock %s: %s: name a file in a writable folder with --state (CARD_STATE=)",
		     name, strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

void state_unlock(int lock)
{
	close(lock);
}

/*
 * Only a regular file: saving would replace any other kind, or reading it could
 * block.
 */
static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	FILE *f;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		f = fdopen(fd, "r");
		if (f)
			return f;
	} else {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
	}
	close(fd);
	return NULL;
}

/* The whole file, or NULL with errno set; *size is MAX + 1 if it is larger. */
static char *read_file(const char *path, size_t *size)
{
	char *text = malloc(MAX_FILE_SIZE + 1);
	FILE *f = open_file(path);
	int saved;

	if (text && f) {
		errno = 0;
		*size = fread(text, 1, MAX_FILE_SIZE + 1, f);
		if (!ferror(f)) {
			fclose(f);
			return text;
		}
	}
	saved = errno;
	if (f)
		fclose(f);
	free(text);
	errno = saved;
	return NULL;
}

/* Each member of an object has a colon after its key. */
static size_t count_keys(const char *text, size_t size)
{
	bool in_string = false;
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && text[i] == ':')
			count++;
	}
	return count;
}

static size_t count_members(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += count_members(
				json_object_array_get_idx(value, i));
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member)
		{
			(void)name;
			count += 1 + count_members(member);
		}
	}
	return count;
}

/* The single JSON value in text, or NULL with the problem. */
static struct json_object *parse_json(struct problem *p, const char *text,
				      size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *file = NULL;
	enum json_tokener_error error;
	size_t end;

	if (!tokener) {
		report(p, "%s", strerror(ENOMEM));
		return NULL;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	file = json_tokener_parse_ex(tokener, text, size);
	end = json_tokener_get_parse_end(tokener);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
		report(p, "is truncated after %zu bytes", size);
	else if (error == json_tokener_error_depth)
		report(p, "is nested deeper than %d levels at byte %zu",
		       MAX_DEPTH, end);
	else if (error != json_tokener_success)
		report(p, "is not valid JSON at byte %zu: %s", end,
		       json_tokener_error_desc(error));
	json_tokener_free(tokener);

	if (!json_object_is_type(file, json_type_object))
		report(p, "is not a JSON object");
	/* The parser silently keeps the last of duplicates. */
	else if (count_members(file) != count_keys(text, size))
		report(p, "has a duplicate name");
	return file;
}

bool state_load(const char *path, int64_t wall_s, struct bypass_image *image,
		uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size)
{
	static const char remedy[] =
		"repair it, or move it away to start with a new card";
	struct bypass_image loaded = { 0 };
	uint16_t loaded_flash[STATE_FLASH_WORDS];
	struct problem problem = { 0 };
	struct json_object *file;
	size_t size;
	char *text;

	text = read_file(path, &size);
	if (!text && errno == ENOENT) {
		bypass_factory_image(image);
		return true;
	}
	if (!text && errno == ELOOP)
		return fail(
			error, error_size, path,
			"is a symbolic link: name the file that it points to");
	if (!text && errno == ENOTSUP)
		return fail(
			error, error_size, path,
			"cannot read: not a regular file: name one that is");
	if (!text)
		return fail(error, error_size, path, "cannot read: %s",
			    strerror(errno));
	if (size > MAX_FILE_SIZE) {
		free(text);
		return fail(
			error, error_size, path,
			"is larger than %d bytes, the limit of a state file; %s",
			MAX_FILE_SIZE, remedy);
	}

	memcpy(loaded_flash, flash, sizeof(loaded_flash));
	file = parse_json(&problem, text, size);
	free(text);
	if (!problem.found)
		state_parse(&problem, file, wall_s, &loaded, loaded_flash);
	json_object_put(file);
	if (problem.found)
		return fail(error, error_size, path, "%s; %s", problem.text,
			    remedy);
	*image = loaded;
	memcpy(flash, loaded_flash, sizeof(loaded_flash));
	return true;
}

static bool write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	while (size) {
		n = write(fd, text, size);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			size -= n;
		}
	}
	return true;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int saved;

	if (fd < 0)
		return false;
	if (write_all(fd, text, strlen(text)) && write_all(fd, "\n", 1) &&
	    !fsync(fd))
		return !close(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return false;
}

/* Makes the rename durable, if the file system supports that. */
static void sync_directory(char *path)
{
	int fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

bool state_save(const char *path, int64_t wall_s,
		const struct bypass_image *image,
		const uint16_t flash[STATE_FLASH_WORDS], char *error,
		size_t error_size)
{
	struct json_object *file;
	char temp[PATH_MAX];
	const char *text;
	bool ok;

	if (!name_beside(temp, path, ".new"))
		return fail(error, error_size, path, "cannot save: %s",
			    strerror(errno));

	file = state_build(wall_s, image, flash);
	text = json_object_to_json_string_ext(
		file, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
	ok = write_file(temp, text) && !rename(temp, path);
	if (!ok) {
		fail(error, error_size, path, "cannot save to %s: %s", temp,
		     strerror(errno));
		unlink(temp);
	}
	json_object_put(file);
	if (ok)
		sync_directory(temp);
	return ok;
}

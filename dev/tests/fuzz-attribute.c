// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: fuzz-attribute DIR COUNT ACCEPTS SEED
 *
 * Writes COUNT generated texts to each writable file of bypass/ in DIR. Up to
 * ACCEPTS of them are valid and must read back; all others must fail with
 * EINVAL, and change nothing. Prints a line for each file: 0 for success, else
 * 1, and its name, as the scripts for the guest print it. If ACCEPTS is 0, the
 * program reads nothing, so that it should cause no frame.
 *
 * The valid texts are repeated here from the ABI document: exactly the listed
 * words, with or without one newline at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* More than two pages: sysfs passes at most one page at a time. */
#define TEXT_MAX 9000

struct text {
	char bytes[TEXT_MAX];
	size_t length;
};

struct file {
	const char *name;
	const char *const *words; /* NULL at the end */
	bool reads; /* and the written text reads back */
};

static const char *const states[] = { "normal", "bypass", "isolate", NULL };
static const char *const actions[] = { "ignore", "normal", "bypass", "isolate",
				       NULL };
static const char *const periods[] = { "0",    "1500",	"2000",	 "3000", "4000",
				       "8000", "16000", "32000", NULL };
static const char *const one[] = { "1", NULL };

static const struct file files[] = {
	{ "state", states, true },
	{ "main_on_action", actions, true },
	{ "main_off_action", actions, true },
	{ "aux_on_action", actions, true },
	{ "aux_off_action", actions, true },
	{ "watchdog_action", actions, true },
	{ "watchdog_timeout_ms", periods, true },
	{ "watchdog_ping", one, false },
	{ "log_clear", one, false },
};

/* Texts that are invalid for all or some of the files. */
static const char *const words[] = {
	"normal",
	"bypass",
	"isolate",
	"ignore",
	"auto",
	"on",
	"off",
	"yes",
	"true",
	"unknown",
	"none",
	"NORMAL",
	"Bypass",
	"iSolate",
	"norm",
	"bypassed",
	"0",
	"1",
	"2",
	"3",
	"1500",
	"32000",
	"\n",
	" ",
	"\t",
	"\r\n",
	"\xc3\xbf",
	"norm\xc3\xa4l",
	"\xd0\xbe"
	"n",
	"\xe2\x80\x8b"
	"normal",
	"\xef\xbb\xbf"
	"normal",
	"\xff\xfe",
	"%s%n",
	"-",
	"+",
	"0x",
	"1e3",
	"normal,bypass",
	"../state",
};

static const uint64_t boundaries[] = {
	0,	    1,	       2,	   1500,      2000,
	3000,	    4000,      8000,	   16000,     32000,
	1000,	    64000,     INT8_MAX,   UINT8_MAX, INT16_MAX,
	UINT16_MAX, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX,
};

static uint64_t seed;

/* xorshift64* */
static uint64_t any(uint64_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dULL >> 16) % below;
}

static void add(struct text *text, const char *bytes, size_t length)
{
	if (length > TEXT_MAX - text->length)
		length = TEXT_MAX - text->length;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static void add_word(struct text *text, const char *word)
{
	add(text, word, strlen(word));
}

static void add_bytes(struct text *text, size_t length)
{
	while (length--) {
		char byte = any(256);

		add(text, &byte, 1);
	}
}

static void add_copies(struct text *text, const char *word, size_t copies)
{
	while (copies--)
		add_word(text, word);
}

static const char *own_word(const struct file *file)
{
	unsigned int count = 0;

	while (file->words[count])
		count++;
	return file->words[any(count)];
}

/* A number at or near a boundary, plain or in another notation. */
static void add_number(struct text *text)
{
	static const char *const formats[] = {
		"%llu",	  "%llu",     "%llu",  "-%llu",	 "+%llu",
		" %llu",  "%llu ",    "0%llu", "0x%llx", "%llums",
		"%llu.0", "%llu\n\n", "%llu,",
	};
	uint64_t number = boundaries[any(ARRAY_SIZE(boundaries))];
	char digits[64];

	number += any(5) - 2;
	/* valid if the upper half were cut off */
	if (!any(8))
		number += 1ULL << 32;
	snprintf(digits, sizeof(digits), formats[any(ARRAY_SIZE(formats))],
		 (unsigned long long)number);
	add_word(text, digits);
}

/* A valid word with one byte changed, added or removed. */
static void add_almost(struct text *text, const struct file *file)
{
	size_t at;

	add_word(text, own_word(file));
	at = any(text->length);
	switch (any(6)) {
	case 0:
		text->bytes[at] = any(256);
		break;
	case 1:
		text->bytes[at] ^= 0x20; /* the case of a letter */
		break;
	case 2:
		text->bytes[at] = '\0';
		break;
	case 3:
		text->length = at;
		break;
	case 4:
		memmove(text->bytes + at + 1, text->bytes + at,
			text->length++ - at);
		break;
	default:
		add_bytes(text, 1);
	}
}

/* A valid word before or after other text. */
static void add_junk(struct text *text, const struct file *file)
{
	size_t copies = any(3) ? 1 : any(2000);

	if (any(2)) {
		add_word(text, own_word(file));
		add_copies(text, any(2) ? "\n" : " ", any(3));
	}
	add_copies(text, words[any(ARRAY_SIZE(words))], copies);
	if (any(2))
		add_word(text, own_word(file));
}

static void generate(struct text *text, const struct file *file)
{
	text->length = 0;
	switch (any(8)) {
	case 0:
		add_bytes(text, 1 + any(any(20) ? 40 : TEXT_MAX));
		break;
	case 1:
		add_word(text, words[any(ARRAY_SIZE(words))]);
		break;
	case 2:
	case 3:
		add_number(text);
		break;
	case 4:
		add_junk(text, file);
		break;
	case 5:
		add_copies(text, own_word(file), any(4));
		break;
	default:
		add_almost(text, file);
	}
	if (!any(4))
		add_word(text, "\n");
	if (!any(50))
		add(text, "\0", 1);
}

/* The file's word that matches the text, or NULL. */
static const char *accepted(const struct file *file, const struct text *text)
{
	size_t length = text->length;

	if (length && text->bytes[length - 1] == '\n')
		length--;
	for (unsigned int i = 0; file->words[i]; i++)
		if (strlen(file->words[i]) == length &&
		    !memcmp(file->words[i], text->bytes, length))
			return file->words[i];
	return NULL;
}

static void complain(const struct file *file, const struct text *text,
		     const char *what)
{
	fprintf(stderr, "# %s, text of %zu bytes '", file->name, text->length);
	for (size_t i = 0; i < text->length && i < 60; i++) {
		unsigned char byte = text->bytes[i];

		if (byte >= ' ' && byte < 0x7f)
			fputc(byte, stderr);
		else
			fprintf(stderr, "\\x%02x", byte);
	}
	fprintf(stderr, "': %s\n", what);
}

/* Reads a word, and removes its newline. */
static bool read_word(int fd, char *word, size_t size)
{
	ssize_t n = pread(fd, word, size - 1, 0);

	if (n < 1 || word[n - 1] != '\n')
		return false;
	word[n - 1] = '\0';
	return true;
}

/* Writes the text, and checks the result. */
static bool try_text(int fd, const struct file *file, const struct text *text,
		     char *expected, size_t size)
{
	const char *word = accepted(file, text);
	ssize_t wrote = write(fd, text->bytes, text->length);
	char now[64];

	if (!text->length) {
		/* which sysfs does not pass to the driver */
		if (wrote != 0)
			complain(file, text, "an empty text was not ignored");
		return wrote == 0;
	}
	if (!word) {
		if (wrote >= 0)
			complain(file, text, "was accepted");
		else if (errno != EINVAL)
			complain(file, text, strerror(errno));
		return wrote < 0 && errno == EINVAL;
	}
	if (wrote != (ssize_t)text->length) {
		complain(file, text, wrote < 0 ? strerror(errno) : "short");
		return false;
	}
	if (!file->reads)
		return true;
	snprintf(expected, size, "%s", word);
	if (!read_word(fd, now, sizeof(now)) || strcmp(now, expected) != 0) {
		complain(file, text, "does not read back");
		return false;
	}
	return true;
}

static bool fuzz(const char *dir, const struct file *file, unsigned long count,
		 unsigned long accepts)
{
	char path[256], before[64] = "", now[64] = "";
	bool reads = file->reads && accepts;
	unsigned long left = accepts, bad = 0;
	static struct text text;
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file->name);
	fd = open(path, file->reads ? O_RDWR : O_WRONLY);
	if (fd < 0 || (reads && !read_word(fd, before, sizeof(before)))) {
		perror(path);
		return false;
	}
	for (unsigned long i = 0; i < count && bad < 10; i++) {
		do
			generate(&text, file);
		while (!left && accepted(file, &text));
		if (accepted(file, &text))
			left--;
		bad += !try_text(fd, file, &text, before, sizeof(before));
	}
	good = !bad && (!reads || (read_word(fd, now, sizeof(now)) &&
				   !strcmp(now, before)));
	if (!bad && !good)
		fprintf(stderr, "# %s reads '%s', expected '%s'\n", file->name,
			now, before);
	printf("%d %s: %lu texts, %lu of them accepted\n", !good, file->name,
	       count, accepts - left);
	/* a running watchdog would affect the other files */
	if (file->words == periods && accepts && write(fd, "0", 1) != 1)
		perror(path);
	close(fd);
	return good;
}

int main(int argc, char **argv)
{
	bool good = true;

	if (argc != 5) {
		fprintf(stderr,
			"usage: fuzz-attribute DIR COUNT ACCEPTS SEED\n");
		return 2;
	}
	/* xorshift would stay at 0 */
	seed = strtoull(argv[4], NULL, 0) | 1ULL << 63;
	for (unsigned int i = 0; i < ARRAY_SIZE(files); i++)
		good &= fuzz(argv[1], &files[i], strtoul(argv[2], NULL, 0),
			     strtoul(argv[3], NULL, 0));
	return !good;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that the processes of the stress test share: the files of bypass/,
 * the writes to them, the operations on the card, and the results. Each process
 * maps it from a file.
 *
 * A file of bypass/ has one writer, so its possible values are known: that of
 * the last successful write, or of one that has started since then. The writer
 * keeps a history of them, with which readers compare what they read.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS_MAX 8
#define WRITES_MAX 65536
#define ERRORS_MAX 256

/* Operations on the card. */
enum disturbance {
	REMOVAL, /* of the driver */
	RENAME, /* of the interface */
	RESET, /* by the driver: the link down and up, another MTU */
	FUNCTION_RESET, /* without the driver */
	SUSPEND,
	DAEMON, /* the watchdog device is in use */
	DISTURBANCES,
};

enum file_id {
	STATE,
	MAIN_ON,
	MAIN_OFF,
	AUX_ON,
	AUX_OFF,
	WATCHDOG,
	TIMEOUT,
	PING,
	LOG_CLEAR,
	VERSION,
	LOG,
	FILES,
};

struct file {
	const char *name;
	const char *words[WORDS_MAX + 1];
	unsigned int writer;
	bool read;
	bool own; /* only its writer changes it */
	unsigned int bound_ms; /* of any call while the controller is busy */
};

extern const struct file files[FILES];

/*
 * The writes to a file: write n had the word with the index word[n]. A failed
 * write is between the two counts until the file is read again.
 */
struct history {
	atomic_uint started;
	atomic_uint known; /* the value of the file, unless a write has started */
	unsigned char word[WRITES_MAX];
};

struct tally {
	atomic_uint reads, writes;
	atomic_uint errors[ERRORS_MAX];
	atomic_uint longest_ms;
};

struct board {
	struct history history[FILES];
	struct tally tally[FILES];
	struct {
		atomic_uint begun, ended;
	} disturbance[DISTURBANCES];
	/* The index in watchdog_action's history when the last write of state began:
	 * from then on the watchdog may have moved the relays. */
	atomic_uint rule_since;
	atomic_uint expired; /* readers saw that it had expired */
	atomic_uint carried_out; /* writes that failed, but took effect */
	atomic_uint daemon_pings, daemon_lost;
	atomic_uint faults;
};

extern struct board *board;

/* All disturbances before a call, for comparison with those after it. */
struct look {
	unsigned int ended[DISTURBANCES];
};

/* board.c */
void open_board(void);
void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* False if there is none of this name. */
bool disturb(const char *name, bool begin);
struct look look(void);
bool disturbed(const struct look *before, enum disturbance by);
/* By one that may prevent the controller's answer. */
bool disturbed_much(const struct look *before);
void report(void);

/* files.c: reads and writes return an errno, and count it. */
int read_file(const char *device, enum file_id id, char *text, size_t size);
int write_file(const char *device, enum file_id id, const char *word);
/* The index of this line among the file's words, or -1. */
int find_word(enum file_id id, const char *line);

/* worker.c */
void be_worker(unsigned int number, const char *device, unsigned int seconds);
/* Its time is over: a call may have been interrupted. */
bool is_over(void);

/* daemon.c */
void be_daemon(const char *device, unsigned int seconds);

/* main.c */
unsigned int any(unsigned int below);
uint64_t now_ms(void);
void sleep_ms(unsigned int ms);

#endif

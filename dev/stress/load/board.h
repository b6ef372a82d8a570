/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the processes of the stress test share: the files of bypass/, who has
 * written what to them, what was done to the card meanwhile, and how it all
 * went. It is in a file of its own, on which each process has a window.
 *
 * A file has one writer, so what it may read as is known: what its last write
 * had that has succeeded, or that of one that was started since. Of this the
 * writer keeps a history, readers hold against it what they see.
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

/* What is done to the card. */
enum disturbance {
	REMOVAL, /* of the driver from it */
	RENAME, /* of the interface */
	RESET, /* by the driver: the link down and up, another MTU */
	FUNCTION_RESET, /* behind the driver's back */
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
	bool own; /* nobody but its writer changes it */
	unsigned int bound_ms; /* of any call, as busy as the controller is */
};

extern const struct file files[FILES];

/*
 * What was written to a file: write n had the word of index word[n]. A write
 * that failed is between the two counts until the file was read again.
 */
struct history {
	atomic_uint started;
	atomic_uint known; /* what the file has, unless a write was started */
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
	/* Of watchdog_action's history, where the last write of state began:
	 * from then on the watchdog may have moved the relays. */
	atomic_uint rule_since;
	atomic_uint expired; /* readers saw that it has */
	atomic_uint carried_out; /* writes that failed, and yet were */
	atomic_uint daemon_pings, daemon_lost;
	atomic_uint faults;
};

extern struct board *board;

/* A look at all disturbances before a call, to compare with one after it. */
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
/* By one that may cost the controller's answer. */
bool disturbed_much(const struct look *before);
void report(void);

/* files.c: reads and writes return an errno, and count what it was. */
int read_file(const char *device, enum file_id id, char *text, size_t size);
int write_file(const char *device, enum file_id id, const char *word);
/* The index of the word that is the line among the file's words, or -1. */
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

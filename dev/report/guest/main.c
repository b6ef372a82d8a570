// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Examines an X540-T2BP in the bench's guest, without a driver.
 *
 * usage: card-report [--write] [--put-back SAVED] [PART...]
 *
 * Reads, or with --write measures, the named parts, or all: eeprom, byte,
 * periods, links, and u1 to u21. Prints records, which dev/report/run turns
 * into a report; before the first write, a line that it must save (saved.h).
 * SAVED is the contents of such a line of an interrupted run: these settings
 * are restored first.
 *
 * Exit status: 2, wrong arguments; 3, the controller does not answer; 4, the
 * settings could not be restored.
 */
#include <err.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "finding.h"
#include "record.h"
#include "saved.h"
#include "study.h"
#include "unknowns.h"

enum { WRONG_ARGUMENTS = 2, NO_ANSWER = 3, NOT_PUT_BACK = 4 };

/* A late step does not break a frame, but makes figures inexact. */
static void be_punctual(void)
{
	const struct sched_param priority = { .sched_priority = 10 };

	if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0)
		warn("real-time priority");
	if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
		warn("mlockall");
}

static int study(struct study *s, const char *put_back, char **parts, int count)
{
	if (!study_open(s)) {
		record_begin("no_answer");
		record_hex("ctl0", page_read(&s->line, 0), 8);
		record_hex("ctl1", page_read(&s->line, 1), 8);
		record_hex("ctl2", page_read(&s->line, 2), 8);
		record_end();
		warnx("the bypass controller does not answer");
		return NO_ANSWER;
	}
	if (put_back) {
		if (!saved_put_back(s, put_back) || !study_open(s))
			return NOT_PUT_BACK;
	}
	card_record_pci(&s->card);
	record_pages(s);
	record_frame(s);
	if (s->may_write)
		saved_keep(s, SAVED_NO_BYTE, 0);
	parts_run(s, parts, count);
	if (s->may_write && !saved_put_back(s, NULL))
		return NOT_PUT_BACK;
	record_begin("line");
	record_number("early_edges", s->line.early);
	record_end();
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "write", no_argument, NULL, 'w' },
		{ "put-back", required_argument, NULL, 'p' },
		{ 0 },
	};
	static struct study s;
	const char *put_back = NULL;
	int c, result;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'w':
			s.may_write = true;
			break;
		case 'p':
			put_back = optarg;
			break;
		default:
			return WRONG_ARGUMENTS;
		}
	}
	for (int i = optind; i < argc; i++)
		if (!part_exists(argv[i])) {
			warnx("unknown part '%s'", argv[i]);
			return WRONG_ARGUMENTS;
		}
	be_punctual();
	card_open(&s.card);
	line_open(&s.line, &s.card);
	result = study(&s, put_back, &argv[optind], argc - optind);
	line_close(&s.line);
	card_close(&s.card);
	return result;
}

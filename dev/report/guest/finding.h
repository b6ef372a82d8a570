/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result for one unknown: the value, as in the emulated card's setting of
 * the same name, and the figure or the reason.
 */
#ifndef FINDING_H
#define FINDING_H

#include "study.h"

struct finding {
	const char *assumed;
	char value[24]; /* empty: it could not be told */
	char figure[240];
	struct range range; /* set if the value is a time */
};

void found(struct finding *f, const char *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void cannot_tell(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The assumed value if it fits, else the middle. */
void found_range(struct finding *f, struct range range, const char *what);

/* Seconds since the start of this year, UTC: the value for the clock. */
uint32_t time_of_year(void);

/* The procedures, by subject; unknowns.c has the table of them. */
void measure_commit(struct study *s, struct finding *f);
void measure_commit_reads(struct study *s, struct finding *f);
void measure_commit_writes(struct study *s, struct finding *f);
void measure_state_delay(struct study *s, struct finding *f);
void measure_mode_reads(struct study *s, struct finding *f);

void measure_expiry_enable(struct study *s, struct finding *f);
void measure_enable_restarts(struct study *s, struct finding *f);
void measure_manual_actions(struct study *s, struct finding *f);

void measure_pet_reads(struct study *s, struct finding *f);
void measure_clock(struct study *s, struct finding *f);
void measure_clock_valid(struct study *s, struct finding *f);

void measure_slots(struct study *s, struct finding *f);
void measure_eeprom(struct study *s, struct finding *f);
void measure_eeprom_offset(struct study *s, struct finding *f);
void measure_empty_log(struct study *s, struct finding *f);
void measure_empty_head(struct study *s, struct finding *f);
void measure_version(struct study *s, struct finding *f);

void measure_cut_frame(struct study *s, struct finding *f);
void measure_frame_timeout(struct study *s, struct finding *f);
void measure_boot(struct study *s, struct finding *f);
void measure_reserved(struct study *s, struct finding *f);
void measure_fast_edges(struct study *s, struct finding *f);
void measure_write_status(struct study *s, struct finding *f);

/* Results that are not unknowns of the table, but have records. */
void record_pages(struct study *s);
void record_frame(struct study *s);
void record_eeprom(struct study *s);
void record_periods(struct study *s);
void record_byte_write(struct study *s);
void record_links(struct study *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of the card before the first write. They are printed as a line
 * "saved ctl0=... ctl1=... [byte=...]" on standard output, and nothing is
 * written until "kept" arrives on standard input: then the host has stored them
 * on its disk. "restored" means that the card has them again, and that the host
 * can delete them.
 */
#ifndef SAVED_H
#define SAVED_H

#include <stdbool.h>

#include "study.h"

#define SAVED_NO_BYTE 0u /* no byte: byte 0 is never written */

/* Ends the program if the host does not store them. */
void saved_keep(struct study *s, unsigned int offset, uint8_t value);

/*
 * Restores relays, rules, clock and byte, with the watchdog off: from the words
 * of a line as above, or, if NULL, from study_open(). False, with a message, if
 * the card does not accept them.
 */
bool saved_put_back(struct study *s, const char *words);

#endif

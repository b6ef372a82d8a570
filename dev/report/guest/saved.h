/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is set on the card before the first write. It is printed as a line
 * "saved ctl0=... ctl1=... [byte=...]" on standard output, and nothing is
 * written until "kept" comes on standard input: then the host has it on its
 * disk. "restored" says that the card is as it was, and that the host can
 * forget it.
 */
#ifndef SAVED_H
#define SAVED_H

#include <stdbool.h>

#include "study.h"

#define SAVED_NO_BYTE 0u /* the offset of none: byte 0 is never written */

/* Ends the program if the host does not keep it. */
void saved_keep(struct study *s, unsigned int offset, uint8_t value);

/*
 * Puts back relays, rules, clock and byte, with the watchdog off. From the words of a
 * line as above, or NULL for what study_open() found. False, with a message,
 * if the card does not take it.
 */
bool saved_put_back(struct study *s, const char *words);

#endif

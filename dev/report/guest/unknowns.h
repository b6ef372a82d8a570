/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unknowns of the card, U1 to U21 as in doc/controller.md: a row of the
 * table for each, with the procedure that measures it.
 */
#ifndef UNKNOWNS_H
#define UNKNOWNS_H

#include "study.h"

/* Is this a valid part for the command line? */
bool part_exists(const char *name);
/* Without names, all parts run. */
void parts_run(struct study *s, char **names, int count);

#endif

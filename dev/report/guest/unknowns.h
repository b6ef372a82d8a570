/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not known about the card, U1 to U21 as doc/controller.md numbers them: a
 * row of the table for each, with the procedure that finds it out.
 */
#ifndef UNKNOWNS_H
#define UNKNOWNS_H

#include "study.h"

/* Is there such a part, to be named on the command line? */
bool part_exists(const char *name);
/* With no names, all parts are wanted. */
void parts_run(struct study *s, char **names, int count);

#endif

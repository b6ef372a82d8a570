/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UTF8_H
#define UTF8_H

/* Replaces each byte that is not part of a UTF-8 character by a '?'. */
void utf8_repair(char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An end to system calls that block although they should not, as the process at
 * the other end of a descriptor means ill: they fail with EINTR. No loop_timer
 * can do that, as the loop is what is blocked.
 */
#ifndef BLOCKED_H
#define BLOCKED_H

/* How long such a call takes at most, in microseconds. */
#define BLOCKED_US 20000

/*
 * To be called before each call that could block. It costs a system call of its
 * own once in BLOCKED_US at most, and a signal, which ends other calls that
 * wait as well.
 */
void blocked_expect(void);

#endif

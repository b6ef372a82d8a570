/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ends system calls that block although they should not, because of a malicious
 * process at the other end of a descriptor: they fail with EINTR. A loop_timer
 * can't do that, as the loop itself is blocked.
 */
#ifndef BLOCKED_H
#define BLOCKED_H

/* The longest time of such a call, in microseconds. */
#define BLOCKED_US 20000

/*
 * Called before each call that could block. It causes at most one system call
 * per BLOCKED_US, and a signal, which also ends other waiting calls.
 */
void blocked_expect(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words on the bypass controller's serial line and the bytes in its EEPROM.
 *
 * A frame is a 32-bit command in and a 32-bit status of the same page out.
 */
#ifndef BYPASS_REGS_H
#define BYPASS_REGS_H

#include "base/bits.h"

#define BYPASS_FRAME_BITS 32

/* Every page */
#define BYPASS_PAGE GENMASK(31, 30)
#define BYPASS_WRITE BIT(29) /* without it, the other bits are ignored */

/* Page 0: state and rules */
#define CTL0_MODE GENMASK(1, 0) /* 0: auto; else a relay state, forced */
#define CTL0_STATE GENMASK(3, 2) /* read only: a relay state, never 0 */
#define CTL0_AUX_ON GENMASK(5, 4) /* these five: an action */
#define CTL0_MAIN_ON GENMASK(7, 6)
#define CTL0_MAIN_OFF GENMASK(9, 8)
#define CTL0_AUX_OFF GENMASK(11, 10)
#define CTL0_WATCHDOG GENMASK(13, 12)
#define CTL0_WATCHDOG_ENABLE BIT(14)
#define CTL0_WATCHDOG_PERIOD GENMASK(18, 16)
#define CTL0_WRITABLE                                             \
	(CTL0_MODE | CTL0_AUX_ON | CTL0_MAIN_ON | CTL0_MAIN_OFF | \
	 CTL0_AUX_OFF | CTL0_WATCHDOG | CTL0_WATCHDOG_ENABLE |    \
	 CTL0_WATCHDOG_PERIOD)

#define CTL0_MODE_AUTO 0

/*
 * Milliseconds by value of CTL0_WATCHDOG_PERIOD. Both of Intel's headers also
 * have 0; neither driver offers it.
 */
#define CTL0_PERIODS_MS                                          \
	{                                                        \
		1000, 1500, 2000, 3000, 4000, 8000, 16000, 32000 \
	}

/* Page 1: clock and watchdog pet */
#define CTL1_TIME GENMASK(24, 0) /* seconds since the start of the year */
#define CTL1_TIME_VALID BIT(25)
#define CTL1_OFFSET_RESET BIT(26) /* clears itself */
#define CTL1_PET BIT(27) /* clears itself */

/* Page 2: EEPROM and log */
#define CTL2_DATA GENMASK(7, 0)
#define CTL2_OFFSET GENMASK(15, 8)
#define CTL2_EEPROM_WRITE BIT(16)
#define CTL2_LOG_HEAD GENMASK(27, 20) /* read only: the newest entry */

/* EEPROM */
#define EEPROM_LOG_OFFSET 0x01
#define EEPROM_VERSION 0x02

/* The log: a ring of entries, each a little-endian word and an action */
#define LOG_ENTRIES 43 /* unless SETTING_SLOTS says otherwise */
#define LOG_ENTRY_SIZE 5
#define LOG_NO_HEAD 0xff /* of a log that was never written */

#define LOG_TIME GENMASK(24, 0)
#define LOG_TIME_VALID BIT(25)
#define LOG_HEAD BIT(26)
#define LOG_UNREAD BIT(27)
#define LOG_EVENT GENMASK(31, 28)
#define LOG_ACTION GENMASK(1, 0) /* of the fifth byte */

#endif

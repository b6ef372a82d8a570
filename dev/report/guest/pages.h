/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller's three pages, and functions that read and write them without
 * known times: they read until the result is as expected.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"

/* Bits 31:30 are the page, and have no meaning in the answer. */
#define PAGE(n) ((uint32_t)(n) << 30)
#define PAGE_BITS 0x3fffffffu
#define WRITE (1u << 29)

/* Page 0 */
#define MODE 0x00000003u
#define STATE 0x0000000cu
#define ACTION_AUX_ON 0x00000030u
#define ACTION_MAIN_ON 0x000000c0u
#define ACTION_MAIN_OFF 0x00000300u
#define ACTION_AUX_OFF 0x00000c00u
#define ACTION_WATCHDOG 0x00003000u
#define ENABLE 0x00004000u
#define PERIOD 0x00070000u
/* Fields that only the host changes. */
#define RULES 0x00073ff0u
#define CTL0_FIELDS (MODE | STATE | ENABLE | RULES)

/* Page 1 */
#define TIME 0x01ffffffu
#define TIME_VALID 0x02000000u
#define OFFSET_RESET 0x04000000u
#define PET 0x08000000u
#define CTL1_FIELDS (TIME | TIME_VALID | OFFSET_RESET | PET)

/* Page 2 */
#define DATA 0x000000ffu
#define OFFSET 0x0000ff00u
#define EEPROM_WRITE 0x00010000u
#define HEAD 0x0ff00000u
#define CTL2_FIELDS (DATA | OFFSET | EEPROM_WRITE | HEAD)

#define FIELD(mask, word) (((word) & (mask)) / ((mask) & -(mask)))
#define PUT(mask, value) (((uint32_t)(value) * ((mask) & -(mask))) & (mask))

enum relays { NORMAL = 1, BYPASS = 2, ISOLATE = 3 };

/* EEPROM and log */
#define EEPROM_SIZE 256
#define EEPROM_LOG 0x01
#define EEPROM_VERSION 0x02
#define ENTRY_SIZE 5
#define SLOTS_LEAST 43
#define SLOTS_MOST 44
#define NO_HEAD 0xff
/* Of an entry's fourth byte; the time is as in page 1. */
#define ENTRY_EVENT 0xf0u
#define ENTRY_UNREAD 0x08u
#define ENTRY_NEWEST 0x04u

const char *relays_name(unsigned int state);
/* Milliseconds, by value of the field; 0 is 1 s in two of Intel's headers. */
unsigned int period_ms(unsigned int period);

uint32_t page_read(struct line *line, unsigned int page);
void page_write(struct line *line, unsigned int page, uint32_t value);

/* Could this be page 0? The state is never 0, and not all bits are ones. */
bool ctl0_is_sane(uint32_t ctl0);

/*
 * Sends zeros, which read page 0, until two answers in a row could be page 0:
 * after a cut frame, the controller may be some bits behind. False if it never
 * answers like that.
 */
bool line_align(struct line *line);

#endif

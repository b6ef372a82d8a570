/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card as a PCI device without a driver: function 0 by sysfs, and the
 * registers of both functions by their BAR 0.
 */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>
#include <stdint.h>

#define CARD_FUNCTIONS 2

struct card {
	char address[CARD_FUNCTIONS][32]; /* empty: there is no such function */
	volatile uint32_t *bar[CARD_FUNCTIONS]; /* NULL likewise */
};

/*
 * Finds the card, enables its functions and maps them. Ends the program, with
 * a message, if there is none or if a driver has it.
 */
void card_open(struct card *card);
void card_close(struct card *card);

uint32_t card_read(const struct card *card, unsigned int function,
		   uint32_t offset);
/* Returns when the card has got it: the write is read back. */
void card_write(struct card *card, uint32_t offset, uint32_t value);

/* Has the MAC of this port a link? False where there is no such function. */
bool card_link(const struct card *card, unsigned int function);

/* What lspci would show: IDs, revision, the PCI Express link. */
void card_record_pci(const struct card *card);

#endif

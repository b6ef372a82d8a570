/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NVM of the card, for both ports: words in a shadow RAM that the host
 * reads (EERD) and writes (EEWR), and the flash behind it, to which the host
 * saves the shadow (EEC.FLUP) and from which it is loaded at power-on. The
 * flash is in the state file.
 */
#ifndef NVM_H
#define NVM_H

#include <stdint.h>

#include "base/bits.h"

struct port;

#define NVM_WORDS 4096
#define NVM_CHECKSUM 0x3f
#define NVM_SUM 0xbaba

/*
 * EEC: present, automatic read done, granted, flash update done; the size
 * field is the power of 2 beyond 64 words.
 */
#define NVM_EEC \
	(BIT(7) | BIT(8) | BIT(9) | BIT(26) | FIELD_PREP(GENMASK(14, 11), 6u))

struct nvm {
	uint16_t shadow[NVM_WORDS];
	uint16_t flash[NVM_WORDS];
};

/* The image of a new card, with these addresses of the two ports. */
void nvm_init(struct nvm *nvm, const uint8_t mac[2][6]);
void nvm_power_on(struct nvm *nvm);

/* The address of a port in the shadow. */
void nvm_get_mac(const struct nvm *nvm, unsigned int lan, uint8_t mac[6]);
/* The valid value of the word NVM_CHECKSUM in the shadow. */
uint16_t nvm_checksum(const struct nvm *nvm);

/* Hooks of regtable.c. */
void eec_write(struct port *port, unsigned int index, uint32_t value);
void eerd_write(struct port *port, unsigned int index, uint32_t value);
void eewr_write(struct port *port, unsigned int index, uint32_t value);

#endif

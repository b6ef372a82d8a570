// SPDX-License-Identifier: GPL-2.0-or-later
#include "nvm.h"

#include <string.h>

#include "base/util.h"
#include "port.h"
#include "x540.h"

/* Words of the header. */
#define FIRST_POINTER 0x03
#define PHY_POINTER 0x04
#define OPTION_ROM_POINTER 0x05
#define CORE_POINTER(lan) (0x09 + (lan))
#define FIRMWARE_POINTER 0x0f
#define PBA_FORMAT 0x15
#define PBA_POINTER 0x16
#define PBA_IS_STRING 0xfafa
#define IMAGE_ID_LOW 0x2d
#define IMAGE_ID_HIGH 0x2e
#define IMAGE_ID_VALID BIT(15)
#define NO_POINTER 0xffff

/* The offsets of the sections in this image. */
#define CORE_SECTION(lan) (0x100 + 0x10 * (lan))
#define CORE_LENGTH 4
#define CORE_MAC 1 /* from the start of the section; 3 words */
#define PBA_SECTION 0x140

/* A name for the driver's log; that of the physical card is not known. */
static const char pba[] = "EMU540-2BP";

/* Pointers to sections, and words, that this image does not have. */
static const uint8_t absent[] = {
	0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c,
	0x0d, 0x0e, 0x0f, 0x17, 0x1b, 0x27, 0x28, 0x33,
};

static void put_mac(uint16_t *words, const uint8_t mac[6])
{
	for (unsigned int i = 0; i < 3; i++)
		words[i] = mac[2 * i] | mac[2 * i + 1] << 8;
}

void nvm_get_mac(const struct nvm *nvm, unsigned int lan, uint8_t mac[6])
{
	uint16_t section = nvm->shadow[CORE_POINTER(lan)];

	/* The host may have written any pointer. */
	for (unsigned int i = 0; i < 3; i++) {
		uint16_t word =
			nvm->shadow[(section + CORE_MAC + i) % NVM_WORDS];

		mac[2 * i] = word;
		mac[2 * i + 1] = word >> 8;
	}
}

uint16_t nvm_checksum(const struct nvm *nvm)
{
	const uint16_t *words = nvm->shadow;
	uint16_t sum = 0;

	for (unsigned int i = 0; i < NVM_CHECKSUM; i++)
		sum += words[i];
	/* All sections but firmware, PHY and option ROM. */
	for (unsigned int p = FIRST_POINTER; p < FIRMWARE_POINTER; p++) {
		uint16_t start = words[p];
		uint16_t length;

		if (p == PHY_POINTER || p == OPTION_ROM_POINTER || start == 0 ||
		    start >= NVM_WORDS)
			continue;
		length = words[start];
		if (length == NO_POINTER || start + length >= NVM_WORDS)
			continue;
		for (unsigned int i = 1; i <= length; i++)
			sum += words[start + i];
	}
	return NVM_SUM - sum;
}

void nvm_init(struct nvm *nvm, const uint8_t mac[2][6])
{
	uint16_t *words = nvm->shadow;
	size_t pba_words = (sizeof(pba) - 1) / 2;

	memset(nvm, 0, sizeof(*nvm));
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		words[absent[i]] = NO_POINTER;

	for (unsigned int lan = 0; lan < 2; lan++) {
		words[CORE_POINTER(lan)] = CORE_SECTION(lan);
		words[CORE_SECTION(lan)] = CORE_LENGTH;
		put_mac(&words[CORE_SECTION(lan) + CORE_MAC], mac[lan]);
	}

	words[PBA_FORMAT] = PBA_IS_STRING;
	words[PBA_POINTER] = PBA_SECTION;
	/* This length counts its own word, and characters go high byte first. */
	words[PBA_SECTION] = 1 + pba_words;
	for (size_t i = 0; i < pba_words; i++)
		words[PBA_SECTION + 1 + i] = pba[2 * i] << 8 | pba[2 * i + 1];

	words[IMAGE_ID_LOW] = 1;
	words[IMAGE_ID_HIGH] = IMAGE_ID_VALID;

	words[NVM_CHECKSUM] = nvm_checksum(nvm);
	memcpy(nvm->flash, nvm->shadow, sizeof(nvm->flash));
}

void nvm_power_on(struct nvm *nvm)
{
	memcpy(nvm->shadow, nvm->flash, sizeof(nvm->shadow));
}

void eec_write(struct port *port, unsigned int index, uint32_t value)
{
	struct nvm *nvm = port->nvm;

	(void)index;
	/* The update completes at once: EEC's "done" always reads 1. */
	if (!(value & EEC_UPDATE_FLASH) ||
	    !memcmp(nvm->flash, nvm->shadow, sizeof(nvm->flash)))
		return;
	memcpy(nvm->flash, nvm->shadow, sizeof(nvm->flash));
	port->ops->save(port->opaque);
}

void eerd_write(struct port *port, unsigned int index, uint32_t value)
{
	uint32_t address = FIELD_GET(EERW_ADDRESS, value);
	uint32_t word = 0xffff;

	(void)index;
	if (!(value & EERW_START))
		return;
	if (address < NVM_WORDS)
		word = port->nvm->shadow[address];
	*port_reg(port, REG_EERD) = FIELD_PREP(EERW_DATA, word) |
				    (value & EERW_ADDRESS) | EERW_DONE;
}

void eewr_write(struct port *port, unsigned int index, uint32_t value)
{
	uint32_t address = FIELD_GET(EERW_ADDRESS, value);

	(void)index;
	if (!(value & EERW_START))
		return;
	if (address < NVM_WORDS)
		port->nvm->shadow[address] = FIELD_GET(EERW_DATA, value);
	*port_reg(port, REG_EEWR) = (value & (EERW_DATA | EERW_ADDRESS)) |
				    EERW_DONE;
}

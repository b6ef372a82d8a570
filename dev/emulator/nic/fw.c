// SPDX-License-Identifier: GPL-2.0-or-later
#include "fw.h"

#include <string.h>

#include "base/util.h"
#include "port.h"
#include "x540.h"

/* The bits of SW_FW_SYNC that are software's; the others are firmware's. */
#define SYNC_SOFTWARE 0x00001e0f

/* A command's first word: command, length, status (of the answer), checksum. */
#define COMMAND_CODE GENMASK(7, 0)
#define COMMAND_LENGTH GENMASK(15, 8)
#define COMMAND_STATUS GENMASK(23, 16)
#define COMMAND_CHECKSUM GENMASK(31, 24)
#define COMMAND_HEADER 4 /* bytes */
#define COMMAND_DRIVER_INFO 0xdd
#define STATUS_OK 1
#define STATUS_BAD_CHECKSUM 2
#define STATUS_BAD_COMMAND 3

void fw_power_on(struct fw *fw)
{
	memset(fw, 0, sizeof(*fw));
}

uint32_t swsm_read(struct port *port, unsigned int index)
{
	struct fw *fw = port->fw;
	uint32_t value = fw->smbi ? SWSM_SMBI : 0;

	(void)index;
	fw->smbi = true;
	return value;
}

void swsm_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	if (!(value & SWSM_SMBI))
		port->fw->smbi = false;
}

uint32_t sw_fw_sync_read(struct port *port, unsigned int index)
{
	struct fw *fw = port->fw;
	uint32_t value = fw->sync | (fw->regsmp ? SW_FW_SYNC_REGSMP : 0);

	(void)index;
	fw->regsmp = true;
	return value;
}

void sw_fw_sync_write(struct port *port, unsigned int index, uint32_t value)
{
	struct fw *fw = port->fw;

	(void)index;
	fw->sync = value & SYNC_SOFTWARE;
	if (!(value & SW_FW_SYNC_REGSMP))
		fw->regsmp = false;
}

/* Checksum of the bytes of words[], low byte first. */
static uint8_t sum_bytes(const uint32_t *words, size_t count)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += words[i / 4] >> (8 * (i % 4));
	return sum;
}

static uint32_t run_command(const uint32_t *words)
{
	/* At most 4 + 255 bytes, less than the size of FLEX_MNG. */
	size_t length = COMMAND_HEADER + FIELD_GET(COMMAND_LENGTH, words[0]);

	if (sum_bytes(words, length) != 0)
		return STATUS_BAD_CHECKSUM;
	switch (FIELD_GET(COMMAND_CODE, words[0])) {
	case COMMAND_DRIVER_INFO:
		return STATUS_OK;
	default:
		return STATUS_BAD_COMMAND;
	}
}

void hicr_write(struct port *port, unsigned int index, uint32_t value)
{
	uint32_t *words = port_reg(port, REG_FLEX_MNG);
	uint32_t answer;

	(void)index;
	if (!(value & HICR_COMMAND))
		return;

	/* Answers have no data. */
	answer = FIELD_PREP(COMMAND_STATUS, run_command(words)) |
		 (words[0] & COMMAND_CODE);
	answer |= FIELD_PREP(COMMAND_CHECKSUM,
			     (uint32_t)(uint8_t)-sum_bytes(&answer, 4));
	log_debug("port %u: firmware command %#x, status %u", port->lan,
		  words[0] & COMMAND_CODE,
		  (unsigned int)FIELD_GET(COMMAND_STATUS, answer));
	words[0] = answer;
	*port_reg(port, REG_HICR) = HICR_ENABLE | HICR_STATUS_VALID;
}

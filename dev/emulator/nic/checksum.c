// SPDX-License-Identifier: GPL-2.0-or-later
#include "checksum.h"

#include <string.h>

#include "base/bytes.h"

/*
 * The sum of words does not depend on the byte order, except that its bytes are
 * swapped: so it is calculated in the order of the memory, 32 bits at a time,
 * and swapped at the end.
 */
uint64_t checksum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	static const uint8_t one[2] = { 0, 1 };
	uint64_t native = 0;
	uint32_t word;
	uint16_t tail, unit;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		native += word;
		data += sizeof(word);
	}
	while (native > 0xffff)
		native = (native & 0xffff) + (native >> 16);
	tail = native;
	memcpy(&unit, one, sizeof(unit));
	sum += unit == 1 ? tail : (uint16_t)(tail << 8 | tail >> 8);

	if (len >= 2) {
		sum += get_be16(data);
		data += 2;
		len -= 2;
	}
	if (len > 0)
		sum += data[0] << 8;
	return sum;
}

uint16_t checksum_fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

uint32_t checksum_crc32c_add(uint32_t crc, const uint8_t *data, size_t len)
{
	/* The remainders of the 4-bit values, bits reversed. */
	static const uint32_t nibbles[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		crc = crc >> 4 ^ nibbles[crc & 0xf];
		crc = crc >> 4 ^ nibbles[crc & 0xf];
	}
	return crc;
}

uint32_t checksum_crc32c_end(uint32_t crc)
{
	return ~crc;
}

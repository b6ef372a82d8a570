/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames to the controller through ESDP, step by step as in bypass-controller.md. */
#ifndef BYPASS_FRAMES_H
#define BYPASS_FRAMES_H

#include "card_host.h"

#define SDI ESDP_DATA(0)
#define SDO ESDP_DATA(1)
#define SCK ESDP_DATA(2)
#define DIRECTIONS (ESDP_OUT(0) | ESDP_OUT(2))
#define MODE GENMASK(1, 0)
#define STATE GENMASK(3, 2)
#define WRITE BIT(29)
#define RULES 0x00003ff0

static inline void step(struct host *h, uint32_t pins)
{
	wr(h, 0, REG_ESDP, DIRECTIONS | pins);
	host_sleep(h, MS);
}

static inline uint32_t frame(struct host *h, uint32_t command)
{
	uint32_t status = 0;

	step(h, SCK | SDI);
	step(h, SCK);
	step(h, 0);
	for (int bit = 31; bit >= 0; bit--) {
		uint32_t sdi = command & BIT(bit) ? SDI : 0;

		step(h, sdi);
		step(h, sdi | SCK);
		step(h, sdi);
		status = status << 1 | !!(rd(h, 0, REG_ESDP) & SDO);
	}
	step(h, SCK);
	step(h, SCK | SDI);
	return status;
}

/* Changes these fields of page 0, and waits until that has taken effect. */
static inline void change(struct host *h, uint32_t mask, uint32_t value)
{
	uint32_t ctl0 = frame(h, 0);

	frame(h, WRITE | (ctl0 & 0x3fff & ~mask) | value);
	host_sleep(h, S);
}

#endif

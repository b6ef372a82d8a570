/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The X540's internal 10GBASE-T PHY, behind the MAC's MDIO registers (MSCA,
 * MSRWD; clause 45). Its MDIO address is its LAN ID. A frame on MDIO takes no
 * time here.
 */
#ifndef PHY_H
#define PHY_H

#include <stdbool.h>
#include <stdint.h>

#include "link.h"

struct port;

#define PHY_REGISTERS_MAX 64

struct phy {
	uint16_t address; /* set by the last address cycle */
	uint16_t value[PHY_REGISTERS_MAX]; /* by row of phy.c's table */
	bool link_up;
	bool link_was_down; /* latched until status is read */
};

void phy_power_on(struct phy *phy);
/* The highest advertised speed; none in low power. */
enum link_speed phy_best_speed(const struct phy *phy);
void phy_link_changed(struct phy *phy, bool up);

/* 0xffff without a PHY; 0 for an unknown register. */
uint16_t phy_read(struct port *port, unsigned int address, unsigned int device,
		  uint16_t reg);
void phy_write(struct port *port, unsigned int address, unsigned int device,
	       uint16_t reg, uint16_t value);

/* NULL, or an error in the table of registers: for the tests. */
const char *phy_check_table(void);

/* Hook of regtable.c. */
void msca_write(struct port *port, unsigned int index, uint32_t value);

#endif

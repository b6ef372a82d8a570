// SPDX-License-Identifier: GPL-2.0-or-later
#include "ptp.h"

#include "port.h"
#include "x540.h"

static uint64_t now(const struct port *port)
{
	return port_now_us(port) * PTP_UNITS_PER_US;
}

/* In units; without a link, the clock runs as at 10 Gb/s. */
static uint64_t cycle_length(const struct port *port)
{
	switch (port->link.speed) {
	case LINK_SPEED_100M:
		return 6400;
	case LINK_SPEED_1G:
		return 640;
	default:
		return 64;
	}
}

/*
 * Adds the complete cycles so far to systim. ptp.increment is the TIMINCA of
 * these cycles. Wraps around like the register.
 */
static void catch_up(struct port *port)
{
	uint64_t length = cycle_length(port);
	uint64_t cycles = (now(port) - port->ptp.since) / length;

	port->ptp.systim += cycles * port->ptp.increment;
	port->ptp.since += cycles * length;
}

void ptp_reset(struct port *port)
{
	port->ptp.systim = 0;
	port->ptp.increment = 0;
	port->ptp.since = now(port);
}

void ptp_rate_changes(struct port *port)
{
	catch_up(port);
}

uint64_t ptp_systim(struct port *port)
{
	catch_up(port);
	return port->ptp.systim;
}

/* Reading the low half latches the matching high half. */
uint32_t systiml_read(struct port *port, unsigned int index)
{
	(void)index;
	*port_reg(port, REG_SYSTIMH) = ptp_systim(port) >> 32;
	return port->ptp.systim;
}

void systiml_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	catch_up(port);
	port->ptp.systim = (port->ptp.systim >> 32 << 32) | value;
}

void systimh_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	catch_up(port);
	port->ptp.systim = (uint64_t)value << 32 | (uint32_t)port->ptp.systim;
}

void timinca_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	catch_up(port);
	port->ptp.increment = value;
}

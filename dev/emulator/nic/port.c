// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.h"

#include <stdatomic.h>
#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "nvm.h"
#include "x540.h"

static bool may_dma(struct port *port)
{
	return port->host_ops &&
	       !(*port_reg(port, REG_CTRL) & CTRL_GIO_DISABLE);
}

bool port_dma_read(struct port *port, uint64_t address, void *data,
		   size_t count)
{
	return may_dma(port) &&
	       port->host_ops->dma_read(port->host, address, data, count);
}

bool port_dma_write(struct port *port, uint64_t address, const void *data,
		    size_t count)
{
	/* Orders this write after the previous ones, as the host sees them. */
	atomic_thread_fence(memory_order_release);
	return may_dma(port) &&
	       port->host_ops->dma_write(port->host, address, data, count);
}

void port_interrupt(struct port *port, unsigned int vector)
{
	if (port->host_ops && !port->ops->loses_interrupts(port->opaque))
		port->host_ops->interrupt(port->host, vector);
}

/* The levels of the lines: pulled up if ESDP does not drive them. */
static bool pin_level(const struct port *port, unsigned int pin)
{
	uint32_t esdp = port->reg[REG_ESDP / 4];

	if (!(esdp & ESDP_OUT(pin)) || (esdp & ESDP_NATIVE(pin)))
		return true;
	return esdp & ESDP_DATA(pin);
}

static void drive_pins(struct port *port)
{
	unsigned int levels = 0;

	for (unsigned int pin = 0; pin < PORT_PINS; pin++)
		levels |= pin_level(port, pin) ? BIT(pin) : 0;
	port->ops->pins(port->opaque, port->lan, levels);
}

/* The first receive address is loaded from the NVM. */
static void load_address(struct port *port)
{
	uint8_t mac[6];

	nvm_get_mac(port->nvm, port->lan, mac);
	*port_reg(port, REG_RAL) = get_le32(mac);
	*port_reg(port, REG_RAH) = get_le16(mac + 4) | RAH_VALID;
}

void port_reset(struct port *port)
{
	regs_reset(port);
	load_address(port);
	intr_reset(port);
	fdir_reset(port);
	pause_reset(port);
	rx_reset(port);
	tx_reset(port);
	ptp_reset(port);
	/* The pins are inputs again. */
	port->ops->pins_released(port->opaque, port->lan);
}

void port_power_on(struct port *port)
{
	phy_power_on(&port->phy);
	port_reset(port);
	link_power_on(port);
}

void port_fini(struct port *port)
{
	fdir_reset(port);
	rx_buffer_clear(&port->rx.buffer);
	loop_timer_stop(&port->intr.timer);
	loop_timer_stop(&port->link.timer);
	loop_timer_stop(&port->pause.ask_again);
	loop_timer_stop(&port->pause.end);
	loop_timer_stop(&port->rx.timer);
	loop_timer_stop(&port->tx.timer);
}

void ctrl_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	if (!(value & (CTRL_RESET | CTRL_LINK_RESET)))
		return;
	log_debug("port %u: reset", port->lan);
	port_reset(port);
	/* CTRL.RST alone does not affect the PHY and its link. */
	if (value & CTRL_LINK_RESET)
		link_restart(port);
}

uint32_t status_read(struct port *port, unsigned int index)
{
	uint32_t value = FIELD_PREP(STATUS_LAN_ID, port->lan);

	(void)index;
	/* No request to the host is ever pending. */
	if (!(*port_reg(port, REG_CTRL) & CTRL_GIO_DISABLE))
		value |= STATUS_GIO;
	return value;
}

uint32_t esdp_read(struct port *port, unsigned int index)
{
	uint32_t esdp = *port_reg(port, REG_ESDP);

	(void)index;
	for (unsigned int pin = 0; pin < PORT_PINS; pin++) {
		if (esdp & ESDP_OUT(pin))
			continue;
		esdp &= ~ESDP_DATA(pin);
		if (port->ops->pin(port->opaque, port->lan, pin))
			esdp |= ESDP_DATA(pin);
	}
	return esdp;
}

void esdp_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	(void)value;
	drive_pins(port);
}

/* Counts microseconds. */
uint32_t frtimer_read(struct port *port, unsigned int index)
{
	(void)index;
	return port_now_us(port);
}

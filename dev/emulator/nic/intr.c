// SPDX-License-Identifier: GPL-2.0-or-later
#include "intr.h"

#include <string.h>

#include "base/util.h"
#include "port.h"
#include "x540.h"

static bool uses_msix(struct port *port)
{
	return *port_reg(port, REG_GPIE) & GPIE_MSIX;
}

/* Two registers of 32 bits form a mask of all vectors. */
static uint64_t vector_pair(struct port *port, uint32_t offset)
{
	uint64_t high = *port_reg(port, offset + 4);

	return high << 32 | *port_reg(port, offset);
}

/* The vectors whose message clears the cause; above 15 all do. */
static uint64_t auto_clear_vectors(struct port *port)
{
	return ~(uint64_t)EICR_QUEUES |
	       (*port_reg(port, REG_EIAC) & EICR_QUEUES);
}

/* In microseconds; EITR's unit is 2 of them. */
static uint64_t pause_of(struct port *port, unsigned int vector)
{
	return 2 * FIELD_GET(EITR_INTERVAL, *port_reg(port, REG_EITR(vector)));
}

/* Sets the timer for the first one. */
static void hold_back(struct loop_timer *timer, uint64_t until_us)
{
	if (!loop_timer_is_set(timer) || until_us < timer->at_us)
		loop_timer_set(timer, until_us);
}

/* Sends a message, now or at the end of the interval. */
static bool send(struct port *port, unsigned int vector)
{
	uint64_t *until = &port->intr.quiet_until_us[vector];
	uint64_t pause = pause_of(port, vector);
	uint64_t now = *until || pause ? port_now_us(port) : 0;

	if (now < *until) {
		hold_back(&port->intr.timer, *until);
		return false;
	}
	port_interrupt(port, vector);
	*until = pause ? now + pause : 0;
	return true;
}

/* The other causes whose message was sent, or that have none. */
static uint32_t send_misc(struct port *port, uint32_t causes)
{
	static const uint32_t groups[] = { EICR_TCP_TIMER,
					   EICR_OTHER & ~EICR_TCP_TIMER };
	uint32_t ivar = *port_reg(port, REG_IVAR_MISC);

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++, ivar >>= 8)
		if ((causes & groups[i]) && (ivar & IVAR_VALID) &&
		    !send(port, ivar & IVAR_VECTOR))
			causes &= ~groups[i];
	return causes;
}

static uint64_t send_vectors(struct port *port, uint64_t vectors)
{
	for (uint64_t left = vectors; left; left &= left - 1) {
		unsigned int vector = __builtin_ctzll(left);

		if (!send(port, vector))
			vectors &= ~BIT64(vector);
	}
	return vectors;
}

/* The effect of a message on its causes and their masks. */
static void auto_clear_and_mask(struct port *port, uint64_t vectors,
				uint32_t other)
{
	struct intr *intr = &port->intr;

	intr->vectors &= ~(vectors & auto_clear_vectors(port));
	intr->other &= ~(other & *port_reg(port, REG_EIAC));
	if (*port_reg(port, REG_GPIE) & GPIE_AUTO_MASK) {
		intr->vectors_mask &=
			~(vectors & vector_pair(port, REG_EIAM_EX));
		intr->other_mask &= ~(other & *port_reg(port, REG_EIAM));
	}
}

/* Called after each change of causes or masks. */
static void update(struct port *port)
{
	struct intr *intr = &port->intr;
	uint64_t vectors = intr->vectors & intr->vectors_mask &
			   ~intr->vectors_sent;
	uint32_t other = intr->other & intr->other_mask & ~intr->other_sent;

	loop_timer_stop(&intr->timer);
	if (uses_msix(port)) {
		vectors = send_vectors(port, vectors);
		other = send_misc(port, other);
		auto_clear_and_mask(port, vectors, other);
	} else if ((vectors || other) && !send(port, 0)) {
		vectors = 0;
		other = 0;
	}
	intr->vectors_sent |= vectors;
	intr->vectors_sent &= intr->vectors & intr->vectors_mask;
	intr->other_sent |= other;
	intr->other_sent &= intr->other & intr->other_mask;
}

static void message_is_due(void *opaque)
{
	update(opaque);
}

void intr_reset(struct port *port)
{
	loop_timer_stop(&port->intr.timer);
	memset(&port->intr, 0, sizeof(port->intr));
	loop_timer_init(&port->intr.timer, port->timers, message_is_due, port);
}

void intr_queue(struct port *port, unsigned int queue, bool transmit)
{
	/* A register has two queues, each with a receive and transmit byte. */
	uint32_t ivar = *port_reg(port, REG_IVAR + queue / 2 * 4);
	unsigned int byte = queue % 2 * 2 + transmit;
	uint32_t entry = ivar >> (8 * byte) & 0xff;

	if (!(entry & IVAR_VALID))
		return;
	/* Without MSI-X only EICR's 16 bits can be allocated. */
	port->intr.vectors |=
		BIT64(entry & (uses_msix(port) ? IVAR_VECTOR : 0xf));
	update(port);
}

void intr_other(struct port *port, uint32_t causes)
{
	port->intr.other |= causes & EICR_OTHER;
	update(port);
}

static uint32_t causes_of(const struct intr *intr)
{
	return (intr->vectors & EICR_QUEUES) | intr->other;
}

static void set_causes(struct port *port, uint64_t vectors, uint32_t other)
{
	port->intr.vectors |= vectors;
	port->intr.other |= other & EICR_OTHER;
	update(port);
}

static void clear_causes(struct port *port, uint32_t causes)
{
	port->intr.vectors &= ~(uint64_t)(causes & EICR_QUEUES);
	port->intr.other &= ~causes;
	update(port);
}

uint32_t eicr_read(struct port *port, unsigned int index)
{
	uint32_t gpie = *port_reg(port, REG_GPIE);
	uint32_t causes = causes_of(&port->intr);

	(void)index;
	if (!(gpie & GPIE_AUTO_MASK)) {
		uint32_t mask = causes & *port_reg(port, REG_EIAM);

		port->intr.vectors_mask &= ~(uint64_t)(mask & EICR_QUEUES);
		port->intr.other_mask &= ~mask;
	}
	clear_causes(port, gpie & GPIE_OTHER_CLEAR_DISABLE ?
				   causes & GENMASK(29, 16) :
				   causes);
	return causes;
}

void eicr_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	clear_causes(port, value);
}

/* Write-only by the data sheet, yet drivers read it: EICR, not cleared. */
uint32_t eics_read(struct port *port, unsigned int index)
{
	(void)index;
	return causes_of(&port->intr);
}

void eics_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	set_causes(port, value & EICR_QUEUES, value);
}

uint32_t eims_read(struct port *port, unsigned int index)
{
	(void)index;
	return (port->intr.vectors_mask & EICR_QUEUES) | port->intr.other_mask;
}

static void set_mask(struct port *port, uint64_t vectors, uint32_t other)
{
	port->intr.vectors_mask |= vectors;
	port->intr.other_mask |= other & EICR_OTHER;
	update(port);
}

static void clear_mask(struct port *port, uint64_t vectors, uint32_t other)
{
	port->intr.vectors_mask &= ~vectors;
	port->intr.other_mask &= ~other;
	update(port);
}

void eims_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	set_mask(port, value & EICR_QUEUES, value);
}

void eimc_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	clear_mask(port, value & EICR_QUEUES, value);
}

void eics_ex_write(struct port *port, unsigned int index, uint32_t value)
{
	set_causes(port, (uint64_t)value << (32 * index), 0);
}

uint32_t eims_ex_read(struct port *port, unsigned int index)
{
	return port->intr.vectors_mask >> (32 * index);
}

void eims_ex_write(struct port *port, unsigned int index, uint32_t value)
{
	set_mask(port, (uint64_t)value << (32 * index), 0);
}

void eimc_ex_write(struct port *port, unsigned int index, uint32_t value)
{
	clear_mask(port, (uint64_t)value << (32 * index), 0);
}

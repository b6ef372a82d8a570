// SPDX-License-Identifier: GPL-2.0-or-later
#include "pause.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "mac.h"
#include "port.h"
#include "stats.h"
#include "x540.h"

#define OPCODE_AT 14
#define OPCODE_PAUSE 1
#define QUANTA_AT 16

/* A host can request less, which would keep the card busy. */
#define REPEAT_MIN_US 100

static const uint8_t pause_address[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x01 };

/* A quantum is the time of 512 bits. */
static uint64_t quanta_us(const struct port *port, uint32_t quanta)
{
	static const uint32_t bits_per_us[] = {
		[LINK_SPEED_NONE] = 10000,
		[LINK_SPEED_100M] = 100,
		[LINK_SPEED_1G] = 1000,
		[LINK_SPEED_10G] = 10000,
	};
	uint32_t rate = bits_per_us[port->link.speed];

	return (quanta * 512ull + rate - 1) / rate;
}

static void send(struct port *port, uint32_t quanta)
{
	uint8_t frame[MAC_PADDED] = { 0 };

	if (port->link.speed == LINK_SPEED_NONE || mac_loops_back(port))
		return;
	memcpy(frame, pause_address, sizeof(pause_address));
	put_le32(frame + 6, *port_reg(port, REG_RAL));
	put_le16(frame + 10, *port_reg(port, REG_RAH));
	put_be16(frame + MAC_TYPE_AT, MAC_CONTROL);
	put_be16(frame + OPCODE_AT, OPCODE_PAUSE);
	put_be16(frame + QUANTA_AT, quanta);
	stats_sent_pause(port, frame, sizeof(frame), quanta > 0);
	port->ops->transmit(port->opaque, port->lan, frame, sizeof(frame));
}

static void ask(struct port *port)
{
	uint32_t quanta = FIELD_GET(FCTTV_FIRST, *port_reg(port, REG_FCTTV));
	uint32_t repeat = FIELD_GET(FCRTV_QUANTA, *port_reg(port, REG_FCRTV));
	uint64_t us = quanta_us(port, repeat);

	port->pause.asked = true;
	loop_timer_stop(&port->pause.ask_again);
	if (us < REPEAT_MIN_US)
		us = REPEAT_MIN_US;
	if (repeat > 0)
		loop_timer_set(&port->pause.ask_again, port_now_us(port) + us);
	send(port, quanta);
}

static void stop_asking(struct port *port)
{
	port->pause.asked = false;
	loop_timer_stop(&port->pause.ask_again);
	port->ops->rx_ready(port->opaque, port->lan);
}

static bool may_ask(struct port *port)
{
	return (*port_reg(port, REG_FCCFG) & FCCFG_PAUSE) &&
	       (*port_reg(port, REG_FCRTH) & FCRTH_ENABLE);
}

void pause_update(struct port *port)
{
	uint32_t high = *port_reg(port, REG_FCRTH) & FCRT_BYTES;
	uint32_t low = *port_reg(port, REG_FCRTL);
	uint32_t used = port->rx.buffer.used;

	if (!may_ask(port)) {
		if (port->pause.asked)
			stop_asking(port);
	} else if (!port->pause.asked && used > 0 && used >= high) {
		ask(port);
	} else if (port->pause.asked &&
		   (used == 0 || used <= (low & FCRT_BYTES))) {
		if (low & FCRTL_XON)
			send(port, 0);
		stop_asking(port);
	}
}

bool pause_is_asked(const struct port *port)
{
	return port->pause.asked;
}

bool pause_is_on(const struct port *port)
{
	return loop_timer_is_set(&port->pause.end);
}

static void go_on(struct port *port)
{
	loop_timer_stop(&port->pause.end);
	tx_run_all(port);
}

static void obey(struct port *port, uint32_t quanta)
{
	stats_received_pause(port, quanta > 0);
	if (quanta > 0)
		loop_timer_set(&port->pause.end,
			       port_now_us(port) + quanta_us(port, quanta));
	else if (pause_is_on(port))
		go_on(port);
}

bool pause_control_frame(struct port *port, const uint8_t *frame, size_t len)
{
	uint32_t config = *port_reg(port, REG_MFLCN);

	if (len < QUANTA_AT + 2 ||
	    memcmp(frame, pause_address, sizeof(pause_address)) != 0 ||
	    get_be16(frame + OPCODE_AT) != OPCODE_PAUSE ||
	    !(config & MFLCN_OBEY))
		return config & MFLCN_PASS_CONTROL;
	obey(port, get_be16(frame + QUANTA_AT));
	return !(config & MFLCN_DISCARD_PAUSE);
}

static void asks_again(void *opaque)
{
	ask(opaque);
}

static void has_ended(void *opaque)
{
	tx_run_all(opaque);
}

void pause_reset(struct port *port)
{
	struct pause *pause = &port->pause;

	pause->asked = false;
	loop_timer_stop(&pause->ask_again);
	loop_timer_init(&pause->ask_again, port->timers, asks_again, port);
	loop_timer_stop(&pause->end);
	loop_timer_init(&pause->end, port->timers, has_ended, port);
}

void pause_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)index;
	(void)value;
	pause_update(port);
	if (pause_is_on(port) && !(*port_reg(port, REG_MFLCN) & MFLCN_OBEY))
		go_on(port);
}

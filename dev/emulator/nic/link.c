// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include "base/util.h"
#include "port.h"
#include "x540.h"

/* The highest speed that the port offers to its peer. */
static enum link_speed offered_speed(const struct port *port)
{
	if (!port->ops->is_connected(port->opaque, port->lan))
		return LINK_SPEED_NONE;
	return phy_best_speed(&port->phy);
}

/* The result of autonegotiation now. The peer supports all speeds. */
static enum link_speed wanted_speed(const struct port *port)
{
	if (!port->ops->has_peer(port->opaque, port->lan))
		return LINK_SPEED_NONE;
	return offered_speed(port);
}

enum wire_level link_level(const struct port *port)
{
	if (port->link.speed != LINK_SPEED_NONE)
		return WIRE_LINK;
	return offered_speed(port) == LINK_SPEED_NONE ? WIRE_DARK : WIRE_SIGNAL;
}

/* The cable still keeps a frame that the port had no room for. */
static void lose_kept_frame(struct port *port)
{
	port->ops->rx_ready(port->opaque, port->lan);
}

static void set_speed(struct port *port, enum link_speed speed)
{
	static const char *const names[] = {
		[LINK_SPEED_NONE] = "down",
		[LINK_SPEED_100M] = "100 Mb/s",
		[LINK_SPEED_1G] = "1 Gb/s",
		[LINK_SPEED_10G] = "10 Gb/s",
	};

	if (port->link.speed == speed)
		return;
	log_debug("port %u: link %s", port->lan, names[speed]);
	ptp_rate_changes(port);
	port->link.speed = speed;
	phy_link_changed(&port->phy, speed != LINK_SPEED_NONE);
	intr_other(port, EICR_LINK);
	port->ops->level_changed(port->opaque, port->lan);
	/* Frames that were queued while the link was down can be sent now. */
	if (speed != LINK_SPEED_NONE)
		tx_run_all(port);
	else
		lose_kept_frame(port);
}

static void comes_up(void *opaque)
{
	struct port *port = opaque;

	set_speed(port, wanted_speed(port));
}

void link_power_on(struct port *port)
{
	port->link.speed = LINK_SPEED_NONE;
	loop_timer_stop(&port->link.timer);
	loop_timer_init(&port->link.timer, port->timers, comes_up, port);
	lose_kept_frame(port);
	link_update(port);
}

void link_update(struct port *port)
{
	enum link_speed wanted = wanted_speed(port);

	if (wanted == LINK_SPEED_NONE) {
		loop_timer_stop(&port->link.timer);
		set_speed(port, LINK_SPEED_NONE);
	} else if (port->link.speed == LINK_SPEED_NONE &&
		   !loop_timer_is_set(&port->link.timer)) {
		loop_timer_set(&port->link.timer,
			       port_now_us(port) + port->link_us);
	}
	port->ops->level_changed(port->opaque, port->lan);
}

void link_restart(struct port *port)
{
	loop_timer_stop(&port->link.timer);
	set_speed(port, LINK_SPEED_NONE);
	link_update(port);
}

uint32_t links_read(struct port *port, unsigned int index)
{
	enum link_speed speed = port->link.speed;

	(void)index;
	if (speed == LINK_SPEED_NONE)
		return 0;
	return LINKS_UP | FIELD_PREP(LINKS_SPEED, (uint32_t)speed);
}

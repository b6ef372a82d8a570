// SPDX-License-Identifier: GPL-2.0-or-later
/* A port without a card: its calls to the card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "nic/fw.h"
#include "nic/mac.h"
#include "nic/nvm.h"
#include "nic/port.h"
#include "nic/x540.h"

#define LAN 1
#define LINK_US 50000

static uint64_t now_us;

static uint64_t clock_us(void)
{
	return now_us;
}

struct test {
	struct port port;
	struct nvm nvm;
	struct fw fw;
	struct loop_timers timers;
	bool connected, peer; /* answers to the port */
	unsigned int inputs;
	unsigned int levels; /* pins that the port drives */
	unsigned int frames, level_changes, releases, saves, rx_ready;
};

static bool is_connected(void *opaque, unsigned int lan)
{
	const struct test *t = opaque;

	assert_int_equal(lan, LAN);
	return t->connected;
}

static bool has_peer(void *opaque, unsigned int lan)
{
	const struct test *t = opaque;

	assert_int_equal(lan, LAN);
	return t->peer;
}

static void level_changed(void *opaque, unsigned int lan)
{
	struct test *t = opaque;

	assert_int_equal(lan, LAN);
	t->level_changes++;
}

static void transmit(void *opaque, unsigned int lan, const uint8_t *frame,
		     size_t len)
{
	struct test *t = opaque;

	assert_int_equal(lan, LAN);
	assert_int_equal(len, MAC_PADDED);
	assert_int_equal(frame[0], 0x5a);
	t->frames++;
}

static void rx_ready(void *opaque, unsigned int lan)
{
	struct test *t = opaque;

	assert_int_equal(lan, LAN);
	t->rx_ready++;
}

static void pins(void *opaque, unsigned int lan, unsigned int levels)
{
	struct test *t = opaque;

	assert_int_equal(lan, LAN);
	t->levels = levels;
}

static void pins_released(void *opaque, unsigned int lan)
{
	struct test *t = opaque;

	assert_int_equal(lan, LAN);
	t->releases++;
}

static bool pin(void *opaque, unsigned int lan, unsigned int pin)
{
	const struct test *t = opaque;

	assert_int_equal(lan, LAN);
	return t->inputs & BIT(pin);
}

static void save(void *opaque)
{
	struct test *t = opaque;

	t->saves++;
}

/* No host is attached, so there are no interrupts. */
static const struct port_ops ops = {
	.is_connected = is_connected,
	.has_peer = has_peer,
	.level_changed = level_changed,
	.transmit = transmit,
	.rx_ready = rx_ready,
	.pins = pins,
	.pins_released = pins_released,
	.pin = pin,
	.save = save,
};

static int setup(void **state)
{
	static const uint8_t mac[2][6] = { { 2, 0, 0, 0, 0, 1 },
					   { 2, 0, 0, 0, 0, 2 } };
	struct test *t = xcalloc(1, sizeof(*t));

	assert_null(regs_init());
	now_us = 1000000;
	t->timers.now_us = clock_us;
	nvm_init(&t->nvm, mac);
	t->port.ops = &ops;
	t->port.opaque = t;
	t->port.timers = &t->timers;
	t->port.lan = LAN;
	t->port.nvm = &t->nvm;
	t->port.fw = &t->fw;
	t->port.link_us = LINK_US;
	port_power_on(&t->port);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct test *t = *state;

	port_fini(&t->port);
	assert_int_equal(loop_timers_next(&t->timers), NO_DEADLINE);
	free(t);
	return 0;
}

static void bring_up(struct test *t)
{
	t->connected = true;
	t->peer = true;
	link_update(&t->port);
	now_us += LINK_US;
	loop_timers_run(&t->timers);
}

static void test_link(void **state)
{
	struct test *t = *state;
	struct port *port = &t->port;

	assert_int_equal(link_level(port), WIRE_DARK);
	t->connected = true;
	link_update(port);
	assert_int_equal(link_level(port), WIRE_SIGNAL);
	assert_int_equal(loop_timers_next(&t->timers), NO_DEADLINE);

	t->level_changes = 0;
	t->peer = true;
	link_update(port);
	assert_int_equal(loop_timers_next(&t->timers), now_us + LINK_US);
	assert_int_equal(link_level(port), WIRE_SIGNAL);
	bring_up(t);
	assert_int_equal(link_level(port), WIRE_LINK);
	assert_true(t->level_changes > 0);
	assert_true(regs_read(port, REG_LINKS) & LINKS_UP);

	t->level_changes = 0;
	t->rx_ready = 0;
	t->peer = false;
	link_update(port);
	assert_int_equal(link_level(port), WIRE_SIGNAL);
	assert_true(t->level_changes > 0);
	/* The cable has no frame to keep for it. */
	assert_true(t->rx_ready > 0);
}

static void test_transmits(void **state)
{
	static const uint8_t frame[MAC_HEADER] = { 0x5a };
	struct test *t = *state;

	assert_false(mac_can_transmit(&t->port));
	bring_up(t);
	assert_true(mac_can_transmit(&t->port));
	mac_transmit(&t->port, 0, frame, sizeof(frame));
	assert_int_equal(t->frames, 1);
	assert_false(mac_takes_gso(&t->port));
	t->port.takes_gso = true;
	assert_true(mac_takes_gso(&t->port));
}

static void test_pins(void **state)
{
	struct test *t = *state;
	struct port *port = &t->port;

	/* Pin 0 low, pin 2 high; the others are not driven. */
	regs_write(port, REG_ESDP, ESDP_OUT(0) | ESDP_OUT(2) | ESDP_DATA(2));
	assert_int_equal(t->levels, BIT(1) | BIT(2) | BIT(3));
	regs_write(port, REG_ESDP, ESDP_OUT(0) | ESDP_OUT(2) | ESDP_DATA(0));
	assert_int_equal(t->levels, BIT(0) | BIT(1) | BIT(3));
	t->inputs = BIT(0) | BIT(1) | BIT(2);
	assert_int_equal(regs_read(port, REG_ESDP) & GENMASK(3, 0),
			 BIT(0) | BIT(1));
	t->inputs = BIT(3);
	assert_int_equal(regs_read(port, REG_ESDP) & GENMASK(3, 0),
			 BIT(0) | BIT(3));

	t->releases = 0;
	regs_write(port, REG_CTRL, CTRL_RESET);
	assert_int_equal(t->releases, 1);
}

static void test_flash(void **state)
{
	struct test *t = *state;
	struct port *port = &t->port;

	regs_write(port, REG_EEWR,
		   EERW_START | FIELD_PREP(EERW_ADDRESS, 0x200u) |
			   FIELD_PREP(EERW_DATA, 0x1234u));
	assert_int_equal(t->saves, 0);
	regs_write(port, REG_EEC, EEC_UPDATE_FLASH);
	assert_int_equal(t->saves, 1);
	assert_int_equal(t->nvm.flash[0x200], 0x1234);
	/* It is in there already. */
	regs_write(port, REG_EEC, EEC_UPDATE_FLASH);
	assert_int_equal(t->saves, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_link),
		TEST(test_transmits),
		TEST(test_pins),
		TEST(test_flash),
	};

	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The card and the clock of dev/report/guest, simulated: the pins are those of
 * the emulated card's controller with the settings in $CONTROLLER, and time
 * advances only in waits and register accesses. A study of minutes takes
 * milliseconds. Prints the counters and the final state of the controller to
 * standard error.
 *
 * The controller keeps its memory in the file $IMAGE, if that is set. After
 * $KILLED_AFTER seconds the program and its host end, as by kill -9.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "card.h"
#include "clock.h"
#include "controller/bypass.h"
#include "record.h"

#define REG_ESDP 0x00020
#define ESDP_DATA(pin) (1u << (pin))
#define ESDP_OUT(pin) (1u << (8 + (pin)))
#define SDI 0
#define SDO 1
#define SCK 2

/* The approximate time of an access through QEMU. */
#define WRITE_NS 60000
#define READ_NS 45000
#define LATE_NS 30000 /* the maximum delay at the end of a sleep */

#define KILLED 137

static struct bypass *controller;
static uint64_t time_ns, killed_at_ns = UINT64_MAX;
static uint32_t esdp;

static void keep_image(void)
{
	const char *path = getenv("IMAGE");
	struct bypass_image image;
	FILE *file;

	if (!path)
		return;
	bypass_get_image(controller, time_ns / 1000, &image);
	file = fopen(path, "w");
	if (!file || fwrite(&image, sizeof(image), 1, file) != 1 ||
	    fclose(file) != 0)
		err(EXIT_FAILURE, "%s", path);
}

/* That of a new card if there is none. */
static void load_image(struct bypass_image *image)
{
	const char *path = getenv("IMAGE");
	FILE *file = path ? fopen(path, "r") : NULL;

	bypass_factory_image(image);
	if (!file)
		return;
	if (fread(image, sizeof(*image), 1, file) != 1)
		errx(EXIT_FAILURE, "%s: too short", path);
	fclose(file);
}

/* --- clock.h */

uint64_t now_ns(void)
{
	return time_ns;
}

void sleep_until(uint64_t at_ns)
{
	if (at_ns > time_ns)
		time_ns = at_ns + rand() % LATE_NS;
}

void sleep_ms(double ms)
{
	sleep_until(time_ns + (uint64_t)(ms * NS_PER_MS));
}

/* --- card.h */

static bool pin(unsigned int number)
{
	return !(esdp & ESDP_OUT(number)) || esdp & ESDP_DATA(number);
}

uint32_t card_read(const struct card *card, unsigned int function,
		   uint32_t offset)
{
	(void)card;
	time_ns += READ_NS;
	bypass_tick(controller, time_ns / 1000);
	if (function || offset != REG_ESDP)
		return 0;
	return (esdp & ~ESDP_DATA(SDO)) |
	       (bypass_sdo(controller) ? ESDP_DATA(SDO) : 0);
}

void card_write(struct card *card, uint32_t offset, uint32_t value)
{
	time_ns += WRITE_NS;
	if (time_ns >= killed_at_ns) {
		keep_image();
		_exit(KILLED);
	}
	if (offset == REG_ESDP)
		esdp = value;
	bypass_pins(controller, time_ns / 1000, pin(SCK), pin(SDI));
	card_read(card, 0, offset);
}

bool card_link(const struct card *card, unsigned int function)
{
	(void)card;
	(void)function;
	time_ns += READ_NS;
	bypass_tick(controller, time_ns / 1000);
	return bypass_relay(controller) == BYPASS_RELAY_NORMAL;
}

void card_open(struct card *card)
{
	struct bypass_config config = bypass_default_config();
	const char *list = getenv("CONTROLLER");
	const char *killed_after = getenv("KILLED_AFTER");
	struct bypass_image image;
	const char *error;
	char text[256];

	*card = (struct card){ 0 };
	if (list && *list && !settings_parse(&config, list, text, sizeof(text)))
		errx(EXIT_FAILURE, "CONTROLLER=%s: %s", list, text);
	time_ns = 1000 * (uint64_t)NS_PER_MS;
	if (killed_after)
		killed_at_ns = time_ns + (uint64_t)(atof(killed_after) * 1e9);
	load_image(&image);
	controller = bypass_new(&image, NULL, NULL, time_ns / 1000);
	error = bypass_configure(controller, time_ns / 1000, &config);
	if (error)
		errx(EXIT_FAILURE, "CONTROLLER=%s: %s", list, error);
	/* The host boots. */
	bypass_main_power(controller, time_ns / 1000, false);
	bypass_main_power(controller, time_ns / 1000, true);
}

void card_close(struct card *card)
{
	struct bypass_image image;

	(void)card;
	keep_image();
	bypass_get_image(controller, time_ns / 1000, &image);
	fprintf(stderr, "simulated: ctl0=0x%05x state=%s seconds=%.0f\n",
		image.ctl0, bypass_relay_name(image.relay), time_ns / 1e9);
	fputs("eeprom=", stderr);
	for (int i = 0; i < BYPASS_EEPROM_SIZE; i++)
		fprintf(stderr, "%02x", image.eeprom[i]);
	fputc('\n', stderr);
	bypass_print_counters(controller, stderr);
	bypass_free(controller);
}

void card_record_pci(const struct card *card)
{
	(void)card;
}

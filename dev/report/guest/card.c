// SPDX-License-Identifier: GPL-2.0-or-later
#include "card.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

#define DEVICES "/sys/bus/pci/devices"
#define CARD_ID 0x155c8086u

#define CONFIG_SIZE 256
#define CONFIG_REVISION 0x08
#define CONFIG_SUBSYSTEM 0x2c
#define CONFIG_CAPABILITIES 0x34
#define CAPABILITY_EXPRESS 0x10
#define EXPRESS_LINK_CAPABILITY 0x0c
#define EXPRESS_LINK_STATUS 0x12

#define BAR_USED 0x10000
#define REG_STATUS 0x00008
#define STATUS_FUNCTION(status) ((status) >> 2 & 3)
#define REG_LINKS 0x042a4
#define LINKS_UP (1u << 30)

static void sysfs_path(char *path, size_t size, const char *address,
		       const char *file)
{
	snprintf(path, size, DEVICES "/%s/%s", address, file);
}

static void read_config(const char *address, uint8_t config[CONFIG_SIZE])
{
	char path[128];
	int fd;

	sysfs_path(path, sizeof(path), address, "config");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, config, CONFIG_SIZE) != CONFIG_SIZE)
		err(EXIT_FAILURE, "%s", path);
	close(fd);
}

static uint32_t get16(const uint8_t *config, unsigned int at)
{
	return config[at] | config[at + 1] << 8;
}

static uint32_t get32(const uint8_t *config, unsigned int at)
{
	return get16(config, at) | get16(config, at + 2) << 16;
}

/* The address of function 0: with two cards, of the first. */
static bool find_card(char *address, size_t size)
{
	uint8_t config[CONFIG_SIZE];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	dir = opendir(DEVICES);
	if (!dir)
		err(EXIT_FAILURE, DEVICES);
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 2 || strcmp(entry->d_name + length - 2, ".0") != 0)
			continue;
		read_config(entry->d_name, config);
		if (get32(config, 0) != CARD_ID)
			continue;
		if (found && strcmp(address, entry->d_name) < 0)
			continue;
		snprintf(address, size, "%s", entry->d_name);
		found = true;
	}
	closedir(dir);
	return found;
}

static void check_no_driver(const char *address)
{
	char path[128];

	sysfs_path(path, sizeof(path), address, "driver");
	if (access(path, F_OK) == 0)
		errx(EXIT_FAILURE,
		     "%s has a driver: unbind it first, as two cannot drive the controller's pins",
		     address);
}

static void enable(const char *address, bool on)
{
	char path[128];
	int fd;

	sysfs_path(path, sizeof(path), address, "enable");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		warn("%s", path);
	close(fd);
}

static volatile uint32_t *map_registers(const char *address)
{
	char path[128];
	void *bar;
	int fd;

	sysfs_path(path, sizeof(path), address, "resource0");
	fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		err(EXIT_FAILURE, "%s", path);
	bar = mmap(NULL, BAR_USED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bar == MAP_FAILED)
		err(EXIT_FAILURE, "%s", path);
	close(fd);
	return bar;
}

static bool function_exists(const char *address)
{
	char path[128];

	sysfs_path(path, sizeof(path), address, "config");
	return access(path, F_OK) == 0;
}

void card_open(struct card *card)
{
	uint32_t status;

	*card = (struct card){ 0 };
	if (!find_card(card->address[0], sizeof(card->address[0])))
		errx(EXIT_FAILURE,
		     "no X540-T2BP (8086:155c) found: see lspci -nn");
	strcpy(card->address[1], card->address[0]);
	card->address[1][strlen(card->address[1]) - 1] = '1';
	if (!function_exists(card->address[1]))
		card->address[1][0] = '\0';
	for (unsigned int i = 0; i < CARD_FUNCTIONS; i++) {
		if (!card->address[i][0])
			continue;
		check_no_driver(card->address[i]);
		enable(card->address[i], true);
		card->bar[i] = map_registers(card->address[i]);
	}
	status = card_read(card, 0, REG_STATUS);
	if (status == UINT32_MAX)
		errx(EXIT_FAILURE,
		     "%s reads as all ones: its registers cannot be reached",
		     card->address[0]);
	if (STATUS_FUNCTION(status) != 0)
		errx(EXIT_FAILURE,
		     "%s is the card's function %u, and the controller is on function 0: swap the ports back",
		     card->address[0], STATUS_FUNCTION(status));
}

void card_close(struct card *card)
{
	for (unsigned int i = 0; i < CARD_FUNCTIONS; i++) {
		if (!card->bar[i])
			continue;
		munmap((void *)card->bar[i], BAR_USED);
		enable(card->address[i], false);
	}
}

uint32_t card_read(const struct card *card, unsigned int function,
		   uint32_t offset)
{
	return card->bar[function][offset / 4];
}

void card_write(struct card *card, uint32_t offset, uint32_t value)
{
	card->bar[0][offset / 4] = value;
	(void)card->bar[0][offset / 4];
}

bool card_link(const struct card *card, unsigned int function)
{
	uint32_t links;

	if (!card->bar[function])
		return false;
	/* Latched: the second read is the present. */
	card_read(card, function, REG_LINKS);
	links = card_read(card, function, REG_LINKS);
	return links != UINT32_MAX && links & LINKS_UP;
}

/* 0 if there is none. */
static unsigned int find_capability(const uint8_t *config, uint8_t id)
{
	unsigned int at = config[CONFIG_CAPABILITIES] & ~3u;

	for (int i = 0; i < CONFIG_SIZE / 4 && at; i++) {
		if (config[at] == id)
			return at;
		at = config[at + 1] & ~3u;
	}
	return 0;
}

void card_record_pci(const struct card *card)
{
	uint8_t config[CONFIG_SIZE];
	unsigned int express;

	read_config(card->address[0], config);
	record_begin("pci");
	record_hex("vendor", get16(config, 0), 4);
	record_hex("device", get16(config, 2), 4);
	record_hex("subsystem_vendor", get16(config, CONFIG_SUBSYSTEM), 4);
	record_hex("subsystem_device", get16(config, CONFIG_SUBSYSTEM + 2), 4);
	record_hex("revision", config[CONFIG_REVISION], 2);
	record_number("functions", card->bar[1] ? 2 : 1);
	express = find_capability(config, CAPABILITY_EXPRESS);
	if (express && express + EXPRESS_LINK_STATUS + 1 < CONFIG_SIZE) {
		uint32_t most =
			get32(config, express + EXPRESS_LINK_CAPABILITY);
		uint32_t now = get16(config, express + EXPRESS_LINK_STATUS);

		record_hex("link_capability", most, 8);
		record_number("generation_max", most & 0xf);
		record_number("lanes_max", most >> 4 & 0x3f);
		record_number("generation", now & 0xf);
		record_number("lanes", now >> 4 & 0x3f);
	}
	record_end();
}

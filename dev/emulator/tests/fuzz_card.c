// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz_card.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "card.h"
#include "host/pcicfg.h"
#include "nic/rx.h"
#include "nic/x540.h"

#define RINGS_COUNT 64 /* descriptors */
#define TX_RING 0x0000
#define RX_RING 0x1000
#define RX_BUFFERS 0x10000

/* The longest ring, in turns of one descriptor each. */
#define TICKS_MAX 0x10000

struct fuzz {
	const uint8_t *data;
	size_t left;
	struct card card;
	unsigned int lan;
	struct pcicfg cfg;
	uint8_t memory[FUZZ_MEMORY];
	uint8_t frame[0x10000];
};

static uint64_t now_us;

static uint64_t clock_us(void)
{
	return now_us;
}

static struct loop_timers timers = { .now_us = clock_us };

static int64_t wall_s(void)
{
	return 1795365600;
}

static uint32_t take(struct fuzz *f, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes && f->left > 0; i++, f->left--)
		value |= (uint32_t)*f->data++ << (8 * i);
	return value;
}

static bool in_memory(uint64_t address, size_t count)
{
	return address <= FUZZ_MEMORY && count <= FUZZ_MEMORY - address;
}

static bool dma_read(void *host, uint64_t address, void *data, size_t count)
{
	struct fuzz *f = host;

	if (!in_memory(address, count))
		return false;
	memcpy(data, f->memory + address, count);
	return true;
}

static bool dma_write(void *host, uint64_t address, const void *data,
		      size_t count)
{
	struct fuzz *f = host;

	if (!in_memory(address, count))
		return false;
	memcpy(f->memory + address, data, count);
	return true;
}

static void interrupt(void *host, unsigned int vector)
{
	(void)host;
	if (vector >= X540_VECTORS)
		abort();
}

/* Advances to the next timers of the card, so that all of them run. */
static void sleep_us(uint32_t us)
{
	uint64_t end = now_us + us;

	for (unsigned int i = 0; loop_timers_next(&timers) <= end; i++) {
		if (i == TICKS_MAX)
			abort();
		if (loop_timers_next(&timers) > now_us)
			now_us = loop_timers_next(&timers);
		loop_timers_run(&timers);
	}
	now_us = end;
}

static void write_reg(struct fuzz *f, uint32_t offset, uint32_t value)
{
	uint8_t bytes[4];

	put_le32(bytes, value);
	regs_host_write(&f->card.port[f->lan], offset, bytes, sizeof(bytes));
}

static void read_regs(struct fuzz *f)
{
	uint32_t offset = take(f, 3);
	size_t count = take(f, 1);

	regs_host_read(&f->card.port[f->lan], offset, f->frame, count);
}

static void write_config(struct fuzz *f)
{
	uint32_t offset = take(f, 2);
	enum pcicfg_effect effect;
	uint8_t bytes[4];

	put_le32(bytes, take(f, 4));
	if (pcicfg_write(&f->cfg, offset, bytes, sizeof(bytes), &effect) &&
	    effect == PCICFG_RESET)
		port_reset(&f->card.port[f->lan]);
	pcicfg_read(&f->cfg, offset, bytes, sizeof(bytes));
}

static void write_memory(struct fuzz *f)
{
	uint32_t address = take(f, 3) % FUZZ_MEMORY;
	size_t count = take(f, 1);

	for (size_t i = 0; i < count && address + i < FUZZ_MEMORY; i++)
		f->memory[address + i] = take(f, 1);
}

static void write_descriptor(struct fuzz *f)
{
	uint8_t *d = f->memory + take(f, 2) * 16 % FUZZ_MEMORY;

	put_le32(d, take(f, 4));
	put_le32(d + 4, 0);
	put_le32(d + 8, take(f, 4));
	put_le32(d + 12, take(f, 4));
}

static void receive_frame(struct fuzz *f)
{
	size_t len = take(f, 2);
	size_t given = take(f, 1);
	/* On the heap, with its exact size, for the sanitizer. */
	uint8_t *frame = calloc(1, len + 1);

	if (!frame)
		abort();
	for (size_t i = 0; i < given && i < len; i++)
		frame[i] = take(f, 1);
	rx_frame(&f->card.port[f->lan], frame, len);
	free(frame);
}

/* The setup of a driver, which the fuzzer need not guess. */
static void set_up_rings(struct fuzz *f)
{
	unsigned int q = take(f, 1) % X540_QUEUES;

	write_reg(f, REG_TDBAL(q), TX_RING);
	write_reg(f, REG_TDLEN(q), RINGS_COUNT * 16);
	write_reg(f, REG_DMATXCTL, 0x81000000 | DMATXCTL_ENABLE);
	write_reg(f, REG_TXDCTL(q), TXDCTL_ENABLE);
	for (unsigned int i = 0; i < RINGS_COUNT; i++)
		put_le32(f->memory + RX_RING + 16 * i, RX_BUFFERS + i * 0x400);
	write_reg(f, REG_RDBAL(q), RX_RING);
	write_reg(f, REG_RDLEN(q), RINGS_COUNT * 16);
	write_reg(f, REG_SRRCTL(q), 0x02000001);
	write_reg(f, REG_RXDCTL(q), RXDCTL_ENABLE | RXDCTL_STRIP_VLAN);
	write_reg(f, REG_RDT(q), RINGS_COUNT - 1);
	write_reg(f, REG_FCTRL, FCTRL_ALL_MULTICAST | FCTRL_ALL_UNICAST);
	write_reg(f, REG_HLREG0,
		  HLREG0_JUMBO | HLREG0_TX_PAD | HLREG0_LOOPBACK);
	write_reg(f, REG_MAXFRS, 0x3e000000);
	write_reg(f, REG_MRQC, 0x00ff0001);
	write_reg(f, REG_RXCSUM, RXCSUM_HASH);
	write_reg(f, REG_GPIE, GPIE_MSIX | GPIE_AUTO_MASK);
	write_reg(f, REG_IVAR + q / 2 * 4, 0x81808180);
	write_reg(f, REG_EIMS, 0x7fffffff);
	write_reg(f, REG_RXCTRL, RXCTRL_ENABLE);
}

static void run_op(struct fuzz *f)
{
	uint32_t offset;

	switch (take(f, 1) % FUZZ_OPS) {
	case FUZZ_PORT:
		f->lan = take(f, 1) % CARD_PORTS;
		break;
	case FUZZ_READ:
		read_regs(f);
		break;
	case FUZZ_WRITE:
		offset = take(f, 3);
		write_reg(f, offset, take(f, 4));
		break;
	case FUZZ_CONFIG:
		write_config(f);
		break;
	case FUZZ_MEMORY_WRITE:
		write_memory(f);
		break;
	case FUZZ_DESCRIPTOR:
		write_descriptor(f);
		break;
	case FUZZ_FRAME:
		receive_frame(f);
		break;
	case FUZZ_SLEEP:
		sleep_us(take(f, 2));
		break;
	case FUZZ_RINGS:
		set_up_rings(f);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct host_ops ops = {
		.dma_read = dma_read,
		.dma_write = dma_write,
		.interrupt = interrupt,
	};
	static const struct card_config config = {
		.link_us = CARD_LINK_US,
		.relay_us = CARD_RELAY_US,
		.timers = &timers,
		.wall_s = wall_s,
	};
	static struct fuzz f;

	if (regs_init())
		abort();
	memset(&f, 0, sizeof(f));
	f.data = data;
	f.left = size;
	now_us = 1000000;
	card_init(&f.card, &config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		card_attach(&f.card, lan, &ops, &f);
	pcicfg_init(&f.cfg, 0, f.card.port[0].mac);
	sleep_us(2 * CARD_LINK_US);
	while (f.left > 0)
		run_op(&f);
	/* Completes all operations in progress. */
	sleep_us(1000000);
	card_fini(&f.card);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host for tests of the card: its memory, the interrupts that it got, and
 * a clock that the test sets.
 */
#ifndef CARD_HOST_H
#define CARD_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "card.h"
#include "nic/x540.h"

#define MS 1000ull
#define S 1000000ull
#define MEMORY_BASE 0x100000000ull
#define MEMORY_SIZE 0x40000

/* The argument "host" of the host's functions. */
struct host_port {
	struct host *host;
	unsigned int lan;
};

struct host {
	struct card card;
	struct host_port port[CARD_PORTS];
	uint8_t memory[CARD_PORTS][MEMORY_SIZE];
	/* By port and vector: messages since the test last read them. */
	unsigned int interrupts[CARD_PORTS][X540_VECTORS];
	unsigned int dma_failures;
};

static uint64_t host_now_us;

static inline uint64_t host_clock(void)
{
	return host_now_us;
}

/* The card's. */
static struct loop_timers host_timers = { .now_us = host_clock };

static inline int64_t host_wall(void)
{
	return 1795365600;
}

static inline uint8_t *host_memory(struct host_port *hp, uint64_t address,
				   size_t count)
{
	if (address < MEMORY_BASE || address - MEMORY_BASE > MEMORY_SIZE ||
	    count > MEMORY_SIZE - (address - MEMORY_BASE)) {
		hp->host->dma_failures++;
		return NULL;
	}
	return &hp->host->memory[hp->lan][address - MEMORY_BASE];
}

static inline bool host_dma_read(void *opaque, uint64_t address, void *data,
				 size_t count)
{
	uint8_t *at = host_memory(opaque, address, count);

	if (at)
		memcpy(data, at, count);
	return at;
}

static inline bool host_dma_write(void *opaque, uint64_t address,
				  const void *data, size_t count)
{
	uint8_t *at = host_memory(opaque, address, count);

	if (at)
		memcpy(at, data, count);
	return at;
}

static inline void host_interrupt(void *opaque, unsigned int vector)
{
	struct host_port *hp = opaque;

	assert_true(vector < X540_VECTORS);
	hp->host->interrupts[hp->lan][vector]++;
}

static inline void host_attach(struct host *h, unsigned int lan)
{
	static const struct host_ops ops = {
		.dma_read = host_dma_read,
		.dma_write = host_dma_write,
		.interrupt = host_interrupt,
	};

	h->port[lan] = (struct host_port){ h, lan };
	card_attach(&h->card, lan, &ops, &h->port[lan]);
}

/* Advances the time, and runs everything that is due. */
static inline void host_sleep(struct host *h, uint64_t us)
{
	struct loop_timers *timers = h->card.config.timers;
	uint64_t end = host_now_us + us;

	while (loop_timers_next(timers) <= end) {
		if (loop_timers_next(timers) > host_now_us)
			host_now_us = loop_timers_next(timers);
		loop_timers_run(timers);
	}
	host_now_us = end;
}

/* A card with a host at both ports. */
static inline struct host *host_add(const struct card_config *config)
{
	struct host *h = xcalloc(1, sizeof(*h));

	card_init(&h->card, config);
	for (unsigned int lan = 0; lan < CARD_PORTS; lan++)
		host_attach(h, lan);
	return h;
}

/* The first or only card of a test; its links are up if they have a peer. */
static inline struct host *host_new(const struct card_config *config)
{
	struct host *h;

	assert_null(regs_init());
	host_now_us = 1000 * S;
	h = host_add(config);
	host_sleep(h, S);
	return h;
}

/* Without a state file; the cables end in sinks. */
static const struct card_config host_config = {
	.link_us = CARD_LINK_US,
	.relay_us = CARD_RELAY_US,
	.timers = &host_timers,
	.wall_s = host_wall,
};

static inline int host_setup(void **state)
{
	*state = host_new(&host_config);
	return 0;
}

static inline void host_free(struct host *h)
{
	card_fini(&h->card);
	free(h);
}

static inline int host_teardown(void **state)
{
	host_free(*state);
	return 0;
}

static inline uint32_t rd(struct host *h, unsigned int lan, uint32_t offset)
{
	return regs_read(&h->card.port[lan], offset);
}

static inline void wr(struct host *h, unsigned int lan, uint32_t offset,
		      uint32_t value)
{
	regs_write(&h->card.port[lan], offset, value);
}

/* The number of messages of the vector since the last call. */
static inline unsigned int interrupts(struct host *h, unsigned int lan,
				      unsigned int vector)
{
	unsigned int n = h->interrupts[lan][vector];

	h->interrupts[lan][vector] = 0;
	return n;
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

#endif

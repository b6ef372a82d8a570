// SPDX-License-Identifier: GPL-2.0-or-later
#include "tx.h"

#include <string.h>

#include "port.h"
#include "util.h"

/* A descriptor as four little-endian words: address, address, this, status. */
#define DESCRIPTOR_SIZE 16
#define DESC_LENGTH GENMASK(15, 0)
#define DESC_TYPE GENMASK(23, 20) /* of an advanced one */
#define DESC_TYPE_CONTEXT 2
#define DESC_END_OF_FRAME BIT(24)
#define DESC_REPORT_STATUS BIT(27)
#define DESC_ADVANCED BIT(29)
#define DESC_STATUS 12 /* offset of the status word */
#define DESC_DONE BIT(0)

#define BATCH 64 /* descriptors fetched at once */
#define FRAME_CHECK 4 /* bytes that the MAC adds */

struct ring {
	uint64_t base;
	uint32_t count; /* of descriptors */
	uint32_t head;
	uint32_t tail;
};

void tx_reset(struct port *port)
{
	memset(port->tx.queue, 0, sizeof(port->tx.queue));
}

/* Adds to a statistics counter, which may be 64 bits in two registers. */
static void count64(struct port *port, uint32_t low, uint32_t high,
		    uint64_t add)
{
	uint64_t sum = *port_reg(port, low) + add;

	*port_reg(port, low) = sum;
	*port_reg(port, high) += sum >> 32;
}

static void count_frame(struct port *port, uint32_t bytes)
{
	static const struct {
		uint32_t up_to;
		uint32_t reg;
	} sizes[] = {
		{ 64, REG_PTC64 },     { 127, REG_PTC127 },
		{ 255, REG_PTC255 },   { 511, REG_PTC511 },
		{ 1023, REG_PTC1023 }, { UINT32_MAX, REG_PTC1522 },
	};
	size_t i = 0;

	if (bytes < 60)
		bytes = 60; /* the MAC pads */
	bytes += FRAME_CHECK;
	while (bytes > sizes[i].up_to)
		i++;
	++*port_reg(port, sizes[i].reg);
	++*port_reg(port, REG_GPTC);
	++*port_reg(port, REG_TPT);
	count64(port, REG_GOTCL, REG_GOTCH, bytes);
	port->tx.frames++;
}

static uint32_t word_of(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool write_back(struct port *port, uint64_t descriptor)
{
	static const uint8_t done[4] = { DESC_DONE };

	return port_dma_write(port, descriptor + DESC_STATUS, done,
			      sizeof(done));
}

/* False if the descriptor can't be written back. */
static bool run_descriptor(struct port *port, struct tx_queue *queue,
			   uint64_t address, const uint8_t *descriptor,
			   bool *reported)
{
	uint32_t word = word_of(&descriptor[8]);

	/* A context is about frames to come: not needed to count them. */
	if (!(word & DESC_ADVANCED) ||
	    FIELD_GET(DESC_TYPE, word) != DESC_TYPE_CONTEXT) {
		/* Bounded: a frame that is too long is one anyway. */
		if (queue->bytes < UINT16_MAX)
			queue->bytes += FIELD_GET(DESC_LENGTH, word);
		if (word & DESC_END_OF_FRAME) {
			count_frame(port, queue->bytes);
			queue->bytes = 0;
		}
	}
	if (word & DESC_REPORT_STATUS) {
		*reported = true;
		return write_back(port, address);
	}
	return true;
}

/* May the queue work, and on what? */
static bool get_ring(struct port *port, unsigned int q, struct ring *ring)
{
	if (port->link.speed == LINK_SPEED_NONE ||
	    !(*port_reg(port, REG_DMATXCTL) & DMATXCTL_ENABLE) ||
	    !(*port_reg(port, REG_TXDCTL(q)) & TXDCTL_ENABLE) ||
	    *port_reg(port, REG_CTRL) & CTRL_GIO_DISABLE)
		return false;

	ring->base = *port_reg(port, REG_TDBAL(q)) |
		     (uint64_t)*port_reg(port, REG_TDBAH(q)) << 32;
	ring->count = *port_reg(port, REG_TDLEN(q)) / DESCRIPTOR_SIZE;
	ring->head = *port_reg(port, REG_TDH(q));
	ring->tail = *port_reg(port, REG_TDT(q));
	if (ring->head == ring->tail)
		return false;
	if (ring->head >= ring->count || ring->tail >= ring->count) {
		log_debug(
			"port %u: transmit queue %u: head %u or tail %u is not below %u descriptors",
			port->lan, q, ring->head, ring->tail, ring->count);
		return false;
	}
	return true;
}

/*
 * Works on up to BATCH descriptors that lie in a row. False when the host's
 * memory is not there: the queue then waits for its next doorbell.
 */
static bool run_batch(struct port *port, unsigned int q, struct ring *ring,
		      bool *reported)
{
	uint8_t batch[BATCH][DESCRIPTOR_SIZE];
	uint32_t end = ring->tail > ring->head ? ring->tail : ring->count;
	uint32_t count = end - ring->head < BATCH ? end - ring->head : BATCH;
	uint64_t address = ring->base + (uint64_t)ring->head * DESCRIPTOR_SIZE;

	if (!port_dma_read(port, address, batch, count * DESCRIPTOR_SIZE))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!run_descriptor(port, &port->tx.queue[q], address, batch[i],
				    reported))
			return false;
		address += DESCRIPTOR_SIZE;
		ring->head = (ring->head + 1) % ring->count;
	}
	return true;
}

static void run_queue(struct port *port, unsigned int q)
{
	struct ring ring;
	bool reported = false;

	if (!get_ring(port, q, &ring))
		return;
	/* The tail does not move meanwhile: at most ring.count descriptors. */
	while (ring.head != ring.tail) {
		if (!run_batch(port, q, &ring, &reported)) {
			log_debug(
				"port %u: transmit queue %u: no memory at descriptor %u of ring %#llx",
				port->lan, q, ring.head,
				(unsigned long long)ring.base);
			break;
		}
	}
	*port_reg(port, REG_TDH(q)) = ring.head;
	if (reported)
		intr_queue(port, q, true);
}

void tx_run_all(struct port *port)
{
	for (unsigned int q = 0; q < X540_QUEUES; q++)
		run_queue(port, q);
}

void tdt_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)value;
	run_queue(port, index);
}

void txdctl_write(struct port *port, unsigned int index, uint32_t value)
{
	if (!(value & TXDCTL_ENABLE))
		port->tx.queue[index].bytes = 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tx.h"

#include <string.h>

#include "base/bytes.h"
#include "base/util.h"
#include "mac.h"
#include "port.h"
#include "ring.h"
#include "x540.h"

/*
 * A descriptor is four little-endian words: two for the address, the command,
 * and the options. A context has lengths and a segment size instead of an
 * address.
 */
#define CMD_LENGTH GENMASK(15, 0)
#define CMD_TIME_STAMP BIT(19) /* of an advanced one */
#define CMD_TYPE GENMASK(23, 20) /* of an advanced one */
#define CMD_TYPE_CONTEXT 2
#define CMD_EOP BIT(24)
#define CMD_INSERT_FCS BIT(25)
#define CMD_REPORT_STATUS BIT(27)
#define CMD_ADVANCED BIT(29)
#define CMD_INSERT_VLAN BIT(30)
#define CMD_SEGMENT BIT(31) /* of an advanced one */
#define OPT_CONTEXT GENMASK(4, 4)
#define OPT_IP_CHECKSUM BIT(8)
#define OPT_L4_CHECKSUM BIT(9)
#define CMD_LEGACY_CSO GENMASK(23, 16)
#define CMD_LEGACY_CHECKSUM BIT(26)
#define OPT_LEGACY_CSS GENMASK(15, 8)
#define OPT_LEGACY_VLAN GENMASK(31, 16)
#define CONTEXT0_IP_LEN GENMASK(8, 0)
#define CONTEXT0_MAC_LEN GENMASK(15, 9)
#define CONTEXT0_VLAN GENMASK(31, 16)
#define CONTEXT2_IPV4 BIT(10)
#define CONTEXT2_L4_TYPE GENMASK(12, 11)
#define CONTEXT3_L4_LEN GENMASK(15, 8)
#define CONTEXT3_MSS GENMASK(31, 16)
#define STATUS_OFFSET 12
#define STATUS_DONE BIT(0)

#define BATCH 64 /* descriptors fetched at once */

/* The most work of a queue in one turn, plus up to a frame. */
#define TURN_DESCRIPTORS 256
#define TURN_COST 0x40000

struct descriptor {
	uint32_t word[4];
	uint64_t at; /* its address in the host's memory */
};

struct turn {
	uint32_t descriptors;
	size_t cost; /* of frames, see tx_packet_send() */
	bool reported; /* a completed descriptor must be reported to the host */
};

static void set_context(struct tx_queue *queue, const struct descriptor *d)
{
	const uint32_t *word = d->word;

	queue->context[FIELD_GET(OPT_CONTEXT, word[3])] = (struct tx_context){
		.vlan = FIELD_GET(CONTEXT0_VLAN, word[0]),
		.mac_len = FIELD_GET(CONTEXT0_MAC_LEN, word[0]),
		.ip_len = FIELD_GET(CONTEXT0_IP_LEN, word[0]),
		.l4_len = FIELD_GET(CONTEXT3_L4_LEN, word[3]),
		.mss = FIELD_GET(CONTEXT3_MSS, word[3]),
		.l4_type = FIELD_GET(CONTEXT2_L4_TYPE, word[2]),
		.ipv4 = word[2] & CONTEXT2_IPV4,
	};
}

/* The first descriptor of a packet has the options for all of it. */
static void start_advanced(struct tx_queue *queue, const struct descriptor *d)
{
	struct tx_packet *packet = &queue->packet;
	uint32_t command = d->word[2], options = d->word[3];

	packet->context = queue->context[FIELD_GET(OPT_CONTEXT, options)];
	packet->insert_vlan = command & CMD_INSERT_VLAN;
	packet->insert_ip_checksum = options & OPT_IP_CHECKSUM;
	packet->insert_l4_checksum = options & OPT_L4_CHECKSUM;
	packet->segment = command & CMD_SEGMENT;
	packet->time_stamp = command & CMD_TIME_STAMP;
	packet->insert_legacy_checksum = false;
	packet->has_fcs = !(command & CMD_INSERT_FCS);
}

static void start_legacy(struct tx_queue *queue, const struct descriptor *d)
{
	struct tx_packet *packet = &queue->packet;
	uint32_t command = d->word[2], options = d->word[3];

	packet->context = (struct tx_context){
		.vlan = FIELD_GET(OPT_LEGACY_VLAN, options),
	};
	packet->insert_vlan = command & CMD_INSERT_VLAN;
	packet->insert_ip_checksum = false;
	packet->insert_l4_checksum = false;
	packet->segment = false;
	packet->time_stamp = false;
	packet->insert_legacy_checksum = command & CMD_LEGACY_CHECKSUM;
	packet->css = FIELD_GET(OPT_LEGACY_CSS, options);
	packet->cso = FIELD_GET(CMD_LEGACY_CSO, command);
	packet->has_fcs = !(command & CMD_INSERT_FCS);
}

static void add_piece(struct tx_queue *queue, const struct descriptor *d)
{
	struct tx_packet *packet = &queue->packet;

	if (packet->pieces < TX_PIECES)
		packet->piece[packet->pieces] = (struct tx_piece){
			.address = (uint64_t)d->word[1] << 32 | d->word[0],
			.len = FIELD_GET(CMD_LENGTH, d->word[2]),
		};
	/* Stops at one too many. */
	if (packet->pieces <= TX_PIECES)
		packet->pieces++;
}

/* False: the packet that it ends has more frames, for the next turn. */
static bool run_descriptor(struct port *port, unsigned int q,
			   const struct descriptor *d, struct turn *turn)
{
	struct tx_queue *queue = &port->tx.queue[q];
	struct tx_packet *packet = &queue->packet;
	uint32_t command = d->word[2];
	bool advanced = command & CMD_ADVANCED;

	/* Later changes of the descriptor by the host are ignored. */
	if (packet->progress.frames == 0) {
		if (advanced &&
		    FIELD_GET(CMD_TYPE, command) == CMD_TYPE_CONTEXT) {
			set_context(queue, d);
			return true;
		}
		if (packet->pieces == 0) {
			if (advanced)
				start_advanced(queue, d);
			else
				start_legacy(queue, d);
		}
		add_piece(queue, d);
		if (!(command & CMD_EOP))
			return true;
	}
	turn->cost += tx_packet_send(port, q, packet, TURN_COST - turn->cost);
	if (packet->progress.frames > 0)
		return false;
	packet->pieces = 0;
	return true;
}

/* All descriptors before next are completed. */
static bool report(struct port *port, unsigned int q,
		   const struct descriptor *d, uint32_t next)
{
	uint32_t head_low = *port_reg(port, REG_TDWBAL(q));
	uint64_t head_high = *port_reg(port, REG_TDWBAH(q));
	uint8_t value[4];

	if (head_low & TDWBAL_ENABLE) {
		put_le32(value, next);
		return port_dma_write(
			port, head_high << 32 | (head_low & TDWBAL_ADDRESS),
			value, sizeof(value));
	}
	put_le32(value, STATUS_DONE);
	return port_dma_write(port, d->at + STATUS_OFFSET, value,
			      sizeof(value));
}

/*
 * Processes up to BATCH consecutive descriptors. False if the host's memory is
 * not accessible: the queue then waits for its next doorbell.
 */
static bool run_batch(struct port *port, unsigned int q, struct ring *ring,
		      struct turn *turn)
{
	uint8_t batch[BATCH * DESCRIPTOR_SIZE];
	uint32_t end = ring->tail > ring->head ? ring->tail : ring->count;
	uint32_t count = end - ring->head < BATCH ? end - ring->head : BATCH;

	if (!port_dma_read(port, ring_address(ring, 0), batch,
			   count * DESCRIPTOR_SIZE))
		return false;
	for (uint32_t i = 0; i < count && turn->cost < TURN_COST; i++) {
		struct descriptor d = { .at = ring_address(ring, 0) };

		for (unsigned int w = 0; w < 4; w++)
			d.word[w] =
				get_le32(&batch[i * DESCRIPTOR_SIZE + w * 4]);
		if (!run_descriptor(port, q, &d, turn))
			break;
		turn->descriptors++;
		ring_advance(ring, 1);
		if (d.word[2] & CMD_REPORT_STATUS) {
			turn->reported = true;
			if (!report(port, q, &d, ring->head))
				return false;
		}
	}
	return true;
}

static bool may_run(struct port *port, unsigned int q)
{
	return mac_can_transmit(port) &&
	       (*port_reg(port, REG_DMATXCTL) & DMATXCTL_ENABLE) &&
	       (*port_reg(port, REG_TXDCTL(q)) & TXDCTL_ENABLE) &&
	       !(*port_reg(port, REG_CTRL) & CTRL_GIO_DISABLE);
}

static void set_unfinished(struct port *port, unsigned int q, bool unfinished)
{
	uint64_t *bits = port->tx.unfinished;
	uint64_t any = 0;

	bits[q / 64] &= ~BIT64(q % 64);
	bits[q / 64] |= unfinished ? BIT64(q % 64) : 0;
	for (size_t i = 0; i < ARRAY_SIZE(port->tx.unfinished); i++)
		any |= bits[i];
	loop_timer_set(&port->tx.timer, any ? 0 : NO_DEADLINE);
}

static bool is_unfinished(const struct tx *tx, unsigned int q)
{
	return tx->unfinished[q / 64] & BIT64(q % 64);
}

static void run_queue(struct port *port, unsigned int q)
{
	struct turn turn = { 0 };
	struct ring ring;
	bool there = true;

	set_unfinished(port, q, false);
	if (!may_run(port, q) || !ring_get(port, REG_TDBAL(q), &ring))
		return;
	while (there && ring.head != ring.tail &&
	       turn.descriptors < TURN_DESCRIPTORS && turn.cost < TURN_COST)
		there = run_batch(port, q, &ring, &turn);
	if (!there)
		log_debug(
			"port %u: transmit queue %u: no memory at descriptor %u of ring %#llx",
			port->lan, q, ring.head, (unsigned long long)ring.base);
	set_unfinished(port, q, there && ring.head != ring.tail);
	*port_reg(port, REG_TDH(q)) = ring.head;
	if (turn.reported)
		intr_queue(port, q, true);
}

/*
 * Only one queue per call, as the loop waits for it: all queues may be pending,
 * each with a turn of the maximum length.
 */
static void next_has_turn(void *opaque)
{
	struct port *port = opaque;
	struct tx *tx = &port->tx;

	for (unsigned int i = 0; i < X540_QUEUES; i++) {
		tx->turn = (tx->turn + 1) % X540_QUEUES;
		if (is_unfinished(tx, tx->turn)) {
			run_queue(port, tx->turn);
			return;
		}
	}
}

void tx_reset(struct port *port)
{
	loop_timer_stop(&port->tx.timer);
	memset(&port->tx, 0, sizeof(port->tx));
	loop_timer_init(&port->tx.timer, port->timers, next_has_turn, port);
}

void tx_run_all(struct port *port)
{
	struct ring ring;

	for (unsigned int q = 0; q < X540_QUEUES; q++)
		if (ring_get(port, REG_TDBAL(q), &ring) &&
		    ring.head != ring.tail)
			set_unfinished(port, q, true);
}

void tdt_write(struct port *port, unsigned int index, uint32_t value)
{
	(void)value;
	run_queue(port, index);
}

void txdctl_write(struct port *port, unsigned int index, uint32_t value)
{
	if (value & TXDCTL_ENABLE)
		return;
	port->tx.queue[index].packet.pieces = 0;
	port->tx.queue[index].packet.progress = (struct tx_progress){ 0 };
}

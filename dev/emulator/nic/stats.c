// SPDX-License-Identifier: GPL-2.0-or-later
#include "stats.h"

#include "base/util.h"
#include "mac.h"
#include "port.h"
#include "x540.h"

static void count(struct port *port, uint32_t offset)
{
	++*port_reg(port, offset);
}

/* Two registers with one number, which may have fewer than 64 bits. */
static void add64(struct port *port, uint32_t low, uint32_t high, uint64_t n)
{
	uint64_t sum = *port_reg(port, low) + n;

	*port_reg(port, low) = sum;
	*port_reg(port, high) += sum >> 32;
}

/* The register, of six in a row, for frames of this length. */
static uint32_t size_class(uint32_t first, size_t bytes)
{
	static const uint16_t up_to[] = { 64, 127, 255, 511, 1023 };
	size_t i = 0;

	while (i < ARRAY_SIZE(up_to) && bytes > up_to[i])
		i++;
	return first + 4 * i;
}

static void count_by_address(struct port *port, const uint8_t *frame,
			     uint32_t multicast, uint32_t broadcast)
{
	if (!(frame[0] & 1))
		return;
	for (size_t i = 0; i < 6; i++) {
		if (frame[i] != 0xff) {
			count(port, multicast);
			return;
		}
	}
	count(port, broadcast);
}

/* The queue's set of counters, one of 16, chosen by the host. */
static unsigned int counters_of(struct port *port, uint32_t map,
				unsigned int queue)
{
	uint32_t entries = *port_reg(port, map + queue / 4 * 4);

	return entries >> (queue % 4 * 8) & 0xf;
}

/* Any frame that the MAC sends. */
static void count_sent(struct port *port, const uint8_t *frame, size_t bytes)
{
	count(port, REG_GPTC);
	count(port, REG_TPT);
	count(port, size_class(REG_PTC64, bytes));
	count_by_address(port, frame, REG_MPTC, REG_BPTC);
	add64(port, REG_GOTCL, REG_GOTCH, bytes);
}

void stats_sent(struct port *port, unsigned int queue, const uint8_t *frame,
		size_t len)
{
	unsigned int set = counters_of(port, REG_TQSM, queue);
	size_t bytes = len + MAC_FCS;

	count_sent(port, frame, bytes);
	count(port, REG_TXDGPC);
	add64(port, REG_TXDGBCL, REG_TXDGBCH, bytes);
	count(port, REG_QPTC(set));
	add64(port, REG_QBTC_L(set), REG_QBTC_H(set), bytes);
}

/* ixgbe subtracts them from the other counters. */
void stats_sent_pause(struct port *port, const uint8_t *frame, size_t len,
		      bool is_xoff)
{
	count_sent(port, frame, len + MAC_FCS);
	count(port, is_xoff ? REG_LXOFFTXC : REG_LXONTXC);
}

void stats_received_pause(struct port *port, bool is_xoff)
{
	count(port, is_xoff ? REG_LXOFFRXCNT : REG_LXONRXCNT);
}

void stats_arrived(struct port *port, size_t len)
{
	count(port, REG_TPR);
	add64(port, REG_TORL, REG_TORH, len + MAC_FCS);
}

void stats_passed(struct port *port, const uint8_t *frame, size_t len)
{
	size_t bytes = len + MAC_FCS;

	count(port, REG_GPRC);
	count(port, size_class(REG_PRC64, bytes));
	count_by_address(port, frame, REG_MPRC, REG_BPRC);
	add64(port, REG_GORCL, REG_GORCH, bytes);
}

void stats_received(struct port *port, unsigned int queue, size_t len)
{
	unsigned int set = counters_of(port, REG_RQSMR, queue);
	size_t bytes = len + MAC_FCS;

	count(port, REG_RXDGPC);
	add64(port, REG_RXDGBCL, REG_RXDGBCH, bytes);
	count(port, REG_QPRC(set));
	add64(port, REG_QBRC_L(set), REG_QBRC_H(set), bytes);
}

void stats_dropped(struct port *port, unsigned int queue)
{
	count(port, REG_QPRDC(counters_of(port, REG_RQSMR, queue)));
}

void stats_missed(struct port *port)
{
	count(port, REG_RXMPC);
}

void stats_undersize(struct port *port)
{
	count(port, REG_RUC);
}

void stats_oversize(struct port *port)
{
	count(port, REG_ROC);
}

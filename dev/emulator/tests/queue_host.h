/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the queues, on top of card_host.h: a port in MAC loopback with
 * a transmit and a receive ring, which receives the frames that it sends; and
 * frames to send.
 */
#ifndef QUEUE_HOST_H
#define QUEUE_HOST_H

#include "base/bytes.h"
#include "card_host.h"

/* The layout of the host's memory. */
#define TX_RING (MEMORY_BASE + 0x0000)
#define RX_RING (MEMORY_BASE + 0x1000)
#define TX_DATA (MEMORY_BASE + 0x2000)
#define RX_DATA (MEMORY_BASE + 0x20000)
#define RX_BUFFER 0x800
#define RING_COUNT 64
#define NOWHERE 0x12340000ull

#define TX_DATA_DESCRIPTOR 0x20300000u
#define TX_CONTEXT_DESCRIPTOR 0x20200000u
#define TX_EOP BIT(24)
#define TX_IFCS BIT(25)
#define TX_RS BIT(27)
#define TX_VLE BIT(30)
#define TX_TSE BIT(31)
#define TX_IXSM BIT(8)
#define TX_TXSM BIT(9)

#define RX_DD BIT(0)
#define RX_EOP BIT(1)
#define RX_VP BIT(3)
#define RX_L4CS BIT(5)
#define RX_IPCS BIT(6)
#define RX_TCPE BIT(30)
#define RX_IPE BIT(31)

/* A received descriptor after the write back. */
struct rx_done {
	uint16_t type;
	uint32_t hash;
	uint32_t status;
	uint16_t len;
	uint16_t tag;
};

static inline uint8_t *memory_at(struct host *h, uint64_t address)
{
	return &h->memory[0][address - MEMORY_BASE];
}

static inline void put_le64(uint8_t *at, uint64_t value)
{
	put_le32(at, value);
	put_le32(at + 4, value >> 32);
}

/* Descriptor i of queue q's ring gets buffer i. */
static inline void rx_fill(struct host *h, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		uint8_t *d = memory_at(h, RX_RING + 16 * i);

		put_le64(d, RX_DATA + (uint64_t)i * RX_BUFFER);
		put_le64(d + 8, 0);
	}
}

static inline void rx_enable(struct host *h, unsigned int q, unsigned int tail)
{
	rx_fill(h, RING_COUNT);
	wr(h, 0, REG_RDBAL(q), (uint32_t)RX_RING);
	wr(h, 0, REG_RDBAH(q), RX_RING >> 32);
	wr(h, 0, REG_RDLEN(q), RING_COUNT * 16);
	wr(h, 0, REG_RDH(q), 0);
	wr(h, 0, REG_SRRCTL(q), RX_BUFFER / 1024 | BIT(25));
	wr(h, 0, REG_RXDCTL(q), RXDCTL_ENABLE);
	wr(h, 0, REG_RDT(q), tail);
	wr(h, 0, REG_FCTRL,
	   FCTRL_BROADCAST | FCTRL_ALL_UNICAST | FCTRL_ALL_MULTICAST);
	wr(h, 0, REG_RXCTRL, RXCTRL_ENABLE);
	wr(h, 0, REG_HLREG0, rd(h, 0, REG_HLREG0) | HLREG0_JUMBO);
	wr(h, 0, REG_MAXFRS, 9728 << 16);
}

static inline struct rx_done rx_done(struct host *h, unsigned int i)
{
	const uint8_t *d = memory_at(h, RX_RING + 16 * i);

	return (struct rx_done){
		.type = get_le16(d),
		.hash = get_le32(d + 4),
		.status = get_le32(d + 8),
		.len = get_le16(d + 12),
		.tag = get_le16(d + 14),
	};
}

static inline const uint8_t *rx_data(struct host *h, unsigned int i)
{
	return memory_at(h, RX_DATA + (uint64_t)i * RX_BUFFER);
}

static inline void tx_enable(struct host *h, unsigned int q)
{
	wr(h, 0, REG_TDBAL(q), (uint32_t)TX_RING);
	wr(h, 0, REG_TDBAH(q), TX_RING >> 32);
	wr(h, 0, REG_TDLEN(q), RING_COUNT * 16);
	wr(h, 0, REG_TDH(q), 0);
	wr(h, 0, REG_TDT(q), 0);
	wr(h, 0, REG_DMATXCTL, rd(h, 0, REG_DMATXCTL) | DMATXCTL_ENABLE);
	wr(h, 0, REG_TXDCTL(q), TXDCTL_ENABLE);
}

static inline void tx_put(struct host *h, unsigned int i, uint64_t address,
			  uint32_t command, uint32_t options)
{
	uint8_t *d = memory_at(h, TX_RING + 16 * i);

	put_le64(d, address);
	put_le32(d + 8, command);
	put_le32(d + 12, options);
}

/* l4_type: TX_L4_... */
static inline void tx_context(struct host *h, unsigned int i, uint32_t mac_len,
			      uint32_t ip_len, uint32_t l4_len,
			      uint32_t l4_type, uint32_t mss, uint32_t vlan)
{
	uint64_t lengths = ip_len | mac_len << 9 | vlan << 16;

	tx_put(h, i, lengths, TX_CONTEXT_DESCRIPTOR | BIT(10) | l4_type << 11,
	       l4_len << 8 | mss << 16);
}

static inline int queues_setup(void **state)
{
	struct host *h;

	host_setup(state);
	h = *state;
	rx_enable(h, 0, RING_COUNT - 1);
	tx_enable(h, 0);
	wr(h, 0, REG_HLREG0, rd(h, 0, REG_HLREG0) | HLREG0_LOOPBACK);
	return 0;
}

#define QUEUE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, queues_setup, host_teardown)

/* Frames. Checksum fields are 0, payload bytes count up. */

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_SCTP 132
#define ETH 14
#define IPV4 20
#define IPV6 40

static inline size_t make_ethernet(uint8_t *frame, uint16_t type)
{
	static const uint8_t addresses[12] = { 2, 0, 0, 0, 0, 1,
					       2, 0, 0, 0, 0, 2 };

	memcpy(frame, addresses, sizeof(addresses));
	put_be16(frame + 12, type);
	return ETH;
}

static inline size_t make_ipv4(uint8_t *ip, uint8_t protocol, size_t payload)
{
	static const uint8_t header[IPV4] = {
		0x45, 0, 0,  0, 0x12, 0x34, 0x40, 0, 64, 0,
		0,    0, 10, 1, 2,    3,    10,	  9, 8,	 7,
	};

	memcpy(ip, header, sizeof(header));
	put_be16(ip + 2, IPV4 + payload);
	ip[9] = protocol;
	return IPV4;
}

static inline size_t make_ipv6(uint8_t *ip, uint8_t protocol, size_t payload)
{
	memset(ip, 0, IPV6);
	ip[0] = 0x60;
	put_be16(ip + 4, payload);
	ip[6] = protocol;
	ip[7] = 64;
	for (unsigned int i = 8; i < IPV6; i++)
		ip[i] = 0x20 + i;
	return IPV6;
}

/* Header and payload of len bytes. Returns how long the header is. */
static inline size_t make_l4(uint8_t *l4, uint8_t protocol, size_t len)
{
	size_t header = protocol == PROTOCOL_TCP ? 20 :
			protocol == PROTOCOL_UDP ? 8 :
						   12;

	for (size_t i = 0; i < len; i++)
		l4[i] = i * 7;
	memset(l4, 0, header);
	put_be16(l4, 1234);
	put_be16(l4 + 2, 80);
	if (protocol == PROTOCOL_TCP) {
		put_be32(l4 + 4, 0xfffffff0);
		put_be16(l4 + 12, 0x5000);
	} else if (protocol == PROTOCOL_UDP) {
		put_be16(l4 + 4, len);
	}
	return header;
}

/*
 * The checksums as in the RFCs, 16 bits at a time, for comparison. 0: data
 * contains a valid one.
 */
static inline uint16_t sum_words(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 ? data[i] : data[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return ~sum;
}

static inline uint16_t l4_sum(const uint8_t *ip, uint8_t protocol,
			      const uint8_t *l4, size_t len)
{
	bool is_ipv4 = ip[0] >> 4 == 4;
	uint16_t sum = ~sum_words(protocol + len, ip + (is_ipv4 ? 12 : 8),
				  is_ipv4 ? 8 : 32);

	return sum_words(sum, l4, len);
}

static inline uint32_t sctp_crc(const uint8_t *data, size_t len)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the X540 that the code uses, and their bits. regtable.c has
 * all registers.
 */
#ifndef X540_H
#define X540_H

#include "base/bits.h"

#define X540_QUEUES 128
#define X540_VECTORS 64
#define X540_RECEIVE_ADDRESSES 128
#define X540_RSS_QUEUES 16
#define X540_ETYPE_FILTERS 8
/* The longest frame, without its check sequence. */
#define X540_FRAME_MAX (15872 - 4)

/* General */
#define REG_CTRL 0x00000
#define CTRL_GIO_DISABLE BIT(2)
#define CTRL_LINK_RESET BIT(3)
#define CTRL_RESET BIT(26)
#define REG_STATUS 0x00008
#define STATUS_LAN_ID GENMASK(3, 2)
#define STATUS_GIO BIT(19)
#define REG_CTRL_EXT 0x00018
#define REG_ESDP 0x00020
#define ESDP_DATA(pin) BIT(pin)
#define ESDP_OUT(pin) BIT(8 + (pin))
#define ESDP_NATIVE(pin) BIT(16 + (pin))
#define REG_FRTIMER 0x00048

/* Interrupts */
#define REG_EICR 0x00800
#define REG_EICS 0x00808
#define REG_EIAC 0x00810
#define REG_EITR(vector) \
	(((vector) < 24 ? 0x00820 : 0x12300 - 24 * 4) + 4 * (vector))
#define EITR_INTERVAL GENMASK(11, 3)
#define REG_EIMS 0x00880
#define REG_EIMC 0x00888
#define REG_EIAM 0x00890
#define REG_GPIE 0x00898
#define GPIE_MSIX BIT(4)
#define GPIE_OTHER_CLEAR_DISABLE BIT(5)
#define GPIE_AUTO_MASK BIT(30)
#define REG_IVAR 0x00900
#define IVAR_VALID BIT(7)
#define IVAR_VECTOR GENMASK(5, 0)
#define REG_IVAR_MISC 0x00a00
#define REG_EICS_EX 0x00a90
#define REG_EIMS_EX 0x00aa0
#define REG_EIMC_EX 0x00ab0
#define REG_EIAM_EX 0x00ad0
#define EICR_QUEUES GENMASK(15, 0)
#define EICR_FLOW_DIRECTOR BIT(16)
#define EICR_LINK BIT(20)
#define EICR_TCP_TIMER BIT(30)
#define EICR_OTHER GENMASK(30, 16)

/* The registers of a queue's ring, from its first one on */
#define QUEUE_STRIDE 0x40
#define RING_BAL 0x00
#define RING_BAH 0x04
#define RING_LEN 0x08
#define RING_HEAD 0x10
#define RING_TAIL 0x18

/* Receive */
#define REG_RDBAL(q) (RX_QUEUE(q) + RING_BAL)
#define REG_RDBAH(q) (RX_QUEUE(q) + RING_BAH)
#define REG_RDLEN(q) (RX_QUEUE(q) + RING_LEN)
#define REG_RDH(q) (RX_QUEUE(q) + RING_HEAD)
#define REG_SRRCTL(q) (RX_QUEUE(q) + 0x14)
#define SRRCTL_BUFFER GENMASK(4, 0) /* KiB */
#define SRRCTL_DROP BIT(28)
#define REG_RDT(q) (RX_QUEUE(q) + RING_TAIL)
#define REG_RXDCTL(q) (RX_QUEUE(q) + 0x28)
#define RXDCTL_LENGTH_MAX GENMASK(13, 0)
#define RXDCTL_LENGTH_LIMIT BIT(15)
#define RXDCTL_ENABLE BIT(25)
#define RXDCTL_STRIP_VLAN BIT(30)
#define REG_RXCTRL 0x03000
#define RXCTRL_ENABLE BIT(0)
#define REG_FCTTV 0x03200
#define FCTTV_FIRST GENMASK(15, 0)
#define REG_FCRTL 0x03220
#define FCRT_BYTES GENMASK(18, 5)
#define FCRTL_XON BIT(31)
#define REG_FCRTH 0x03260
#define FCRTH_ENABLE BIT(31)
#define REG_FCRTV 0x032a0
#define FCRTV_QUANTA GENMASK(15, 0)
#define REG_RXPBSIZE 0x03c00
#define REG_FCCFG 0x03d00
#define FCCFG_PAUSE BIT(3)
#define REG_RXCSUM 0x05000
#define RXCSUM_HASH BIT(13) /* the descriptor has that, not a checksum */
#define REG_FCTRL 0x05080
#define FCTRL_ALL_MULTICAST BIT(8)
#define FCTRL_ALL_UNICAST BIT(9)
#define FCTRL_BROADCAST BIT(10)
#define REG_VLNCTRL 0x05088
#define VLNCTRL_TYPE GENMASK(15, 0)
#define VLNCTRL_CFI BIT(28)
#define VLNCTRL_CFI_ENABLE BIT(29)
#define VLNCTRL_FILTER BIT(30)
#define REG_MCSTCTRL 0x05090
#define MCSTCTRL_OFFSET GENMASK(1, 0)
#define MCSTCTRL_ENABLE BIT(2)
#define REG_RXMTRL 0x05120
#define RXMTRL_V1_CONTROL GENMASK(7, 0)
#define RXMTRL_V2_ID GENMASK(15, 8)
#define RXMTRL_UDP_PORT GENMASK(31, 16)
#define REG_ETQF(n) (0x05128 + 4 * (n))
#define ETQF_TYPE GENMASK(15, 0)
#define ETQF_PTP BIT(30)
#define ETQF_ENABLE BIT(31)
#define REG_MTA 0x05200
#define REG_MRQC 0x05818
#define MRQC_MODE GENMASK(3, 0)
#define MRQC_MODE_RSS 1
#define MRQC_IPV4_TCP BIT(16)
#define MRQC_IPV4 BIT(17)
#define MRQC_IPV6 BIT(20)
#define MRQC_IPV6_TCP BIT(21)
#define MRQC_IPV4_UDP BIT(22)
#define MRQC_IPV6_UDP BIT(23)
#define REG_RETA 0x05c00
#define REG_RSSRK 0x05c80
#define REG_VFTA 0x0a000
#define REG_RAL 0x0a200
#define REG_RAH 0x0a204
#define RAH_VALID BIT(31)
#define REG_ETQS(n) (0x0ec00 + 4 * (n))
#define ETQS_QUEUE GENMASK(22, 16)
#define ETQS_ENABLE BIT(31)
#define REG_UTA 0x0f400
/* Queues from 64 on are at other offsets. */
#define RX_QUEUE(q)                                           \
	(((q) < 64 ? 0x01000 : 0x0d000 - 64 * QUEUE_STRIDE) + \
	 QUEUE_STRIDE * (q))

/* Transmit */
#define REG_DMATXCTL 0x04a80
#define DMATXCTL_ENABLE BIT(0)
#define DMATXCTL_VLAN_TYPE GENMASK(31, 16)
#define REG_DTXTCPFLGL 0x04a88
#define DTXTCPFLGL_DEFAULT 0x0ff60ff6
#define DTXTCPFLGL_FIRST GENMASK(11, 0)
#define DTXTCPFLGL_MIDDLE GENMASK(27, 16)
#define REG_DTXTCPFLGH 0x04a8c
#define DTXTCPFLGH_DEFAULT 0x00000f7f
#define DTXTCPFLGH_LAST GENMASK(11, 0)
#define REG_TDBAL(q) (0x06000 + QUEUE_STRIDE * (q))
#define REG_TDBAH(q) (0x06004 + QUEUE_STRIDE * (q))
#define REG_TDLEN(q) (0x06008 + QUEUE_STRIDE * (q))
#define REG_TDH(q) (0x06010 + QUEUE_STRIDE * (q))
#define REG_TDT(q) (0x06018 + QUEUE_STRIDE * (q))
#define REG_TXDCTL(q) (0x06028 + QUEUE_STRIDE * (q))
#define TXDCTL_ENABLE BIT(25)
#define REG_TDWBAL(q) (0x06038 + QUEUE_STRIDE * (q))
#define TDWBAL_ENABLE BIT(0)
#define TDWBAL_ADDRESS GENMASK(31, 2)
#define REG_TDWBAH(q) (0x0603c + QUEUE_STRIDE * (q))
/* In a context descriptor */
#define TX_L4_UDP 0
#define TX_L4_TCP 1
#define TX_L4_SCTP 2

/* Flow director */
#define REG_FDIRCTRL 0x0ee00
#define FDIRCTRL_SIZE GENMASK(1, 0) /* 0: off; each step doubles it */
#define FDIRCTRL_INIT_DONE BIT(3)
#define FDIRCTRL_PERFECT BIT(4)
#define FDIRCTRL_REPORT BIT(5)
#define FDIRCTRL_REPORT_ALWAYS BIT(7)
#define FDIRCTRL_FLEX_OFFSET GENMASK(20, 16) /* in words */
#define FDIRCTRL_FULL_THRESHOLD GENMASK(31, 28)
#define REG_FDIRIPSA 0x0ee18
#define REG_FDIRIPDA 0x0ee1c
#define REG_FDIRPORT 0x0ee20
#define FDIRPORT_SOURCE GENMASK(15, 0)
#define FDIRPORT_DESTINATION GENMASK(31, 16)
#define REG_FDIRVLAN 0x0ee24
#define FDIRVLAN_TAG GENMASK(15, 0) /* the rest is the flexible bytes */
#define REG_FDIRHASH 0x0ee28
#define FDIRHASH_HASH GENMASK(14, 0)
#define FDIRHASH_INDEX GENMASK(30, 16) /* with signatures: the second hash */
#define REG_FDIRCMD 0x0ee2c
#define FDIRCMD_COMMAND GENMASK(1, 0)
#define FDIRCMD_ADD 1
#define FDIRCMD_REMOVE 2
#define FDIRCMD_QUERY 3
#define FDIRCMD_VALID BIT(2)
#define FDIRCMD_UPDATE BIT(3)
#define FDIRCMD_FLOW GENMASK(7, 5)
#define FDIRCMD_CLEAR BIT(8)
#define FDIRCMD_DROP BIT(9)
#define FDIRCMD_COLLISION BIT(12)
#define FDIRCMD_QUEUE_ENABLE BIT(15)
#define FDIRCMD_QUEUE GENMASK(22, 16)
#define REG_FDIRFREE 0x0ee38
#define FDIRFREE_FREE GENMASK(15, 0)
#define FDIRFREE_COLLISIONS GENMASK(30, 16)
#define REG_FDIRDIP4M 0x0ee3c
#define REG_FDIRSIP4M 0x0ee40
#define REG_FDIRTCPM 0x0ee44
#define REG_FDIRUDPM 0x0ee48
#define REG_FDIRLEN 0x0ee4c
#define FDIRLEN_MAX GENMASK(5, 0)
#define FDIRLEN_HASH GENMASK(30, 16)
#define REG_FDIRUSTAT 0x0ee50
#define FDIRUSTAT_ADD GENMASK(15, 0)
#define FDIRUSTAT_REMOVE GENMASK(31, 16)
#define REG_FDIRFSTAT 0x0ee54
#define FDIRFSTAT_ADD GENMASK(7, 0)
#define FDIRFSTAT_REMOVE GENMASK(15, 8)
#define REG_FDIRMATCH 0x0ee58
#define REG_FDIRMISS 0x0ee5c
#define REG_FDIRHKEY 0x0ee68
#define REG_FDIRSKEY 0x0ee6c
#define REG_FDIRM 0x0ee70
#define FDIRM_VLAN_ID BIT(0)
#define FDIRM_VLAN_PRIORITY BIT(1)
#define FDIRM_L4 BIT(3)
#define FDIRM_FLEX BIT(4)

/* MAC */
#define REG_MSCA 0x0425c
#define MSCA_ADDRESS GENMASK(15, 0)
#define MSCA_DEVICE GENMASK(20, 16)
#define MSCA_PHY GENMASK(25, 21)
#define MSCA_OPCODE GENMASK(27, 26)
#define MSCA_COMMAND BIT(30)
#define REG_MSRWD 0x04260
#define MSRWD_WRITE GENMASK(15, 0)
#define MSRWD_READ GENMASK(31, 16)
#define REG_HLREG0 0x04240
#define HLREG0_JUMBO BIT(2)
#define HLREG0_TX_PAD BIT(10)
#define HLREG0_LOOPBACK BIT(15)
#define REG_MAXFRS 0x04268
#define MAXFRS_BYTES GENMASK(31, 16)
#define REG_MFLCN 0x04294
#define MFLCN_PASS_CONTROL BIT(0)
#define MFLCN_DISCARD_PAUSE BIT(1)
#define MFLCN_OBEY BIT(3)
#define REG_LINKS 0x042a4
#define LINKS_SPEED GENMASK(29, 28)
#define LINKS_UP BIT(30)

/* Statistics: cleared by reading */
#define REG_QPRC(set) (0x01030 + QUEUE_STRIDE * (set))
#define REG_QBRC_L(set) (0x01034 + QUEUE_STRIDE * (set))
#define REG_QBRC_H(set) (0x01038 + QUEUE_STRIDE * (set))
#define REG_QPRDC(set) (0x01430 + QUEUE_STRIDE * (set))
#define REG_RQSMR 0x02300 /* not a counter: the set of a queue */
#define REG_RXDGPC 0x02f50
#define REG_RXDGBCL 0x02f54
#define REG_RXDGBCH 0x02f58
#define REG_LXONTXC 0x03f60
#define REG_LXOFFTXC 0x03f68
#define REG_RXMPC 0x03fa0
#define REG_PRC64 0x0405c
#define REG_GPRC 0x04074
#define REG_BPRC 0x04078
#define REG_MPRC 0x0407c
#define REG_GPTC 0x04080
#define REG_GORCL 0x04088
#define REG_GORCH 0x0408c
#define REG_GOTCL 0x04090
#define REG_GOTCH 0x04094
#define REG_RUC 0x040a4
#define REG_ROC 0x040ac
#define REG_TORL 0x040c0
#define REG_TORH 0x040c4
#define REG_TPR 0x040d0
#define REG_TPT 0x040d4
#define REG_PTC64 0x040d8
#define REG_PTC1023 0x040e8
#define REG_PTC1522 0x040ec
#define REG_MPTC 0x040f0
#define REG_BPTC 0x040f4
#define REG_LXONRXCNT 0x041a4
#define REG_LXOFFRXCNT 0x041a8
#define REG_QPTC(set) (0x06030 + QUEUE_STRIDE * (set))
#define REG_TQSM 0x08600 /* not a counter, as RQSMR */
#define REG_QBTC_L(set) (0x08700 + 8 * (set))
#define REG_QBTC_H(set) (0x08704 + 8 * (set))
#define REG_TXDGPC 0x087a0
#define REG_TXDGBCL 0x087a4
#define REG_TXDGBCH 0x087a8

/* Time stamps */
#define REG_TSYNCRXCTL 0x05188
#define TSYNCRXCTL_VALID BIT(0)
#define TSYNCRXCTL_TYPE GENMASK(3, 1)
#define TSYNCRXCTL_L2_V2 0
#define TSYNCRXCTL_L4_V1 1
#define TSYNCRXCTL_L2_L4_V2 2
#define TSYNCRXCTL_EVENT_V2 5
#define TSYNCRXCTL_ENABLE BIT(4)
#define REG_RXSTMPH 0x051a4
#define REG_RXSTMPL 0x051e8
#define REG_TSYNCTXCTL 0x08c00
#define TSYNCTXCTL_VALID BIT(0)
#define TSYNCTXCTL_ENABLE BIT(4)
#define REG_TXSTMPL 0x08c04
#define REG_TXSTMPH 0x08c08
#define REG_SYSTIML 0x08c0c
#define REG_SYSTIMH 0x08c10
#define REG_TIMINCA 0x08c14

/* NVM, semaphores, firmware */
#define REG_EEC 0x10010
#define EEC_UPDATE_FLASH BIT(23)
#define REG_EERD 0x10014
#define REG_EEWR 0x10018
#define EERW_START BIT(0)
#define EERW_DONE BIT(1)
#define EERW_ADDRESS GENMASK(15, 2)
#define EERW_DATA GENMASK(31, 16)
#define REG_SWSM 0x10140
#define SWSM_SMBI BIT(0)
#define REG_SW_FW_SYNC 0x10160
#define SW_FW_SYNC_REGSMP BIT(31)
#define REG_FLEX_MNG 0x15800
#define FLEX_MNG_WORDS 0x1c0
#define REG_HICR 0x15f00
#define HICR_ENABLE BIT(0)
#define HICR_COMMAND BIT(1)
#define HICR_STATUS_VALID BIT(2)

#endif

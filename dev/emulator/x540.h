/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the X540 that code refers to, and their bits. regtable.c
 * has all registers.
 */
#ifndef X540_H
#define X540_H

#include "bits.h"

#define X540_QUEUES 128
#define X540_VECTORS 64
#define X540_RECEIVE_ADDRESSES 128

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
#define ESDP_ALL_DATA GENMASK(3, 0)
#define REG_FRTIMER 0x00048

/* Interrupts */
#define REG_EICR 0x00800
#define REG_EICS 0x00808
#define REG_EIAC 0x00810
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
#define EICR_LINK BIT(20)
#define EICR_TCP_TIMER BIT(30)
#define EICR_OTHER GENMASK(30, 16)

/* Receive */
#define REG_RAL 0x0a200
#define REG_RAH 0x0a204
#define RAH_VALID BIT(31)

/* Transmit */
#define REG_DMATXCTL 0x04a80
#define DMATXCTL_ENABLE BIT(0)
#define QUEUE_STRIDE 0x40
#define REG_TDBAL(q) (0x06000 + QUEUE_STRIDE * (q))
#define REG_TDBAH(q) (0x06004 + QUEUE_STRIDE * (q))
#define REG_TDLEN(q) (0x06008 + QUEUE_STRIDE * (q))
#define REG_TDH(q) (0x06010 + QUEUE_STRIDE * (q))
#define REG_TDT(q) (0x06018 + QUEUE_STRIDE * (q))
#define REG_TXDCTL(q) (0x06028 + QUEUE_STRIDE * (q))
#define TXDCTL_ENABLE BIT(25)
#define TXDCTL_FLUSH BIT(26)

/* Flow director */
#define REG_FDIRCTRL 0x0ee00
#define FDIRCTRL_INIT_DONE BIT(3)

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
#define REG_LINKS 0x042a4
#define LINKS_SPEED GENMASK(29, 28)
#define LINKS_UP BIT(30)

/* Statistics: cleared by reading */
#define REG_GPTC 0x04080
#define REG_GOTCL 0x04090
#define REG_GOTCH 0x04094
#define REG_TPT 0x040d4
#define REG_PTC64 0x040d8
#define REG_PTC127 0x040dc
#define REG_PTC255 0x040e0
#define REG_PTC511 0x040e4
#define REG_PTC1023 0x040e8
#define REG_PTC1522 0x040ec

/* Time stamps */
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

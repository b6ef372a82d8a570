// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All registers of the X540 that its Linux driver uses, in the order of their
 * offsets. Reset values of bits that the NVM decides on a card are plausible
 * ones.
 */
#include "base/util.h"
#include "fdir.h"
#include "fw.h"
#include "intr.h"
#include "link.h"
#include "nvm.h"
#include "pause.h"
#include "phy.h"
#include "port.h"
#include "ptp.h"
#include "regs.h"
#include "rx.h"
#include "stamp.h"
#include "tx.h"
#include "x540.h"

#define ALL 0xffffffff

/*
 * What the emulated card does not do: a row with one of these is only stored,
 * or constant, and no code uses it. dev/list-limits makes the table in
 * doc/emulator.md from them.
 */
#define POOLS "pools of queues (VMDq, macvlan offload) and virtual functions"
#define DCB "traffic classes, their bandwidth and pause frames (DCB)"
#define COALESCING "receive coalescing (LRO)"
#define SPLIT "header split"
#define FCOE "FCoE"
#define SECURITY "IPsec and MACsec"
#define WAKING "wake on LAN"
#define MANAGEMENT "frames of a management controller"
#define TUPLES \
	"filters by 5-tuple and for SYN, low-latency interrupts, the TCP timer"
#define FLOWS "flow director's perfect filters for IPv6"
#define CLOCK \
	"clock output, alarms and time stamps at pins; source of a stamped frame"
#define TAGS "a second VLAN tag, NFS and IPv6 options"
#define CACHE "direct cache access"
#define TUNING "performance tuning"
#define MEDIA "media other than 10GBASE-T"
#define DIAGNOSIS "LEDs, ECC and diagnosis of PCI Express"
#define ERRORS "counters of line errors, which never occur"
#define OLDER "counters of the 82598"

/*
 * A register that is only stored, constant, or a counter. Not formatted, as
 * clang-format treats an initializer in a macro as a block.
 */
/* clang-format off */
#define RW_SET(offset_, name_, reset_, writable_) \
	{ .offset = offset_, .name = name_, .reset = reset_, .writable = writable_ }
#define RW(offset_, name_) RW_SET(offset_, name_, 0, ALL)
#define RW_N(offset_, count_, name_) \
	{ .offset = offset_, .count = count_, .name = name_, .writable = ALL }
#define RO(offset_, name_, value) \
	{ .offset = offset_, .name = name_, .reset = value }
#define RO_N(offset_, count_, name_) \
	{ .offset = offset_, .count = count_, .name = name_ }
#define STAT_N(offset_, count_, stride_, name_) \
	{ .offset = offset_, .count = count_, .stride = stride_, .name = name_, \
	  .clear_on_read = true }
#define STAT(offset_, name_) STAT_N(offset_, 1, 4, name_)
/* One register of each of count queues. */
#define QUEUE(offset_, count_, name_, writable_) \
	{ .offset = offset_, .count = count_, .stride = QUEUE_STRIDE, \
	  .name = name_, .writable = writable_ }
/* The same; a write may make room for a waiting frame. */
#define QUEUE_RX(offset_, name_, writable_) \
	{ .offset = offset_, .count = 64, .stride = QUEUE_STRIDE, \
	  .name = name_, .writable = writable_, .write = rx_resume }
#define ALIAS(offset_, count_, stride_, name_, of, of_stride) \
	{ .offset = offset_, .count = count_, .stride = stride_, .name = name_, \
	  .alias_of = of, .alias_stride = of_stride }
/* The same, for features that are not emulated. */
#define STORED_SET(limit_, offset_, name_, reset_, writable_) \
	{ .offset = offset_, .name = name_, .reset = reset_, \
	  .writable = writable_, .limit = limit_ }
#define STORED(limit_, offset_, name_) STORED_SET(limit_, offset_, name_, 0, ALL)
#define STORED_N(limit_, offset_, count_, name_) \
	{ .offset = offset_, .count = count_, .name = name_, .writable = ALL, \
	  .limit = limit_ }
#define STORED_RO(limit_, offset_, name_, value) \
	STORED_SET(limit_, offset_, name_, value, 0)
#define STORED_RO_N(limit_, offset_, count_, name_) \
	{ .offset = offset_, .count = count_, .name = name_, .limit = limit_ }
#define STORED_QUEUE(limit_, offset_, count_, name_, writable_) \
	{ .offset = offset_, .count = count_, .stride = QUEUE_STRIDE, \
	  .name = name_, .writable = writable_, .limit = limit_ }
#define ZERO_N(limit_, offset_, count_, stride_, name_) \
	{ .offset = offset_, .count = count_, .stride = stride_, .name = name_, \
	  .clear_on_read = true, .limit = limit_ }
#define ZERO(limit_, offset_, name_) ZERO_N(limit_, offset_, 1, 4, name_)
/* clang-format on */

const struct reg_row reg_rows[] = {
	/* General */
	{ .offset = REG_CTRL,
	  .name = "CTRL",
	  .writable = CTRL_GIO_DISABLE,
	  .write = ctrl_write },
	ALIAS(0x00004, 1, 4, "CTRL", REG_CTRL, 4),
	{ .offset = REG_STATUS, .name = "STATUS", .read = status_read },
	STORED_SET(TUNING, REG_CTRL_EXT, "CTRL_EXT", 0, 0x10034000),
	{ .offset = REG_ESDP,
	  .name = "ESDP",
	  .writable = 0x000f0f0f,
	  .read = esdp_read,
	  .write = esdp_write },
	STORED_SET(MEDIA, 0x00028, "I2CCTL", 0x0000000f, 0x0000000a),
	STORED(CLOCK, 0x0003c, "TSSDP"),
	{ .offset = REG_FRTIMER, .name = "FRTIMER", .read = frtimer_read },
	STORED(TUPLES, 0x0004c, "TCPTIMER"),
	STORED_SET(DIAGNOSIS, 0x00200, "LEDCTL", 0x02050104, 0xcfcfcfcf),
	STORED_RO(DIAGNOSIS, 0x00600, "CORESPARE", 0),
	STORED_RO_N(POOLS, 0x00710, 4, "PFMBICR"),
	STORED_N(POOLS, 0x00720, 4, "PFMBIMR"),

	/* Interrupts */
	{ .offset = REG_EICR,
	  .name = "EICR",
	  .read = eicr_read,
	  .write = eicr_write },
	{ .offset = REG_EICS,
	  .name = "EICS",
	  .read = eics_read,
	  .write = eics_write },
	RW_SET(REG_EIAC, "EIAC", 0, 0x7fffffff),
	{ .offset = REG_EITR(0),
	  .count = 24,
	  .name = "EITR",
	  .writable = 0x0fff8ff8 },
	{ .offset = REG_EIMS,
	  .name = "EIMS",
	  .read = eims_read,
	  .write = eims_write },
	{ .offset = REG_EIMC, .name = "EIMC", .write = eimc_write },
	RW_SET(REG_EIAM, "EIAM", 0, 0x7fffffff),
	STORED(TUPLES, 0x00894, "EITRSEL"),
	RW(REG_GPIE, "GPIE"),
	{ .offset = REG_IVAR,
	  .count = 64,
	  .name = "IVAR",
	  .writable = 0xbfbfbfbf },
	RW_SET(REG_IVAR_MISC, "IVAR_MISC", 0, 0x0000bfbf),
	{ .offset = REG_EICS_EX,
	  .count = 2,
	  .name = "EICS_EX",
	  .write = eics_ex_write },
	{ .offset = REG_EIMS_EX,
	  .count = 2,
	  .name = "EIMS_EX",
	  .read = eims_ex_read,
	  .write = eims_ex_write },
	{ .offset = REG_EIMC_EX,
	  .count = 2,
	  .name = "EIMC_EX",
	  .write = eimc_ex_write },
	RW_N(REG_EIAM_EX, 2, "EIAM_EX"),

	/* Receive queues 0 to 63 */
	QUEUE(0x01000, 64, "RDBAL", 0xffffff80),
	QUEUE(0x01004, 64, "RDBAH", ALL),
	QUEUE(0x01008, 64, "RDLEN", 0x000fff80),
	STORED_QUEUE(CACHE, 0x0100c, 64, "DCA_RXCTRL", 0xff00a2e0),
	QUEUE(0x01010, 64, "RDH", 0x0000ffff),
	QUEUE_RX(0x01014, "SRRCTL", 0xffff7f1f),
	QUEUE_RX(0x01018, "RDT", 0x0000ffff),
	QUEUE_RX(0x01028, "RXDCTL", 0x4200ffff),
	STORED_QUEUE(COALESCING, 0x0102c, 64, "RSCCTL", 0x0000000d),
	STAT_N(0x01030, 16, QUEUE_STRIDE, "QPRC"),
	STAT_N(0x01034, 16, QUEUE_STRIDE, "QBRC_L"),
	STAT_N(0x01038, 16, QUEUE_STRIDE, "QBRC_H"),
	STAT_N(0x01430, 16, QUEUE_STRIDE, "QPRDC"),
	ALIAS(0x02100, 16, 4, "SRRCTL", 0x01014, QUEUE_STRIDE),
	STORED_N(DCB, 0x02140, 8, "RTRPT4C"),
	STORED_RO_N(DCB, 0x02160, 8, "RTRPT4S"),
	ALIAS(0x02200, 16, 4, "DCA_RXCTRL", 0x0100c, QUEUE_STRIDE),
	RW_N(REG_RQSMR, 32, "RQSMR"),
	STORED(FCOE, 0x02410, "FCPTRL"),
	STORED(FCOE, 0x02414, "FCPTRH"),
	STORED(FCOE, 0x02418, "FCBUFF"),
	ZERO(FCOE, 0x0241c, "FCOERPDC"),
	STORED_SET(FCOE, 0x02420, "FCDMARW", 0, 0xffff01ff),
	ZERO(FCOE, 0x02424, "FCLAST"),
	ZERO(FCOE, 0x02428, "FCOEPRC"),
	ZERO(FCOE, 0x0242c, "FCOEDWRC"),
	STORED(DCB, 0x02430, "RTRPCS"),
	STORED_SET(TUNING, 0x02f00, "RDRXCTL", 0x00200008, 0xfffffff7),
	STORED(POOLS, 0x02f04, "QDE"),
	STORED(TUNING, 0x02f20, "RDDCC"),
	STORED(TUNING, 0x02f40, "RXDSTATCTRL"),
	STAT_N(REG_RXDGPC, 12, 4, "RXDGPC"),
	ZERO(MANAGEMENT, 0x02f90, "B2OGPRC"),
	STORED_RO(POOLS, 0x02fa8, "LVMMC_RX", 0),
	STORED_RO_N(POOLS, 0x02fb0, 4, "WQBR_RX"),
	{ .offset = REG_RXCTRL,
	  .name = "RXCTRL",
	  .writable = 0x00000003,
	  .write = rx_resume },
	STORED(DCB, 0x03008, "PFCTOP"),
	STORED(DCB, 0x03020, "RTRUP2TC"),
	STORED(TUNING, 0x03024, "STARCTRL"),
	STORED(COALESCING, 0x03028, "RSCDBU"),
	STORED_RO(TUNING, 0x03190, "RXMEMWRAP", 0x0000aaaa),
	RW_N(REG_FCTTV, 4, "FCTTV"),
	RW_N(REG_FCRTL, 8, "FCRTL"),
	ZERO_N(DCB, 0x03240, 8, 4, "PXON2OFFCNT"),
	{ .offset = REG_FCRTH,
	  .count = 8,
	  .name = "FCRTH",
	  .writable = ALL,
	  .write = pause_write },
	RW(REG_FCRTV, "FCRTV"),
	RW_SET(REG_RXPBSIZE, "RXPBSIZE0", 0x00060000, 0x000ffc00),
	{ .offset = 0x03c04,
	  .count = 7,
	  .name = "RXPBSIZE",
	  .writable = 0x000ffc00,
	  .limit = DCB },
	{ .offset = REG_FCCFG,
	  .name = "FCCFG",
	  .writable = ALL,
	  .write = pause_write },
	STORED(DCB, 0x03d04, "DROPEN"),
	ZERO_N(DCB, 0x03f00, 8, 4, "PXONTXC"),
	ZERO_N(DCB, 0x03f20, 8, 4, "PXOFFTXC"),
	STAT(REG_LXONTXC, "LXONTXC"),
	STAT(REG_LXOFFTXC, "LXOFFTXC"),
	STAT_N(REG_RXMPC, 8, 4, "RXMPC"),
	ZERO_N(OLDER, 0x03fc0, 8, 4, "RNBC"),

	/* Statistics of the MAC */
	ZERO(ERRORS, 0x04000, "CRCERRS"),
	ZERO(ERRORS, 0x04004, "ILLERRC"),
	ZERO(ERRORS, 0x04008, "ERRBC"),
	ZERO(ERRORS, 0x04010, "MSPDC"),
	ZERO(ERRORS, 0x04034, "MLFC"),
	ZERO(ERRORS, 0x04038, "MRFC"),
	ZERO(ERRORS, 0x04040, "RLEC"),
	STAT_N(REG_PRC64, 6, 4, "PRC64"),
	STAT(REG_GPRC, "GPRC"),
	STAT(REG_BPRC, "BPRC"),
	STAT(REG_MPRC, "MPRC"),
	STAT(REG_GPTC, "GPTC"),
	STAT(REG_GORCL, "GORCL"),
	STAT(REG_GORCH, "GORCH"),
	STAT(REG_GOTCL, "GOTCL"),
	STAT(REG_GOTCH, "GOTCH"),
	STAT(REG_RUC, "RUC"),
	ZERO(ERRORS, 0x040a8, "RFC"),
	STAT(REG_ROC, "ROC"),
	ZERO(ERRORS, 0x040b0, "RJC"),
	ZERO(MANAGEMENT, 0x040b4, "MNGPRC"),
	ZERO(MANAGEMENT, 0x040b8, "MNGPDC"),
	STAT(REG_TORL, "TORL"),
	STAT(REG_TORH, "TORH"),
	STAT(REG_TPR, "TPR"),
	STAT(REG_TPT, "TPT"),
	STAT_N(REG_PTC64, 6, 4, "PTC64"),
	STAT(REG_MPTC, "MPTC"),
	STAT(REG_BPTC, "BPTC"),
	ZERO(ERRORS, 0x04120, "XEC"),
	ZERO_N(DCB, 0x04140, 8, 4, "PXONRXCNT"),
	ZERO_N(DCB, 0x04160, 8, 4, "PXOFFRXCNT"),
	STAT(REG_LXONRXCNT, "LXONRXCNT"),
	STAT(REG_LXOFFRXCNT, "LXOFFRXCNT"),
	ZERO(ERRORS, 0x041b0, "RXNFGPC"),
	ZERO(ERRORS, 0x041b4, "RXNFGBCL"),
	ZERO(ERRORS, 0x041b8, "RXNFGBCH"),
	ZERO(MANAGEMENT, 0x041c0, "B2OSPC"),
	ZERO(MANAGEMENT, 0x041c4, "O2BGPTC"),

	/* MAC */
	STORED(MEDIA, 0x04200, "PCS1GCFIG"),
	STORED(MEDIA, 0x04208, "PCS1GLCTL"),
	STORED_RO(MEDIA, 0x0420c, "PCS1GLSTA", 0),
	STORED(MEDIA, 0x04218, "PCS1GANA"),
	STORED_RO(MEDIA, 0x0421c, "PCS1GANLP", 0),
	STORED(MEDIA, 0x04220, "PCS1GANNP"),
	STORED_RO(MEDIA, 0x04224, "PCS1GANLPNP", 0),
	RW_SET(REG_HLREG0, "HLREG0", 0x08010403, 0x1fffffff),
	STORED_RO(MEDIA, 0x04244, "HLREG1", 0),
	STORED(TUNING, 0x04248, "PAP"),
	{ .offset = REG_MSCA,
	  .name = "MSCA",
	  .writable = 0x3fffffff,
	  .write = msca_write },
	RW_SET(REG_MSRWD, "MSRWD", 0, MSRWD_WRITE),
	RW_SET(REG_MAXFRS, "MAXFRS", 0x05ee0000, 0xffff0000),
	STORED_RO(MEDIA, 0x04288, "PCSS1", 0),
	STORED_RO(MEDIA, 0x0428c, "PCSS2", 0),
	STORED_RO(MEDIA, 0x04290, "XPCSS", 0),
	{ .offset = REG_MFLCN,
	  .name = "MFLCN",
	  .writable = ALL,
	  .write = pause_write },
	STORED_RO(MEDIA, 0x04298, "SERDESC", 0),
	STORED_RO(MEDIA, 0x0429c, "MACS", 0),
	STORED(MEDIA, 0x042a0, "AUTOC"),
	{ .offset = REG_LINKS, .name = "LINKS", .read = links_read },
	STORED(MEDIA, 0x042a8, "AUTOC2"),
	STORED(MEDIA, 0x042ac, "AUTOC3"),
	STORED_RO(MEDIA, 0x042b0, "ANLP1", 0),
	STORED_RO(MEDIA, 0x042b4, "ANLP2", 0),
	STORED_RO(MANAGEMENT, 0x042d0, "MMNGC", 0),
	STORED_RO(MEDIA, 0x042d4, "ANLPNP1", 0),
	STORED_RO(MEDIA, 0x042d8, "ANLPNP2", 0),
	STORED_RO(MEDIA, 0x04324, "LINKS2", 0),
	STORED(TUNING, 0x04330, "MACC"),
	STORED(TUNING, 0x04800, "ATLASCTL"),

	/* Transmit arbiters */
	STORED(DCB, 0x04900, "RTTDCS"),
	STORED(DCB, 0x04904, "RTTDQSEL"),
	STORED(DCB, 0x04908, "RTTDT1C"),
	STORED_RO(DCB, 0x0490c, "RTTDT1S", 0),
	STORED_N(DCB, 0x04910, 8, "RTTDT2C"),
	STORED_RO_N(DCB, 0x04930, 8, "RTTDT2S"),
	STORED_N(TUNING, 0x04950, 8, "TXPBTHRESH"),
	STORED(DCB, 0x04980, "RTTBCNRM"),
	STORED(DCB, 0x04984, "RTTBCNRC"),
	STORED_RO(DCB, 0x0498c, "RTTBCNRD", 0),
	STORED(DCB, 0x04990, "RTTDTECC"),
	RW_SET(REG_DMATXCTL, "DMATXCTL", 0x81000000, ALL),
	RW_SET(REG_DTXTCPFLGL, "DTXTCPFLGL", DTXTCPFLGL_DEFAULT, 0x0fff0fff),
	RW_SET(REG_DTXTCPFLGH, "DTXTCPFLGH", DTXTCPFLGH_DEFAULT, 0x00000fff),
	STORED(DCB, 0x04a90, "RTTQCNTG"),
	STORED(FCOE, 0x04a94, "TEOFF"),
	STORED(FCOE, 0x04a98, "TSOFF"),
	STORED_N(POOLS, 0x04b00, 64, "PFMAILBOX"),

	/* Receive filters */
	RW(REG_RXCSUM, "RXCSUM"),
	STORED(TAGS, 0x05008, "RFCTL"),
	STORED_N(MANAGEMENT, 0x05010, 8, "MAVTV"),
	STORED_N(MANAGEMENT, 0x05030, 8, "MFUTP"),
	STORED(TAGS, 0x05078, "EXVET"),
	RW(REG_FCTRL, "FCTRL"),
	RW_SET(REG_VLNCTRL, "VLNCTRL", 0x00008100, ALL),
	RW(REG_MCSTCTRL, "MCSTCTRL"),
	STORED(POOLS, 0x050b0, "PFFLPL"),
	STORED(POOLS, 0x050b4, "PFFLPH"),
	STORED(FCOE, 0x05100, "FCRXCTRL"),
	STORED(FCOE, 0x05108, "FCFLT"),
	STORED_SET(FCOE, 0x05110, "FCFLTRW", 0, 0xffff21ff),
	ZERO(FCOE, 0x05118, "FCCRC"),
	RW(REG_RXMTRL, "RXMTRL"),
	RW_N(REG_ETQF(0), X540_ETYPE_FILTERS, "ETQF"),
	STORED(FCOE, 0x05158, "REOFF"),
	STORED_N(MANAGEMENT, 0x05160, 8, "MDEF_EXT"),
	STORED_N(POOLS, 0x05180, 2, "VMTXSW"),
	RW_SET(REG_TSYNCRXCTL, "TSYNCRXCTL", 0, ~TSYNCRXCTL_VALID),
	STORED_N(MANAGEMENT, 0x05190, 4, "METF"),
	STORED_RO(CLOCK, 0x051a0, "RXSATRL", 0),
	{ .offset = REG_RXSTMPH, .name = "RXSTMPH", .read = rxstmph_read },
	STORED_RO(CLOCK, 0x051a8, "RXSATRH", 0),
	STORED(POOLS, 0x051b0, "VT_CTL"),
	ZERO(ERRORS, 0x051b8, "RXFECCERR0"),
	STORED(FCOE, 0x051d8, "FCPARAM"),
	STORED_N(POOLS, 0x051e0, 2, "VFRE"),
	RO(REG_RXSTMPL, "RXSTMPL", 0),
	STORED(FCOE, 0x051f8, "RSOFF"),
	RW_N(REG_MTA, 128, "MTA"),
	ALIAS(0x05400, 16, 8, "RAL", REG_RAL, 8),
	ALIAS(0x05404, 16, 8, "RAH", REG_RAH, 8),
	ALIAS(0x05480, 16, 4, "PSRTYPE", 0x0ea00, 4),
	STORED_SET(WAKING, 0x05800, "WUC", 0, 0x00000013),
	STORED_SET(WAKING, 0x05808, "WUFC", 0, 0x003f81ff),
	STORED_RO(WAKING, 0x05810, "WUS", 0),
	RW(REG_MRQC, "MRQC"),
	STORED(MANAGEMENT, 0x05820, "MANC"),
	STORED(MANAGEMENT, 0x05824, "MFVAL"),
	STORED(WAKING, 0x05838, "IPAV"),
	{ .offset = 0x05840,
	  .count = 4,
	  .stride = 8,
	  .name = "IP4AT",
	  .writable = ALL,
	  .limit = WAKING },
	STORED(MANAGEMENT, 0x05860, "MANC2H"),
	STORED_N(WAKING, 0x05880, 4, "IP6AT"),
	STORED_N(MANAGEMENT, 0x05890, 8, "MDEF"),
	STORED_N(MANAGEMENT, 0x058b0, 16, "MIPAF"),
	STORED_RO(WAKING, 0x05900, "WUPL", 0),
	{ .offset = 0x05910,
	  .count = 4,
	  .stride = 8,
	  .name = "MMAL",
	  .writable = ALL,
	  .limit = MANAGEMENT },
	{ .offset = 0x05914,
	  .count = 4,
	  .stride = 8,
	  .name = "MMAH",
	  .writable = ALL,
	  .limit = MANAGEMENT },
	STORED_RO_N(WAKING, 0x05a00, 32, "WUPM"),
	RW_N(REG_RETA, 32, "RETA"),
	RW_N(REG_RSSRK, 10, "RSSRK"),

	/* Transmit queues */
	QUEUE(REG_TDBAL(0), X540_QUEUES, "TDBAL", 0xffffff80),
	QUEUE(REG_TDBAH(0), X540_QUEUES, "TDBAH", ALL),
	QUEUE(REG_TDLEN(0), X540_QUEUES, "TDLEN", 0x000fff80),
	STORED_QUEUE(CACHE, 0x0600c, X540_QUEUES, "DCA_TXCTRL", 0xff002a20),
	QUEUE(REG_TDH(0), X540_QUEUES, "TDH", 0x0000ffff),
	{ .offset = REG_TDT(0),
	  .count = X540_QUEUES,
	  .stride = QUEUE_STRIDE,
	  .name = "TDT",
	  .writable = 0x0000ffff,
	  .write = tdt_write },
	{ .offset = REG_TXDCTL(0),
	  .count = X540_QUEUES,
	  .stride = QUEUE_STRIDE,
	  .name = "TXDCTL",
	  .writable = 0x027f7f7f,
	  .write = txdctl_write },
	STAT_N(0x06030, 16, QUEUE_STRIDE, "QPTC"),
	QUEUE(REG_TDWBAL(0), X540_QUEUES, "TDWBAL", 0xfffffffd),
	QUEUE(REG_TDWBAH(0), X540_QUEUES, "TDWBAH", ALL),
	STORED_N(POOLS, 0x08000, 64, "VMVIR"),
	STORED_SET(TUNING, 0x08100, "DTXMXSZRQ", 0x00000010, 0x00000fff),
	STORED_RO(POOLS, 0x08108, "LVMMC_TX", 0),
	STORED_N(POOLS, 0x08110, 2, "VFTE"),
	STORED(POOLS, 0x08120, "MTQC"),
	STORED_RO_N(POOLS, 0x08130, 4, "WQBR_TX"),
	STORED_N(POOLS, 0x08200, 8, "PFVFSPOOF"),
	STORED(POOLS, 0x08220, "PFDTXGSWC"),
	STORED_N(DCB, 0x082e0, 4, "TXLLQ"),
	RW_N(REG_TQSM, 32, "TQSM"),
	STAT_N(0x08700, 16, 8, "QBTC_L"),
	STAT_N(0x08704, 16, 8, "QBTC_H"),
	ZERO(POOLS, 0x08780, "SSVPC"),
	ZERO(FCOE, 0x08784, "FCOEPTC"),
	ZERO(FCOE, 0x08788, "FCOEDWTC"),
	STORED_N(POOLS, 0x08790, 2, "VMECM"),
	STAT(REG_TXDGPC, "TXDGPC"),
	STAT(REG_TXDGBCL, "TXDGBCL"),
	STAT(REG_TXDGBCH, "TXDGBCH"),
	ZERO(MANAGEMENT, 0x087b0, "O2BSPC"),

	/*
	 * Security: "off" by fuse, as IPsec is not emulated; "ready" as no
	 * operation is ever in progress.
	 */
	STORED_SET(SECURITY, 0x08800, "SECTXCTRL", 0x00000001, 0x00000007),
	STORED_RO(SECURITY, 0x08804, "SECTXSTAT", 0x00000003),
	STORED_SET(SECURITY, 0x08808, "SECTXBUFFAF", 0x00000250, 0x000003ff),
	STORED_SET(SECURITY, 0x08810, "SECTXMINIFG", 0x00001000, 0x00ffffff),
	STORED_RO(SECURITY, 0x08a00, "LSECTXCAP", 0),
	STORED(DCB, 0x08b00, "RTTQCNCR"),

	/* Time stamps */
	RW_SET(REG_TSYNCTXCTL, "TSYNCTXCTL", 0, ~TSYNCTXCTL_VALID),
	RO(REG_TXSTMPL, "TXSTMPL", 0),
	{ .offset = REG_TXSTMPH, .name = "TXSTMPH", .read = txstmph_read },
	{ .offset = REG_SYSTIML,
	  .name = "SYSTIML",
	  .writable = ALL,
	  .read = systiml_read,
	  .write = systiml_write },
	{ .offset = REG_SYSTIMH,
	  .name = "SYSTIMH",
	  .writable = ALL,
	  .write = systimh_write },
	{ .offset = REG_TIMINCA,
	  .name = "TIMINCA",
	  .writable = ALL,
	  .write = timinca_write },
	STORED(CLOCK, 0x08c18, "TIMADJL"),
	STORED(CLOCK, 0x08c1c, "TIMADJH"),
	STORED(CLOCK, 0x08c20, "TSAUXC"),
	STORED_N(CLOCK, 0x08c24, 4, "TRGTTIM"),
	STORED(CLOCK, 0x08c34, "CLKTIML"),
	STORED(CLOCK, 0x08c38, "CLKTIMH"),
	STORED_RO_N(CLOCK, 0x08c3c, 4, "AUXSTMP"),
	STORED_RO(CLOCK, 0x08c58, "SYSTIMR", 0),
	STORED(CLOCK, 0x08c68, "TSIM"),
	STORED_SET(SECURITY, 0x08d00, "SECRXCTRL", 0x00000001, 0x00000003),
	STORED_RO(SECURITY, 0x08d04, "SECRXSTAT", 0x00000003),
	STORED_RO(SECURITY, 0x08f00, "LSECRXCAP", 0),

	STORED_N(WAKING, 0x09000, 256, "FHFT"),
	STORED_N(WAKING, 0x09400, 256, "FTFT"),
	STORED_N(WAKING, 0x09800, 128, "FHFT_EXT"),
	RW_N(REG_VFTA, 128, "VFTA"),
	{ .offset = REG_RAL,
	  .count = X540_RECEIVE_ADDRESSES,
	  .stride = 8,
	  .name = "RAL",
	  .writable = ALL },
	{ .offset = REG_RAH,
	  .count = X540_RECEIVE_ADDRESSES,
	  .stride = 8,
	  .name = "RAH",
	  .writable = 0x8000ffff },
	STORED_N(POOLS, 0x0a600, 256, "MPSAR"),

	/* Packet buffers */
	STORED(DCB, 0x0c800, "RTTUP2TC"),
	STORED(TUNING, 0x0ca00, "LBDRPEN"),
	STORED(TUNING, 0x0cb00, "TIPG"),
	STORED_SET(TUNING, 0x0cc00, "TXPBSIZE0", 0x00028000, 0x000ffc00),
	{ .offset = 0x0cc04,
	  .count = 7,
	  .name = "TXPBSIZE",
	  .writable = 0x000ffc00,
	  .limit = DCB },
	STORED(DCB, 0x0cd00, "RTTPCS"),
	STORED(MANAGEMENT, 0x0cd10, "MNGTXMAP"),
	STORED_N(DCB, 0x0cd20, 8, "RTTPT2C"),
	STORED_RO_N(DCB, 0x0cd40, 8, "RTTPT2S"),
	STORED_RO(DCB, 0x0ce00, "TFCS", 0),
	ZERO_N(DCB, 0x0cf00, 8, 4, "PXONRXC"),
	ZERO_N(DCB, 0x0cf20, 8, 4, "PXOFFRXC"),
	ZERO(OLDER, 0x0cf60, "LXONRXC"),
	ZERO(OLDER, 0x0cf68, "LXOFFRXC"),
	ZERO(MANAGEMENT, 0x0cf90, "MNGPTC"),

	/* Receive queues 64 to 127 */
	QUEUE(0x0d000, 64, "RDBAL", 0xffffff80),
	QUEUE(0x0d004, 64, "RDBAH", ALL),
	QUEUE(0x0d008, 64, "RDLEN", 0x000fff80),
	STORED_QUEUE(CACHE, 0x0d00c, 64, "DCA_RXCTRL", 0xff00a2e0),
	QUEUE(0x0d010, 64, "RDH", 0x0000ffff),
	QUEUE_RX(0x0d014, "SRRCTL", 0xffff7f1f),
	QUEUE_RX(0x0d018, "RDT", 0x0000ffff),
	QUEUE_RX(0x0d028, "RXDCTL", 0x4200ffff),
	STORED_QUEUE(COALESCING, 0x0d02c, 64, "RSCCTL", 0x0000000d),

	/* Filters by flow */
	STORED_N(TUPLES, 0x0e000, 128, "SAQF"),
	STORED_N(TUPLES, 0x0e200, 128, "DAQF"),
	STORED_N(TUPLES, 0x0e400, 128, "SDPQF"),
	STORED_N(TUPLES, 0x0e600, 128, "FTQF"),
	STORED_N(TUPLES, 0x0e800, 128, "L34TIMIR"),
	STORED_N(SPLIT, 0x0ea00, 64, "PSRTYPE"),
	RW_N(REG_ETQS(0), X540_ETYPE_FILTERS, "ETQS"),
	STORED(TUPLES, 0x0ec30, "SYNQF"),
	STORED(DCB, 0x0ec70, "RQTC"),
	STORED(TUPLES, 0x0ec90, "LLITHRESH"),
	STORED(FCOE, 0x0ed00, "FCRECTL"),
	STORED_N(FCOE, 0x0ed10, 8, "FCRETA"),
	{ .offset = REG_FDIRCTRL,
	  .name = "FDIRCTRL",
	  .writable = 0xfffffff7,
	  .write = fdirctrl_write },
	STORED_N(FLOWS, 0x0ee0c, 3, "FDIRSIPV6"),
	RW(REG_FDIRIPSA, "FDIRIPSA"),
	RW(REG_FDIRIPDA, "FDIRIPDA"),
	RW(REG_FDIRPORT, "FDIRPORT"),
	RW(REG_FDIRVLAN, "FDIRVLAN"),
	RW(REG_FDIRHASH, "FDIRHASH"),
	{ .offset = REG_FDIRCMD,
	  .name = "FDIRCMD",
	  .writable = ~FDIRCMD_COMMAND,
	  .write = fdircmd_write },
	{ .offset = REG_FDIRFREE, .name = "FDIRFREE", .read = fdirfree_read },
	RW(REG_FDIRDIP4M, "FDIRDIP4M"),
	RW(REG_FDIRSIP4M, "FDIRSIP4M"),
	RW(REG_FDIRTCPM, "FDIRTCPM"),
	RW(REG_FDIRUDPM, "FDIRUDPM"),
	STAT(REG_FDIRLEN, "FDIRLEN"),
	STAT(REG_FDIRUSTAT, "FDIRUSTAT"),
	STAT(REG_FDIRFSTAT, "FDIRFSTAT"),
	STAT(REG_FDIRMATCH, "FDIRMATCH"),
	STAT(REG_FDIRMISS, "FDIRMISS"),
	RW(REG_FDIRHKEY, "FDIRHKEY"),
	RW(REG_FDIRSKEY, "FDIRSKEY"),
	RW(REG_FDIRM, "FDIRM"),
	STORED(FLOWS, 0x0ee74, "FDIRIP6M"),
	STORED(FLOWS, 0x0ee78, "FDIRSCTPM"),

	/* Pools */
	STORED_N(POOLS, 0x0f000, 64, "VMOLR"),
	STORED_N(POOLS, 0x0f100, 64, "VLVF"),
	STORED_N(POOLS, 0x0f200, 128, "VLVFB"),
	RW_N(REG_UTA, 128, "UTA"),
	STORED_N(POOLS, 0x0f600, 4, "MRCTL"),
	STORED_N(POOLS, 0x0f610, 8, "VMRVLAN"),
	STORED_N(POOLS, 0x0f630, 8, "VMRVM"),

	/* NVM, semaphores and management */
	{ .offset = REG_EEC,
	  .name = "EEC",
	  .reset = NVM_EEC,
	  .write = eec_write },
	{ .offset = REG_EERD,
	  .name = "EERD",
	  .reset = EERW_DONE,
	  .write = eerd_write },
	{ .offset = REG_EEWR,
	  .name = "EEWR",
	  .reset = EERW_DONE,
	  .write = eewr_write },
	RO(0x1001c, "FLA", 0),
	RO(0x10110, "EEMNGCTL", 0x000c0000), /* configuration done, twice */
	RO(0x1013c, "FLOP", 0),
	{ .offset = REG_SWSM,
	  .name = "SWSM",
	  .read = swsm_read,
	  .write = swsm_write },
	RO(0x10148, "FWSM", 0x00008000), /* valid, no pass-through */
	RO(0x10150, "FACTPS", 0), /* functions not swapped */
	{ .offset = REG_SW_FW_SYNC,
	  .name = "SW_FW_SYNC",
	  .read = sw_fw_sync_read,
	  .write = sw_fw_sync_write },
	STORED_SET(WAKING, 0x10200, "GRC", 0, 0x00000002),
	STORED_RO_N(DIAGNOSIS, 0x10204, 2, "VPDDIAG"),

	/* PCI Express */
	STORED_SET(TUNING, 0x11000, "GCR", 0, 0xffffefff),
	STORED(TUNING, 0x11004, "GTV"),
	STORED(DIAGNOSIS, 0x11008, "FUNCTAG"),
	STORED(TUNING, 0x1100c, "GLT"),
	STORED_N(DIAGNOSIS, 0x11010, 4, "GSCL"),
	STORED_RO_N(DIAGNOSIS, 0x11020, 4, "GSCN"),
	STORED_N(DIAGNOSIS, 0x11030, 4, "GSCL_5"),
	STORED(DIAGNOSIS, 0x11040, "PHYADR"),
	STORED(DIAGNOSIS, 0x11044, "PHYDAT"),
	STORED(DIAGNOSIS, 0x11048, "PHYCTL"),
	STORED(TUNING, 0x11050, "GCR_EXT"),
	RO(0x11064, "MREVID", 0x00000001),
	STORED_RO(DIAGNOSIS, 0x11068, "PBACL0", 0),
	STORED_RO(CACHE, 0x11070, "DCA_ID", 0),
	STORED_SET(CACHE, 0x11074, "DCA_CTRL", 0x00000001, 0x0000001f),
	STORED(DIAGNOSIS, 0x11088, "CIAA"),
	STORED(DIAGNOSIS, 0x1108c, "CIAD"),
	STORED_RO(DIAGNOSIS, 0x110b0, "PICAUSE", 0),
	STORED(DIAGNOSIS, 0x110b8, "PIENA"),
	STORED_RO_N(DIAGNOSIS, 0x110c4, 7, "PBACL"),
	STORED_RO(DIAGNOSIS, 0x110e0, "ECC_STATUS", 0),
	RO(0x110f4, "BARCTRL", 0x00002000),
	STORED(DIAGNOSIS, 0x11100, "ECC_CTRL_0"),
	STORED(DIAGNOSIS, 0x11104, "ECC_CTRL_1"),

	{ .offset = REG_EITR(24),
	  .count = 105,
	  .name = "EITR",
	  .writable = 0x0fff8ff8 },
	STORED_N(POOLS, 0x13000, 64 * 16, "PFMBMEM"),
	STORED(TUNING, 0x14f00, "CORECTL"),
	RW_N(REG_FLEX_MNG, FLEX_MNG_WORDS, "FLEX_MNG"),
	{ .offset = REG_HICR,
	  .name = "HICR",
	  .reset = HICR_ENABLE,
	  .write = hicr_write },
	STORED(MANAGEMENT, 0x15f04, "HSMC0R"),
	STORED(MANAGEMENT, 0x15f08, "HSMC1R"),
	STORED_RO(MANAGEMENT, 0x15f0c, "FWSTS", 0),
	STORED_RO(MANAGEMENT, 0x15f10, "SWSR", 0),
};

const size_t reg_rows_count = ARRAY_SIZE(reg_rows);

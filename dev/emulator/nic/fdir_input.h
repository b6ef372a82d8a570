/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a frame for flow director, their masks (FDIRM and others), and
 * the hash over them.
 */
#ifndef FDIR_INPUT_H
#define FDIR_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct headers;
struct port;

struct fdir_input {
	uint32_t source, destination; /* IPv4 addresses; of IPv6, folded */
	uint16_t source_port, destination_port;
	uint16_t tag; /* VLAN */
	uint16_t flex; /* two bytes from anywhere in the frame */
	uint8_t flow; /* FDIRCMD_FLOW: of the L4 type and IPv6 */
};

#define FDIR_FLOW_L4 0x3
#define FDIR_FLOW_IPV6 0x4

/* Of a frame, without the masked bits. */
void fdir_input_of_frame(struct port *port, const uint8_t *frame, size_t len,
			 const struct headers *h, struct fdir_input *input);
/* From the host's registers; flow: of FDIRCMD. */
void fdir_input_of_registers(struct port *port, uint32_t flow,
			     struct fdir_input *input);
/* Clears the masked bits. */
void fdir_input_mask(struct port *port, struct fdir_input *input);
bool fdir_input_equal(const struct fdir_input *a, const struct fdir_input *b);
/* 15 bits. */
uint32_t fdir_input_hash(const struct fdir_input *input, uint32_t key);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "line.h"

#define REG_ESDP 0x00020
#define DATA(pin) (1u << (pin))
#define OUT(pin) (1u << (8 + (pin)))
#define NATIVE(pin) (1u << (16 + (pin)))

#define SDI 0 /* to the controller */
#define SDO 1 /* from it */
#define SCK 2

static void wait_after_edge(const struct line *line, uint64_t ns)
{
	sleep_until(line->edge_ns + ns);
}

/* The next step, at least one gap after the last one. */
static void set_pins(struct line *line, bool sck, bool sdi)
{
	uint32_t esdp = line->esdp & ~(DATA(SCK) | DATA(SDI));

	esdp |= (sck ? DATA(SCK) : 0) | (sdi ? DATA(SDI) : 0);
	wait_after_edge(line, line->gap_ns);
	line->sent_ns = now_ns();
	if (line->sent_ns - line->edge_ns < line->gap_ns)
		line->early++;
	card_write(line->card, REG_ESDP, esdp);
	line->esdp = esdp;
	line->edge_ns = now_ns();
}

static bool sample(struct line *line)
{
	bool sdo;

	wait_after_edge(line, line->gap_ns);
	sdo = card_read(line->card, 0, REG_ESDP) & DATA(SDO);
	/* The known clients wait after this step as after an edge. */
	line->edge_ns = now_ns();
	return sdo;
}

void line_open(struct line *line, struct card *card)
{
	*line = (struct line){ .card = card, .gap_ns = LINE_FLOOR_NS };
	line->esdp_before = card_read(card, 0, REG_ESDP);
	line->esdp = line->esdp_before;
	line->esdp &= ~(NATIVE(SCK) | NATIVE(SDI) | NATIVE(SDO) | OUT(SDO));
	line->esdp |= OUT(SCK) | OUT(SDI);
	line->edge_ns = now_ns();
	/* An incomplete frame: see start(). */
	if (line->esdp_before & OUT(SCK) && !(line->esdp_before & DATA(SCK)))
		set_pins(line, true, false);
	set_pins(line, true, true);
}

void line_close(struct line *line)
{
	wait_after_edge(line, line->gap_ns);
	card_write(line->card, REG_ESDP, line->esdp_before);
}

static void start(struct line *line)
{
	/*
	 * A frame was cut. To a controller that keeps counting, the edge is a
	 * bit: a zero, as a one could turn the read into a write.
	 */
	if (!(line->esdp & DATA(SCK)))
		set_pins(line, true, false);
	if (!(line->esdp & DATA(SDI)))
		set_pins(line, true, true);
	set_pins(line, true, false);
	line->begun_ns = line->edge_ns;
	set_pins(line, false, false);
}

/* Sends the first bits of the command; returns the controller's bits. */
static uint32_t shift(struct line *line, uint32_t command, unsigned int bits)
{
	uint32_t answer = 0;

	for (unsigned int i = 0; i < bits; i++) {
		bool bit = command >> (LINE_BITS - 1 - i) & 1;
		bool pause = i && i == line->pause_after;
		uint64_t sent_ns = line->sent_ns;
		/* What came last is a sample, the gap after the edge. */
		uint64_t there_ns = line->edge_ns - line->gap_ns;

		if (pause)
			wait_after_edge(line, line->pause_ns);
		set_pins(line, false, bit);
		set_pins(line, true, bit);
		if (pause) {
			line->paused_least_ns = line->sent_ns - there_ns;
			line->paused_most_ns = line->edge_ns - sent_ns;
		}
		set_pins(line, false, bit);
		if (i == 1) {
			line->answer_sent_ns = line->sent_ns;
			line->answer_ns = line->edge_ns;
		}
		answer = answer << 1 | sample(line);
	}
	return answer;
}

uint32_t line_exchange(struct line *line, uint32_t command)
{
	uint32_t answer;

	start(line);
	answer = shift(line, command, LINE_BITS);
	set_pins(line, true, false);
	set_pins(line, true, true);
	line->ended_sent_ns = line->sent_ns;
	line->ended_ns = line->edge_ns;
	return answer;
}

void line_cut(struct line *line, uint32_t command, unsigned int bits)
{
	start(line);
	shift(line, command, bits);
}

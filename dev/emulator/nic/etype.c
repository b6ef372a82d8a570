// SPDX-License-Identifier: GPL-2.0-or-later
#include "etype.h"

#include <string.h>

#include "headers.h"
#include "port.h"
#include "x540.h"

void etype_match(struct port *port, const struct headers *h,
		 struct etype *etype)
{
	memset(etype, 0, sizeof(*etype));
	for (unsigned int i = 0; i < X540_ETYPE_FILTERS; i++) {
		uint32_t filter = *port_reg(port, REG_ETQF(i));
		uint32_t select = *port_reg(port, REG_ETQS(i));

		if (!(filter & ETQF_ENABLE) ||
		    FIELD_GET(ETQF_TYPE, filter) != h->type)
			continue;
		*etype = (struct etype){
			.matches = true,
			.index = i,
			.has_queue = select & ETQS_ENABLE,
			.queue = FIELD_GET(ETQS_QUEUE, select),
			.is_ptp = filter & ETQF_PTP,
		};
		return;
	}
}

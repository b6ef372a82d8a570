// SPDX-License-Identifier: GPL-2.0-or-later
/* The state that survives the controller: its initial and valid values. */
#include "bypass.h"

#include <stddef.h>

#include "bypass_regs.h"

/*
 * The rules on a new card are not public. These connect the ports to each other
 * whenever no host runs, which is the purpose of the card; so does the initial
 * state, in a machine that is plugged in but off.
 */
void bypass_factory_image(struct bypass_image *image)
{
	*image = (struct bypass_image){
		.config = bypass_default_config(),
		.ctl0 = FIELD_PREP(CTL0_MODE, CTL0_MODE_AUTO) |
			FIELD_PREP(CTL0_AUX_ON, BYPASS_RELAY_BYPASS) |
			FIELD_PREP(CTL0_MAIN_ON, BYPASS_RELAY_NORMAL) |
			FIELD_PREP(CTL0_MAIN_OFF, BYPASS_RELAY_BYPASS) |
			FIELD_PREP(CTL0_AUX_OFF, BYPASS_RELAY_BYPASS) |
			FIELD_PREP(CTL0_WATCHDOG, BYPASS_RELAY_BYPASS) |
			FIELD_PREP(CTL0_WATCHDOG_PERIOD, 4),
		.relay = BYPASS_RELAY_BYPASS,
		.main_power = false,
		.aux_power = true,
		.log_head = LOG_ENTRIES - 1, /* the first event's index is 0 */
		.eeprom = {
			[EEPROM_LOG_OFFSET] = 0x10,
			[EEPROM_VERSION] = 0x01,
		},
	};
}

const char *bypass_image_error(const struct bypass_image *image)
{
	unsigned int log = image->eeprom[EEPROM_LOG_OFFSET];
	unsigned int slots = image->config.value[SETTING_SLOTS];

	if (image->relay < BYPASS_RELAY_NORMAL ||
	    image->relay > BYPASS_RELAY_ISOLATE)
		return "the relays are in an unknown state";
	if (image->ctl0 & ~CTL0_WRITABLE)
		return "page 0 has reserved bits set";
	if (image->main_power && !image->aux_power)
		return "main power is on without auxiliary power";
	if (image->ctl0 & CTL0_WATCHDOG_ENABLE && !image->aux_power)
		return "the watchdog runs without auxiliary power";
	if (image->time & ~CTL1_TIME || image->time_offset & ~CTL1_TIME)
		return "the clock has more than 25 bits";
	if (image->log_head >= slots && image->log_head != LOG_NO_HEAD)
		return "the head of the log is not one of its entries";
	if (log <= EEPROM_VERSION ||
	    log + slots * LOG_ENTRY_SIZE > BYPASS_EEPROM_SIZE)
		return "EEPROM byte 0x01 places the log where it does not fit";
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the driver register its watchdog through ixgbe_compat_watchdog.c. Every
 * file of the module is compiled with this header.
 */

#ifndef _IXGBE_COMPAT_WATCHDOG_H_
#define _IXGBE_COMPAT_WATCHDOG_H_

struct watchdog_device;

int ixgbe_compat_watchdog_register(struct watchdog_device *wdd);
void ixgbe_compat_watchdog_unregister(struct watchdog_device *wdd);

#define watchdog_register_device ixgbe_compat_watchdog_register
#define watchdog_unregister_device ixgbe_compat_watchdog_unregister

#endif /* _IXGBE_COMPAT_WATCHDOG_H_ */

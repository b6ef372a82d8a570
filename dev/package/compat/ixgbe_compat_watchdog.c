// SPDX-License-Identifier: GPL-2.0-only
/* The driver's watchdog on a watchdog core without the series' fixes.
 *
 * Such a core takes a reference to the module when a running watchdog is
 * registered, and never releases it if the watchdog is unregistered before a
 * process has opened and stopped it. So the core gets no module here, and the
 * driver holds a reference itself while the watchdog runs and is registered.
 * The module cannot be removed while user space or the kernel pings, can be
 * removed after an unbind, and a core with the fixes puts no reference twice.
 *
 * Such a core also opens a device that is being unregistered. A start of this
 * watchdog takes half a second; unregistering waits for it, and later starts
 * fail at once.
 *
 * doc/install.md, "Known limits", has the remaining problems.
 */

/* This file uses the core's functions, which the next header declares */
#undef watchdog_register_device
#undef watchdog_unregister_device

#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/watchdog.h>

/* In the status of the watchdog, where the core uses the bits from 0 */
#define IXGBE_COMPAT_WDT_PINNED (BITS_PER_LONG - 1)
#define IXGBE_COMPAT_WDT_GONE (BITS_PER_LONG - 2)

static const struct watchdog_ops *ixgbe_compat_wdt_ops;

/* Read by the operations in progress, of all cards */
static DECLARE_RWSEM(ixgbe_compat_wdt_sem);

static bool ixgbe_compat_wdt_pin(struct watchdog_device *wdd)
{
	if (test_and_set_bit(IXGBE_COMPAT_WDT_PINNED, &wdd->status))
		return true;

	if (try_module_get(THIS_MODULE))
		return true;

	clear_bit(IXGBE_COMPAT_WDT_PINNED, &wdd->status);
	return false;
}

static void ixgbe_compat_wdt_unpin(struct watchdog_device *wdd)
{
	if (test_and_clear_bit(IXGBE_COMPAT_WDT_PINNED, &wdd->status))
		module_put(THIS_MODULE);
}

static int ixgbe_compat_wdt_enter(struct watchdog_device *wdd)
{
	down_read(&ixgbe_compat_wdt_sem);
	if (!test_bit(IXGBE_COMPAT_WDT_GONE, &wdd->status))
		return 0;

	up_read(&ixgbe_compat_wdt_sem);
	return -ENODEV;
}

/* As the core, which calls this when the device is opened */
static int ixgbe_compat_wdt_start(struct watchdog_device *wdd)
{
	bool pinned = test_bit(IXGBE_COMPAT_WDT_PINNED, &wdd->status);
	int err;

	err = ixgbe_compat_wdt_enter(wdd);
	if (err)
		return err;

	if (!ixgbe_compat_wdt_pin(wdd)) {
		err = -EBUSY;
		goto leave;
	}

	err = ixgbe_compat_wdt_ops->start(wdd);
	if (err && !pinned)
		ixgbe_compat_wdt_unpin(wdd);
leave:
	up_read(&ixgbe_compat_wdt_sem);
	return err;
}

static int ixgbe_compat_wdt_stop(struct watchdog_device *wdd)
{
	int err;

	err = ixgbe_compat_wdt_enter(wdd);
	if (err)
		return err;

	err = ixgbe_compat_wdt_ops->stop(wdd);
	if (!err)
		ixgbe_compat_wdt_unpin(wdd);

	up_read(&ixgbe_compat_wdt_sem);
	return err;
}

static int ixgbe_compat_wdt_ping(struct watchdog_device *wdd)
{
	int err;

	err = ixgbe_compat_wdt_enter(wdd);
	if (err)
		return err;

	err = ixgbe_compat_wdt_ops->ping(wdd);

	up_read(&ixgbe_compat_wdt_sem);
	return err;
}

static int ixgbe_compat_wdt_set_timeout(struct watchdog_device *wdd,
					unsigned int timeout)
{
	int err;

	err = ixgbe_compat_wdt_enter(wdd);
	if (err)
		return err;

	err = ixgbe_compat_wdt_ops->set_timeout(wdd, timeout);

	up_read(&ixgbe_compat_wdt_sem);
	return err;
}

static unsigned int ixgbe_compat_wdt_get_timeleft(struct watchdog_device *wdd)
{
	unsigned int timeleft;

	if (ixgbe_compat_wdt_enter(wdd))
		return 0;

	timeleft = ixgbe_compat_wdt_ops->get_timeleft(wdd);

	up_read(&ixgbe_compat_wdt_sem);
	return timeleft;
}

static const struct watchdog_ops ixgbe_compat_wdt_own_ops = {
	.start = ixgbe_compat_wdt_start,
	.stop = ixgbe_compat_wdt_stop,
	.ping = ixgbe_compat_wdt_ping,
	.set_timeout = ixgbe_compat_wdt_set_timeout,
};

static const struct watchdog_ops ixgbe_compat_wdt_timeleft_ops = {
	.start = ixgbe_compat_wdt_start,
	.stop = ixgbe_compat_wdt_stop,
	.ping = ixgbe_compat_wdt_ping,
	.set_timeout = ixgbe_compat_wdt_set_timeout,
	.get_timeleft = ixgbe_compat_wdt_get_timeleft,
};

/**
 * ixgbe_compat_watchdog_register - register a watchdog that the core may leak
 * @wdd: the watchdog, whose operations are the same for all cards
 *
 * Context: Process context, sleeps.
 * Return: As watchdog_register_device(), or -EOPNOTSUPP when the watchdog has
 * operations that are not passed on.
 */
int ixgbe_compat_watchdog_register(struct watchdog_device *wdd)
{
	const struct watchdog_ops *ops = wdd->ops;
	int err;

	if (ops->status || ops->set_pretimeout || ops->restart || ops->ioctl)
		return -EOPNOTSUPP;

	ixgbe_compat_wdt_ops = ops;
	wdd->ops = ops->get_timeleft ? &ixgbe_compat_wdt_timeleft_ops :
				       &ixgbe_compat_wdt_own_ops;
	if (watchdog_hw_running(wdd))
		ixgbe_compat_wdt_pin(wdd);

	err = watchdog_register_device(wdd);
	if (err)
		ixgbe_compat_wdt_unpin(wdd);

	return err;
}

/**
 * ixgbe_compat_watchdog_unregister - unregister it
 * @wdd: the watchdog
 *
 * Context: Process context, sleeps until no operation is in progress.
 */
void ixgbe_compat_watchdog_unregister(struct watchdog_device *wdd)
{
	set_bit(IXGBE_COMPAT_WDT_GONE, &wdd->status);
	down_write(&ixgbe_compat_wdt_sem);
	up_write(&ixgbe_compat_wdt_sem);

	watchdog_unregister_device(wdd);
	ixgbe_compat_wdt_unpin(wdd);
}

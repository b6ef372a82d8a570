/* SPDX-License-Identifier: GPL-2.0-only */
/* What the series and the ixgbe of 6.12 use, but other kernels lack. Every file
 * of the module is compiled with this header.
 */

#ifndef _IXGBE_COMPAT_H_
#define _IXGBE_COMPAT_H_

#include <linux/bitfield.h>
#include <linux/kthread.h>
#include <linux/u64_stats_sync.h>
#include <linux/version.h>
#include <linux/watchdog.h>
#include <linux/workqueue.h>

/* 6.19: fields whose mask is a variable */
#ifndef field_get
#define field_get(mask, reg) (((reg) & (mask)) >> __ffs64(mask))
#define field_prep(mask, val) (((typeof(mask))(val) << __ffs64(mask)) & (mask))
#endif

/* 6.14: a worker that is woken up after its creation */
#ifndef kthread_run_worker
#define kthread_run_worker(flags, namefmt, ...) \
	kthread_create_worker(flags, namefmt, ##__VA_ARGS__)
#endif

/* 6.12 does not accept a const watchdog */
#define watchdog_active(wdd) test_bit(WDOG_ACTIVE, &(wdd)->status)

/* The ixgbe of 6.1 uses the old names, which 6.1 with PREEMPT_RT lacks. Since 6.1
 * both are the same.
 */
#define u64_stats_fetch_begin_irq u64_stats_fetch_begin
#define u64_stats_fetch_retry_irq u64_stats_fetch_retry

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
/* A permanent value of work->data: for queueing, the work is already queued, and
 * for mod_delayed_work() it is being cancelled.
 */
#define IXGBE_COMPAT_WORK_DISABLED \
	(WORK_STRUCT_NO_POOL | WORK_OFFQ_CANCELING | WORK_STRUCT_PENDING)

static inline bool ixgbe_compat_disable(struct work_struct *work,
					bool (*cancel)(struct work_struct *))
{
	bool pending = false;

	/* a second cancel would wait for the end of the first */
	if (atomic_long_read(&work->data) == IXGBE_COMPAT_WORK_DISABLED)
		return false;

	do {
		pending |= cancel(work);
	} while (test_and_set_bit(WORK_STRUCT_PENDING_BIT,
				  work_data_bits(work)));
	atomic_long_set(&work->data, IXGBE_COMPAT_WORK_DISABLED);

	return pending;
}

static inline bool ixgbe_compat_cancel_delayed(struct work_struct *work)
{
	return cancel_delayed_work_sync(to_delayed_work(work));
}

static inline bool disable_work_sync(struct work_struct *work)
{
	return ixgbe_compat_disable(work, cancel_work_sync);
}

static inline bool disable_delayed_work_sync(struct delayed_work *dwork)
{
	return ixgbe_compat_disable(&dwork->work, ixgbe_compat_cancel_delayed);
}
#endif

#endif /* _IXGBE_COMPAT_H_ */

/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels before 6.2. The package has no KUnit tests. */

#ifndef _IXGBE_COMPAT_KUNIT_VISIBILITY_H_
#define _IXGBE_COMPAT_KUNIT_VISIBILITY_H_

#if IS_ENABLED(CONFIG_KUNIT)
#define VISIBLE_IF_KUNIT
#else
#define VISIBLE_IF_KUNIT static
#endif

#define EXPORT_SYMBOL_IF_KUNIT(symbol)

#endif /* _IXGBE_COMPAT_KUNIT_VISIBILITY_H_ */

/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels before 6.3. The package has no KUnit tests. */

#ifndef _IXGBE_COMPAT_KUNIT_STATIC_STUB_H_
#define _IXGBE_COMPAT_KUNIT_STATIC_STUB_H_

#define KUNIT_STATIC_STUB_REDIRECT(function, ...) ((void)0)

#endif /* _IXGBE_COMPAT_KUNIT_STATIC_STUB_H_ */

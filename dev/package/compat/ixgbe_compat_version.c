// SPDX-License-Identifier: GPL-2.0-only
/* The version of the package. The ixgbe of a kernel has none, and the dkms of
 * Debian 12 does not install a module without a version over it, as it does not
 * count as newer.
 */

#include <linux/module.h>

MODULE_VERSION("@VERSION@");

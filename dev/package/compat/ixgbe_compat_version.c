// SPDX-License-Identifier: GPL-2.0-only
/* The version of the package. The ixgbe of a kernel has none, and the dkms of
 * Debian 12 takes a module without a version for no newer than that one: it
 * would not install it.
 */

#include <linux/module.h>

MODULE_VERSION("@VERSION@");

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: dev/test-passthrough
#
# Passthrough as with a physical card: a guest with Debian's kernel has the emulated card behind an
# IOMMU, and passes it to guests of its own with the bench's scripts. Its root file system is this
# machine's, read only. It runs host.sh.
# shellcheck disable=SC2317
set -eu
GUEST_TIMEOUT=${GUEST_TIMEOUT:-3600}
. "$(dirname "$0")/../tests/tap.sh"
. "$(dirname "$0")/../tests/cards.sh"
. "$(dirname "$0")/../tests/guest-tests.sh"

BUILD=$(cd "$BUILD" && pwd)
nested=$BUILD/nested
[ -e "$nested/initramfs.cpio.gz" ] || skip_all 'needs a separate kernel: dev/test-passthrough'
export NESTED_ROOT=1 NESTED_CARD="$T/shared"
NESTED_QEMU=$(readlink -f "$BUILD/qemu/qemu-system-x86_64")
export NESTED_QEMU QEMU="$ROOT/dev/nested/qemu" MEM=1G
export INITRAMFS="$nested/initramfs.cpio.gz" BUILD_LINUX="$nested/linux"

# Called from the guest: the number of function level resets, which the card logs with --verbose, and the
# state of the relays.
card_resets() { grep -c 'function reset' "$T/guests/log" || :; }
card_relay() { "$x540ctl" --card "$T/guests" status | sed -n 's/^relay *//p'; }

start_card shared
start_card guests --verbose --wire0 "unix:$T/cable" --wire1 "card:$T/cable"
export CARD="$T/guests"

ACCEL=$("$ROOT/dev/probe-accel")
export ACCEL
# From here on, QEMU is not the bench's own.
build_for_guest=$BUILD
export BUILD="$T/build"
mkdir "$BUILD"

guest_tests <<END
# BusyBox' modprobe does not load soft dependencies.
for module in ixgbe vfio-pci vfio_iommu_type1 kvm-amd 9p 9pnet_virtio bridge bonding vrf; do
	modprobe \$module || echo "# no \$module" >&2
done
mkdir -p /mnt
mount -t 9p -o trans=virtio,version=9p2000.L,cache=loose,msize=262144,ro root /mnt
is \$? 0 'the root file system of the host is mounted'
for folder in proc sys dev run; do
	mount --rbind /\$folder /mnt/\$folder
done
NESTED_BUILD='$build_for_guest' NESTED_QEMU='$NESTED_QEMU' NESTED_MB='${NESTED_MB:-4}' \\
	chroot /mnt /bin/sh '$ROOT/dev/nested/host.sh'
is \$? 0 'host.sh completes'
END
done_testing

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
# A distribution's own kernel instead of the bench's. To use it, after lib.sh: . "$ROOT/dev/kernel-lib.sh"

# use_kernel KERNEL: a series (6.12), which dev/provide-kernel has put into build/kernels/, or a folder
# that is like the root of a file system: with boot/vmlinuz-RELEASE and lib/modules/RELEASE/, of which
# the newest counts. Sets kernel_root, kernel_release, kernel_image and kernel_initramfs.
use_kernel() {
	case $1 in
	*/*) kernel_root=${1%/} ;;
	*) kernel_root=$BUILD/kernels/$1 ;;
	esac
	[ -d "${kernel_root:-/}" ] ||
		die "KERNEL=$1: there is no $(shown "$kernel_root")/." \
			"A series like 6.12 is got by: make package-kernel KERNEL=$1"
	kernel_release=$(find "$kernel_root/boot" -maxdepth 1 -name 'vmlinuz-*' 2>/dev/null |
		sed 's|.*/vmlinuz-||' | sort -V | tail -n 1)
	[ -n "$kernel_release" ] && [ -d "$kernel_root/lib/modules/$kernel_release" ] ||
		die "KERNEL=$1 has no boot/vmlinuz-RELEASE with a lib/modules/RELEASE/ beside it." \
			"Give a series like 6.12, or a folder with those two."
	kernel_image=$kernel_root/boot/vmlinuz-$kernel_release
	kernel_initramfs=$BUILD/kernels/$kernel_release.cpio.gz
}

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
# A distribution's own kernel instead of the bench's. To use it, after common.sh: . "$ROOT/dev/lib/kernel.sh"

# use_kernel KERNEL: a series (6.12) that dev/provide-kernel has put into build/kernels/, or a folder
# that is a root file system with lib/modules/RELEASE/ and boot/vmlinuz-RELEASE. The newest release is
# used. Sets kernel_root, kernel_release, kernel_image and kernel_initramfs.
use_kernel() {
	case $1 in
	*/*) kernel_root=${1%/} ;;
	*) kernel_root=$BUILD/kernels/$1 ;;
	esac
	[ -d "${kernel_root:-/}" ] ||
		die "KERNEL=$1: there is no $(shown "$kernel_root")/." \
			"To get a series like 6.12: make build-package-kernel KERNEL=$1"
	kernel_release=$(find "$kernel_root/lib/modules/" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null |
		sort -V | tail -n 1)
	# The places in Debian, and in newer and other distributions.
	kernel_image=$kernel_root/boot/vmlinuz-$kernel_release
	[ -e "$kernel_image" ] || kernel_image=$kernel_root/lib/modules/$kernel_release/vmlinuz
	[ -e "$kernel_image" ] ||
		die "KERNEL=$1 has no lib/modules/RELEASE/, or no boot/vmlinuz-RELEASE for it." \
			"Name a series like 6.12, or a folder with both."
	kernel_initramfs=$BUILD/kernels/$kernel_release.cpio.gz
}

# use_iommu: sets QEMU to one with an IOMMU that translates, and KERNEL to one of Debian, because the bench's
# has no IOMMU driver. Call it before guest-tests.sh and build_view.
use_iommu() {
	NESTED_QEMU=$(readlink -f "$BUILD/qemu/qemu-system-x86_64")
	export NESTED_QEMU QEMU="$ROOT/dev/nested/qemu" KERNEL=6.12
	"$ROOT/dev/package/prepare-kernel" "$KERNEL"
}

# Modules that the bench's kernel has built in, and those that a caller adds in MORE_MODULES.
GUEST_MODULES="virtio_pci virtio_console button bridge${MORE_MODULES:+ $MORE_MODULES}"

# unpack_module FILE COPY: distributions compress modules.
unpack_module() {
	case $1 in
	*.xz) xz -dc "$1" >"$2" ;;
	*.zst) zstd -qdc "$1" >"$2" ;;
	*.gz) gzip -dc "$1" >"$2" ;;
	*) cp "$1" "$2" ;;
	esac
}

# kernel_modules FOLDER: copies the module of the package, the modules above and their dependencies
# into this root file system. The guest loads the modules in its /etc/modules before ixgbe.
kernel_modules() {
	set -- "$1" "$1/lib/modules/$kernel_release"
	# shellcheck disable=SC2086  # a list
	files=$(modprobe -a -d "$(cd "${kernel_root:-/}" && pwd)" -S "$kernel_release" --show-depends \
		$GUEST_MODULES ixgbe 2>&1) || die "KERNEL=$KERNEL lacks a module of '$GUEST_MODULES ixgbe': $files"
	files=$(echo "$files" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u)
	case $files in
	*/updates/*ixgbe.ko*) ;;
	*)
		die "KERNEL=$KERNEL has no ixgbe of the package in lib/modules/$kernel_release/updates/." \
			"Install the package there, or name a series like 6.12."
		;;
	esac
	for file in $files; do
		place=$2/${file#*"/modules/$kernel_release/"}
		mkdir -p "${place%/*}"
		unpack_module "$file" "${place%.ko*}.ko"
	done
	cp "$kernel_root/lib/modules/$kernel_release"/modules.order \
		"$kernel_root/lib/modules/$kernel_release"/modules.builtin* "$2/"
	depmod -b "$1" "$kernel_release"
	mkdir -p "$1/etc"
	echo "$GUEST_MODULES" | tr ' ' '\n' >"$1/etc/modules"
}

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Clean root file systems of Debian for tests. To use it, after common.sh and apt.sh:
# . "$ROOT/dev/lib/root.sh"

# require_roots: checks what is needed to make one and to enter it.
require_roots() {
	[ "$(id -u)" -eq 0 ] || die "only root can create and enter a root file system: run this as root"
	command -v mmdebstrap >/dev/null ||
		die "mmdebstrap is not installed." "apt-get install --no-install-recommends mmdebstrap"
	archive=$(configured_archive) || die "apt's configuration on this machine names no Debian archive."
}

# make_root SUITE ROOT PACKAGES: Debian's essential packages and these (separated by commas). Its apt
# uses this machine's archive and signature settings.
make_root() {
	rm -rf "$2"
	mkdir -p "$(dirname "$2")" "$BUILD/logs"
	apt-config dump --no-empty | grep -iE '^Acquire::([a-z]*::Proxy|Check-Valid-Until)' >"$2.apt" || :
	printf 'Types: deb\nSuites: %s\nComponents: main\n%s\n' "$1" "$archive" >"$2.sources"
	root_status=0
	"$ROOT/dev/run-logged" "$1, root" "$BUILD/logs/$1-root.log" \
		mmdebstrap --variant=minbase --include="$3" --aptopt="$2.apt" "$1" "$2" "$2.sources" ||
		root_status=$?
	rm -f "$2.apt" "$2.sources"
	return "$root_status"
}

# in_root ROOT COMMAND [ARG...]: runs it there in /root, with separate kernel file systems and without
# this user's settings except for the network. All processes that it starts end with it. It is not a
# chroot, which would allow no user namespaces.
in_root() {
	entered=$1
	shift
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount --pid --fork --kill-child sh -euc '
		root=$1
		shift
		mount --make-rprivate /
		mount --bind "$root" "$root"
		mount -t proc proc "$root/proc"
		mount -t sysfs sysfs "$root/sys"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/run"
		cd "$root"
		pivot_root . .
		umount -l .
		exec env -C /root "$@"
	' - "$entered" env -i HOME=/root LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
		${no_proxy:+"no_proxy=$no_proxy"} "$@"
}

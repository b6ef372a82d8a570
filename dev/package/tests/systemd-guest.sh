# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A guest for the tests of dev/package/boot/: Debian's systemd is the first process and udevd loads ixgbe,
# with the package's units, rule and settings. To use it, after common.sh:
# . "$ROOT/dev/package/tests/systemd-guest.sh"
. "$ROOT/dev/package/boot-lib.sh"

# Real targets, so that units can be ordered relative to them.
SYSTEMD_UNITS='sysinit basic multi-user slices sockets timers paths local-fs local-fs-pre swap
	network-pre network shutdown umount final reboot poweroff'

# Its kernel parameters. The console is slow, so it shows only errors.
# shellcheck disable=SC2034 # for the caller
SYSTEMD_PARAMETERS='bench.noload rdinit=/lib/systemd/systemd systemd.log_target=kmsg printk.devkmsg=on
	systemd.show_status=no quiet'

# systemd_files EXTRA: fills a folder for dev/build-initramfs. Other units that start at boot go into its
# etc/systemd/system/multi-user.target.wants/.
systemd_files() {
	extra=$1
	units=/lib/systemd/system
	set -- /lib/systemd/systemd /lib/systemd/systemd-shutdown /lib/systemd/systemd-journald /bin/systemctl \
		"$units/systemd-journald.service" "$units/systemd-journald.socket" \
		"$units/systemd-reboot.service" "$units/systemd-poweroff.service" \
		/lib/udev/rules.d/99-systemd.rules
	for unit in $SYSTEMD_UNITS; do
		set -- "$@" "$units/$unit.target"
	done
	"$ROOT/dev/provide-programs" systemd "$@"
	"$ROOT/dev/provide-programs" udev /bin/udevadm /lib/udev/rules.d/50-udev-default.rules \
		/lib/udev/rules.d/80-drivers.rules \
		"$units/systemd-udevd.service" "$units/systemd-udevd-control.socket" \
		"$units/systemd-udevd-kernel.socket" "$units/systemd-udev-trigger.service"
	for package in systemd udev; do
		cp -a "$BUILD/programs/$package/." "$extra/"
	done
	ln -sfn /bin/udevadm "$extra/lib/systemd/systemd-udevd"
	ln -sfn systemd "$extra/lib/systemd/init"
	ln -sfn multi-user.target "$extra$units/default.target"
	mkdir -p "$extra$units/sysinit.target.wants" "$extra$units/sockets.target.wants"
	ln -sfn ../systemd-journald.service ../systemd-udevd.service ../systemd-udev-trigger.service \
		"$extra$units/sysinit.target.wants/"
	ln -sfn ../systemd-udevd-control.socket ../systemd-udevd-kernel.socket \
		../systemd-journald.socket "$extra$units/sockets.target.wants/"
	# Groups in udev's rules.
	mkdir -p "$extra/etc" "$extra/usr/bin"
	for group in tty dialout input video render kvm sgx audio lp disk cdrom tape; do
		echo "$group:x:99:"
	done >"$extra/etc/group"
	package_files "$extra"
	# The bench's init has private mounts, which do not contain systemd's socket.
	printf '#!/bin/sh\nexec nsenter -t 1 -m /bin/systemctl "$@"\n' >"$extra/usr/sbin/systemctl"
	chmod +x "$extra/usr/sbin/systemctl"
	bench_units "$extra/etc/systemd/system"
}

# package_files EXTRA: each at its place in the package, except that /lib is not a link to /usr/lib.
package_files() {
	packaged=$(mktemp -d)
	boot_files "$packaged"
	mkdir -p "$1/lib"
	cp -a "$packaged/usr/lib/." "$1/lib/"
	rm -r "$packaged/usr/lib"
	cp -a "$packaged/." "$1/"
	rm -r "$packaged"
	ln -sfn /usr/sbin/x540-bypass "$1/lib/systemd/system-generators/x540-bypass-generator"
}

# bench_units FOLDER: BusyBox' commands, a network with a bridge over both ports, which is shut down in
# order, and the bench's own command, by dev/initramfs/init. All messages go to the kernel log.
bench_units() {
	mkdir -p "$1/multi-user.target.wants" "$1/sysinit.target.wants" "$1/../journald.conf.d"
	printf '[Journal]\nStorage=volatile\nForwardToKMsg=yes\nMaxLevelKMsg=debug\n' >"$1/../journald.conf.d/bench.conf"
	cat >"$1/busybox.service" <<-'END'
		[Unit]
		DefaultDependencies=no
		Before=sysinit.target
		[Service]
		Type=oneshot
		ExecStart=/bin/busybox --install -s
	END
	cat >"$1/bridge.service" <<-'END'
		[Unit]
		Before=network.target
		Wants=network.target
		Wants=sys-subsystem-net-devices-eth0.device sys-subsystem-net-devices-eth1.device
		After=sys-subsystem-net-devices-eth0.device sys-subsystem-net-devices-eth1.device
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/bin/sh -ec 'brctl addbr br0; \
			for p in eth0 eth1; do \
				echo 1 >/proc/sys/net/ipv6/conf/$$p/disable_ipv6; \
				brctl addif br0 $$p; \
				ip link set $$p up; \
			done; \
			ip link set br0 up'
		ExecStop=/bin/sh -c 'for p in br0 eth0 eth1; do ip link set $$p down; done'
	END
	cat >"$1/bench.service" <<-'END'
		[Unit]
		After=network.target x540-bypass@eth0.service
		[Service]
		ExecStart=/init
		PrivateMounts=yes
		StandardOutput=null
		StandardError=null
		TimeoutStopSec=5
	END
	ln -sfn ../busybox.service "$1/sysinit.target.wants/"
	ln -sfn ../bridge.service ../bench.service "$1/multi-user.target.wants/"
}

# enable_card EXTRA CARD: as `systemctl enable x540-bypass@CARD` does.
enable_card() {
	for wants in multi-user.target "x540bypass-$2.device"; do
		mkdir -p "$1/etc/systemd/system/$wants.wants"
		ln -sfn /lib/systemd/system/x540-bypass@.service \
			"$1/etc/systemd/system/$wants.wants/x540-bypass@$2.service"
	done
}

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# TAP for scripts that run in the guest, which ends with its command. Each test is a
# line on stdout with its status and its name. On the host, guest-tests.sh counts
# them and makes TAP.

ok() { echo "$1 $(printf '%s' "$2" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n/<newline>/g')"; }
is() {
	[ "$1" = "$2" ] || echo "# $3: got '$1', expected '$2'" >&2
	[ "$1" = "$2" ]
	ok $? "$3"
}

# now_ms: the time since the boot in ms.
now_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }

# like GOT PATTERN NAME: passes when a line of GOT matches the extended regular expression.
like() {
	printf '%s\n' "$1" | grep -Eq -- "$2" && matches=0 || matches=1
	[ "$matches" -eq 0 ] || echo "# $3: '$1' does not match '$2'" >&2
	ok "$matches" "$3"
}

# host COMMAND [ARG...]: runs a command of the test on the host. Sets answer to its
# output, in one line, and returns its status.
host() {
	echo "host $*"
	# shellcheck disable=SC2034 # for the caller
	read -r result answer
	return "$result"
}

# quiet: brings both ports up, and keeps the guest from sending frames on its own.
quiet() {
	for port in eth0 eth1; do
		echo 1 >"/proc/sys/net/ipv6/conf/$port/disable_ipv6"
		ip link set $port up
	done
}
carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = "$2" ]; }
both_up() { carrier eth0 1 && carrier eth1 1; }
both_down() { carrier eth0 0 && carrier eth1 0; }

# After a resume, the virtual PC's firmware does not restore the address of the power
# management (PMBASE, ACPI_CNTL), which the next suspend and a power off need.
lpc=/sys/bus/pci/devices/0000:00:1f.0/config
save_power_ports() { dd if=$lpc of=/tmp/lpc bs=1 skip=64 count=5 2>/dev/null; }
restore_power_ports() { dd if=/tmp/lpc of=$lpc bs=1 seek=64 conv=notrunc 2>/dev/null; }

# nap: suspends to idle, from which the clock does not wake a virtual PC; fails if the
# kernel refuses. Needs a QEMU with QMP.
nap() {
	host press_power_button
	echo freeze >/sys/power/state && slept=0 || slept=1
	host release_power_button
	return "$slept"
}

# Reports of the kernel's own checks.
complaints() {
	dmesg | grep -E 'WARNING:|BUG:|Oops|UBSAN:|KASAN:|Call Trace|possible .* deadlock|suspicious RCU'
}

# own_module: removes the messages of a distribution's kernel about a module from another build, and about
# a slow machine.
own_module() {
	if [ -e /etc/modules ]; then
		grep -vE -e ' ixgbe: loading out-of-tree module taints kernel\.$' \
			-e ' ixgbe: module verification failed: signature and/or required key missing - tainting kernel$' \
			-e ' hrtimer: interrupt took [0-9]+ ns$'
	else
		cat
	fi
}

# Complaints, and lines of the kernel log at warning or above since init was
# started. Earlier ones are about the virtual PC.
warnings() {
	dmesg -r | awk '/Run \/init as init process/ { started = 1 } started && /^<[0-4]>/' | own_module
	complaints
	dmesg | grep -q 'Run /init as init process' || echo 'the kernel log is not complete'
}

# leaks: as found by the kernel (dev/kernel-debug-config) after the removal of the
# driver. Only leaks older than 5 s count, and only if they are found twice.
leaks() {
	rmmod ixgbe 2>/dev/null
	sleep 6
	for _ in 1 2; do
		echo scan >/sys/kernel/debug/kmemleak
	done
	cat /sys/kernel/debug/kmemleak
}

debugged() {
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	is "$(leaks)" '' 'no memory leaks'
	is "$(complaints)" '' 'no complaint of the debug kernel'
}

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

# like GOT PATTERN NAME: passes when a line of GOT matches the extended regular expression.
like() {
	printf '%s\n' "$1" | grep -Eq -- "$2" && matches=0 || matches=1
	[ "$matches" -eq 0 ] || echo "# $3: '$1' does not match '$2'" >&2
	ok "$matches" "$3"
}

# host COMMAND [ARG...]: has the host run it, as one of the test's own; sets
# answer to what it printed, in a line, and returns its status.
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

# The virtual PC's firmware does not bring back after a sleep where the ports of
# the power management are (PMBASE, ACPI_CNTL), without which there is no second
# sleep, and no power off.
lpc=/sys/bus/pci/devices/0000:00:1f.0/config
save_power_ports() { dd if=$lpc of=/tmp/lpc bs=1 skip=64 count=5 2>/dev/null; }
restore_power_ports() { dd if=/tmp/lpc of=$lpc bs=1 seek=64 conv=notrunc 2>/dev/null; }

# nap: sleeps to idle, from which the clock does not wake a virtual PC; fails when the
# kernel would not. Takes a QEMU with QMP.
nap() {
	host press_power_button
	echo freeze >/sys/power/state && slept=0 || slept=1
	host release_power_button
	return "$slept"
}

# What the kernel has to complain of about itself.
complaints() {
	dmesg | grep -E 'WARNING:|BUG:|Oops|UBSAN:|KASAN:|Call Trace|possible .* deadlock|suspicious RCU'
}

# own_module: leaves out what a distribution's kernel says of a module that it was not built with, and
# of a machine that has more to do than this guest.
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
# started. What a virtual PC says before that is not about us.
warnings() {
	dmesg -r | awk '/Run \/init as init process/ { started = 1 } started && /^<[0-4]>/' | own_module
	complaints
	dmesg | grep -q 'Run /init as init process' || echo 'the kernel log is not complete'
}

# leaks: of a kernel that looks for them (dev/kernel-debug-config), when the
# driver is gone. Only what is older than 5 s counts, and only when seen twice.
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

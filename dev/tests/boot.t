#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The bench from end to end on the emulated card: the root file system, and both
# ports with ixgbe.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

# --- the root file system of this build, with other extras

own_extra
mkdir -p "$EXTRA/opt/my tools" "$EXTRA/usr/bin"
printf '#!/bin/sh\necho "hello from extra"\n' >"$EXTRA/usr/bin/hello"
printf secret >"$EXTRA/opt/my tools/notes"
ln -s '/opt/my tools/notes' "$EXTRA/opt/link"
chmod 755 "$EXTRA/usr/bin/hello"
chmod 640 "$EXTRA/opt/my tools/notes"
touch "$EXTRA/README" "$EXTRA/.gitkeep"

run "$ROOT/dev/build-initramfs"
is "$status" 0 'build-initramfs works'
first=$(sha256sum <"$INITRAMFS")
touch -d 2001-02-03 "$EXTRA/usr/bin/hello"
(umask 077 && exec "$ROOT/dev/build-initramfs") 2>"$T/log"
is "$(sha256sum <"$INITRAMFS")" "$first" 'building it again gives the same bytes'

# --- in the guest

guest_tests <<'END'
is "$(hello)" 'hello from extra' 'a program in extra/ runs in the guest'
is "$(stat -c '%a %u %g' '/opt/my tools/notes')" '640 0 0' 'its mode is kept, and its owner is root'
is "$(cat /opt/link)" secret 'a symbolic link in extra/ is one in the guest too'
is "$(ls -A / | grep -xE 'README|.gitkeep')" '' 'the README of extra/ is not copied'
for type in proc sysfs devtmpfs devpts tmpfs debugfs; do
	grep -q " $type " /proc/mounts
	ok $? "$type is mounted"
done

for port in 0 1; do
	net=/sys/class/net/eth$port
	is "$(basename "$(readlink "$net/device/driver")")" ixgbe "eth$port is driven by ixgbe"
	is "$(cat "$net/device/vendor" "$net/device/device" | paste -sd :)" 0x8086:0x155c \
		"eth$port is an X540-T2BP"
	address=$(basename "$(readlink "$net/device")")
	is "${address##*.}" "$port" "eth$port is PCI function $port"
	grep -q "$address" /proc/interrupts || grep -q "eth$port" /proc/interrupts
	ok $? "eth$port has interrupts"
	[ "$(ls "$net/device/msi_irqs" | wc -l)" -gt 1 ]
	ok $? "eth$port has MSI-X"
done
is "$(cat /sys/class/net/eth0/address /sys/class/net/eth1/address | sort -u | wc -l)" 2 \
	'the ports have different MAC addresses'
within 10 both_up
ok $? 'init brought both links up'
is "$(cat /sys/class/net/eth0/speed /sys/class/net/eth1/speed | paste -sd ' ')" '10000 10000' \
	'at 10 Gb/s'
is "$(warnings)" '' 'probe, up, link: no warning in the kernel log'

ip link set eth0 down
within 5 carrier eth1 1
ok $? 'eth0 down leaves eth1 up'
ip link set eth0 up
within 10 both_up
ok $? 'eth0 comes back up'

rmmod ixgbe
ok $? 'rmmod ixgbe'
[ ! -e /sys/class/net/eth0 ] && [ ! -e /sys/class/net/eth1 ]
ok $? 'takes both interfaces away'
modprobe ixgbe
ok $? 'modprobe ixgbe'
ip link set eth0 up && ip link set eth1 up && within 10 both_up
ok $? 'and both links are up again'
for address in $(basename -a $(readlink /sys/class/net/eth0/device) $(readlink /sys/class/net/eth1/device)); do
	echo "$address" >/sys/bus/pci/drivers/ixgbe/unbind &&
		echo "$address" >/sys/bus/pci/drivers/ixgbe/bind
	ok $? "unbind and bind of $address"
done
ip link set eth0 up && ip link set eth1 up && within 10 both_up
ok $? 'and both links are up again'

# Long enough for the driver to detect a hung queue.
sleep 8
is "$(warnings)" '' 'at the end: no warning in the kernel log'
END

done_testing

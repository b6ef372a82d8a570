#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The offline self-test of ixgbe on the emulated card (registers, EEPROM, interrupts, loopback, link), with
# each kind of interrupts. The next guest, with another emulator on the same state file, finds what ethtool
# has written to the EEPROM. Then the card is reset, and ixgbe is unbound and bound, removed and loaded,
# again and again. CYCLES=200 does that 200 times and 50 times instead of 6 and 2.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"
. "$(dirname "$0")/guest-shell.sh"

cycles=${CYCLES:-6}
GUEST_TIMEOUT=$((GUEST_TIMEOUT + 4 * cycles))
own_extra
put_in_guest ethtool
ok $? 'ethtool is copied for the guest'
"$ROOT/dev/build-initramfs" 2>"$T/initramfs.log" || diag "$(cat "$T/initramfs.log")"

# shellcheck disable=SC2016 # for the guest to expand
self_test='
self_test() {
	within 10 both_up
	ok $? "$1: both links are up"
	for port in eth0 eth1; do
		result=$(ethtool -t $port offline 2>&1)
		for part in Register Eeprom Interrupt Loopback Link; do
			echo "$result" | grep -q "^$part [Tt]est.*	 0$"
			ok $? "$1: $port passes its $part test"
		done
		echo "$result" | grep -q "The test result is PASS"
		ok $? "$1: $port passes the whole test"
	done
	within 10 both_up
	ok $? "$1: both links come back"
	is "$(unexpected)" "" "$1: without warnings"
}
eeprom_byte() { ethtool -e eth1 offset 0x400 length 1 | sed -n "s/^0x0400:[[:space:]]*//p" | tr -d " "; }
# These messages are expected: the self-test resets the port more often than a frame to the bypass
# controller is repeated; ixgbe logs the lack of MSI; it warns of each reset through sysfs, and of its own
# reset if a frame was queued when the link went down.
unexpected() {
	warnings | grep -v -e "device resets got in its way\$" -e "Failed to allocate MSI" \
		-e "Disabling .* support\$" -e ": resetting\$" -e ": reset done\$" \
		-e "clear Tx work after link loss\$" -e ": Reset adapter\$"
}
'

APPEND=pci=nomsi guest_tests <<END
$self_test
self_test INTx
grep -q 'fasteoi.*eth0' /proc/interrupts
ok \$? 'it used INTx'
is "\$(eeprom_byte)" 00 'a byte of the EEPROM is 0'
ethtool -E eth0 magic 0x155c8086 offset 0x400 value 0x5a
ok \$? 'ethtool writes to it'
is "\$(eeprom_byte)" 5a 'and the byte reads as written'
END

# At the end, the whole kernel log is needed.
APPEND=log_buf_len=16M guest_tests <<END
$self_test
is "\$(eeprom_byte)" 5a 'what ethtool wrote to the EEPROM survives a power cut'
self_test MSI-X
grep -q 'eth0-TxRx-1' /proc/interrupts && grep -q '^msix\$' /sys/class/net/eth0/device/msi_irqs/*
ok \$? 'it used MSI-X'

# By function level reset, and by D3hot and back.
for method in flr pm; do
	cd /sys/class/net/eth0/device
	echo \$method >reset_method && echo 1 >reset
	ok \$? "eth0 is reset by \$method"
	within 10 both_up
	ok \$? 'and both links are up'
done
is "\$(unexpected)" '' 'without warnings'

cd /sys/bus/pci/drivers/ixgbe
port0=\$(readlink /sys/class/net/eth0/device) port1=\$(readlink /sys/class/net/eth1/device)
port0=\${port0##*/} port1=\${port1##*/}
ip link set eth0 up
cycle=0
# The two ports in turn.
rebind() {
	[ \$((cycle % 2)) -eq 0 ] && port=\$port1 || port=\$port0
	echo \$port >unbind && echo \$port >bind && ip link set eth0 up && ip link set eth1 up
}
while [ \$cycle -lt $cycles ] && rebind; do
	cycle=\$((cycle + 1))
done
is \$cycle $cycles 'ixgbe is unbound and bound $cycles times'
within 10 both_up
ok \$? 'and both links are up'
is "\$(unexpected)" '' 'without warnings'
cd /
cycle=0
reload() { modprobe -r ixgbe && modprobe ixgbe && ip link set eth0 up && ip link set eth1 up; }
while [ \$cycle -lt $(((cycles + 3) / 4)) ] && reload; do
	cycle=\$((cycle + 1))
done
is \$cycle $(((cycles + 3) / 4)) 'ixgbe is removed and loaded $(((cycles + 3) / 4)) times'
within 10 both_up
ok \$? 'and both links are up'
is "\$(unexpected)" '' 'without warnings'
END
done_testing

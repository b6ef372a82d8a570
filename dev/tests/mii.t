#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The registers of both ports' PHYs, read and written by ioctl with clause 45 addresses, as mii-tool does.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

own_extra
mkdir -p "$EXTRA/bin"
run gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$EXTRA/bin/mii" "$ROOT/dev/tests/mii.c"
is "$status:$err" 0: 'the program that reads the registers builds'
"$ROOT/dev/build-initramfs" 2>"$T/log"

guest_tests <<'END'
within 10 both_up
ok $? 'both links are up'
for port in eth0 eth1; do
	# PMA, PCS, AN and vendor: each contains the identifier of the X540's PHY.
	for device in 1 3 7 30; do
		is "$(mii $port $device 2) $(mii $port $device 3)" '0x0154 0x0200' \
			"$port: the identifier in MDIO device $device"
	done
	# The advertisement of 10GBASE-T, which takes effect at the next negotiation.
	before=$(mii $port 7 0x20)
	[ "$before" != 0xffff ] && [ $((before & 0x1000)) -ne 0 ]
	ok $? "$port: 10GBASE-T is advertised"
	mii $port 7 0x20 $((before & ~0x1000))
	is "$? $(mii $port 7 0x20)" "0 $(printf '0x%04x' $((before & ~0x1000)))" "$port: a register can be written"
	mii $port 7 0x20 "$before"
	is "$(mii $port 7 0x20)" "$before" "$port: and restored"
done
is "$(warnings)" '' 'no warning in the kernel log'
END

done_testing

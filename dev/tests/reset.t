#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The device is reset in every way while processes use the controller: none of them gets an error, and
# the links come back.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_card guests
export CARD="$T/guests"
# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
device=$(readlink -f /sys/class/net/eth0/device)
echo bypass >$b/main_off_action
echo isolate >$b/aux_off_action

for file in state main_off_action log; do
	(
		while [ ! -e /tmp/enough ]; do
			cat $b/$file || echo "error reading $file"
			# By then, the last status is too old to be used again.
			sleep 0.2
		done >/tmp/read.$file 2>&1
	) &
	readers="${readers:-} $!"
done

reset() { # NAME COMMAND...
	name=$1
	shift
	for _ in 1 2 3; do
		"$@" || { ok 1 "$name: $*"; return; }
		within 15 both_up || break
	done
	both_up
	ok $? "$name, three times: the links are back"
	is "$(cat $b/state $b/main_off_action $b/aux_off_action | paste -sd ' ')" 'normal bypass isolate' \
		"$name: state and actions are unchanged"
}
function_level_reset() { echo 1 >$device/reset; }
# Both functions at once, by their root port. QEMU's port does not report that its link is up again, so
# the write fails after both were reset.
bus_reset() { echo 1 >${device%/*}/reset_subordinate 2>/dev/null || :; }
down_up() { ip link set eth0 down && ip link set eth0 up; }
mtu() { ip link set eth0 mtu 4000 && ip link set eth0 mtu 1500; }

reset 'down and up' down_up
reset 'another MTU' mtu
reset 'a function level reset' function_level_reset
reset 'a reset of the bus' bus_reset
ip link set eth0 down
function_level_reset
ok $? 'a function level reset of an interface that is down'
is "$(cat $b/state)" normal 'and the controller answers'
ip link set eth0 up
within 15 both_up
ok $? 'and the interface comes up'

touch /tmp/enough
wait $readers
for file in state main_off_action log; do
	[ -s /tmp/read.$file ]
	ok $? "$file was read all the time"
	is "$(grep -c error /tmp/read.$file)" 0 'without an error'
done
is "$(sort -u /tmp/read.state /tmp/read.main_off_action | paste -sd ' ')" 'bypass normal' 'with the right value'
is "$(warnings)" '' 'no warning in the kernel log'

# A register read while the card does not answer makes ixgbe mark the card as removed.
host ctl fault removed on
sleep 0.3
! cat $b/state 2>/tmp/why >/dev/null && grep -q 'No such device' /tmp/why
ok $? 'a card that does not answer: No such device'
host ctl fault removed off
! cat $b/state 2>/dev/null
ok $? 'it answers again, without a request'
for port in eth0 eth1; do
	echo 1 >/sys/class/net/$port/device/reset
done
within 15 both_up
ok $? 'after a reset the links are back'
is "$(cat $b/state)" normal 'and the controller answers'
END
stop_card "$pid"
# A new start condition makes the controller discard the frame during which a reset occurred.
summary=$(grep '^bypass: frames=' "$T/guests/log")
like "$summary" 'malformed=0 .*fast=0' 'no frame was malformed or too fast'
diag "$summary"

done_testing

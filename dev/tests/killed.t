#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The emulated card is killed while a guest uses it. For the guest this is the removal of the card. A new
# card takes over the folder and the state.
# shellcheck disable=SC2317
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_guests_card
kill_card() {
	kill -s KILL "$guests_card"
	# The shell itself reports a killed job.
	{ wait "$guests_card" || :; } 2>/dev/null
}

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
within 30 both_up
is $? 0 'both links are up'
echo bypass >$b/main_off_action
is "$(cat $b/main_off_action)" bypass 'main_off_action is set'
sleep 4
host kill_card
removed() { [ "$(dmesg | grep -c 'Adapter removed')" -ge 2 ]; }
within 30 removed
is $? 0 'the card is killed: the driver finds both ports removed'
within 30 both_down
is $? 0 'and have no link'
cat $b/state >/tmp/out 2>/tmp/err
is "$?:$(cat /tmp/out)" 1: 'the state cannot be read'
case $(cat /tmp/err) in *'No such device'*) true ;; *) false ;; esac
ok $? 'with ENODEV'
for function in 1 0; do
	echo 1 >/sys/bus/pci/devices/0000:01:00.$function/remove
done
is "$(echo /sys/class/net/eth*)" '/sys/class/net/eth*' 'both functions can be removed'
is "$(complaints)" '' 'no complaint of the kernel about itself'
END

start_guests_card
run "$x540ctl" --card "$T/guests" status
is "$status" 0 'a restarted card replaces it'
like "$out" '^relay *bypass' 'and has carried out main_off_action'
stop_card "$guests_card"
done_testing

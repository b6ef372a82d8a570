#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A card whose mode is still set, as after a crash during a change, ignores events. The driver corrects
# that, tries again while the controller does not accept it, and logs it once.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_card guests
stop_card "$pid"
sed -i 's/"mode": *"auto"/"mode":"bypass"/' "$T/guests/state.json"
grep -q '"mode":"bypass"' "$T/guests/state.json"
ok $? 'a card that is in mode bypass'
start_guests_card

# Called from the guest.
# shellcheck disable=SC2317
{
	ctl() { "$x540ctl" "$@"; }
	mode() { ctl status | sed -n 's/^mode *//p'; }
}
ctl fault commit-lost on

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
lines() { dmesg | grep 'ixgbe.*bypass' | grep -vc 'the controller is found'; }
mode_is_auto() { host mode && [ "$answer" = auto ]; }

is "$(cat $b/state)" bypass 'the state can be read'
# The retries during probe are over by then.
sleep 8
host mode
is "$answer" bypass 'the controller does not accept mode auto'
said=$(lines)
[ "$said" -ge 1 ] && [ "$said" -le 2 ]
ok $? 'the kernel log says so'
! echo isolate 2>/tmp/why >$b/state && grep -q 'Input/output error' /tmp/why
ok $? 'the state cannot be written: EIO'
said=$(lines)
sleep 15
is "$(lines)" "$said" 'the driver keeps trying, without messages'

host ctl fault commit-lost off
end=$(($(date +%s) + 60))
until mode_is_auto || [ "$(date +%s)" -ge $end ]; do
	sleep 1
done
mode_is_auto
ok $? 'as soon as the controller accepts it, it is in mode auto, without a request'
sleep 2
is "$(lines)" $((said + 1)) 'and one line in the log says so'
echo isolate >$b/state
is "$? $(cat $b/state)" '0 isolate' 'the state can be written again'
is "$(complaints)" '' 'no complaint of the kernel about itself'
END
stop_guests_card

done_testing

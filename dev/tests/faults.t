#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each fault of the card that is injected while a guest runs reaches the guest, and the driver's reaction
# does not depend on timing. test_fault.c tests the effect of each fault on the card.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_card a
export CARD="$T/a"
# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
cat $b/state $b/watchdog_action >/tmp/before

# fails ERROR COMMAND: fails with this error and a line in the kernel log.
fails() {
	sleep 0.3
	dmesg -c >/dev/null
	! sh -c "$2" 2>/tmp/why >/dev/null && grep -q "$1" /tmp/why
	ok $? "$2: $1"
	is "$(dmesg | grep -c 'ixgbe.*bypass')" 1 'with a line in the kernel log'
}
differs() { ! cat $b/state $b/watchdog_action 2>/dev/null | cmp -s - /tmp/before; }
state_is() { [ "$(cat $b/state)" = "$1" ]; }
# The driver may use its last status for a while.
state_cannot_be_read() { ! head -n 1 $b/state >/dev/null 2>&1; }
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }

for fault in sdo-low sdo-high silent; do
	host ctl fault $fault on
	within 10 state_cannot_be_read
	# BusyBox' cat would read twice.
	fails 'Input/output error' "head -n 1 $b/state"
	host ctl fault $fault off
	! differs
	ok $? "without $fault, the driver works as before"
done

host ctl fault bit-errors on 40
within 20 differs
ok $? 'bit-errors: some reads are wrong'
host ctl fault bit-errors off
# A bit error may have turned a read into a write: start from a known state.
for file in main_on_action main_off_action watchdog_action; do
	echo ignore >$b/$file
done
echo 0 >$b/watchdog_timeout_ms
echo normal >$b/state
within 10 both_up
ok $? 'without bit-errors, all settings can be written again'

host ctl fault commit-lost on
fails 'Input/output error' "echo bypass >$b/watchdog_action"
host ctl fault commit-lost off
is "$(cat $b/watchdog_action)" ignore 'commit-lost: the setting is unchanged'

host ctl --json counters
before=$(echo "$answer" | sed 's/.*"frames":\([0-9]*\).*/\1/')
host ctl controller commit-ms 600
echo bypass >$b/watchdog_action
ok $? 'commit-ms: a setting is accepted if it takes effect in time'
host ctl --json counters
after=$(echo "$answer" | sed 's/.*"frames":\([0-9]*\).*/\1/')
[ $((after - before)) -gt 4 ]
ok $? 'after more than one read back'
host ctl controller commit-ms 20
is "$(cat $b/watchdog_action)" bypass 'and has taken effect'

host ctl fault watchdog-fast on 8
echo 32000 >$b/watchdog_timeout_ms
within 12 state_is bypass
ok $? 'watchdog-fast: 32 s take 4 s'
host ctl fault watchdog-fast off
echo normal >$b/state
within 10 both_up
ok $? 'both links are up again'

host ctl fault watchdog-fast on 8
watchdog -F -T 32 -t 6 /dev/watchdog0 &
daemon=$!
within 12 carrier eth0 0
ok $? 'watchdog-fast: it expires between two pings of a daemon'
host ctl fault watchdog-fast off
# Only the driver reads the state during this time.
sleep 8
is "$(cat $b/watchdog_timeout_ms)" 32000 'the next ping that reaches it restarts it'
kill $daemon
within 5 timeout_is 0
ok $? 'and the daemon can stop it'
echo normal >$b/state
within 10 both_up
ok $? 'both links are up again'

# The core holds the module of a watchdog that it found running.
echo 32000 >$b/watchdog_timeout_ms
rmmod ixgbe && modprobe ixgbe
host ctl fault silent on
! true 2>/tmp/why </dev/watchdog0 && grep -q 'Input/output error' /tmp/why
ok $? 'silent: a running watchdog cannot be opened: Input/output error'
! rmmod ixgbe 2>/dev/null
ok $? 'and still holds the module'
host ctl fault silent off
echo 0 >$b/watchdog_timeout_ms
quiet
within 10 both_up
ok $? 'both links are up again'

downs() { dmesg | grep -c "$1: NIC Link is Down"; }
dmesg -c >/dev/null
host ctl fault link-flap on 1500
flapped() { [ "$(downs eth0)" -ge 2 ] && [ "$(downs eth1)" -ge 2 ]; }
within 20 flapped
ok $? 'link-flap: both links go down repeatedly'
host ctl fault link-flap off
within 10 both_up
ok $? 'and stay up without the fault'

host ctl wire 1 unplug
within 5 carrier eth1 0
ok $? 'a cable that is unplugged: no carrier'
carrier eth0 1
ok $? 'only at this port'
host ctl wire 1 plug
within 10 carrier eth1 1
ok $? 'plugged in again: a carrier'

interrupts() { awk '/eth[01]/ { for (i = 2; i <= 3; i++) n += $i } END { print n + 0 }' /proc/interrupts; }
host ctl fault irq-lost on
sleep 1
before=$(interrupts)
host ctl wire 0 unplug
sleep 2
is "$(interrupts)" "$before" 'irq-lost: the cable is unplugged, and no interrupt reports it'
host ctl wire 0 plug
host ctl fault irq-lost off
# The lost interrupt is not repeated: make the driver look at the link again.
ip link set eth0 down && ip link set eth0 up
within 10 carrier eth0 1
host ctl wire 0 unplug
within 5 carrier eth0 0
ok $? 'without the fault, an interrupt reports it'
[ "$(interrupts)" -gt "$before" ]
ok $? 'and is counted'
host ctl wire 0 plug
within 10 both_up
ok $? 'both links are up again'

host ctl fault removed on
# The driver has read the state when the links came up, and may use it for a while.
sleep 0.3
! timeout 10 cat $b/state 2>/tmp/why >/dev/null && grep -q 'No such device' /tmp/why
ok $? "removed: cat $b/state: No such device"
END
stop_card "$pid"
done_testing

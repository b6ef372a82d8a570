#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# User space is notified of a new state by poll() on the file, a uevent, and a line in the kernel log with
# the cause, after a write and after a change by the card itself.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

own_extra
mkdir -p "$EXTRA/bin"
run gcc -O2 -Wall -Wextra -Werror -static -o "$EXTRA/bin/poll-attribute" "$ROOT/dev/tests/poll-attribute.c"
is "$status" 0 'the program that polls builds'
cat >"$EXTRA/bin/note-uevent" <<'END'
#!/bin/sh
[ -z "${BYPASS_STATE:-}" ] || echo "$ACTION $INTERFACE $BYPASS_STATE" >>/tmp/uevents
END
chmod +x "$EXTRA/bin/note-uevent"
"$ROOT/dev/build-initramfs" 2>"$T/log"

# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
touch /tmp/uevents
uevent note-uevent &
# The new changes of state in the kernel log.
changes() { dmesg | sed -n 's/^.*ixgbe .*eth0: bypass: \([a-z]* -> .*\)$/\1/p' | paste -sd ,; }
changes_are() { [ "$(changes)" = "$1" ]; }
logged() { # CHANGES NAME: the driver may have to read the cause of a change in the controller's log.
	within 20 changes_are "$1" || :
	is "$(changes)" "$1" "$2"
	dmesg -c >>/tmp/dmesg
}
echo isolate >$b/watchdog_action
state_polled() { poll-attribute $b/state "$1" >/tmp/polled; }

state_polled 10000 &
poller=$!
sleep 3
echo bypass >$b/state
wait $poller
is "$? $(cat /tmp/polled)" '0 bypass' 'poll() returns when the state is written'
echo normal >$b/state
within 10 both_up
ok $? 'back to normal'
sleep 1

echo 2000 >$b/watchdog_timeout_ms
state_polled 10000
is "$? $(cat /tmp/polled)" '0 isolate' 'and when the card moves the relays'
echo isolate >$b/state
state_polled 2000
is $? 1 'but not when the state stays the same'
echo normal >$b/state
within 10 both_up
ok $? 'back to normal'
ip link set eth0 down
ip link set eth0 up
within 10 both_up
ok $? 'a link that goes down for another reason'
sleep 1
is "$(paste -sd , /tmp/uevents)" \
	'change eth0 bypass,change eth0 normal,change eth0 isolate,change eth0 normal' \
	'exactly one uevent for each change'
logged 'normal -> bypass (written),bypass -> normal (written),normal -> isolate (watchdog),isolate -> normal (written)' \
	'and one line in the kernel log, with the cause'

# With the interfaces down there is no change of a link. A reset makes the driver read the state.
ip link set eth0 down
ip link set eth1 down
sleep 1
echo 1500 >$b/watchdog_timeout_ms
sleep 4
: >/tmp/uevents
echo 1 >/sys/class/net/eth0/device/reset
within 10 grep -q . /tmp/uevents
is "$(cat /tmp/uevents)" 'change eth0 isolate' 'after a reset the driver reads the state'
logged 'normal -> isolate (watchdog)' 'and the kernel log has it'
ip link set eth0 up
ip link set eth1 up
echo normal >$b/state
within 10 both_up
ok $? 'back to normal'

logged 'isolate -> normal (written)' 'the kernel log has that too'

# Other causes of a change.
host ctl press
within 10 both_down
logged 'normal -> bypass (user)' 'a switch by the user: the kernel log has it'
host ctl press
within 10 both_up
logged 'bypass -> normal (user)' 'and the switch back'
# A frame in progress when the link goes down returns the previous state.
while [ ! -e /tmp/enough ]; do
	cat $b/state >/dev/null
done &
reader=$!
missed=
for _ in 1 2 3; do
	state_polled 20000 &
	poller=$!
	sleep 3
	echo 1500 >$b/watchdog_timeout_ms
	wait $poller || missed="$missed expiry"
	echo normal >$b/state
	within 10 both_up
done
touch /tmp/enough
wait $reader
is "$missed" '' 'a process that reads all the time does not prevent that'

# Without power, the ports lose their configuration, also that of their interrupts. ixgbe polls a link
# that is down for 4 s, and after that not until the port is set up again.
dmesg -c >>/tmp/dmesg
echo normal >$b/main_on_action
echo bypass >$b/state
logged 'normal -> bypass (written)' 'the card is in bypass'
host ctl aux off
host ctl aux on
for port in eth0 eth1; do
	ip link set $port down
	ip link set $port up
done
within 10 both_up
logged 'bypass -> normal (main_on)' 'its power returns: the kernel log names the action'

state_polled 10000 &
poller=$!
sleep 3
rmmod ixgbe
ok $? 'the driver can be removed while the file is polled'
wait $poller
ok $((! $?)) 'and the poll fails'
# `logged` has moved the driver's lines from the kernel log to this file.
is "$(complaints; grep -E 'WARNING:|BUG:|Call Trace' /tmp/dmesg)" '' 'no complaint of the kernel about itself'
END
stop_guests_card

done_testing

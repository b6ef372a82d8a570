#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The root port of the card reports an error, during a frame and during a change of the state. After
# the kernel's recovery, the ports and the controller work again.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

export QMP="$T/qmp"
# Called from the guest.
# shellcheck disable=SC2317
{
	inject() { # ERROR
		qmp '"human-monitor-command", "arguments": {"command-line": "pcie_aer_inject_error card-slot '"$1"'"}' |
			tr -d '\r\n' | grep -o 'OK id: card-slot'
	}
	mode() { "$x540ctl" status | sed -n 's/^mode *//p'; }
}

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
echo isolate >$b/aux_off_action
watchdog -F -T 32 -t 2 /dev/watchdog0 &
daemon=$!

(
	while [ ! -e /tmp/enough ]; do
		cat $b/state $b/aux_off_action || echo error
		# By then, the last status is too old to be used again.
		sleep 0.3
	done >/tmp/read 2>&1
) &
reader=$!

recoveries=0
recovered() { [ "$(dmesg | grep -c 'AER: device recovery successful')" -ge "$recoveries" ]; }
mode_is_auto() { host mode && [ "$answer" = auto ]; }
try() { # ERROR NAME
	for state in bypass normal bypass normal; do
		# The host starts a program that injects the error, so it occurs at some time during the change.
		{
			sleep 0.2
			echo $state >$b/state
		} 2>/tmp/why &
		change=$!
		recoveries=$((recoveries + 1))
		host inject "$1"
		is "$answer" 'OK id: card-slot' "$2: reported"
		wait $change
		is "$? $(cat /tmp/why)" '0 ' "$2: state=$state is carried out despite the error"
		within 20 recovered
		ok $? "$2: the kernel recovers from it"
		is "$(cat $b/state)" $state "$2: the state is $state"
	done
	within 10 both_up
	ok $? "$2: the links are back"
	is "$(cat $b/aux_off_action) $(cat $b/watchdog_timeout_ms)" 'isolate 32000' \
		"$2: settings and watchdog are as they were"
	host mode
	is "$answer" auto "$2: events are obeyed"
}
try UNSUP 'a non-fatal error'
try DLP 'a fatal error'

touch /tmp/enough
wait $reader
is "$(sort -u /tmp/read | paste -sd ' ')" 'bypass isolate normal' \
	'a process that reads all the time sees no error'
kill $daemon
# The root port and the PCI core log each recovery.
is "$(warnings | grep -v -e 'pcieport ' -e 'Tx work after link loss' -e 'Reset adapter')" '' 'no warning in the kernel log'
END
stop_card "$guests_card"
# A new start condition makes the controller discard the frame during which the error occurred.
summary=$(grep '^bypass: frames=' "$T/guests/log")
like "$summary" 'malformed=0 .*fast=0' 'no frame was malformed or too fast'
diag "$summary"

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The watchdog expires at any moment of a write to a file of bypass/: it stays expired, although each
# write contains its enable bit.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# Called from the guest.
# shellcheck disable=SC2317
watchdog() { "$x540ctl" status | sed -n 's/^watchdog *//p'; }

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
sleep 3
echo bypass >$b/watchdog_action

again= wrong=
for after in 0.85 0.95 1.05 1.15 1.25 1.35 1.45; do
	for action in ignore isolate; do
		echo normal >$b/state
		echo 1500 >$b/watchdog_timeout_ms
		sleep 2.4 &
		expired=$!
		sleep $after
		echo $action >$b/main_off_action || wrong="$wrong $after"
		wait $expired
		# If it were enabled again, it would expire 1.5 s later.
		host watchdog
		case $answer in enabled=no*) ;; *) again="$again $after" ;; esac
		[ "$(cat $b/state) $(cat $b/main_off_action)" = "bypass $action" ] || wrong="$wrong $after"
		sleep 2
	done
done
is "$again" '' 'a watchdog that expires while an action is written is not enabled again'
is "$wrong" '' 'and each time the relays are in bypass, and the action is set'
is "$(warnings)" '' 'no warning in the kernel log'
END
stop_guests_card

done_testing

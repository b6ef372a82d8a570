#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Readers must not delay the watchdog's pings: on one processor with six busy loops, eight readers of the
# state and one of the log, all at the lowest priorities, no ping takes longer than necessary, and a watchdog
# of 1.5 s that is pinged every 0.5 s does not expire.
# SECONDS_UNDER_LOAD=180 does that for 3 minutes instead of 40 s.
set -eu
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../cards.sh"
. "$(dirname "$0")/../guest-tests.sh"

seconds=${SECONDS_UNDER_LOAD:-40}
GUEST_TIMEOUT=$((GUEST_TIMEOUT + 4 * seconds))
own_extra
mkdir -p "$EXTRA/bin"
run gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -pthread \
	-o "$EXTRA/bin/ping-latency" "$ROOT/dev/tests/ping-latency.c"
is "$status:$err" 0: 'the measuring program builds'
"$ROOT/dev/build-initramfs" 2>"$T/log"

# Called from the guest.
# shellcheck disable=SC2317
relay() { "$x540ctl" status | sed -n 's/^relay *//p'; }

start_guests_card
SMP=1 guest_tests <<END
seconds=$seconds
$(cat <<'REST'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
echo bypass >$b/watchdog_action
# The driver's own accesses after probe are soon over.
sleep 3

# value NAME: one of the values that ping-latency printed.
value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" /tmp/measured; }
# measure SECONDS [COMMAND]: calls the command after one second. Sets answer to the state of the relays
# at the end.
measure() {
	echo normal >$b/state
	echo 1500 >$b/watchdog_timeout_ms
	ping-latency $b "$1" >/tmp/measured &
	measuring=$!
	${2:-:}
	wait $measuring
	host relay
	[ -z "$load" ] || kill -KILL $load
	load=
	echo 0 >$b/watchdog_timeout_ms
	echo "# $(cat /tmp/measured)" >&2
}
load=
start_load() {
	sleep 1
	for _ in 1 2 3 4 5 6; do
		while :; do :; done &
		load="$load $!"
	done
	for _ in 1 2 3 4 5 6 7 8; do
		chrt -i 0 sh -c "while :; do cat $b/state; done" >/dev/null &
		load="$load $!"
	done
	while :; do cat $b/log; done >/dev/null &
	load="$load $!"
}

measure 5
alone=$(value frames_median_us)
[ "$(value pings)" -ge 5 ]
ok $? 'without load, pings are measured'
# Time that a virtual processor waits for the host does not count against the driver.
for _ in 1 2 3; do
	measure $seconds start_load
	[ "$answer" != normal ] && [ "$(value longest_stall_us)" -gt 300000 ] || break
	echo "# the virtual processor stood still for too long: measuring again" >&2
done
is "$answer" normal "in $seconds s under load the watchdog does not expire"
is "$(value pings_failed) $(value frames_failed)" '0 0' 'no ping and no read fails'
[ "$(value pings)" -ge $seconds ]
ok $? 'there is at least one ping per second'
[ "$(value frames)" -ge 10 ]
ok $? 'and frames of other processes, for comparison'
limit=$(($(value frames_median_us) * 2 * 13 / 10))
[ "$(value pings_longest_us)" -le $limit ]
ok $? "no ping takes more than 1.3 times two frames"
echo "# a ping: at most $(value pings_longest_us) us; a frame: $(value frames_median_us) us, $alone us without load; allowed: $limit us" >&2
is "$(warnings)" '' 'no warning in the kernel log'
REST
)
END
stop_guests_card

done_testing

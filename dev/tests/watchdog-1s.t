#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The controller's period of 1 s, which the driver does not offer, if another program has set it: the
# driver shows it, pings, changes it and turns it off.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# A card that another program has set up. Its watchdog expires before the guest runs. Its enable bit
# stays set, and a ping restarts it.
start_card guests
stop_card "$pid"
sed -i -e 's/"enabled": *false/"enabled":true/' -e 's/"period_ms": *[0-9]*/"period_ms":1000/' "$T/guests/state.json"
grep -q '"enabled":true.*"period_ms":1000' "$T/guests/state.json" ||
	tr -d '\n' <"$T/guests/state.json" | grep -q '"enabled":true.*"period_ms":1000'
ok $? 'a card whose watchdog is enabled, with a period of 1 s'
start_card guests --controller expiry-enable=stays
export CARD="$T/guests"

# Called from the guest.
# shellcheck disable=SC2317
watchdog() { "$x540ctl" status | sed -n 's/^watchdog *//p'; }

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
[ -d $b ]
ok $? 'bypass/ exists'
is "$(cat $b/watchdog_timeout_ms)" 1000 'watchdog_timeout_ms reads 1000'
is "$(cat $b/watchdog_action)" bypass 'watchdog_action reads bypass'

# A busy machine may miss a ping: one of ten attempts must last for two periods.
stays_normal() {
	echo normal >$b/state || return 1
	for _ in 1 2; do
		sleep 1
		[ "$(cat $b/state)" = normal ] || return 1
	done
}
tries=0
until stays_normal || [ $((tries += 1)) = 10 ]; do :; done
[ $tries -lt 10 ]
ok $? 'the kernel pings it, and it does not expire'
is "$(cat $b/watchdog_timeout_ms)" 1000 'it still runs'
echo 1 >$b/watchdog_ping
ok $? 'it can be pinged through sysfs'

for word in 1000 500 1; do
	! echo $word 2>/tmp/why >$b/watchdog_timeout_ms && grep -q 'Invalid argument' /tmp/why
	ok $? "$word cannot be written: EINVAL"
done
is "$(cat $b/watchdog_timeout_ms)" 1000 'and nothing changes'

# The period stays when an action is set, and when the relays are moved.
echo isolate >$b/aux_off_action
echo bypass >$b/state
is "$(cat $b/aux_off_action) $(cat $b/state) $(cat $b/watchdog_timeout_ms)" 'isolate bypass 1000' \
	'an action and the state can be set while it runs'
echo normal >$b/state

echo 32000 >$b/watchdog_timeout_ms
is "$? $(cat $b/watchdog_timeout_ms)" '0 32000' 'another period can be set'
echo 0 >$b/watchdog_timeout_ms
is "$? $(cat $b/watchdog_timeout_ms)" '0 0' 'and it can be stopped'
host watchdog
like "$answer" '^enabled=no' 'in the controller too'
is "$(warnings)" '' 'no warning in the kernel log'
END
stop_card "$pid"

# --- stopped at once

sed -i -e 's/"enabled": *false/"enabled":true/' -e 's/"period_ms": *[0-9]*/"period_ms":1000/' "$T/guests/state.json"
start_card guests --controller expiry-enable=stays
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
echo 0 >$b/watchdog_timeout_ms
is "$? $(cat $b/watchdog_timeout_ms)" '0 0' 'it can be stopped without a previous change'
echo normal >$b/state
sleep 3
is "$(cat $b/state)" normal 'and does not expire'
END
stop_card "$pid"

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: dev/tests/variants.t [ROW]
#
# The driver on a controller with other unknown behaviour: ROW of dev/tests/variants, or the hardest. Each
# test's name starts with its step. dev/test-variants runs this for every row.
set -eu
GUEST_TIMEOUT=${GUEST_TIMEOUT:-1800}
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

row=${1:-hardest}
# shellcheck disable=SC2046 # words
set -- $(awk -v row="$row" '$1 == row { $1 = ""; print }' "$ROOT/dev/tests/variants")
[ $# -gt 0 ] || { echo "Bail out! dev/tests/variants has no row '$row'"; exit 1; }
settings=$1
shift
options=" $* "
has() { case $options in *" $1 "*) ;; *) return 1 ;; esac }

# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }
# shellcheck disable=SC2317
press() { # TIMES
	for _ in $(seq "$1"); do
		ctl press
	done
}

# Writes of page 0 so far.
# shellcheck disable=SC2317
settings_written() { ctl counters | sed -n 's/^controller .*page0_writes=\([0-9]*\).*/\1/p'; }

# Another number of slots means another log.
# shellcheck disable=SC2317
empty_log() { ctl controller slots $((87 - slots)) && ctl controller slots "$slots"; }

# A log that has almost wrapped around, with all entries marked read (bit 3 of an entry's byte 3).
use_card() {
	start_card guests --controller "$settings"
	CARD="$T/guests" press 40
	stop_card "$pid"
	# shellcheck disable=SC2016 # it is Perl
	perl -0777 -i -pe '
		my @bytes = unpack "C*", pack "H*", join "", /"([0-9a-f]{32})"/g;
		$bytes[$bytes[1] + 5 * $_ + 3] &= ~8 for 0..39;
		my @rows = unpack "(H32)*", pack "C*", @bytes;
		s/"[0-9a-f]{32}"/"\"" . shift(@rows) . "\""/ge' "$T/guests/state.json"
}

has fresh || use_card
start_card guests --controller "$settings"
export CARD="$T/guests"
version=$(ctl controller | sed -n 's/.*name=version value=\([0-9]*\).*/\1/p')
slots=$(ctl controller | sed -n 's/.*name=slots value=\([0-9]*\).*/\1/p')
! has busy || export SMP=1

guest_tests <<END
version=$version slots=$slots
options="$options"
$(cat <<'REST'
has() { case $options in *" $1 "*) ;; *) return 1 ;; esac }
b=/sys/class/net/eth0/bypass
device=/sys/bus/pci/devices/0000:01:00.0
action_files='main_on_action main_off_action aux_on_action aux_off_action watchdog_action'
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }
state_is() { [ "$(cat $b/state)" = "$1" ]; }
actions() { for file in $action_files; do cat $b/$file; done | paste -sd ' '; }
events() { cut -d ' ' -f 2- $b/log | paste -sd ,; }
last_time() { date -u -D %Y-%m-%dT%H:%M:%SZ -d "$(tail -n 1 $b/log | cut -d ' ' -f 1)" +%s; }
# The newest line of the log has the time of the last write of state.
time_is_logged() {
	logged=$(last_time)
	[ -n "$logged" ] && [ "$logged" -ge $((state_written - 2)) ] && [ "$logged" -le $((state_taken + 2)) ]
}
# takes FILE VALUE: writes it, within a time limit.
takes() {
	start=$(date +%s)
	echo $2 >$b/$1
	ok $? "$step: $1 takes $2"
	is "$(cat $b/$1)" $2 "$step: and reads $2"
	took=$(($(date +%s) - start))
	[ $1 != state ] || state_written=$start state_taken=$((start + took))
	[ $took -le 60 ]
	ok $? "$step: in $took s"
}

if has busy; then
	for _ in 1 2 3 4; do
		while :; do :; done &
	done
fi
within 20 test -e $b/state
ok $? 'probe: bypass/ exists'
quiet
within 20 both_up
ok $? 'probe: both links are up'
is "$(cat $b/version)" $version 'probe: the version is correct'

step=state
takes state bypass
within 10 both_down
ok $? 'state: both links go down'
takes state normal
within 20 both_up
ok $? 'state: both links come back'

step=actions
wanted='normal bypass ignore isolate isolate'
set -- $wanted
for file in $action_files; do
	takes $file $1
	shift
done
is "$(actions)" "$wanted" 'actions: all values are kept'
is "$(cat $b/state)" normal 'actions: the relays have not moved'

step=watchdog
# A period in which a slow machine can ping.
takes watchdog_timeout_ms 8000
for _ in 1 2 3 4 5 6 7 8 9; do
	sleep 1
	echo 1 >$b/watchdog_ping || ok 1 'watchdog: it can be pinged'
done
is "$(cat $b/state) $(cat $b/watchdog_timeout_ms)" 'normal 8000' 'watchdog: pinged, it does not expire'
within 20 state_is isolate
ok $? 'watchdog: not pinged, it carries out its action'
is "$(cat $b/watchdog_timeout_ms)" 0 'watchdog: and is off'
takes state normal
for time in second third; do
	echo 1500 >$b/watchdog_timeout_ms
	ok $? "watchdog: it can be switched on a $time time"
	within 15 state_is isolate
	ok $? "watchdog: and expires a $time time"
	takes state normal
done
takes watchdog_timeout_ms 0

# Through its device it is only pinged: starting it again takes a second.
# After an open the timeout is 16 s until it is changed.
watchdog -F -T 8 -t 1 /dev/watchdog0 &
daemon=$!
within 30 timeout_is 8000
ok $? 'watchdog: its device switches it on'
sleep 3
host settings_written
before=$answer
sleep 5
host settings_written
is "$answer" "$before" 'watchdog: and pings it without restarting it'
kill $daemon
within 15 timeout_is 0
ok $? 'watchdog: and switches it off'

step=log
watchdog='watchdog isolate,user normal'
is "$(events)" "main_on normal,user bypass,user normal,$watchdog,$watchdog,$watchdog" \
	'log: exactly the events so far'
time_is_logged
ok $? 'log: with the time'
echo 1 >$b/log_clear
ok $? 'log: events that were shown can be marked read'
is "$(cat $b/log)" '' 'log: and are not shown again'
if has full; then
	host press 51
	is "$(wc -l <$b/log)" $slots 'log: the newest of more events than it has room for'
	is "$(cut -d ' ' -f 2- $b/log | sort | uniq -c | sort | awk '{ print $2, $3 }' | paste -sd ,)" \
		'user bypass,user normal' 'log: and no others'
	echo 1 >$b/log_clear
	takes state normal
	echo 1 >$b/log_clear
	cat $b/log >/dev/null
	echo 1 >$b/log_clear
fi

if has fresh; then
	rmmod ixgbe && host empty_log && modprobe ixgbe && within 20 test -e $b/state
	ok $? 'log: the driver is loaded on a card without events'
	quiet
	cat $b/log >/tmp/log
	ok $? 'log: it can be read'
	is "$(cat /tmp/log)" '' 'log: and is empty'
	within 20 both_up
	ok $? 'log: both links are up'
fi

step=clock
# A ping also sets the time.
date -s @$(($(date +%s) + 86400)) >/dev/null
echo 1 >$b/watchdog_ping
ok $? 'clock: the controller gets the new time'
takes state bypass
is "$(events)" 'user bypass' 'clock: an event after that'
time_is_logged
ok $? 'clock: has the new time'
takes state normal

while [ ! -e /tmp/enough ]; do
	cat $b/state || echo error
	# By then, the last status is too old to be used again.
	sleep 0.2
done >/tmp/read 2>&1 &
reader=$!
for _ in 1 2 3; do
	echo 1 >$device/reset
	within 20 both_up
	ok $? 'reset: both links come back'
done
touch /tmp/enough
wait $reader
is "$(sort -u /tmp/read)" normal 'reset: the state was read correctly during that time'
is "$(cat $b/state) $(actions)" "normal $wanted" 'reset: state and actions are unchanged'

rmmod ixgbe && modprobe ixgbe
ok $? 'removal: rmmod and modprobe'
within 20 test -e $b/state
ok $? 'removal: the driver finds the controller'
is "$(cat $b/state) $(actions)" "normal $wanted" 'removal: state and actions are unchanged'
quiet
within 20 both_up
ok $? 'removal: both links are up'

# Power is cut while the host uses the card: the relays move, and the handler of that interrupt reads
# only ones. Hotplug finds the card afterwards.
host ctl aux off
sleep 1
host ctl aux on
for function in 0 1; do
	echo 1 >${device%?}$function/remove
done
echo 1 >/sys/bus/pci/rescan
within 20 test -e $b/state
ok $? 'power: the driver finds the controller'
quiet
within 20 both_up
ok $? 'power: both links are up'
is "$(cat $b/state) $(actions)" "normal $wanted" 'power: state and actions are unchanged'
is "$(complaints)" '' 'power: no complaint of the kernel about itself'
dmesg | grep -i bypass >&2
REST
)
END
stop_card "$pid"
summary=$(grep '^bypass: frames=' "$T/guests/log" || :)
like "$summary" 'malformed=0 .*fast=0' 'wire: no frame was malformed or too fast'
diag "$summary"
done_testing

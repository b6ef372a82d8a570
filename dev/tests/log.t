#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# bypass/log and bypass/log_clear on the emulated card, the controller's clock,
# and how a read of the log delays other accesses.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# Called from the guest.
# shellcheck disable=SC2317
frames() { "$x540ctl" counters | sed -n 's/^controller .*frames=\([0-9]*\) .*/\1/p'; }

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
# The driver's own accesses after probe are soon over.
sleep 3

# The time of an entry, and the rest of it.
last_time() { date -u -D %Y-%m-%dT%H:%M:%SZ -d "$(tail -n 1 $b/log | cut -d ' ' -f 1)" +%s; }
events() { cut -d ' ' -f 2- $b/log | paste -sd ,; }
# close_to SECONDS: a time slightly before now
close_to() { [ $((now - $1)) -ge -2 ] && [ $((now - $1)) -le 120 ]; }

is "$(stat -c %a $b/log) $(stat -c %a $b/log_clear)" '444 200' 'log is 0444, log_clear 0200'

# costs FRAMES NAME COMMAND...: it takes so many frames, when those of the driver's own are over, which looks for
# the event when a link changes. On a busy machine, the driver repeats a frame that was delayed, and the last
# status gets too old, so it is tried again.
costs() {
	wanted=$1
	name=$2
	shift 2
	for _ in 1 2 3 4 5; do
		answer=
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			before=$answer
			sleep 1
			host frames
			[ "$answer" != "$before" ] || break
		done
		before=$answer
		"$@" >/dev/null
		host frames
		[ $((answer - before)) -ne "$wanted" ] || break
	done
	is $((answer - before)) "$wanted" "$name"
}

# --- what is in the log
is "$(cat $b/log)" 'no-valid-time main_on normal' \
	'the power-on of a card whose clock was never set'
echo bypass >$b/state
echo normal >$b/state
is "$(events)" 'main_on normal,user bypass,user normal' 'each write of state is added'
now=$(date +%s)
close_to "$(last_time)"
ok $? 'with the time of the system clock, in UTC'
within 60 both_up
# The head, and four bytes of the newest known entry, each by two frames.
costs 9 'a read without new events checks the newest known entry' cat $b/log
# By then, the last status is too old for the files that come after the log.
costs 11 'cat bypass/* takes two more' cat $(find $b -type f -perm -444 | sort)
costs 0 'the version is cached' cat $b/version
costs 1 'files of one register share a frame' cat $b/state $b/main_on_action $b/watchdog_timeout_ms

echo isolate >$b/watchdog_action
echo 1500 >$b/watchdog_timeout_ms
sleep 2
is "$(events)" 'main_on normal,user bypass,user normal,watchdog isolate' 'an expiry of the watchdog is added'
echo normal >$b/state

# --- events that were shown can be marked read
echo 1 >$b/log_clear
ok $? 'echo 1 > log_clear'
is "$(events)" 'user normal' 'an event that was not shown is kept'
echo 1 >$b/log_clear
is "$(cat $b/log)" '' 'and then the log is empty'
for word in '' 0 2 x '1 1'; do
	! echo "$word" 2>/tmp/why >$b/log_clear && grep -q 'Invalid argument' /tmp/why
	ok $? "log_clear refuses '$word' with EINVAL"
done
echo bypass >$b/state
echo normal >$b/state
rmmod ixgbe && modprobe ixgbe && ip link set eth0 up && ip link set eth1 up
ok $? 'rmmod and modprobe'
is "$(events)" 'user bypass,user normal' 'the driver finds only the events that are not marked read'

# --- a read can be interrupted
echo bypass >$b/state
rmmod ixgbe && modprobe ixgbe
cat $b/log >/tmp/log &
reader=$!
sleep 1
kill $reader
! wait $reader 2>/dev/null && [ ! -s /tmp/log ]
ok $? 'a read of the log can be interrupted'
began=$(now_ms)
is "$(events)" 'user bypass,user normal,user bypass' 'the next read shows the whole log'
whole=$(($(now_ms) - began))
began=$(now_ms)
rmmod ixgbe
removal=$(($(now_ms) - began))
modprobe ixgbe
cat $b/log >/tmp/log 2>/dev/null &
reader=$!
sleep 1
began=$(now_ms)
rmmod ixgbe
ok $? 'the driver can be removed while the log is read'
took=$(($(now_ms) - began))
[ "$took" -lt $((removal + whole / 2)) ]
ok $? "and does not wait for the end of the read: $took ms, $removal without it, which takes $whole"
! wait $reader
ok $? 'the read fails'
modprobe ixgbe
ok $? 'the driver comes back'
ip link set eth0 up && ip link set eth1 up

# --- the clock follows the system clock: that is set forward, and then the year ends
sleep 3
date -u -s '2098-12-31 23:59:45' >/dev/null
sleep 45
echo normal >$b/state
now=$(date +%s)
close_to "$(last_time)"
ok $? 'the system clock was set and the year has ended: the controller has the new time'
is "$(tail -n 1 $b/log | cut -c 1-13)" 2099-01-01T00 'in the new year'
is "$(warnings)" '' 'no warning in the kernel log'
END
stop_guests_card

done_testing

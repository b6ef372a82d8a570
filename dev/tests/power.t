#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# One card and several hosts, which are attached, killed, powered off, hang or lose their power. Each event
# runs its action, and no other.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_card a
export CARD="$T/a"

ctl() { "$x540ctl" "$@"; }
relay() { ctl status | sed -n 's/^relay *//p'; }
power() { ctl status | sed -n 's/^power *//p'; }

# Called from the guest, and by check.
# shellcheck disable=SC2317
{
	relay_is() { [ "$(relay)" = "$1" ]; }
	power_is() { [ "$(power)" = "$1" ]; }
	# QEMU, and the timeout that started it before, have a socket of the card in their command lines.
	signal_host() { kill -s "$1" "$(pgrep -n -f "$CARD/function0.sock")"; }
	hang() {
		signal_host STOP
		sleep 1
		relay
		within 10 relay_is bypass && echo expired
		signal_host CONT
	}
	watch_crash() {
		{
			sleep 1
			relay
			within 10 relay_is bypass && echo expired
			signal_host KILL
		} >"$T/crash" &
	}
}

is "$(relay)" bypass 'a new card is in bypass'
is "$(power)" 'main=no aux=yes' 'and has auxiliary power'

# --- killed

GUEST_END=125:host guest_tests <<'END'
b=/sys/class/net/eth0/bypass
is "$(cat $b/state)" normal 'a host is attached: main_on_action'
host power
is "$answer" 'main=yes aux=yes' 'and main power is on'
echo isolate >$b/main_off_action
echo bypass >$b/watchdog_action
echo normal >$b/aux_on_action
echo bypass >$b/aux_off_action
host signal_host KILL
sleep 60
END
check 'the host is killed: main power is off' within 5 power_is 'main=no aux=yes'
is "$(relay)" isolate 'and main_off_action was carried out'

# --- hung, and powered off

GUEST_END=125:0 guest_tests <<'END'
b=/sys/class/net/eth0/bypass
is "$(cat $b/state)" normal 'the next host: main_on_action again'
echo 4000 >$b/watchdog_timeout_ms
host hang
is "$answer" 'normal;expired' 'it hangs: watchdog_action, when the watchdog expires and not before'
is "$(cat $b/state)" bypass 'it continues, and reads the new state'
echo normal >$b/state
echo ignore >$b/main_on_action
ok $? 'and can set the state and the actions again'
poweroff
sleep 60
END
check 'the host is powered off: main power is off' within 5 power_is 'main=no aux=yes'
is "$(relay)" isolate 'and main_off_action was carried out'

# --- powered off in the middle of a change of the state

for after in 0.1 0.3 0.5; do
	GUEST_END=125:0 guest_tests <<END
echo normal >/sys/class/net/eth0/bypass/state
ok \$? 'the relays are normal'
echo bypass >/sys/class/net/eth0/bypass/state &
sleep $after
poweroff -f
sleep 60
END
	check "powered off $after s into a change: main power is off" within 5 power_is 'main=no aux=yes'
	is "$(relay)" isolate 'and main_off_action was carried out'
	like "$(ctl status)" '^mode +auto' 'with mode auto'
done

# --- crashed; with panic=0, as the guest would otherwise reboot

APPEND=panic=0 GUEST_END=125:host guest_tests <<'END'
b=/sys/class/net/eth0/bypass
echo normal >$b/state
echo 4000 >$b/watchdog_timeout_ms
host watch_crash
echo c >/proc/sysrq-trigger
sleep 60
END
is "$(paste -sd ';' "$T/crash")" 'normal;expired' 'its kernel panics: watchdog_action, when the watchdog expires and not before'
check 'it is killed: main power is off' within 5 relay_is isolate

# --- unplugged, and plugged in again

GUEST_END=0:end guest_tests <<'END'
b=/sys/class/net/eth0/bypass
is "$(cat $b/state)" isolate 'main_on_action ignore: the relays stay where they were'
host ctl aux off
host relay
is "$answer" bypass 'auxiliary power off: aux_off_action, after main_off_action'
host power
is "$answer" 'main=no aux=no' 'and no power'
# By then, the last status is too old to be used again.
sleep 1
! timeout 10 cat $b/state >/dev/null 2>&1
ok $? 'the card does not answer'
host ctl aux on
host relay
is "$answer" normal 'auxiliary power on: aux_on_action'
host power
is "$answer" 'main=yes aux=yes' 'and main power is on'
END
is "$(relay)" isolate 'the host ends: main_off_action'
ctl aux off
is "$(relay)" bypass 'aux_off_action, without a host'
ctl aux on
is "$(relay)" normal 'aux_on_action, without a host'
stop_card "$pid"
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The relays belong to the machine: only a process with CAP_NET_ADMIN in the initial user namespace can
# write to bypass/, even if the files belong to another user. Other processes can read. Events that they
# have read stay unread in the log.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# Called from the guest. The content of the controller, without its counters.
# shellcheck disable=SC2317
settings() { "$x540ctl" status | grep -E '^(relay|mode|rules|watchdog) '; }

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
readable='state main_on_action main_off_action aux_on_action aux_off_action watchdog_action
	watchdog_timeout_ms version log'
echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
within 10 both_up
ok $? 'both links are up'
echo ignore >$b/aux_on_action
echo bypass >$b/main_off_action
# The driver's own accesses after probe are soon over.
sleep 3

# --- root of a container that gets the interface

setuidgid 1000:1000 unshare -U -r -n -m sleep 3600 &
container=$!
is_made() { grep -q '^ *0 *1000 ' /proc/$container/uid_map; }
within 10 is_made
ok $? 'user 1000 creates a container, and is root in it'
in_container() { nsenter -t $container -U -n -m -S 0 -G 0 sh -c "$1"; }
in_container 'mount -t sysfs sysfs /sys'
ok $? 'the container has its own sysfs'
ip link set eth0 netns $container
ok $? 'the interface moves into it'
is "$(in_container "stat -c '%u %a' $b/state")" '0 644' 'and its files belong to root of the container'

before=$(in_container "cd $b && cat $(echo $readable)")
is "$(echo "$before" | sed -n '1p;3p')" "$(printf 'normal\nbypass')" 'the container can read the files'
like "$before" '^no-valid-time main_on normal$' 'and the log'
host settings
settings=$answer

# refused RUN FILE WORD: RUN is in_container or another function that runs a command as another user.
refused() {
	! "$1" "echo $3 >$b/$2" 2>/tmp/why && grep -q 'Operation not permitted' /tmp/why
	ok $? "$4 cannot write $3 to $2: EPERM"
}
all_refused() { # WHO NAME
	for word in bypass isolate normal; do
		refused "$1" state $word "$2"
	done
	for action in main_on main_off aux_on aux_off watchdog; do
		refused "$1" ${action}_action isolate "$2"
	done
	for word in 32000 0; do
		refused "$1" watchdog_timeout_ms $word "$2"
	done
	refused "$1" watchdog_ping 1 "$2"
	refused "$1" log_clear 1 "$2"
	refused "$1" state nonsense "$2"
}
all_refused in_container "the container's root"
is "$(in_container "cd $b && cat $(echo $readable)")" "$before" 'the values are unchanged'
host settings
is "$answer" "$settings" 'as the controller has it'

# --- the machine's root, in the same network namespace

as_root() { nsenter -t $container -n unshare -m sh -c "mount -t sysfs sysfs /sys && $1"; }
as_root "echo isolate >$b/aux_off_action && cat $b/aux_off_action" >/tmp/action
is "$? $(cat /tmp/action)" '0 isolate' "root of the machine can write there"
as_root "echo 1 >$b/log_clear"
ok $? 'and can write 1 to log_clear'
like "$(in_container "cat $b/log")" 'main_on normal' 'no event is marked read yet, although the container has read it'
as_root "cat $b/log && echo 1 >$b/log_clear" >/dev/null
is "$(in_container "cat $b/log")" '' 'after root has read the log, the events are marked read'

# --- back in the initial network namespace, a user that owns the files

nsenter -t $container -n ip link set eth0 netns 1
ok $? 'the interface moves back'
kill $container
chown 1000 $b/*
as_user() { setuidgid 1000:1000 sh -c "$1"; }
as_root() { sh -c "$1"; }
host settings
settings=$answer
all_refused as_user 'a user who owns the files'
host settings
is "$answer" "$settings" 'and nothing is changed'
echo bypass >$b/state
echo normal >$b/state
is "$(as_user "cat $b/log" | cut -d ' ' -f 2- | paste -sd ,)" 'user bypass,user normal' 'the user can read the log'
echo 1 >$b/log_clear
is "$(as_user "cat $b/log" | wc -l)" 2 'which does not count as a read by root'
is "$(wc -l <$b/log)" 2 'root reads it'
echo 1 >$b/log_clear
is "$(cat $b/log)" '' 'and clears it'
is "$(warnings)" '' 'no warning in the kernel log'
END
stop_guests_card

done_testing

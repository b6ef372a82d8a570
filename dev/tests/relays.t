#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The peers at the ends of the cables, with the guest's bridge between them and in bypass: frames, carriers,
# and no duplicates.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
own_network "$@"
. "$(dirname "$0")/guest-tests.sh"

start_card a --wire0 tap:left --wire1 tap:right
export CARD="$T/a"
two_peers

# Called from the guest.
# shellcheck disable=SC2317
{
	ping_once() { at "$left" ping -c 1 -W 1 10.1.1.2 >/dev/null; }
	peers_ping() { within 10 ping_once; }
	# One frame every 2 ms, until stop_pinging.
	start_pinging() {
		start_at "$left" ping -i 0.002 10.1.1.2 >"$T/pings" 2>&1 &
		pinging=$!
		started="$started $pinging"
	}
	stop_pinging() {
		kill -INT "$pinging"
		wait "$pinging" || :
		tail -n 2 "$T/pings"
	}
	flood() {
		start_at "$right" nc -l -p 4000 >/dev/null &
		started="$started $!"
		sleep 0.5
		start_at "$left" nc 10.1.1.2 4000 </dev/zero >/dev/null 2>&1 &
		started="$started $!"
	}
	ctl() { "$x540ctl" "$@"; }
	peers_have() { # LOWER_UP or NO-CARRIER
		within 5 interface_is "$left" left "$1" && within 5 interface_is "$right" right "$1"
	}
	counter() { # WIRE NAME
		ctl counters | sed -n "s/^wire $1 .* $2=\([0-9]*\).*/\1/p"
	}
}

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
brctl addbr br0
brctl addif br0 eth0
brctl addif br0 eth1
ip link set br0 up
within 10 both_up
ok $? 'both links are up'
forwarded() { cat /sys/class/net/eth0/statistics/rx_packets; }
host peers_have LOWER_UP
ok $? 'and both peers have a carrier'
host peers_ping
ok $? 'normal: the peers reach each other'
[ "$(forwarded)" -gt 0 ]
ok $? 'through the guest'

host start_pinging
echo bypass >$b/state
ok $? 'to bypass, while frames pass'
within 5 both_down
ok $? 'the links of the guest are down'
before=$(forwarded)
host peers_have LOWER_UP
ok $? 'the peers have a carrier'
host peers_ping
ok $? 'bypass: the peers reach each other'
is "$(forwarded)" "$before" 'without the guest'

host flood
for _ in 1 2 3 4 5; do
	sleep 0.2
	cat $b/state >>/tmp/states
done
is "$(sort -u /tmp/states)" bypass 'the state can be read while frames flood the relays'
host counter 0 in
[ "$answer" -gt 10000 ]
ok $? 'the flood reached the relays'
# The share of frames that passed also depends on the machine.
host ctl counters
echo "# $answer" >&2

echo isolate >$b/state
host peers_have NO-CARRIER
ok $? 'isolate: the peers have no carrier'
! host ping_once
ok $? 'and do not reach each other'

echo normal >$b/state
within 10 both_up
ok $? 'normal: the links of the guest are back'
host peers_ping
ok $? 'and the peers reach each other again'
host stop_pinging
echo "# $answer" >&2
# The driver discards frames that were queued when a link went down only by a reset.
is "$(warnings | grep -v 'Tx work after link loss\|Reset adapter')" '' 'no warning in the kernel log'
END
unlike "$(cat "$T/pings")" 'DUP' 'no frame came twice'
done_testing

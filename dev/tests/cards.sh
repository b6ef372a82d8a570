# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2317
# Cards without a guest, and peers at the ends of their cables. To use it, after tap.sh:
# . "$(dirname "$0")/cards.sh"
# Sets card, x540ctl and busybox. All processes that are started here end with the test.

BUILD=${BUILD:-$ROOT/build}
card=$BUILD/emulator/x540-t2bp
x540ctl=$BUILD/emulator/x540ctl
busybox=$BUILD/busybox/busybox
for program in "$card" "$x540ctl" "$busybox"; do
	[ -x "$program" ] || { echo "Bail out! no $program: run 'make build-and-run' first"; exit 1; }
done

# own_network: runs the test again in a new network namespace, which separates it from other tests. Call
# it first, with the test's arguments.
own_network() {
	[ -z "${OWN_NETWORK:-}" ] || return 0
	unshare --net true 2>"$T/err" || skip_all "needs root, for network namespaces: $(cat "$T/err")"
	[ -c /dev/net/tun ] || skip_all 'needs /dev/net/tun'
	tap_clean
	OWN_NETWORK=1 exec unshare --net "$0" "$@"
}

started=
end_started() {
	for process in $started ${guest:-}; do
		! is_child "$process" || kill "$process" 2>/dev/null || :
	done
	# shellcheck disable=SC2086 # a list
	wait $started ${guest:-} || :
	tap_clean
}
trap end_started EXIT

# start_card NAME OPTION...: a card with its sockets, state file and log in $T/NAME; sets pid.
start_card() {
	name=$1
	shift
	mkdir -p "$T/$name"
	rm -f "$T/$name/ready"
	mkfifo "$T/$name/ready"
	"$card" --socket-dir "$T/$name" --state "$T/$name/state.json" "$@" \
		>"$T/$name/ready" 2>"$T/$name/log" &
	pid=$!
	started="$started $pid"
	is "$(timeout 10 head -n 1 "$T/$name/ready")" ready "card $name starts"
}

stop_card() { # PID
	kill "$1"
	wait "$1" || :
}

# start_guests_card: the card of the next guests runs separately, and keeps running when they end.
start_guests_card() {
	start_card guests
	guests_card=$pid
	export CARD="$T/guests"
}

# stop_guests_card: turns it off, and checks that the frames to the controller were free of errors.
stop_guests_card() {
	stop_card "$guests_card"
	summary=$(grep '^bypass: frames=' "$T/guests/log" || :)
	like "$summary" 'frames=[1-9]' 'the controller got frames'
	like "$summary" 'malformed=0 aborted=0 fast=0' 'none of them malformed, aborted or too fast'
	diag "$summary"
}

# new_peer: sets peer to the process that holds a new network namespace.
new_peer() {
	unshare --net sleep 3600 &
	peer=$!
	started="$started $peer"
	for _ in $(seq 50); do
		[ "$(readlink "/proc/$peer/ns/net")" = "$(readlink /proc/self/ns/net)" ] || break
		sleep 0.1
	done
}

# at PEER COMMAND...: runs one of BusyBox' commands there.
at() {
	target=$1
	shift
	nsenter --net --target "$target" "$busybox" "$@"
}

# start_at PEER COMMAND...: the same, for the background: the job is the command itself.
start_at() {
	target=$1
	shift
	endable nsenter --net --target "$target" "$busybox" "$@"
}

# give PEER INTERFACE ADDRESS
give() {
	"$busybox" ip link set "$2" netns "$1"
	at "$1" ip address add "$3/24" dev "$2"
}

# new_peers: sets left and right, the peers at the ends of tap:left and tap:right, 10.1.1.1 and
# 10.1.1.2, whose interfaces are down.
new_peers() {
	new_peer
	left=$peer
	new_peer
	right=$peer
	give "$left" left 10.1.1.1
	give "$right" right 10.1.1.2
}

# two_peers: the same, with interfaces that are up.
two_peers() {
	new_peers
	at "$left" ip link set left up
	at "$right" ip link set right up
}

# interface_is PEER INTERFACE FLAG: LOWER_UP with a carrier, NO-CARRIER without.
interface_is() { at "$1" ip link show "$2" | grep -qw "$3"; }

# check NAME COMMAND...: passes when the command succeeds.
check() {
	what=$1
	shift
	result=0
	"$@" >"$T/check" 2>&1 || result=$?
	ok "$result" "$what"
	[ "$result" -eq 0 ] || diag "$(cat "$T/check")"
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Cables that end in TAP interfaces and in other cards, tested with ip, ping and nc. There is no guest: a new
# card without one is in bypass. test_wire.c tests cables that end in sockets.
set -eu
. "$(dirname "$0")/tap.sh"

. "$(dirname "$0")/cards.sh"
own_network "$@"

# --- invalid ends

for bad in '' tap tap: unix: wire:x sink:x; do
	run "$card" --socket-dir "$T" --state "$T/state.json" --wire1 "$bad"
	like "$status:$err" "^1:.*--wire1 $bad: must be sink, tap:NAME" "--wire1 '$bad' is refused"
done
run "$card" --socket-dir "$T" --state "$T/state.json" --wire0 tap:a-name-that-is-too-long
like "$status:$err" '^1:.*at most 15 characters' 'an interface name that is too long is refused'
run "$card" --socket-dir "$T" --state "$T/state.json" --wire0 "unix:$T/none/sock"
like "$status:$err" "^1:.*$T/none/sock: No such file" 'a socket that cannot be created is named'

# --- two TAP interfaces

start_card a --wire0 tap:left --wire1 tap:right
a=$pid
run "$card" --socket-dir "$T" --state "$T/state.json" --wire0 tap:left
like "$status:$err" '^1:.*tap:left: another process is using it' 'a TAP interface can have only one cable'
new_peers
at "$left" ip link set left up
check 'a peer without the other has no carrier' within 5 interface_is "$left" left NO-CARRIER
at "$right" ip link set right up
check 'the other one comes up: it has a carrier' within 5 interface_is "$right" right LOWER_UP
check 'and so does the first one' within 5 interface_is "$left" left LOWER_UP
check 'they ping each other' at "$left" ping -c 3 -i 0.2 -w 10 10.1.1.2
check 'also with large packets' at "$right" ping -c 3 -i 0.2 -w 10 -s 1472 10.1.1.1

head -c 8000000 /dev/urandom >"$T/sent"
for mtu in 1500 9000; do
	at "$left" ip link set left mtu "$mtu"
	at "$right" ip link set right mtu "$mtu"
	start_at "$right" nc -l -p 4000 >"$T/received" &
	receiver=$!
	started="$started $receiver"
	check "8 MB are sent, MTU $mtu" within 5 at "$left" nc -w 1 10.1.1.2 4000 <"$T/sent"
	wait "$receiver" || :
	check 'and arrive unchanged' cmp "$T/sent" "$T/received"
done

at "$right" ip link set right down
check 'one goes down: the other loses its carrier' within 5 interface_is "$left" left NO-CARRIER
at "$right" ip link set right up
check 'and regains it' within 5 interface_is "$left" left LOWER_UP
check 'they ping each other again' within 5 at "$left" ping -c 1 -W 1 10.1.1.2
at "$right" ip link delete right
check 'one is deleted: the other loses its carrier' within 5 interface_is "$left" left NO-CARRIER
check 'the card keeps running' kill -0 "$a"
like "$(cat "$T/a/log")" 'tap:right: the interface is gone' 'and names the interface'
ip tuntap add dev right mode tap
check 'it is created again: the card finds it' within 5 grep -q 'tap:right: the interface is back' "$T/a/log"
give "$right" right 10.1.1.2
at "$right" ip link set right up
check 'they ping each other again' within 5 at "$left" ping -c 1 -W 1 10.1.1.2
stop_card "$a"
at "$right" ip link delete right

# --- two cards in a row

start_card a --wire0 tap:left --wire1 "unix:$T/between"
a=$pid
start_card b --wire0 "card:$T/between" --wire1 tap:right
give "$left" left 10.1.1.1
give "$right" right 10.1.1.2
at "$left" ip link set left up
at "$right" ip link set right up
check 'two cards in a row: they ping each other' within 5 at "$left" ping -c 1 -W 1 10.1.1.2
stop_card "$a"
check 'the first card ends: the last peer loses its carrier' within 5 interface_is "$right" right NO-CARRIER
start_card a --wire0 tap:left --wire1 "unix:$T/between"
give "$left" left 10.1.1.1
at "$left" ip link set left up
check 'it is started again: they ping each other' within 5 at "$left" ping -c 1 -W 1 10.1.1.2
done_testing

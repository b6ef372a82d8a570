#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: prove dev/tests/emulator.t
# The emulated card as a process: its options, sockets, state file and signals. dev/emulator/tests/ and
# boot.t test it as a card.
set -eu
. "$(dirname "$0")/tap.sh"

card=${BUILD:-$ROOT/build}/emulator/x540-t2bp
[ -x "$card" ] || { echo "Bail out! no $card: run 'make build-emulator' first"; exit 1; }
pid=
# shellcheck disable=SC2317 # called by the trap
clean() {
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || :
	tap_clean
}
trap clean EXIT
mkdir "$T/s"

# start [WRAPPER]: starts the card in the background, and waits up to 10 s until it is ready.
start() {
	rm -f "$T/out"
	"${1:-endable}" "$card" --socket-dir "$T/s" --state "$T/card.json" >"$T/out" 2>"$T/err" &
	pid=$!
	tries=100
	while [ "$tries" -gt 0 ] && ! grep -qsx ready "$T/out"; do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
		tries=$((tries - 1))
	done
}

# The names of the files in the socket folder, on one line.
sockets() { (cd "$T/s" && echo *); }

# stop SIGNAL: sets status.
stop() {
	kill -s "$1" "$pid"
	status=0
	# The shell itself reports a killed job.
	{ wait "$pid" || status=$?; } 2>/dev/null
	pid=
}

run "$card" --help
is "$status" 0 '--help succeeds'
like "$out" '^usage: x540-t2bp' '--help explains the usage'
for option in socket-dir state wire0 wire1 link-ms relay-ms mac verbose; do
	like "$out" "^  --$option" "--help has --$option"
done

run "$card"
is "$status" 1 'no options: fails'
like "$err" 'socket-dir and --state are both required' 'with a message'
for bad in '' -1 5x 3600001 99999999999999999999; do
	run "$card" --socket-dir "$T/s" --state "$T/card.json" --link-ms "$bad"
	like "$status:$err" "^1:.*--link-ms $bad: must be a number" "--link-ms '$bad' is refused"
done
for bad in '' 02:15:5c:00:01 02:15:5c:00:01:00:00 02-15-5c-00-01-00 02:15:5c:00:01:0g 03:15:5c:00:01:00 00:00:00:00:00:00 02:15:5c:00:01:ff; do
	run "$card" --socket-dir "$T/s" --state "$T/card.json" --mac "$bad"
	like "$status:$err" "^1:.*--mac $bad: must be like 02:15:5c:00:01:00" "--mac '$bad' is refused"
done
run "$card" --socket-dir "$T/s" --state "$T/card.json" more
like "$status:$err" '^1:.*more: not an option' 'a stray argument is refused'
run "$card" --socket-dir "$T/none" --state "$T/card.json"
like "$status:$err" "^1:.*$T/none/function0.sock: .*No such file" 'a missing socket folder is named'
long=$(printf '%0120d' 0)
run "$card" --socket-dir "$T/$long" --state "$T/card.json"
like "$status:$err" '^1:.*use a shorter one' 'too long a path for a socket is refused'

echo '{ "format": 1' >"$T/damaged.json"
run "$card" --socket-dir "$T/s" --state "$T/none/card.json"
like "$status:$err" "^1:.*$T/none/card.json" 'a state file that cannot be written is named'
run "$card" --socket-dir "$T/s" --state "$T/damaged.json"
like "$status:$err" "^1:.*$T/damaged.json" 'a damaged state file is refused by name'
is "$(cat "$T/damaged.json")" '{ "format": 1' 'and left unchanged'
is "$(sockets)" '*' 'no socket is left after these errors'

start
is "$(cat "$T/out")" ready 'it prints "ready", and nothing else'
is "$(sockets)" 'control.sock function0.sock function1.sock' 'all sockets exist'
run "$card" --socket-dir "$T/s" --state "$T/other.json"
like "$status:$err" '^1:.*function0.sock: another emulator is using it' \
	'a second card does not take over the sockets'
mkdir "$T/s2"
run timeout 10 "$card" --socket-dir "$T/s2" --state "$T/s/../card.json"
like "$status:$err" "^1:.*card.json: another emulator is using it: stop that one, or name another .*CARD_STATE=" \
	'nor the state file'
ok "$(kill -0 "$pid" && echo 0 || echo 1)" 'and the first card still runs'
# A user without access to the sockets.
mkdir "$T/nobody"
cp "$card" "$T/nobody/card"
chmod 711 "$T"
chmod 0 "$T"/s/*.sock
nobody=
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 "$T/nobody"
	nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
fi
# shellcheck disable=SC2086 # words
run $nobody "$T/nobody/card" --socket-dir "$T/s" --state "$T/nobody/card.json"
like "$status:$err" '^1:.*function0.sock: cannot tell .* using it: Permission denied: remove it if' \
	'a socket without access is not reported as used'
stop TERM
is "$status" 0 'SIGTERM ends it with success'
is "$(sockets)" '*' 'and removes its sockets'
is "$(grep -c '^bypass: frames=0 malformed=0 aborted=0 ' "$T/err")" 1 'it prints the counters in one line'
ok "$([ -s "$T/card.json" ] && echo 0 || echo 1)" 'the state file exists'

for signal in INT HUP; do
	start
	stop "$signal"
	is "$status" 0 "SIG$signal ends it with success"
	is "$(sockets)" '*' 'and removes its sockets'
done

start nohup
kill -s HUP "$pid"
run "${card%/*}/x540ctl" --card "$T/s" status
is "$status" 0 'under nohup it ignores SIGHUP'
stop TERM
is "$status" 0 'but SIGTERM is'

start
stop KILL
is "$(cd "$T" && echo card*)" 'card.json card.json.lock' 'the lock file is beside the state file'
is "$(sockets)" 'control.sock function0.sock function1.sock' 'SIGKILL leaves the sockets behind'
start
is "$(cat "$T/out")" ready 'the next card takes them over'
stop TERM

# --- what it saves while it runs

start
"${card%/*}/x540ctl" --card "$T/s" press >/dev/null
within 5 grep -q '"relay": *"normal"' "$T/card.json" || :
stop KILL
start
run "${card%/*}/x540ctl" --card "$T/s" status
like "$out" '^relay +normal' 'a change some time before SIGKILL is saved'
mkdir "$T/card.json.new"
stop TERM
is "$status" 1 'a state that cannot be saved at the end is a failure'
like "$(cat "$T/err")" "$T/card.json: cannot save to .*card.json.new: Is a directory" 'with a message'
rmdir "$T/card.json.new"

# --- killed with a host: the state file says that main power is on

sed -i -e 's/\("relay": *\)"[a-z]*"/\1"normal"/' -e 's/\("main": *\)false/\1true/' "$T/card.json"
start
is "$(cat "$T/out")" ready 'a card that was killed with a host attached starts again'
run "${card%/*}/x540ctl" --card "$T/s" status
like "$out" '^relay +bypass' 'and main_off_action was carried out'
stop TERM
is "$status" 0 'and it exits'

: >"$T/s/function1.sock"
run "$card" --socket-dir "$T/s" --state "$T/card.json"
like "$status:$err" '^1:.*function1.sock: exists and is not a socket: remove it' \
	'a file with the name of a socket is not removed'

# --- make run-card

rm -f "$T/out"
endable env CARD_DIR="$T/by hand" CARD_STATE="$T/card.json" WIRE1="unix:$T/right" "$ROOT/dev/run-card" \
	>"$T/out" 2>"$T/err" &
pid=$!
within 10 grep -qsx ready "$T/out" || :
run "${card%/*}/x540ctl" --card "$T/by hand" status
like "$out" "^port 1 .* wire=unix:$T/right " 'run-card runs a card with these cables, and its sockets in this folder'
stop INT
is "$status" 0 'until Ctrl-C'
done_testing

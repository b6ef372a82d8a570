#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/run-virt.sh called by another program: its streams and its status, and it leaves
# nothing behind. Boots without a card.
set -eu
. "$(dirname "$0")/tap.sh"

# These runs must not use the settings of `make test`.
unset CMD APPEND MEM SMP FORCE CARD CARD2 TIMEOUT CARD_DIR WIRE0 WIRE1 CONTROLLER LIKE QMP
export NIC=none TMPDIR="$T/tmp"
mkdir "$TMPDIR"
# A guest that hangs must fail the test.
guest() { TIMEOUT=${TIMEOUT:-120} "$ROOT/dev/run-virt.sh"; }
left() { ls -A "$TMPDIR"; }

# The processes of a run have its folder in their command line.
running() { pgrep -f "$TMPDIR" || [ $? -eq 1 ] || echo "pgrep failed"; }

# --- streams and status, all in one run

# shellcheck disable=SC2016 # the quotes are what is tested
quoting='echo "one  two"; echo '\''$HOME "x"'\'' \\n; echo three >&2
	cat /proc/cmdline >/dev/stderr
	nproc; awk "/MemTotal/ { print (\$2 > 300000) }" /proc/meminfo
	lsmod | grep -c "^ixgbe"
	exit 42'
# shellcheck disable=SC2016
echoed='$HOME "x" \n'
CMD=$quoting APPEND='bench.noload bench.test=a,b' SMP=1 MEM=400 TIMEOUT=60 run guest
is "$status" 42 "the exit status is that of the command"
is "$out" "$(printf '%s\n' 'one  two' "$echoed" 1 1 0)" \
	'stdout is the output of the command, quotes included; SMP, MEM and bench.noload work'
like "$err" '^three$' 'stderr is separate'
like "$err" 'bench.test=a,b' 'APPEND reaches the kernel; the command can reopen its streams'
is "$(left)" '' 'no file is left behind'
is "$(running)" '' 'no process is left behind'

# --- bytes: all values, more than all queues hold, in both directions

head -c 3000000 /dev/urandom >"$T/bytes"
printf '\000\001\r\n\r\004\003\032\377' >>"$T/bytes"
status=0
CMD='tee /dev/stderr; kill -9 $$' guest <"$T/bytes" >"$T/back" 2>"$T/back2" || status=$?
is "$status" 137 'a command that a signal kills: 128 and the signal'
same=0
cmp "$T/bytes" "$T/back" >&2 || same=$?
ok "$same" 'every byte of stdin comes back through stdout'
same=0
cmp "$T/bytes" "$T/back2" >&2 || same=$?
ok "$same" 'and through stderr'

# --- a reader that stops reading

CMD=yes TIMEOUT=60 guest 2>/dev/null | head -n 2 >"$T/out"
is "$(cat "$T/out")" "$(printf 'y\ny')" 'a reader that stops gets what it has read'
is "$(left)$(running)" '' 'and the run ends'

# --- runs without a status

CMD='echo before; sleep 1000' TIMEOUT=12 run guest
is "$status" 124 'TIMEOUT: status 124'
is "$out" before 'TIMEOUT: the output until then is complete'
like "$err" 'TIMEOUT=12' 'TIMEOUT: says so'
like "$err" '\| .*Linux version|\| .*init' "TIMEOUT: shows the end of the console"

# A command that prints nothing, as its output may come after the panic.
CMD=true APPEND='rdinit=/bin/sh -- -c exit' run guest
is "$status" 125 'guest panic: status 125'
like "$err" 'Kernel panic' "guest panic: shows the end of the console"

CMD=poweroff run guest
is "$status" 125 'a guest that powers off during the command: status 125'

# --- signals

for signal in INT TERM HUP; do
	case $signal in
	INT) want=130 ;;
	TERM) want=143 ;;
	HUP) want=129 ;;
	esac
	rm -f "$T/out"
	endable env CMD='echo started; sleep 1000' "$ROOT/dev/run-virt.sh" \
		>"$T/out" 2>"$T/err" </dev/null &
	script=$!
	within 120 [ -s "$T/out" ] || :
	is "$(cat "$T/out")" started "SIG$signal: the command runs, and its output is not delayed"
	kill -s "$signal" "$script"
	status=0
	wait "$script" || status=$?
	is "$status" "$want" "SIG$signal: status $want"
	is "$(left)" '' "SIG$signal: no file is left behind"
	is "$(running)" '' "SIG$signal: no process is left behind"
done

rm -f "$T/out"
CMD='echo started; sleep 1000' "$ROOT/dev/run-virt.sh" >"$T/out" 2>"$T/err" </dev/null &
script=$!
within 120 [ -s "$T/out" ] || :
kill -KILL "$script"
wait "$script" 2>/dev/null || :
# shellcheck disable=SC2317 # called by within
none_runs() { [ -z "$(running)" ]; }
within 30 none_runs || :
is "$(running)" '' 'SIGKILL: no process is left behind either'
rm -rf "${TMPDIR:?}"/*

# --- the console

mkfifo "$T/typed"
rm -f "$T/out"
timeout 180 "$ROOT/dev/run-virt.sh" <"$T/typed" >"$T/out" 2>"$T/err" &
script=$!
exec 7>"$T/typed"
within 120 grep -q '^bench:.*#' "$T/out" || :
# shellcheck disable=SC2016
printf 'echo $((6 * 7))\nexit\n' >&7
status=0
wait "$script" || status=$?
exec 7>&-
is "$status" 0 'console: exit in the shell ends QEMU with status 0'
out=$(tr -d '\r' <"$T/out")
like "$out" '^42$' 'console: the shell runs what is typed'
like "$out" 'poweroff.*ends the guest' 'console: the welcome text says how to leave'
is "$(left)$(running)" '' 'console: nothing is left behind'

# --- the emulated card: the ends of its cables, and its sockets

rm -f "$T/out"
# shellcheck disable=SC2016 # for the guest
CMD='while [ "$(cat /sys/class/net/eth1/carrier)" != 1 ]; do sleep 0.1; done
	cat /sys/class/net/eth0/carrier; sleep 3' TIMEOUT=180 NIC=emulated CARD_STATE="$T/card.json" \
	CARD_DIR="$T/card" WIRE0="unix:$T/left" CONTROLLER=slots=44,commit-ms=300 "$ROOT/dev/run-virt.sh" >"$T/out" 2>"$T/err" &
script=$!
within 120 [ -s "$T/out" ] || :
is "$(cat "$T/out")" 0 'WIRE0: without a peer there is no link'
run "${BUILD:-$ROOT/build}/emulator/x540ctl" --card "$T/card" status
like "$out" "^port 0 .* wire=unix:$T/left " 'CARD_DIR: the card listens there'
run "${BUILD:-$ROOT/build}/emulator/x540ctl" --card "$T/card" controller
like "$out" 'name=slots value=44 ' 'CONTROLLER: the card has the first setting'
like "$out" 'name=commit-ms value=300 ' 'and the second'
NIC=emulated CARD_STATE="$T/card.json" CMD=true run guest
is "$status" 1 'CARD_STATE of a running card: refused'
like "$err" 'card.json: another emulator is using it: .*CARD_STATE=' 'and says what to do'
wait "$script" || :
is "$(ls -A "$T/card")" '' 'and removes its sockets'
NIC=emulated CARD_DIR="$T/$(printf '%0100d' 0)" CMD=true run guest
like "$status:$err" '^1:.*is too long for a socket: set CARD_DIR or TMPDIR' 'CARD_DIR: a path that is too long is refused'

# --- bad settings

mkdir "$T/broken"
printf '#!/bin/sh\nexit 3\n' >"$T/broken/cpio"
chmod +x "$T/broken/cpio"
PATH=$T/broken:$PATH CMD=true TIMEOUT=60 run guest
is "$status:$(left)$(running)" 1: 'a command that cannot be packed: nothing is started'
like "$err" 'the command cannot be packed' 'with a message'
NIC=bogus run guest
is "$status" 1 'NIC=bogus: refused'
like "$err" "NIC=bogus is neither" 'NIC=bogus: names the valid values'
NIC=emulated CARD_STATE="$T/card.json" CONTROLLER=slots=45 CMD=true run guest
is "$status" 1 'CONTROLLER=slots=45: refused'
like "$err" 'slots must be 43..44, not .45' 'CONTROLLER=slots=45: names the range'
TIMEOUT=soon CMD=true run guest
like "$status:$err" "^1:.*TIMEOUT=soon is not" 'TIMEOUT=soon: refused'
ACCEL=warp CMD=true run guest
like "$status:$err" "^1:.*ACCEL=warp is neither kvm nor tcg" 'ACCEL=warp: refused'
QEMU=/nowhere/qemu CMD=true run guest
like "$status:$err" "^1:.*QEMU=/nowhere/qemu: no such program" 'a missing QEMU: refused'
NIC=emulated QEMU=/bin/true CMD=true run guest
like "$status:$err" "^1:.*QEMU=/bin/true has no vfio-user-pci" 'QEMU without vfio-user-pci: refused'
NIC=emulated CARD="$T" CMD=true TIMEOUT=30 run guest
is "$status" 125 'CARD without sockets: status 125'
like "$err" 'function0.sock' 'CARD without sockets: names the socket'
NIC=none CARD2="$T" CMD=true run guest
like "$status:$err" "^1:.*CARD2=$T is an emulated card, and NIC=none is not" 'CARD2 beside another kind of card: refused'
is "$(left)$(running)" '' 'bad settings: nothing is left behind'

done_testing

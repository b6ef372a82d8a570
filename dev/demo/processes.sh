# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The cards, guests and other processes of a demonstration. To use it, after common.sh:
# . "$ROOT/dev/demo/processes.sh"
# Sets tmp, a temporary folder. A card and its host have a folder there, FOLDER below. All processes in
# the list `started`, newest first, end with the script.

. "$ROOT/dev/lib/child.sh"
started=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bypass-demo.XXXXXX")
# shellcheck disable=SC2317 # called by the trap
finish() {
	trap '' INT TERM HUP
	for pid in $started; do
		is_child "$pid" || continue
		kill -CONT "$pid" 2>/dev/null || :
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# A write to a guest that has ended fails, and does not end the script without its EXIT trap.
trap : PIPE

# wait_until WHAT COMMAND...: for up to patience_s seconds, which the script may set.
: "${patience_s:=120}"
wait_until() {
	what=$1
	shift
	for _ in $(seq "${patience_s}0"); do
		! "$@" || return 0
		sleep 0.1
	done
	find "$tmp" -name guest.err -exec tail -n 20 {} + >&2
	die "$what: not within $patience_s s"
}

# run_card FOLDER OPTION...: starts a card there.
run_card() {
	mkdir -p "$1"
	folder=$1
	shift
	mkfifo "$folder/ready"
	"$BUILD/emulator/x540-t2bp" --socket-dir "$folder" --state "$folder/card.json" "$@" \
		>"$folder/ready" 2>"$folder/card.log" </dev/null &
	started="$! $started"
	[ "$(timeout 10 head -n 1 "$folder/ready")" = ready ] ||
		die "the emulated card did not become ready" "$(cat "$folder/card.log")"
}

# run_guest FOLDER COMMAND [NAME=VALUE...]: starts a guest with the card there, which runs the command, with
# these settings of run-virt.sh. Its input is the new FIFO guest.in there, its outputs are guest.out and
# guest.err. Sets guest_pid. The guest does not inherit descriptors 4 to 8, which the callers use.
run_guest() {
	folder=$1 guest_command=$2
	shift 2
	rm -f "$folder/guest.in"
	mkfifo "$folder/guest.in"
	: >"$folder/guest.out"
	(
		# shellcheck disable=SC2163 # assignments
		export CARD="$folder" CARD2='' NIC=emulated CMD="$guest_command" APPEND='' "$@"
		exec "$ROOT/dev/run-virt.sh"
	) <"$folder/guest.in" >"$folder/guest.out" 2>"$folder/guest.err" 4>&- 5>&- 6>&- 7>&- 8>&- &
	guest_pid=$!
	started="$guest_pid $started"
}

card_ctl() { # FOLDER COMMAND...
	control_of=$1
	shift
	"$BUILD/emulator/x540ctl" --card "$control_of" "$@"
}

# The number of pings by the guest so far. Only a write of the clock every few minutes also counts.
pings_of() { card_ctl "$1" counters | sed -n 's/^controller .*page1_writes=\([0-9]*\).*/\1/p'; } # FOLDER

# QEMU and the timeout that started it have a socket of the card in their command lines.
qemu_of() { pgrep -n -f "$1/function0.sock"; } # FOLDER
has_ended() { ! is_child "$1"; }              # PID

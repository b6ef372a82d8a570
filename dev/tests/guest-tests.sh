# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests that run in the guest. To use it, after tap.sh:
# . "$(dirname "$0")/guest-tests.sh"

# A card of the test's own, and no settings of the user's.
unset CMD APPEND MEM SMP FORCE CARD TIMEOUT CARD_DIR WIRE0 WIRE1
export TMPDIR="$T" NIC=emulated CARD_STATE="$T/card.json"

# own_extra: from here on the guest has a root file system of the test's own:
# dev/build-initramfs makes it, of what is in $EXTRA.
own_extra() {
	export INITRAMFS="$T/initramfs.cpio.gz" EXTRA="$T/extra"
	mkdir "$EXTRA"
}

# guest_tests: runs the script on stdin in the guest, with the functions of
# guest-lib.sh. Each of its ok and is counts as one here; each of its host runs
# a command or function of the test's.
guest_tests() {
	script=$(cat "$ROOT/dev/tests/guest-lib.sh" -)
	rm -f "$T/guest.in" "$T/guest.out"
	mkfifo "$T/guest.in" "$T/guest.out"
	exec 8<>"$T/guest.in"
	CMD="$script
		echo end" TIMEOUT="${GUEST_TIMEOUT:-240}" "$ROOT/dev/run-virt.sh" \
		>"$T/guest.out" 2>"$T/guest.err" <"$T/guest.in" 8>&- &
	guest=$!
	last=
	while read -r result name; do
		last=$result
		case $result in
		host)
			result=0
			$name >"$T/answer" 2>&1 </dev/null 8>&- || result=$?
			echo "$result $(paste -sd ';' "$T/answer")" >&8
			;;
		end) ;;
		*) ok "$result" "$name" ;;
		esac
	done <"$T/guest.out"
	status=0
	wait "$guest" || status=$?
	exec 8>&-
	is "$status:$last" "${GUEST_END:-0:end}" 'the script ran to its end in the guest'
	[ ! -s "$T/guest.err" ] || diag "$(cat "$T/guest.err")"
}

# start_card: the card of the next guests runs by itself, and goes on when they
# end, so that it can be asked for its counters.
start_card() {
	rm -rf "$T/card"
	mkdir "$T/card"
	mkfifo "$T/card/ready"
	"${BUILD:-$ROOT/build}/emulator/x540-t2bp" --socket-dir "$T/card" --state "$CARD_STATE" \
		>"$T/card/ready" 2>"$T/card/log" &
	card=$!
	is "$(timeout 10 head -n 1 "$T/card/ready")" ready 'the card starts'
	export CARD="$T/card"
}

# stop_card: its power goes, and a protocol analyser on the controller's wires
# would have had nothing to complain of.
stop_card() {
	kill "$card"
	wait "$card" || :
	summary=$(grep '^bypass: frames=' "$T/card/log" || :)
	like "$summary" 'frames=[1-9]' 'the controller got frames'
	like "$summary" 'malformed=0 aborted=0 fast=0' 'none of them malformed, aborted or too fast'
	diag "$summary"
}

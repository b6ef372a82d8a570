# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests that run in the guest. To use it, after tap.sh:
# . "$(dirname "$0")/guest-tests.sh"

. "$ROOT/dev/tests/qmp.sh"

# The test's own card, and no settings of the user.
unset CMD APPEND MEM SMP FORCE CARD CARD2 TIMEOUT CARD_DIR WIRE0 WIRE1 CONTROLLER LIKE QMP
export TMPDIR="$T" NIC=emulated CARD_STATE="$T/card.json"

# With a distribution's kernel, the boot takes longer, and each guest unpacks more.
: "${GUEST_TIMEOUT:=${KERNEL:+900}}" "${GUEST_TIMEOUT:=480}"

# own_extra: from here on, the guest has the test's own root file system, which
# dev/build-initramfs makes from $EXTRA.
own_extra() {
	export INITRAMFS="$T/initramfs.cpio.gz" EXTRA="$T/extra"
	mkdir "$EXTRA"
}

# provide_in_guest PACKAGE FILE...: unpacks files of Debian 12's package, with their libraries, in $EXTRA. What a
# guest gets must be of one release, as it has one set of libraries.
provide_in_guest() {
	run "$ROOT/dev/provide-programs" "$@"
	is "$status" 0 "$1 for the guest is found"
	[ -z "$err" ] || diag "$err"
	cp -a "${BUILD:-$ROOT/build}/programs/$1/." "$EXTRA/"
}

# press_power_button: presses it repeatedly, until release_power_button, as it only wakes a
# guest that already sleeps ("freeze"). The guest calls both (nap). They need cards.sh, which
# ends the processes.
press_power_button() {
	(
		while sleep 2; do
			qmp '"system_powerdown"'
		done
	) >/dev/null 2>&1 &
	presser=$!
	started="$started $presser"
}
release_power_button() {
	kill "$presser"
	wait "$presser" || :
}

# guest_tests: runs the script on stdin in the guest, with the functions of
# guest-lib.sh. Each of its ok and is counts as a test here. Each of its host runs
# a command or function of the test.
guest_tests() {
	script=$(cat "$ROOT/dev/tests/within.sh" "$ROOT/dev/tests/guest-lib.sh" -)
	rm -f "$T/guest.in" "$T/guest.out"
	mkfifo "$T/guest.in" "$T/guest.out"
	exec 8<>"$T/guest.in"
	CMD="$script
		debugged
		echo end" TIMEOUT="$GUEST_TIMEOUT" "$ROOT/dev/run-virt.sh" \
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

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
# A guest that runs in the background and executes commands. To use it, after
# guest-tests.sh: . "$(dirname "$0")/guest-shell.sh"

# start_guest: boots the guest, and waits until it accepts commands. Fails if it does not boot.
start_guest() {
	rm -f "$T/guest.in"
	mkfifo "$T/guest.in"
	echo '@0 0' >"$T/guest.out"
	guest_seen=0
	CMD="sh 2>&1" TIMEOUT="$GUEST_TIMEOUT" "$ROOT/dev/run-virt.sh" \
		<"$T/guest.in" >>"$T/guest.out" 2>"$T/guest.err" &
	guest_pid=$!
	exec 8>"$T/guest.in"
	guest 'dmesg -n 1'
}

# guest COMMAND: sets status and out. 124 if there was no answer within three minutes, of which a slow boot needs one.
guest() {
	guest_seen=$((guest_seen + 1))
	printf '{ %s\n} </dev/null; echo "@%s $?"\n' "$1" "$guest_seen" >&8
	tries=1800
	status=124
	while [ "$tries" -gt 0 ] && kill -0 "$guest_pid" 2>/dev/null; do
		if grep -qs "^@$guest_seen " "$T/guest.out"; then
			status=$(sed -n "s/^@$guest_seen //p" "$T/guest.out")
			break
		fi
		sleep 0.1
		tries=$((tries - 1))
	done
	out=$(awk -v n="$guest_seen" '$1 == "@" n { exit } said; $1 == "@" n - 1 { said = 1 }' "$T/guest.out")
}

# stop_guest: checks for reports of the guest's kernel, as guest_tests does, and powers it off, as
# run-virt.sh does after a command.
stop_guest() {
	guest "$(cat "$ROOT/dev/tests/guest-lib.sh")
		complaints
		[ ! -e /sys/kernel/debug/kmemleak ] || leaks"
	is "$out" '' 'the kernel has no complaint of itself'
	exec 8>&-
	status=0
	wait "$guest_pid" || status=$?
	[ ! -s "$T/guest.err" ] || diag "$(cat "$T/guest.err")"
}

# put_in_guest PROGRAM...: copies these programs of the system, with their libraries, to $EXTRA.
put_in_guest() {
	for program in "$@"; do
		program=$(PATH=$PATH:/usr/sbin:/sbin command -v "$program") || return 1
		for file in "$program" $(ldd "$program" | grep -o '/[^ ]*'); do
			mkdir -p "$EXTRA${file%/*}"
			cp -L "$file" "$EXTRA$file"
		done
	done
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Another kernel takes over the card after kexec and after a crash: during a frame, during a change of the
# state, and with the watchdog running. Its driver finds the controller, completes the change, and pings.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# The next kernel's root file system: this one, and a script.
base=${INITRAMFS:-$BUILD/initramfs.cpio.gz}
own_extra
mkdir -p "$EXTRA/bin" "$EXTRA/next"
cp "$base" "$EXTRA/next/base"
cp "${BUILD_LINUX:-$BUILD/linux}/arch/x86/boot/bzImage" "$EXTRA/next/kernel"
cp "$ROOT/dev/tests/within.sh" "$ROOT/dev/tests/guest-lib.sh" "$EXTRA/next/"
run gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$EXTRA/bin/kexec" "$ROOT/dev/tests/kexec.c"
is "$status:$err" 0: 'the program that loads a kernel builds'

cat >"$EXTRA/next/lib.sh" <<'END'
b=/sys/class/net/eth0/bypass
state_is() { [ "$(cat $b/state)" = "$1" ]; }
obeys_events() { host mode && [ "$answer" = auto ]; }
begin() { # NAME
	name=$1
	for port in eth0 eth1; do
		echo 1 >/proc/sys/net/ipv6/conf/$port/disable_ipv6
	done
	[ -d $b ]
	ok $? "$name: the driver has found the controller"
}

# next_kernel load|load-crash SCRIPT: loads the next kernel, which runs this file of /next.
next_kernel() {
	mkdir -p /tmp/root/bench /tmp/root/bin
	cp -r /next /tmp/root/
	cp /bin/kexec /tmp/root/bin/
	cat /next/within.sh /next/guest-lib.sh /next/lib.sh "/next/$2" - >/tmp/root/bench/command <<-'COMMAND'
		debugged
		echo end
	COMMAND
	(cd /tmp/root && find . | cpio -o -H newc) >/tmp/next.cpio 2>/dev/null
	cat /next/base >>/tmp/next.cpio
	parameters=$(sed 's/ crashkernel=[^ ]*//' /proc/cmdline)
	kexec "$1" /next/kernel /tmp/next.cpio "$parameters"
	ok $? "$name: the next kernel is loaded"
	rm -rf /tmp/next.cpio /tmp/root
}

# start_in_a_frame COMMAND...: runs the COMMAND, which starts the next kernel, during a frame.
start_in_a_frame() {
	# By then, the last status is too old to be used again.
	sleep 1
	cat $b/state >/dev/null &
	sleep 0.06
	"$@"
}

# A change starts with a frame that reads, unless the last status is recent. The next frame writes the
# mode.
start_in_a_change() {
	cat $b/state >/dev/null
	echo bypass >$b/state &
	sleep 0.25
	"$@"
}

start_with_a_watchdog() {
	echo 32000 >$b/watchdog_timeout_ms
	"$@"
}
crash() { echo c >/proc/sysrq-trigger; }

after_a_frame() {
	within 10 both_up
	ok $? "$name: both links are up"
	is "$(cat $b/state $b/aux_off_action | paste -sd ' ')" 'normal isolate' "$name: the files have the right values"
	obeys_events
	ok $? "$name: events are obeyed"
	is "$(warnings)" '' "$name: no warning in the kernel log"
}

after_a_change() {
	within 10 obeys_events
	ok $? "$name: the controller obeys events"
	echo isolate >$b/state
	is "$? $(cat $b/state)" '0 isolate' "$name: and the driver"
	is "$(warnings | grep -v "${interrupted:-^$}")" '' "$name: no warning in the kernel log"
	echo normal >$b/state
}

after_a_watchdog() {
	found=$(cut -d . -f 1 /proc/uptime)
	echo "# $name: found after $found s; it expires after 32 s" >&2
	if [ "$found" -ge 30 ] && [ "$(cat $b/watchdog_timeout_ms)" = 0 ]; then
		# The debug kernel takes longer to boot, so the watchdog may have expired, as it should.
		is "$(cat $b/state)" bypass "$name: it has expired"
		echo normal >$b/state
		return
	fi
	is "$(cat $b/watchdog_timeout_ms)" 32000 "$name: it still runs"
	sleep 34
	is "$(cat $b/watchdog_timeout_ms) $(cat $b/state)" '32000 normal' "$name: the kernel pings it"
	is "$(warnings)" '' "$name: no warning in the kernel log"
	echo 0 >$b/watchdog_timeout_ms
	is "$(cat $b/watchdog_timeout_ms)" 0 "$name: it can be stopped"
}
END

# --- kexec: each kernel starts the next one

cat >"$EXTRA/next/kexec-frame" <<'END'
begin 'kexec in a frame'
after_a_frame
next_kernel load kexec-change
start_in_a_change kexec start
END
cat >"$EXTRA/next/kexec-change" <<'END'
begin 'kexec in a change of state'
# An orderly shutdown waits for the change.
is "$(cat $b/state)" bypass "$name: it was completed"
after_a_change
next_kernel load kexec-watchdog
start_with_a_watchdog kexec start
END
cat >"$EXTRA/next/kexec-watchdog" <<'END'
begin 'kexec with a watchdog'
after_a_watchdog
END
for part in frame change watchdog; do
	cat >"$EXTRA/next/crash-$part" <<-END
		# A crash after the write of the mode leaves it set, one during the write does not.
		interrupted='a change of state was not completed; trying again'
		begin 'crash with a $part'
		after_a_$part
	END
done
"$ROOT/dev/build-initramfs" 2>"$T/log"

# Called from the guest.
# shellcheck disable=SC2317
mode() { "$x540ctl" status | sed -n 's/^mode *//p'; }

export MEM=1G
start_guests_card
guest_tests <<'END'
. /next/lib.sh
begin 'first'
within 10 both_up
ok $? 'both links are up'
echo isolate >$b/aux_off_action
next_kernel load kexec-frame
start_in_a_frame kexec start
END

# --- a crash

for part in frame change watchdog; do
	APPEND=crashkernel=256M guest_tests <<-END
		. /next/lib.sh
		begin 'before the crash with a $part'
		within 10 both_up
		next_kernel load-crash crash-$part
		start_$([ $part = watchdog ] && echo with || echo in)_a_$part crash
	END
done
stop_card "$guests_card"
summary=$(grep '^bypass: frames=' "$T/guests/log")
like "$summary" 'malformed=0 .*fast=0' 'no frame was malformed or too fast'
diag "$summary"

done_testing

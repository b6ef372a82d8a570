#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: dev/run-virt.sh
#
# Boots the bench's kernel in QEMU with an X540-T2BP. The guest's console is
# this terminal (Ctrl-C goes to the guest, Ctrl-A x ends QEMU). Set in the
# environment:
#   NIC         emulated (default): the card of dev/emulator
#               0000:03:00.0 or 03:00.0: both functions of a physical card,
#               with vfio-pci; see dev/passthrough
#               none: no card
#   CMD         a shell command to run in the guest instead of a console, with
#               its standard input and outputs and its exit status
#   TIMEOUT     seconds after which a CMD run is ended, 0 for never (0)
#   APPEND      more kernel parameters; dev/initramfs/init defines some
#   KERNEL      a distribution's own kernel instead of the bench's, 6.12 or a
#               folder; see dev/lib/kernel.sh
#   BUILD_LINUX  the kernel's build folder (build/linux)
#   INITRAMFS   the guest's root file system (build/initramfs.cpio.gz)
#   MEM, SMP    the guest's memory (512M) and processors (2)
#   ACCEL       kvm or tcg, instead of the result of dev/probe-accel
#   QEMU        the QEMU to use, instead of the one from dev/provide-qemu
#   FORCE       1: allows any card, not only an X540-T2BP
#   CARD_STATE  file of the emulated card's EEPROM (build/card.json)
#   CARD        socket folder of an emulated card that is already running; it
#               keeps running afterwards
#   CARD2       the same for a second card in the machine
#   WIRE0, WIRE1  other ends of the emulated card's cables: sink, tap:NAME and
#               others; x540-t2bp --help explains them
#   CONTROLLER  settings of its bypass controller, like slots=44,commit-ms=300;
#               x540-t2bp --help lists them (none)
#   LIKE        card-report.json of a card whose controller it behaves like
#               (none)
#   QMP         socket for QEMU's QMP commands (none)
#   CARD_DIR    folder for the emulated card's sockets, including that for
#               x540ctl, instead of a temporary one
#
# Exit status: that of CMD, or 0 without CMD. 124 after TIMEOUT, 125 if QEMU or
# the guest ended without a status of CMD, 1 if nothing was started.
set -eu
. "$(dirname "$0")/lib/common.sh"
. "$ROOT/dev/lib/child.sh"
. "$ROOT/dev/lib/kernel.sh"

[ $# -eq 0 ] || { usage >&2; exit 2; }
# Without a standard input, the guest gets an empty one.
[ -e /dev/fd/0 ] || exec </dev/null
exec 3<&0
NIC=${NIC:-emulated}
CMD=${CMD:-}
TIMEOUT=${TIMEOUT:-0}
MEM=${MEM:-512M}
SMP=${SMP:-2}
CARD=${CARD:-}
CARD2=${CARD2:-}
CARD_STATE=${CARD_STATE:-$BUILD/card.json}
CARD_DIR=${CARD_DIR:-}
QMP=${QMP:-}
WIRE0=${WIRE0:-sink}
WIRE1=${WIRE1:-sink}
CONTROLLER=${CONTROLLER:-}
SYSFS=${SYSFS:-/sys}
kernel=${BUILD_LINUX:-$BUILD/linux}/arch/x86/boot/bzImage
initramfs=${INITRAMFS:-$BUILD/initramfs.cpio.gz}
if [ -n "${KERNEL:-}" ]; then
	use_kernel "$KERNEL"
	kernel=$kernel_image
	initramfs=${INITRAMFS:-$kernel_initramfs}
fi
emulator=$BUILD/emulator/x540-t2bp
qemu=$BUILD/qemu/qemu-system-x86_64

case $NIC in
emulated | none | *:*:*.*) ;;
*:*.*) NIC=0000:$NIC ;;
*) die "NIC=$NIC is neither 'emulated', 'none' nor a PCI address like 0000:03:00.0" ;;
esac
case $NIC,$CARD2 in
emulated,* | *,) ;;
*) die "CARD2=$CARD2 is an emulated card, and NIC=$NIC is not: use NIC=emulated and CARD=" ;;
esac
case $TIMEOUT in
*[!0-9]*) die "TIMEOUT=$TIMEOUT is not a whole number of seconds" ;;
esac
# QEMU reads a bare number as MiB in one place and as bytes in another.
case $MEM in
*[!0-9]*) ;;
*) MEM=${MEM}M ;;
esac
for file in "$kernel" "$initramfs"; do
	[ -e "$file" ] || die "$(shown "$file") is missing: run 'make build-and-run${KERNEL:+ KERNEL=$KERNEL}'"
done
if [ "$NIC" = emulated ] && [ -z "$CARD" ] && [ ! -x "$emulator" ]; then
	die "$(shown "$emulator") is missing: run 'make build-emulator'"
fi
"$ROOT/dev/provide-qemu"
accel=$("$ROOT/dev/probe-accel")

# Processes that are started below and ended by finish.
qemu_pid='' card_pid='' relay_pids='' guardian_pid=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bypass-bench.XXXXXX")

# shellcheck disable=SC2317 # called by the trap
stop() {
	! is_child "$1" || kill -TERM "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# shellcheck disable=SC2317 # called by the trap
finish() {
	result=$?
	trap '' INT TERM HUP
	set +e
	for pid in $qemu_pid $relay_pids; do
		stop "$pid"
	done
	if [ -n "$card_pid" ] && ! stop "$card_pid"; then
		note "the emulated card failed; the last lines of its log:"
		tail -n 25 "$tmp/card.log" | sed 's/^/  | /' >&2
		[ "$result" -ne 0 ] || result=125
	fi
	if [ -n "$guardian_pid" ]; then
		exec 9>&-
		wait "$guardian_pid" || result=1
	fi
	rm -rf "$tmp"
	exit "$result"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts a program that must not outlive this script. If the script is killed, the
# kernel ends the program.
with_us() {
	exec setpriv --pdeathsig TERM "$@" 3<&- 8>&- 9>&-
}

# The path of a unix socket has at most 107 characters.
start_card() {
	CARD=${CARD_DIR:-$tmp}
	if [ "${#CARD}" -gt 90 ]; then
		die "the path $CARD is too long for a socket: set CARD_DIR or TMPDIR to a shorter one"
	fi
	mkdir -p "$CARD" "$(dirname "$CARD_STATE")"
	mkfifo "$tmp/ready"
	(with_us "$emulator" --socket-dir "$CARD" --state "$CARD_STATE" \
		--wire0 "$WIRE0" --wire1 "$WIRE1" ${LIKE:+--like "$LIKE"} \
		${CONTROLLER:+--controller "$CONTROLLER"} \
		>"$tmp/ready" 2>"$tmp/card.log" </dev/null) &
	card_pid=$!
	if [ "$(timeout 10 head -n 1 "$tmp/ready")" != ready ]; then
		die "the emulated card did not become ready"
	fi
}

# Only one run may use a card: the end of another run would take it away from the
# guest. The lock is on the card's folder in sysfs. The process that releases the
# card holds it until that is done.
lock_card() {
	exec 8<"$SYSFS/bus/pci/devices/$NIC"
	flock -n 8 || die "$NIC is in use by another run of the bench: end that one first"
}

# Binds a physical card. The guardian releases it even if this script is killed:
# its read ends when no process holds the other end of the pipe. The binding also
# holds the pipe, as the release must not come before its end.
bind_card() {
	"$ROOT/dev/passthrough" check "$NIC"
	lock_card
	mkfifo "$tmp/alive"
	(
		trap '' INT TERM HUP
		read -r _ <"$tmp/alive" || :
		exec "$ROOT/dev/passthrough" release "$NIC" 3<&-
	) &
	guardian_pid=$!
	exec 9<>"$tmp/alive"
	"$ROOT/dev/passthrough" bind "$NIC" 8>&-
}

# The guest's init finds the command in a separate archive in front of the root
# file system, and the streams by the names of their ports.
prepare_command() {
	mkdir -p "$tmp/root/bench"
	printf '%s\n' "$CMD" >"$tmp/root/bench/command"
	(cd "$tmp/root" && printf '%s\n' bench bench/command | cpio -o -H newc --quiet) >"$tmp/initramfs" ||
		die "the command cannot be packed for the guest: see what cpio says above"
	cat "$initramfs" >>"$tmp/initramfs"
	initramfs=$tmp/initramfs
	# The guest's output goes to files and not to pipes: QEMU can always
	# write to them, so nothing is left in its queues when the guest powers off.
	touch "$tmp/stdout" "$tmp/stderr" "$tmp/status"
	mkfifo "$tmp/stdin"
}

# Copies what the guest writes to file $1 until QEMU has ended. The guest ends if
# our own reader goes away.
relay() {
	tail -c +1 -f -s 0.1 --pid="$qemu_pid" "$tmp/$1" &
	tail_pid=$!
	trap 'kill "$tail_pid"' TERM
	wait "$tail_pid" || kill -TERM "$qemu_pid"
}

guest_died() {
	note "$1; the last lines of its console:"
	tail -n 60 "$tmp/console" | tr -d '\r' | sed 's/^/  | /' >&2
	exit "$2"
}

case $NIC in
emulated) [ -n "$CARD" ] || start_card ;;
*:*.*) bind_card ;;
esac

set -- -no-user-config -nodefaults -display none -no-reboot \
	-accel "$accel" -smp "$SMP" -m "$MEM" \
	-object "memory-backend-memfd,id=ram,size=$MEM,share=on" \
	-machine q35,memory-backend=ram
if [ "$accel" = kvm ]; then
	set -- "$@" -cpu host
else
	# Four levels of page tables: with five, KASAN takes an interrupt in identify_cpu() for a wild access.
	set -- "$@" -cpu max,la57=off
fi

# Both functions of a card are behind one port, as in a slot.
slot() { echo "pcie-root-port,id=$1,chassis=$2,x-speed=5,x-width=8"; }
function_of() { # SLOT SOCKETS FUNCTION
	cat <<-END
		{"driver": "vfio-user-pci", "bus": "$1", "addr": "0.$3", "multifunction": true,
		 "socket": {"type": "unix", "path": "$2/function$3.sock"}}
	END
}
[ "$NIC" = none ] || set -- "$@" -device "$(slot card-slot 1)"
[ -z "$CARD2" ] || set -- "$@" -device "$(slot card-slot2 2)"
case $NIC in
emulated)
	for function in 0 1; do
		set -- "$@" -device "$(function_of card-slot "$CARD" "$function")"
		[ -z "$CARD2" ] || set -- "$@" -device "$(function_of card-slot2 "$CARD2" "$function")"
	done
	;;
*:*.*)
	for function in 0 1; do
		address=${NIC%.*}.$function
		[ -e "$SYSFS/bus/pci/devices/$address" ] || continue
		set -- "$@" -device "vfio-pci,host=$address,bus=card-slot,addr=0.$function,multifunction=on"
	done
	;;
esac

# A panic ends the guest, and -no-reboot then ends QEMU. A virtual processor may be
# delayed, which the clocksource watchdog and the test of the timer ("IO-APIC +
# timer doesn't work") would report as an error.
parameters="console=ttyS0 panic=-1 tsc=nowatchdog no_timer_check"
if [ -n "$CMD" ]; then
	prepare_command
	set -- "$@" -serial "file:$tmp/console" -device virtio-serial-pci-non-transitional \
		-chardev "file,id=stdin,path=/dev/null,input-path=$tmp/stdin"
	for stream in stdout stderr status; do
		set -- "$@" -chardev "file,id=$stream,path=$tmp/$stream"
	done
	for stream in stdin stdout stderr status; do
		set -- "$@" -device "virtserialport,chardev=$stream,name=bench.$stream"
	done
else
	set -- "$@" -serial mon:stdio
	parameters="$parameters quiet bench.term=${TERM:-vt100}"
	# A terminal without a known size reports 0 0.
	size=$(stty size 2>/dev/null | tr ' ' x) || size=''
	case $size in
	[1-9]*x[1-9]*) parameters="$parameters bench.size=$size" ;;
	esac
	TIMEOUT=0
fi
[ -z "$QMP" ] || set -- "$@" -qmp "unix:$QMP,server=on,wait=off"
set -- "$@" -kernel "$kernel" -initrd "$initramfs" -append "$parameters${APPEND:+ $APPEND}"

# In the background, as only a shell in `wait` handles a signal immediately.
# timeout passes the signal on, and kills QEMU if it ignores it.
if [ -n "$CMD" ]; then
	(with_us timeout --foreground --kill-after 5 "$TIMEOUT" "$qemu" "$@" \
		</dev/null >"$tmp/qemu.log" 2>&1) &
	qemu_pid=$!
	# It waits for input until we end.
	# shellcheck disable=SC2016
	(with_us sh -c 'exec cat >"$1"' - "$tmp/stdin" <&3) &
	relay stdout 3<&- 9>&- &
	relay_pids=$!
	relay stderr >&2 3<&- 9>&- &
	relay_pids="$relay_pids $!"
else
	(with_us timeout --foreground --kill-after 5 0 "$qemu" "$@" <&3) &
	qemu_pid=$!
fi
qemu_result=0
wait "$qemu_pid" || qemu_result=$?
qemu_pid=

if [ -z "$CMD" ]; then
	[ "$qemu_result" -eq 0 ] || die "QEMU ended with status $qemu_result"
	exit
fi
# Their readers may be slow, so only a signal ends them.
for pid in $relay_pids; do
	wait "$pid" || :
done
relay_pids=
read -r result <"$tmp/status" || {
	cat "$tmp/qemu.log" >&2
	if [ "$qemu_result" -eq 124 ]; then
		guest_died "the command did not end within TIMEOUT=$TIMEOUT seconds" 124
	fi
	guest_died "the guest ended without a status of the command (QEMU's status: $qemu_result)" 125
}
exit "$result"

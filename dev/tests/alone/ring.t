#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make demo-ring: three hosts in a ring, whose cards bypass those that are down: the outages between the
# others end by the expected rule, no frame comes twice, and the picture is valid.
set -eu
. "$(dirname "$0")/../tap.sh"
mkdir "$T/tmp"
export TMPDIR="$T/tmp"
unset INITRAMFS KERNEL

# nothing_is_left WHEN
nothing_is_left() {
	is "$(ls -A "$TMPDIR")" '' "$1: no file is left"
	is "$(pgrep -f -l "$TMPDIR/")" '' "$1: no process is left"
}

for bad in 1 6 x 33; do
	run "$ROOT/dev/demo/ring" "$bad"
	like "$status:$err" "^1:.*HOSTS=$bad is not a number from 2 to 5" "HOSTS=$bad is refused"
done
SETUP=closed run "$ROOT/dev/demo/ring"
like "$status:$err" '^1:.*SETUP=closed is none of open, stp and plain' 'SETUP=closed is refused'
WATCHDOG_S=1 run "$ROOT/dev/demo/ring"
like "$status:$err" '^1:.*WATCHDOG_S=1 is none of' 'WATCHDOG_S=1 is refused'
nothing_is_left 'bad settings'

# A QEMU that has the device, and boots nothing.
cat >"$T/qemu" <<'END'
#!/bin/sh
[ "$1" != -device ] || { echo 'name "vfio-user-pci"'; exit; }
echo 'this QEMU boots nothing' >&2
exit 3
END
chmod +x "$T/qemu"
OUT="$T/none.svg" ACCEL=tcg QEMU="$T/qemu" run "$ROOT/dev/demo/ring"
is "$status" 1 'a guest ends early: it fails'
like "$err" 'the guest of host [1-3] ended too early' 'it names the host'
like "$err" 'this QEMU boots nothing' 'and prints what the guest reported'
nothing_is_left 'when a guest ends early'
rm "$T/qemu"

OUT="$T/none.svg" endable "$ROOT/dev/demo/ring" 2>"$T/none.err" &
ring=$!
# shellcheck disable=SC2317 # called by within
all_boot() {
	for host in 1 2 3; do
		pgrep -f "$TMPDIR/.*/$host/function1.sock" >/dev/null || return 1
	done
}
status=0
within 120 all_boot || status=$?
ok "$status" 'three guests boot'
kill -INT "$ring"
status=0
wait "$ring" || status=$?
is "$status" 130 'it is interrupted'
nothing_is_left 'when interrupted'
rm -f "$T"/none.*

run env SETUP=open WATCHDOG_S=8 OUT="$T/ring.svg" "$ROOT/dev/demo/ring" 3
is "$status" 0 'the demonstration runs'
diag "$out"
[ "$status" -eq 0 ] || diag "$err"

# number EVENT RULE: the column of the event, and fails if another rule ended it.
number() { echo "$out" | sed -n "s/^ *(\([0-9]*\)) $1  *$2\$/\1/p"; }
cell() { echo "$out" | awk -v pair="$1 to $2" -v column="$3" '$1 " " $2 " " $3 == pair { print $(3 + column) }'; } # FROM TO COLUMN

# outage EVENT RULE FROM TO: between hosts 1 and 3, past host 2. A busy machine takes longer for each step.
outage() {
	column=$(number "$1" "$2")
	for pair in '1 3' '3 1'; do
		# shellcheck disable=SC2086 # two hosts
		ms=$(cell $pair "${column:-0}")
		result=1
		case $ms in
		'' | *[!0-9]*) ;;
		*) [ "$ms" -lt "$3" ] || [ "$ms" -gt "$4" ] || result=0 ;;
		esac
		ok "$result" "$1: an outage of $ms ms between $pair, ended by $2"
	done
}
outage 'host 2 hangs' 'watchdog_action=bypass, after 8 s' 5000 25000
outage 'host 2 goes on' 'state=normal, by the host' 20 15000
outage 'host 2 is killed' 'main_off_action=bypass' 20 15000
outage 'host 2 reboots' 'state=bypass, by the host' 20 15000

# Where the ring is open, a host that is down is in nobody's way.
column=$(number 'host 1 is killed' 'main_off_action=isolate')
like "$(cell 1 2 "${column:-0}") $(cell 3 1 "${column:-0}")" '^- -$' 'host 1 is killed: it is not heard'
for pair in '2 3' '3 2'; do
	# shellcheck disable=SC2086
	like "$(cell $pair "${column:-0}")" '^(<20|[0-9]{1,3})$' "but those between $pair are"
done
column=$(number 'hosts 2 and 3 are back' 'state=normal, by the host')
for pair in '1 2' '1 3' '2 1' '2 3' '3 1' '3 2'; do
	# shellcheck disable=SC2086
	like "$(cell $pair "${column:-0}")" '^\+[0-9]+$' "all but one are killed, and back: from ${pair% *}, ${pair#* } hears"
done
like "$out" '^[1-9][0-9]* frames received, 0 received twice$' 'no frame came twice'

relays() { sed -n "s/^relay [0-9]* $1 //p" "$T/ring.log" | paste -sd ' '; }
is "$(relays 1)" 'bypass normal isolate normal' 'the relays of host 1: in isolate once'
is "$(relays 2)" 'bypass normal bypass normal bypass normal bypass normal bypass normal' 'those of host 2: in bypass four times more'
is "$(relays 3)" 'bypass normal bypass normal' 'those of host 3: in bypass once more'
like "$(cat "$T/ring.svg")" '</svg>' 'the picture is complete'
for pair in 1-2 1-3 2-1 2-3 3-1 3-2; do
	like "$(cat "$T/ring.svg")" "${pair%-*} to ${pair#*-}" "it has a row for $pair"
done
is "$(ls "$T")" "$(printf 'ring.log\nring.svg\nrun.err\nrun.out\ntmp')" 'no other file is left beside them'
nothing_is_left 'at the end'
done_testing

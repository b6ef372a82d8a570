#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: generated texts for each writable file of bypass/. Texts that are not in the ABI document
# are refused, take no frame and change nothing. Also reads of all kinds.
# FUZZ_SEED repeats a run, FUZZ_COUNT is the number of texts for each file.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

seed=${FUZZ_SEED:-$(date +%s)}
count=${FUZZ_COUNT:-10000}
diag "FUZZ_SEED=$seed FUZZ_COUNT=$count"

own_extra
mkdir -p "$EXTRA/bin"
for program in fuzz-attribute read-attribute; do
	check "$program builds" gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static \
		-o "$EXTRA/bin/$program" "$ROOT/dev/tests/$program.c"
done
"$ROOT/dev/build-initramfs" 2>"$T/log"

start_card a
export CARD="$T/a"

# Called from the guest: the counters of the card, and the contents of its registers.
# shellcheck disable=SC2317
{
	frames() { "$x540ctl" counters | sed -n 's/^controller .*frames=\([0-9]*\).*/\1/p'; }
	settings() { "$x540ctl" status | grep -E '^(relay|mode|rules|watchdog) '; }
}

guest_tests <<END
seed=$seed
count=$count
$(
	cat <<'END_OF_SCRIPT'
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
# After probe and after a new link, the driver reads the version and the latest events.
sleep 8

# --- invalid values
host settings
settings=$answer
host frames
frames=$answer
fuzz-attribute $b $count 0 $seed
host frames
is "$answer" "$frames" 'invalid values cause no frame'
host settings
is "$answer" "$settings" 'and do not change the registers of the card'
is "$(dmesg | grep -c bypass:)" 1 'and cause no line in the kernel log'

# --- valid values among invalid ones
fuzz-attribute $b 200 4 $((seed + 1))
echo normal >$b/state
for file in version log; do
	! echo 1 2>/tmp/why >$b/$file && grep -q 'Permission denied' /tmp/why
	ok $? "$file cannot be opened for writing"
done
for file in watchdog_ping log_clear; do
	! cat $b/$file 2>/tmp/why && grep -q 'Permission denied' /tmp/why
	ok $? "$file cannot be opened for reading"
done

# --- readers
address=$(basename "$(readlink /sys/class/net/eth0/device)")
for file in state watchdog_action; do
	read-attribute $b/$file /sys/bus/pci/drivers/ixgbe "$address"
done
is "$(warnings)" '' 'no warning in the kernel log'
END_OF_SCRIPT
)
END

stop_card "$pid"
summary=$(grep '^bypass: frames=' "$T/a/log")
like "$summary" 'malformed=0 aborted=0 fast=0' 'no frame was malformed, aborted or too fast'
diag "$summary"
done_testing

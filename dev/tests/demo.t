#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make demo: each outage ends by the expected action, and the picture is valid. The controller is slow to
# store a setting: a setting before an event must be stored by then.
set -eu
. "$(dirname "$0")/tap.sh"

run env CONTROLLER=commit-ms=900 OUT="$T/demo.svg" "$ROOT/dev/demo/run"
is "$status" 0 'the demonstration runs'
diag "$out"
[ "$status" -eq 0 ] || diag "$err"

# outage EVENT RULE FROM TO: is in the table, with FROM to TO milliseconds both ways. A machine that is
# busy takes longer for each step.
outage() {
	for ms in $(echo "$out" | sed -n "s/^$1 *$2 *\([0-9]*\) *\([0-9]*\)\$/\1 \2/p"); do
		result=1
		[ "$ms" -ge "$3" ] && [ "$ms" -le "$4" ] && result=0
		ok "$result" "$1: an outage of $ms ms, ended by $2"
	done
}
outage hung 'watchdog_action=bypass, after 3 s' 1000 10000
outage 'goes on' 'state=normal, by the guest' 10 10000
outage killed 'main_off_action=bypass' 5 10000
outage 'powered off' 'main_off_action=bypass' 10 20000
outage 'aux cut' 'aux_off_action=bypass' 5 10000
is "$tap_count" 11 'there are no other events, in both directions'
like "$out" ' received, 0 received twice' 'no frame came twice'

like "$(cat "$T/demo.svg")" '</svg>' 'the picture is complete'
for text in 'The guest hangs' 'It is killed' 'It is powered off' 'Auxiliary power is cut'; do
	like "$(cat "$T/demo.svg")" "$text: [0-9]+ ms" "it shows: $text"
done
relays=$(sed -n 's/^relay [0-9.]* //p' "$T/demo.log" | grep -v moving | paste -sd ' ')
is "$relays" 'bypass normal bypass normal bypass normal bypass normal bypass' \
	'the relays changed state once per event'
is "$(ls "$T")" "$(printf 'demo.log\ndemo.svg\nrun.err\nrun.out')" 'no other file is left'
done_testing

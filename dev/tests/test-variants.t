#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of dev/test-variants: each unknown has rows, which the card accepts, and is in doc/controller.md.
# variants.t is one of the rows.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"

rows=$(sed '/^#/d; /^$/d' "$ROOT/dev/tests/variants")
settings=$("$card" --help | sed -n 's/^  \([a-z-]*\)=.*(U[0-9].*/\1/p')
is "$(echo "$settings" | grep -c .)" 23 'the settings of the controller'

for n in $(seq 21); do
	like "$rows" "^U$n-" "U$n has a row"
	like "$(cat "$ROOT/doc/controller.md")" "^\| U$n \| " 'and one in doc/controller.md'
done
for name in $settings; do
	like "$rows" "[ ,]$name=" "a row tests $name"
done
is "$(echo "$rows" | awk '{ print $1 }' | sort | uniq -d)" '' 'no two rows have the same name'

# The card parses its settings before it opens its sockets.
echo "$rows" >"$T/rows"
while read -r name words options; do
	run "$card" --socket-dir "$T/none" --state "$T/state.json" --controller "$words"
	like "$err" "$T/none/function0.sock: .*No such file" "the card takes the settings of $name"
	for word in $options; do
		like "$word" '^(fresh|full|busy|fails:(probe|state|actions|watchdog|log|clock|reset|removal|power|,)+)$' \
			"and $word is an option"
	done
done <"$T/rows"

run "$ROOT/dev/test-variants" 'U2-*' nonsense
like "$status:$err" "^1:.*variants has no row 'nonsense'" 'a row that does not exist'
run "$ROOT/dev/tests/variants.t" nonsense
like "$status:$out" "^1:Bail out! .*no row 'nonsense'" 'the test refuses it too'
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What README.md tells a newcomer to type works, and its table of files is that of the ABI document.
# shellcheck disable=SC2016  # backquotes are Markdown here
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

readme=$ROOT/README.md

# The README's commands in order, without their comments.
commands() { sed -n '/^```sh/,/^```/{/^```/!{s/ *# .*//;p;};}' "$readme"; }

# --- every make target that it names, in a command or in the text, is one

targets=$( (commands; grep -o '`make [^`]*`' "$readme") |
	grep -oE '\bmake [a-z-]+' | sort -u | cut -d ' ' -f 2)
help=$(make -s -C "$ROOT" help)
for target in $targets; do
	like "$help" "^  $target( |	|\$)" "make $target is in make help"
done
like "$targets" '^build-and-run$' 'build-and-run is among them'

# --- the files

abi=$(cat "$ROOT"/patches/*.patch | sed -n 's|^+What:.*/bypass/\([a-z_]*\)$|\1|p' | grep . | sort)
table=$(sed -n 's/^| `\([a-z_]*\)` | [rw].*/\1/p' "$readme" | sort)
is "$table" "$abi" 'the table has the files of the ABI document'

# --- what is typed in the guest, as it stands there

demo=$(commands | grep -E '^(cat|echo) .*/sys/class/net/eth0/bypass/')
is "$(echo "$demo" | wc -l)" 3 'the three commands of the demonstration'
firewall=$(commands | sed -n '/^cd .*bypass$/,/^watchdog /p')
like "$firewall" 'watchdog_action' 'the example of the firewall'

guest_tests <<END
within 10 both_up
(
	set -e
	$demo
) >/tmp/demo
ok \$? 'the demonstration'
is "\$(cat /tmp/demo)" normal 'says what the README says it does'
(
	set -e
	$firewall
)
ok \$? 'the example of the firewall'
running() { [ "\$(cat /sys/class/net/eth0/bypass/watchdog_timeout_ms)" = 8000 ]; }
within 5 running
ok \$? 'runs a watchdog of 8 s'
END

done_testing

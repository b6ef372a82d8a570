#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# README.md and the documents in doc/: the commands in them work, their links have a target, and
# README's table of files is that of the ABI document.
# shellcheck disable=SC2016  # backquotes are Markdown here
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

readme=$ROOT/README.md

# The commands of documents in order, without their comments.
commands() { sed -n '/^```sh/,/^```/{/^```/!{s/ *# .*//;p;};}' "$@"; }

# The headings of a document as Markdown's anchors.
anchors() {
	sed -n '/^```/,/^```/d; s/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 -]//g; s/ /-/g'
}

# --- every make target that a document names, in a command or in the text, is one

targets=$( (commands "$readme" "$ROOT"/doc/*.md; cat "$readme" "$ROOT"/doc/*.md | tr '\n' ' ' | grep -o '`[^`]*make [^`]*`') |
	grep -oE '\bmake [a-z-]+' | sort -u | cut -d ' ' -f 2)
help=$(make -s -C "$ROOT" help)
for target in $targets; do
	like "$help" "^  $target( |	|\$)" "make $target is in make help"
done
for target in build-and-run package mails test-variants run-card fuzz; do
	like "$targets" "^$target\$" "$target is among them"
done

# --- every link leads to a file, and to a heading in it; README leads to every document

for document in "$readme" "$ROOT"/doc/*.md; do
	name=${document#"$ROOT"/}
	dead=
	grep -oE '\]\([^)]*\)' "$document" | sed 's/^](//; s/)$//' >"$T/links" || :
	while read -r link; do
		file=${link%%#*}
		[ -n "$file" ] && file=$(dirname "$document")/$file || file=$document
		[ -e "$file" ] || dead="$dead $link"
		case $link in
		*#*) anchors "$file" | grep -qxF "${link#*#}" || dead="$dead $link" ;;
		esac
	done <"$T/links"
	is "$dead" '' "the links of $name"
	[ "$document" = "$readme" ] || like "$(cat "$readme")" "\]\($name\)" "README.md has a link to $name"
done

# --- the files

abi=$(cat "$ROOT"/patches/*.patch | sed -n 's|^+What:.*/bypass/\([a-z_]*\)$|\1|p' | grep . | sort)
table=$(sed -n 's/^| `\([a-z_]*\)` | [rw].*/\1/p' "$readme" | sort)
is "$table" "$abi" 'the table has the files of the ABI document'

# --- commands for the guest, as they are in the documents

demo=$(commands "$readme" | grep -E '^(cat|echo) .*/sys/class/net/eth0/bypass/')
is "$(echo "$demo" | wc -l)" 3 'the three commands of the demonstration'
firewall=$(commands "$readme" | sed -n '/^cd .*bypass$/,/^watchdog /p')
like "$firewall" 'watchdog_action' 'the example of the firewall'

guest_tests <<END
within 10 both_up
(
	set -e
	$demo
) >/tmp/demo
ok \$? 'the demonstration'
is "\$(cat /tmp/demo)" normal 'prints what the README promises'
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

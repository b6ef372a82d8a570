#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# build-mails: each list's series applies, recipients, tags, changelogs, and edited mails are kept. First on
# a small tree instead of linux/, then make mails with the real series.
set -eu
. "$(dirname "$0")/tap.sh"

real=$ROOT/linux
[ -e "$real/.git" ] || skip_all 'linux/ is empty: make sources'
mails=$ROOT/dev/build-mails
export LINUX="$T/linux" PATCHES="$T/patches" BUILD="$T/build" MAIL_TEXTS="$T/texts"
own_git
unset FROM VERSION CHANGES FIXES FORCE
made=$BUILD/mails

git_l() { git -C "$LINUX" "$@"; }

# commit SUBJECT FILE LINE...: FILE gets these lines.
commit() {
	subject=$1
	file=$2
	shift 2
	mkdir -p "$LINUX/${file%/*}"
	printf '%s\n' "$@" > "$LINUX/$file"
	git_l add -A
	git_l commit -q -s -m "$subject" -m "Why it is so."
}

# maintainers NAME PATH: a section of MAINTAINERS.
maintainers() {
	printf '%s\nM:\tM of %s <m@%s.example>\nR:\tR of %s <r@%s.example>\nL:\tlist@%s.example\nS:\tMaintained\nF:\t%s\n\n' \
		"$1" "$1" "$1" "$1" "$1" "$1" "$2"
}

# base: a new tree at its base, with the kernel's own get_maintainer.pl.
base() {
	rm -rf "$LINUX" "$PATCHES" "$BUILD"
	git init -q -b bypass "$LINUX"
	mkdir -p "$LINUX/scripts"
	git -C "$real" show bypass-base:scripts/get_maintainer.pl > "$LINUX/scripts/get_maintainer.pl"
	chmod +x "$LINUX/scripts/get_maintainer.pl"
	{
		printf 'Maintainers List\n----------------\n\n'
		maintainers nic drivers/net/
		maintainers core drivers/watchdog/
	} > "$LINUX/MAINTAINERS"
	mkdir -p "$LINUX/drivers/watchdog"
	printf '%s\n' one two three > "$LINUX/drivers/watchdog/core.c"
	commit 'Linux 9.8' drivers/net/nic.c none
	commit 'Linux 9.9' drivers/net/nic.c one two three four five six seven eight nine ten
	git_l tag bypass-base
}

# series: a fix for net, one for watchdog, and two patches for net-next, in step with patches/.
series() {
	base
	commit 'nic: fix one' drivers/net/nic.c ONE two three four five six seven eight nine ten
	commit 'watchdog: fix two' drivers/watchdog/core.c one TWO three
	commit 'nic: add a file' drivers/net/more.c 1
	commit 'nic: change one again' drivers/net/nic.c ONE! two three four five six seven eight nine ten
	"$ROOT/dev/build-patches" 2>/dev/null
}

mkdir "$MAIL_TEXTS"
for list in net watchdog net-next; do
	printf 'the %s series\n\nWhat it is for.\n' "$list" > "$MAIL_TEXTS/$list.txt"
done
table() { printf '%s\t%s\t%s\n' "$@" > "$MAIL_TEXTS/table"; }
usual_table() {
	table watchdog path 'drivers/watchdog/*' net subject 'nic: fix *' net-next subject '*'
}
usual_table
printf '# None.\n' > "$MAIL_TEXTS/fixes"

# A field of a mail's header, unfolded.
field() { sed -e '/^$/q' "$2" | sed -n "/^$1: /,/^[^ ]/{/^$1: /p;/^ /p;}" | tr -d '\n' | sed -e "s/^$1: //" -e 's/  */ /g'; }

# refuses WHAT PATTERN REMEDY COMMAND...: fails, says why and what to do, and writes nothing.
refuses() {
	what=$1
	pattern=$2
	remedy=$3
	shift 3
	before=$(find "$BUILD" -type f -exec cat {} + 2>/dev/null | sha256sum)
	run "$@"
	is "$status" 1 "$what: refused"
	like "$err" "$pattern" "$what: says so"
	like "$err" "^  .*$remedy" "$what: says what to do"
	is "$(find "$BUILD" -type f -exec cat {} + 2>/dev/null | sha256sum)" "$before" "$what: nothing is written"
}

# applies FOLDER...: their patches in this order, to the base.
applies() {
	rm -rf "$T/scratch"
	git clone -q --shared --no-checkout "$LINUX" "$T/scratch"
	sed -n 's,^diff --git a/\([^ ]*\) .*,/\1,p' "$PATCHES"/*.patch |
		git -C "$T/scratch" sparse-checkout set --no-cone --stdin
	git -C "$T/scratch" checkout -q --detach "$(git_l rev-parse bypass-base)"
	for folder; do
		find "$made/$folder" -name '*.patch' ! -name '0000-*' | LC_ALL=C sort |
			xargs git -C "$T/scratch" am -q || return 1
	done
}

# --- three series

series
before=$(git_l rev-parse HEAD && git_l status --porcelain && git_l for-each-ref && cat "$LINUX/.git/config")
run "$mails"
is "$status" 0 'the mails are written'
is "$(git_l rev-parse HEAD && git_l status --porcelain && git_l for-each-ref && cat "$LINUX/.git/config")" "$before" \
	'linux/ is unchanged'
is "$(cd "$made" && find . -name '*.patch' | sort)" './net-next/0000-cover-letter.patch
./net-next/0001-nic-add-a-file.patch
./net-next/0002-nic-change-one-again.patch
./net/0000-cover-letter.patch
./net/0001-nic-fix-one.patch
./watchdog/0000-cover-letter.patch
./watchdog/0001-watchdog-fix-two.patch' 'a folder for each list, with a cover letter'
is "$(field Subject "$made/net/0000-cover-letter.patch")" '[PATCH net 0/1] the net series' 'net: the prefix'
is "$(field Subject "$made/watchdog/0001-watchdog-fix-two.patch")" '[PATCH 1/1] watchdog: fix two' 'watchdog: the prefix'
is "$(field Subject "$made/net-next/0002-nic-change-one-again.patch")" '[PATCH net-next 2/2] nic: change one again' \
	'net-next: the prefix'
cover=$(cat "$made/net-next/0000-cover-letter.patch")
like "$cover" '^What it is for\.$' 'the cover letter has its text'
like "$cover" '^  nic: add a file$' 'and the shortlog'
like "$cover" '^ 2 files changed, 2 insertions\(\+\), 1 deletion\(-\)$' 'and the statistics'
unlike "$cover" '\*\*\*' 'and no placeholder'
like "$cover" '^  \[PATCH net\] the net series$' 'and names the series before it'
like "$cover" '^  \[PATCH\] the watchdog series$' 'both'
like "$cover" "^base-commit: $(git_l rev-parse bypass-base)\$" 'and the base'
is "$(echo "$cover" | grep -c '^prerequisite-patch-id: ')" 2 'with the patches of both'
unlike "$(cat "$made/net/0000-cover-letter.patch")" '^prerequisite|series applied' 'net needs no other series'

for order in net watchdog 'net watchdog net-next'; do
	# shellcheck disable=SC2086  # a list
	applies $order
	ok $? "$order: the mails apply in order"
done
is "$(git -C "$T/scratch" rev-parse 'HEAD^{tree}')" "$(git_l rev-parse 'bypass^{tree}')" \
	'together they give the tree of the series'

is "$(field To "$made/net/0000-cover-letter.patch")" 'M of nic <m@nic.example>' 'net: to the maintainers'
is "$(field Cc "$made/net/0001-nic-fix-one.patch")" \
	'R of nic <r@nic.example>, list@nic.example' 'copies to reviewers and lists'
is "$(field To "$made/watchdog/0000-cover-letter.patch")" 'M of core <m@core.example>' 'watchdog: to its maintainers'
is "$(field To "$made/net-next/0000-cover-letter.patch")" 'M of nic <m@nic.example>' 'net-next: to the maintainers'
like "$(field Cc "$made/net-next/0000-cover-letter.patch")" 'M of core .*list@core' 'copies to those of the watchdog'

# A commit that imports a package: others do not know its id.
series
GIT_COMMITTER_EMAIL=bypass@localhost git_l commit-tree 'bypass-base^{tree}' -m 'Linux 9.9.1, a package' > "$T/import"
git_l rebase -q --onto "$(cat "$T/import")" bypass-base bypass
git_l tag -f bypass-base "$(cat "$T/import")" >/dev/null
run "$mails"
is "$status" 0 'with a package as the base: written'
like "$(cat "$made/net/0000-cover-letter.patch")" '^Based on Linux 9\.9\.1, a package\.$' 'the base is named'
unlike "$(cat "$made/net-next/0000-cover-letter.patch")" '^(base-commit|prerequisite)' 'and its id is not'
like "$err" "lists' own trees" 'says to check the patches on these trees'

# A tree of git clone --recursive lacks the parents of the base.
series
mv "$LINUX" "$T/full"
git clone -q --depth 5 "file://$T/full" "$LINUX"
rm -rf "$T/full"
git_l tag -f bypass-base bypass~4 >/dev/null
run "$mails"
is "$status" 0 'a shallow linux/: written'
applies net watchdog net-next
ok $? 'and they apply'

# --- signed

series
run "$mails"
like "$err" 'not signed off.*' 'not signed: says so'
like "$err" "make mails FROM='" 'and how to sign'
run env FROM='Jane Q. Doe <jane@example.org>' "$mails"
is "$status" 0 'signed'
unlike "$err" 'not signed' 'the note about signing is gone'
mail=$(cat "$made/net/0001-nic-fix-one.patch")
is "$(echo "$mail" | grep '^Signed-off-by:')" 'Signed-off-by: A Developer <a.developer@example.org>
Signed-off-by: Jane Q. Doe <jane@example.org>' 'after the author'
is "$(field From "$made/net/0000-cover-letter.patch")" '"Jane Q. Doe" <jane@example.org>' 'the signer sends the cover letter'
is "$(field From "$made/net/0001-nic-fix-one.patch")" '"Jane Q. Doe" <jane@example.org>' 'and the patches'
like "$mail" '^From: A Developer <a.developer@example.org>$' 'which name their author'
for wrong in Jane jane@example.org 'Jane <jane>' 'Jane <jane@example.org>, x'; do
	refuses "FROM='$wrong'" "FROM='.*is not a name" "FROM='Jane Doe <" env FROM="$wrong" "$mails"
done

# --- Fixes:

fixes() { printf '%s\t%s\n' "$@" > "$T/fixes"; }
series
run "$mails"
like "$err" 'net: no Fixes: line' 'a fix without a Fixes: line: says so'
like "$err" '^  nic: fix one$' 'and names it'
unlike "$err" 'add a file' 'but no patch of net-next'
fixes 'nic: fix *' 'Fixes: 0123456789ab ("nic: break (all) of it")' 'watchdog: fix two' 'Fixes: 0123456789ab ("core: new")'
run env FIXES="$T/fixes" FROM='Jane <jane@example.org>' "$mails"
is "$status" 0 'FIXES: written'
unlike "$err" 'no Fixes: line' 'none is missing'
is "$(sed -n '/^Fixes:/,/^---/p' "$made/net/0001-nic-fix-one.patch")" 'Fixes: 0123456789ab ("nic: break (all) of it")
Signed-off-by: A Developer <a.developer@example.org>
Signed-off-by: Jane <jane@example.org>
---' 'the line stands in front of the signatures'
is "$(grep -l '^Fixes:' "$made"/*/*.patch | wc -l)" 2 'and in no other patch'
for wrong in '0123456789ab ("nic: x")' 'Fixes: 0123456 ("nic: x")' 'Fixes: 0123456789ab (nic: x)' 'Fixes: 0123456789ab' ''; do
	fixes 'nic: fix *' "$wrong"
	refuses "FIXES: '$wrong'" 'is not a Fixes: line' 'git log -1 --format=' env FIXES="$T/fixes" "$mails"
done
fixes 'nic: mend *' 'Fixes: 0123456789ab ("nic: new")'
refuses 'FIXES with an unknown patch' "no patch has a subject like 'nic: mend" 'Correct' env FIXES="$T/fixes" "$mails"
refuses 'FIXES without a file' 'no such file' 'The usual one' env FIXES="$T/none" "$mails"

# --- a second version

series
cat > "$T/changes" <<-'CHANGES'
	[net-next]

	- one patch less

	[nic: add a file]
	- the file is shorter
CHANGES
run env VERSION=2 CHANGES="$T/changes" "$mails"
is "$status" 0 'VERSION=2: written'
is "$(ls "$made")" net-next 'only the series with changes is written'
is "$(field Subject "$made/net-next/0001-nic-add-a-file.patch")" '[PATCH net-next v2 1/2] nic: add a file' 'its number is in the subject'
like "$(cat "$made/net-next/0000-cover-letter.patch")" '^- one patch less$' 'the cover letter has its changes'
is "$(sed -n '/^---$/,$p' "$made/net-next/0001-nic-add-a-file.patch" | grep 'shorter')" '    - the file is shorter' \
	'the patch has its changes below the ---'
unlike "$(cat "$made/net-next/0002-nic-change-one-again.patch")" 'Changes in' 'and the other patches have none'
like "$(field Cc "$made/net-next/0000-cover-letter.patch")" 'list@core' 'copies go to the same people'
refuses 'VERSION=2 without CHANGES' 'needs a changelog' 'VERSION=2 CHANGES=file' env VERSION=2 "$mails"
refuses 'VERSION=two' "'two' is not a version" 'VERSION=2' env VERSION=two "$mails"
refuses 'CHANGES of version 1' 'first version has no changelog' 'VERSION=2' env CHANGES="$T/changes" "$mails"
printf '[net-nxt]\n- x\n' > "$T/changes"
refuses 'CHANGES with an unknown series' "called 'net-nxt'" 'net watchdog net-next' env VERSION=2 CHANGES="$T/changes" "$mails"
printf '[nic: fix one]\n- x\n' > "$T/changes"
refuses 'CHANGES with only a patch' 'belongs to net' '\[net\]' env VERSION=2 CHANGES="$T/changes" "$mails"
printf 'no section\n' > "$T/changes"
refuses 'CHANGES without a section' 'has no section' '\[net\]' env VERSION=2 CHANGES="$T/changes" "$mails"

# --- edited mails are kept

series
"$mails" 2>/dev/null
run "$mails"
is "$status" 0 'unedited mails are written again'
echo 'Thanks in advance.' >> "$made/net/0000-cover-letter.patch"
refuses 'an edited cover letter' 'edited.*net/0000-cover-letter' 'rm -r ' "$mails"
"$mails" 2>/dev/null || rm -r "$made"
"$mails" 2>/dev/null
rm "$made/net/0001-nic-fix-one.patch"
refuses 'a mail that was removed' 'edited.*net/0001-nic-fix-one' 'rm -r ' "$mails"
rm -r "$made"
mkdir -p "$made"
echo mine > "$made/note"
refuses 'a folder that build-mails did not write' 'edited' 'rm -r ' "$mails"
rm -r "$made"

# --- the table

table net subject 'nic: mend *' watchdog path 'drivers/watchdog/*' net-next subject '*'
refuses 'a line that fits no patch' "no patch fits 'net.*nic: mend" 'Correct the line' "$mails"
table net subject 'nic: fix *' watchdog path 'drivers/watchdog/*'
refuses 'a patch that no line fits' "fits 'nic: add a file'" 'Add a line' "$mails"
table stable subject '*'
refuses 'an unknown list' 'not a valid line' 'one of net watchdog' "$mails"
table net subject 'nic: change *' net-next subject '*'
refuses 'a fix that needs a patch of another list' '0004-nic-change-one-again.* does not apply as a patch of net' \
	'Change the order' "$mails"
like "$err" '^  net-next: nic: fix one$' 'and lists the series before it'
base
for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	commit "nic: add number $number" "drivers/net/$number.c" 1
done
"$ROOT/dev/build-patches" 2>/dev/null
table net-next subject '*'
refuses 'more patches than netdev takes' 'net-next has 16 patches, 1 more than' 'Hold some back' "$mails"
usual_table

# --- the real series, as doc/development.md has it

unset LINUX PATCHES MAIL_TEXTS
rm -rf "$BUILD"
like "$(cat "$ROOT/doc/development.md")" "^make mails FROM='Your Name <you@example.org>'\$" 'doc/development.md has the command'
run make -C "$ROOT" mails FROM='Your Name <you@example.org>'
is "$status" 0 'make mails'
export LINUX="$real" PATCHES="$ROOT/patches"
for order in net watchdog 'net watchdog net-next'; do
	# shellcheck disable=SC2086  # a list
	applies $order
	ok $? "$order: the mails apply in order"
done
is "$(cat "$made"/*/*.patch | grep -c '^Signed-off-by: Your Name <you@example.org>$')" \
	"$(find "$PATCHES" -name '*.patch' | wc -l)" 'every patch is signed'
like "$(field Cc "$made/net/0000-cover-letter.patch")" 'netdev@vger\.kernel\.org' 'net goes to netdev'
like "$(field Cc "$made/net-next/0000-cover-letter.patch")" 'netdev@vger.*|intel-wired-lan@' 'and so does net-next'
like "$(field Cc "$made/watchdog/0000-cover-letter.patch")" 'linux-watchdog@vger' 'watchdog to its own list'
says=$(grep -c 'in "devlink dev info" as fw.bypass' "$ROOT/dev/mails/net-next.txt" || :)
does=$(cat "$PATCHES"/*.patch | grep -c '^diff .*ixgbe/devlink/devlink\.c' || :)
is "$((says != 0))" "$((does != 0))" 'the cover letter describes the firmware version in devlink as the series implements it'
is "$(awk 'length > 75 { print FILENAME ": " $0 }' "$ROOT"/dev/mails/*.txt)" '' 'no line of a cover letter is too long'
is "$(git -C "$real" show bypass-base:scripts/spelling.txt | cat - "$ROOT"/dev/mails/*.txt | awk -F '[|]+' '
	/^#/ { next }
	NF >= 2 && $1 ~ /^[a-z]+$/ { wrong[$1]; next }
	{ gsub(/[^A-Za-z]+/, " "); count = split(tolower($0), words, " ")
	  for (i = 1; i <= count; i++) if (words[i] in wrong) print words[i] }')" '' 'nor is a word misspelt'
if git send-email -h 2>&1 | grep -q '^git send-email'; then
	run git -C "$T" send-email --dry-run --confirm=never --smtp-server=/bin/true "$made"/net/*.patch
	is "$status" 0 'git send-email takes them'
	is "$(printf '%s\n' "$out" | grep -c '^Sendmail: .* netdev@vger')" "$(find "$made/net" -type f | wc -l)" \
		'each mail goes to netdev'
else
	skip 'git send-email takes them' 'git-email is not installed'
fi

done_testing

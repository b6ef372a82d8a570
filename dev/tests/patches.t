#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply-patches and build-patches: the round trip, and that no work is lost. First on a small tree instead
# of linux/, then with the real series.
set -eu
. "$(dirname "$0")/tap.sh"

dev=$ROOT/dev
export LINUX="$T/linux" PATCHES="$T/patches"
own_git
unset FORCE

git_l() { git -C "$LINUX" "$@"; }
lines() { for line in "$@"; do echo "$line"; done; }

# commit SUBJECT FILE LINE...: FILE gets these lines.
commit() {
	subject=$1
	file=$2
	shift 2
	lines "$@" > "$LINUX/$file"
	git_l add -A
	git_l commit -q -m "$subject" -m "Why it is so."
}

# base [LINE]: a new tree at its base; with LINE, a base with other contents.
base() {
	rm -rf "$LINUX"
	git init -q -b bypass "$LINUX"
	commit 'the base' main.c ${1+"$1"} one two three four five six seven eight nine ten
	git_l tag bypass-base
}

change() { commit 'change five' main.c one two three four FIVE six seven eight nine ten; }

# A tree with a series of two, in step with patches/.
in_step() {
	rm -rf "$PATCHES"
	base
	change
	commit 'add a file: a subject so long that git folds it in the mail header of the patch' new.c 1
	"$dev/build-patches" 2>/dev/null
}

# The state that a later run must not change.
state() { git_l rev-parse HEAD && git_l status --porcelain && cat "$PATCHES"/*.patch && ls "$PATCHES"; }

same_as_first() {
	run diff -r "$T/first" "$PATCHES"
	is "$status,$out" 0, "$1"
}

# refuses WHAT PATTERN COMMAND...: fails, says why and what to do, and changes nothing.
refuses() {
	what=$1
	pattern=$2
	shift 2
	before=$(state)
	run "$@"
	is "$status" 1 "$what: refused"
	like "$err" "$pattern" "$what: says so"
	like "$err" '^  .*(git |make )' "$what: says what to do"
	is "$(state)" "$before" "$what: nothing changed"
}

# --- the round trip ---

in_step
is "$(ls "$PATCHES")" \
	'0001-change-five.patch
0002-add-a-file-a-subject-so-long-that-git-folds-it-in-th.patch' 'one file for each commit'
like "$(cat "$PATCHES"/0001*)" '^Subject: \[PATCH net-next 1/2\] change five$' 'the patches are numbered, for net-next'
like "$(head -n 1 "$PATCHES"/0001*)" '^From 0{40} ' 'no commit id in the file'
unlike "$(cat "$PATCHES"/*)" '^-- $' 'no signature in the file'

cp -a "$PATCHES" "$T/first"
git_l checkout -q --detach bypass-base
git_l branch -q -D bypass
run "$dev/apply-patches"
is "$status" 0 'applied to the base'
is "$(git_l symbolic-ref --short HEAD)" bypass 'on the branch bypass'
ids=$(git_l rev-list bypass-base..HEAD)
is "$(git_l log -1 --format=%an)" 'A Developer' 'the author is kept'
is "$(git_l log -1 --format='%ad %ae')" "$(git_l log -1 --format='%cd %ae')" \
	"the committer's date is the author's"
run "$dev/build-patches"
like "$err" 'up to date, 2 patches' 'built again: the patches are up to date'
same_as_first 'byte for byte the same'

run "$dev/apply-patches"
is "$status" 0 'applied again'
like "$err" '2 patches are applied already' 'says that they are applied already'
is "$(git_l rev-list bypass-base..HEAD)" "$ids" 'the commits are the same'

# Another developer: another name, other settings, hooks that fail.
cat > "$GIT_CONFIG_GLOBAL" <<-CONFIG
	[user]
		name = Someone Else
		email = else@example.org
	[commit]
		gpgSign = true
	[format]
		signature = sent from my desk
		from = true
		numbered = false
		useAutoBase = true
		subjectPrefix = RFC
	[diff]
		noprefix = true
		algorithm = patience
		context = 9
		renames = copies
		statGraphWidth = 3
	[core]
		abbrev = 40
		hooksPath = $T/hooks
	[am]
		threeWay = true
CONFIG
mkdir "$T/hooks"
for hook in pre-commit applypatch-msg pre-applypatch post-checkout; do
	lines '#!/bin/sh' 'exit 1' > "$T/hooks/$hook"
	chmod +x "$T/hooks/$hook"
done
git_l checkout -q --detach bypass-base 2>/dev/null || :
git_l branch -q -D bypass
git_l update-ref -d refs/bypass/applied
git_l config diff.noprefix true
git_l config format.signature mine
run env TZ=Asia/Tokyo LC_ALL=C.UTF-8 COLUMNS=40 GIT_COMMITTER_DATE=2001-01-01T00:00:00Z "$dev/apply-patches"
is "$status" 0 'another developer applies the patches'
is "$(git_l rev-list bypass-base..HEAD)" "$ids" 'and gets the same commit ids'
rm "$PATCHES"/0002*
git_l update-ref -d refs/bypass/patches
run env TZ=Asia/Tokyo COLUMNS=40 "$dev/build-patches"
is "$status" 0 'another developer builds the patches'
same_as_first 'and gets the same bytes'
lines '[user]' 'name = A Developer' 'email = a.developer@example.org' > "$GIT_CONFIG_GLOBAL"

# Another base: only blob ids and line numbers differ, so the files stay as they are.
base 'an additional line in this base'
run "$dev/apply-patches"
is "$status" 0 'applied to another base'
run "$dev/build-patches"
same_as_first 'built on another base: byte for byte the same'
commit 'a third' third.c 3
run "$dev/build-patches"
like "$(cat "$PATCHES"/0001*)" 'net-next 1/3' 'a third commit: the others are renumbered'
is "$(sed '/^diff/,$!d' "$PATCHES"/0001*)" "$(sed '/^diff/,$!d' "$T"/first/0001*)" \
	'and their diffs are unchanged'

# The same text at another place: here, line numbers matter.
rm -rf "$PATCHES"
base
same='a b c X d e f'
twice() {
	# shellcheck disable=SC2086
	commit "$1" main.c $2 - - - - - - - - $3
}
twice 'the base' "$same" "$same"
git_l tag -f bypass-base >/dev/null
twice 'change one' 'a b c Y d e f' "$same"
"$dev/build-patches" 2>/dev/null
git_l reset -q --hard bypass-base
twice 'change one' "$same" 'a b c Y d e f'
GIT_COMMITTER_DATE=2001-01-01T00:00:00Z git_l commit -q --amend --no-edit \
	--date="$(sed -n 's/^Date: //p' "$PATCHES"/0001*)"
"$dev/build-patches" 2>/dev/null
like "$(cat "$PATCHES"/0001*)" '^@@ -1[0-9],' 'the same change at another place is a change'

# --- what the developer does ---

in_step
commit 'mine' mine.c mine
run "$dev/build-patches"
is "$(find "$PATCHES" -type f | wc -l)" 3 'a new commit gets a file'
git_l reset -q --hard HEAD~2
run "$dev/build-patches"
is "$(ls "$PATCHES")" 0001-change-five.patch 'the files of dropped commits are removed'
like "$(cat "$PATCHES"/*)" 'net-next 1/1' 'and the others are renumbered'

in_step
echo note > "$PATCHES/.gitattributes"
git_l commit -q --amend -m 'another subject'
run "$dev/build-patches"
is "$(ls -A "$PATCHES")" '.gitattributes
0001-change-five.patch
0002-another-subject.patch' 'renamed with the subject; a file that is no patch stays'

in_step
echo edit >> "$LINUX/main.c"
run "$dev/build-patches"
is "$status" 0 'build-patches with uncommitted changes'
like "$err" 'WARNING.*main\.c' 'names the file that is in no patch'

# New patches/ from upstream, and no local work in linux/.
in_step
old=$(git_l rev-parse HEAD)
git clone -q "$LINUX" "$T/upstream" 2>/dev/null
LINUX=$T/upstream
commit 'from upstream' upstream.c 1
"$dev/build-patches" 2>/dev/null
LINUX=$T/linux
run "$dev/apply-patches"
is "$status" 0 'patches/ changed by a pull: applied again'
is "$(git_l log -1 --format=%s)" 'from upstream' 'with the new patch'
is "$(git_l rev-parse refs/bypass/previous)" "$old" 'the previous commits keep a ref'

rm -rf "$T/upstream" "$PATCHES"
mkdir "$PATCHES"
base
run "$dev/apply-patches"
is "$status" 0 'an empty series is applied'
run "$dev/build-patches"
is "$status,$(ls "$PATCHES")" 0, 'and built'

# --- work is not lost ---

in_step
echo edit >> "$LINUX/main.c"
refuses 'apply, uncommitted change' 'uncommitted changes \(1\)' "$dev/apply-patches"
like "$err" 'main\.c' 'the file is named'
run "$dev/apply-patches" --gentle
is "$status" 0 'gently: continues'
like "$err" 'uncommitted changes.*using it unchanged' 'and says that they are built too'

in_step
echo new > "$LINUX/untracked.c"
refuses 'apply, untracked file' 'uncommitted changes' "$dev/apply-patches"
like "$err" 'untracked\.c' 'the file is named'

in_step
commit 'my own work' mine.c mine
refuses 'apply, own commit' 'not in patches/ \(1' "$dev/apply-patches"
like "$err" '[0-9a-f]{7,} my own work' 'the commit is named'
unlike "$err" 'change five' 'commits that are in patches/ are not named'
run "$dev/apply-patches" --gentle
is "$status,$(git_l log -1 --format=%s)" '0,my own work' 'gently: left unchanged'

in_step
git_l commit -q --amend -m 'only the message changed'
refuses 'apply, changed message' 'not in patches/' "$dev/apply-patches"

in_step
commit 'on the branch' mine.c mine
git_l checkout -q --detach bypass-base
refuses 'apply, own commit on the branch bypass while HEAD is elsewhere' 'not in patches/' "$dev/apply-patches"

in_step
git_l checkout -q -b side bypass-base
commit 'on the side' side.c 1
git_l checkout -q bypass
git_l merge -q -m 'a merge' side
refuses 'build, merge' 'merge above bypass-base' "$dev/build-patches"
refuses 'apply, merge' 'a merge' "$dev/apply-patches"

in_step
git_l checkout -q bypass-base
refuses 'build, nothing above the base' 'no commit above bypass-base' "$dev/build-patches"

in_step
git_l checkout -q --orphan other
git_l commit -q -m 'another history'
refuses 'build, another history' 'not above the tag bypass-base' "$dev/build-patches"
refuses 'apply, another history' 'not above the tag bypass-base' "$dev/apply-patches"

in_step
sed -i 's/^Why it is so/Why it is not so/' "$PATCHES"/0001*
refuses 'build, patches/ edited' '^  0001-change-five\.patch' "$dev/build-patches"
run env FORCE=1 "$dev/build-patches"
is "$status" 0 'with FORCE=1 it is overwritten'
like "$(cat "$PATCHES"/0001*)" '^Why it is so' 'from the commits in linux/'

in_step
git_l checkout -q -b rebasing
git_l reset -q --hard bypass-base
commit 'in the way' main.c one two three four six seven
! git_l rebase -q rebasing bypass >/dev/null 2>&1 || diag 'the rebase should have stopped'
refuses 'apply, rebase under way' 'middle of a git rebase' "$dev/apply-patches"
refuses 'apply gently, rebase under way' 'middle of a git rebase' "$dev/apply-patches" --gentle
refuses 'build, rebase under way' 'middle of a git rebase' "$dev/build-patches"

# A patch that does not apply: the tree is restored.
in_step
sed -i 's/^-five/-fifteen/' "$PATCHES"/0001*
refuses 'a patch that does not apply' '0001-change-five\.patch does not apply' "$dev/apply-patches"
in_step
git_l checkout -q -B bypass bypass-base
git_l update-ref -d refs/bypass/applied
sed -i 's/^+1$/1/' "$PATCHES"/0002*
before=$(state)
run "$dev/apply-patches"
is "$status" 1 'a patch that is damaged: fails'
like "$err" '0002-add-a-file.*does not apply' 'names the patch'
is "$(state),$(git_l symbolic-ref --short HEAD)" "$before,bypass" 'and the tree is unchanged'

# build-patches interrupted between its two renames.
in_step
before=$(state)
mv "$PATCHES" "$PATCHES.old"
run "$dev/apply-patches"
is "$status,$(state)" "0,$before" 'an interrupted build-patches: the old files are restored'

rm -rf "$LINUX"
mkdir "$LINUX"
run "$dev/apply-patches"
like "$status,$err" 'make sources' 'an empty linux/: says to run make sources'

# --- the real series on the real tree ---

unset LINUX PATCHES
if [ -e "$ROOT/linux/.git" ] && [ -n "$(ls "$ROOT"/patches/*.patch 2>/dev/null)" ]; then
	# A separate tree with only the files that the series touches.
	git clone -q --shared --no-checkout "$ROOT/linux" "$T/real"
	export LINUX="$T/real"
	git_l tag -f bypass-base "$(git -C "$ROOT/linux" rev-parse bypass-base)" >/dev/null 2>&1
	sed -n 's,^diff --git a/\([^ ]*\) .*,/\1,p' "$ROOT"/patches/*.patch |
		git_l sparse-checkout set --no-cone --stdin
	git_l checkout -q -B bypass bypass-base
	cp -a "$ROOT/patches" "$T/real-patches"
	export PATCHES="$T/real-patches"
	run "$dev/apply-patches"
	is "$status" 0 'the series applies to linux/'
	run "$dev/build-patches"
	is "$status" 0 'and is built again'
	run diff -r "$ROOT/patches" "$PATCHES"
	is "$status,$out" 0, 'byte for byte the same'
else
	skip 'the series applies to linux/' 'linux/ or patches/ is empty'
fi

done_testing

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The series as commits in linux/ and as files in patches/, for apply-patches, build-patches,
# build-mails and distclean. To use it, after common.sh: . "$(dirname "$0")/series.sh"
#
# References in linux/:
#   refs/tags/bypass-base  the base of the series
#   refs/bypass/applied    the last commit that agreed with patches/
#   refs/bypass/patches    a blob: the content of patches/ at that time
#   refs/bypass/previous   the commit that the last apply-patches replaced
APPLIED=refs/bypass/applied
IN_STEP=refs/bypass/patches

# Completes a replacement of patches/ that was interrupted between its two renames.
[ -d "$PATCHES" ] || [ ! -d "$PATCHES.old" ] || mv "$PATCHES.old" "$PATCHES"

linux_git() { plain_git -C "$LINUX" "$@"; }

# commit_of REVISION: its commit id, or nothing.
commit_of() { linux_git rev-parse -q --verify "$1^{commit}" || :; }

# git_path NAME: the path of this file in the git directory of linux/.
git_path() {
	path=$(linux_git rev-parse --git-path "$1")
	case $path in /*) ;; *) path=$LINUX/$path ;; esac
	echo "$path"
}

require_linux() {
	if [ ! -e "$LINUX/.git" ] || [ -z "$(commit_of "refs/tags/$BASE")" ]; then
		die "$(shown "$LINUX")/ has no tag $BASE: it is empty, or was not filled by dev/sources." \
			"Run: make sources"
	fi
}

# Dies during an unfinished git operation, whose commits would be mistaken for the user's.
require_no_operation() {
	for operation in rebase-merge:rebase rebase-apply/applying:am rebase-apply:rebase \
		MERGE_HEAD:merge CHERRY_PICK_HEAD:cherry-pick REVERT_HEAD:revert; do
		[ ! -e "$(git_path "${operation%:*}")" ] ||
			die "$(shown "$LINUX")/ is in the middle of a git ${operation#*:}." \
				"Finish it, or abort it: git -C $(shown "$LINUX") ${operation#*:} --abort"
	done
}

uncommitted() { linux_git status --porcelain --untracked-files=normal; }

# patch_files FOLDER: the series in order.
patch_files() { find "$1" -maxdepth 1 -name '*.patch' 2>/dev/null | LC_ALL=C sort; }

# series_blob FOLDER: an id of the names and contents of its files.
series_blob() {
	patch_files "$1" | while read -r file; do
		echo "${file##*/} $(linux_git hash-object --no-filters "$file")"
	done | linux_git hash-object -w --stdin
}

# Records that linux/ at COMMIT agrees with patches/.
record_in_step() {
	linux_git update-ref "$APPLIED" "$1"
	linux_git update-ref "$IN_STEP" "$(series_blob "$PATCHES")"
}

# am_patches [OPTION...] FILE...: applies them without fuzz, as commits with the same ids everywhere.
am_patches() {
	linux_git -c am.threeWay=false am -q --committer-date-is-author-date --no-3way --no-keep-cr \
		--no-scissors --no-signoff --no-message-id --no-gpg-sign --whitespace=nowarn --patch-format=mbox \
		"$@" < /dev/null
}

# format_patches RANGE FOLDER [OPTION...]: writes the same bytes for every user, configuration,
# terminal and version of git, ready to be sent.
format_patches() {
	range=$1
	folder=$2
	shift 2
	linux_git -c format.from=false -c format.useAutoBase=false -c format.notes=false \
		-c format.encodeEmailHeaders=true -c diff.noprefix=false -c diff.mnemonicPrefix=false \
		-c diff.statGraphWidth=0 -c diff.suppressBlankEmpty=false -c diff.wsErrorHighlight=none \
		-c core.attributesFile=/dev/null -c i18n.logOutputEncoding=UTF-8 \
		format-patch -q -o "$folder" --no-signature --zero-commit --no-thread --no-attach \
		--no-to --no-cc --no-cover-letter --no-notes --numbered --start-number=1 \
		--subject-prefix='PATCH net-next' --suffix=.patch --filename-max-length=64 \
		-p --stat=72 --summary --abbrev=12 --no-full-index --unified=3 --inter-hunk-context=0 \
		--diff-algorithm=myers --indent-heuristic --no-renames --no-ext-diff --no-textconv \
		--no-color --no-relative --submodule=short -O/dev/null \
		--src-prefix=a/ --dst-prefix=b/ "$@" "$range"
}

# meaning FILE: a digest of the patch without what depends on its base (blob ids, line numbers, the
# function of a hunk) and on the other patches (its number).
meaning() {
	awk '
	NR == 1 && /^From / { next }
	/^diff --git / { diff = 1 }
	diff && /^index / { next }
	diff && /^@@ / { sub(/ @@.*/, " @@"); gsub(/[-+][0-9]+/, "&L"); gsub(/[0-9]+L/, "") }
	# A long subject is folded at a place that depends on the number before it.
	/^$/ { body = 1 }
	!body && /^Subject: \[PATCH/ { sub(/ [0-9]+\/[0-9]+\]/, "]") }
	!body { printf "%s%s", /^[ \t]/ ? "" : "\n", $0; next }
	{ print }
	' "$1" | sha256sum | cut -c 1-64
}

# by_meaning FOLDER INTO: creates in INTO a symbolic link to each patch of FOLDER, named by its meaning.
by_meaning() {
	mkdir "$2"
	patch_files "$1" | while read -r file; do
		ln -sf "$file" "$2/$(meaning "$file")"
	done
}

# gives_commit FILE COMMIT: does the patch, applied to the commit's parent, give the commit's tree?
gives_commit() (
	index=$(mktemp)
	trap 'rm -f "$index"' EXIT
	export GIT_INDEX_FILE="$index"
	linux_git read-tree "$2^" &&
		linux_git apply --cached --whitespace=nowarn "$1" 2>/dev/null &&
		[ "$(linux_git write-tree)" = "$(linux_git rev-parse "$2^{tree}")" ]
)

# write_series COMMIT FOLDER: writes the commits from the base to COMMIT as files in FOLDER. A patch
# that is already in patches/, made on another base, keeps its bytes: the files do not depend on the
# 7.x tree in linux/.
write_series() {
	aside=$(mktemp -d)
	format_patches "$BASE..$1" "$2"
	by_meaning "$PATCHES" "$aside/known"
	linux_git rev-list --reverse "$BASE..$1" > "$aside/commits"
	patch_files "$2" | paste "$aside/commits" - | while IFS='	' read -r commit file; do
		known=$aside/known/$(meaning "$file")
		if [ ! -e "$known" ] || cmp -s "$file" "$known"; then
			continue
		fi
		{
			sed '/^diff --git /,$d' "$file"
			sed -n '/^diff --git /,$p' "$known"
		} > "$aside/patch"
		! gives_commit "$aside/patch" "$commit" || cp "$aside/patch" "$file"
	done
	rm -rf "$aside"
}

# own_commits REVISION: one line for each commit up to REVISION that is not in the base, not in
# patches/ and did not agree with patches/ before.
own_commits() {
	aside=$(mktemp -d)
	format_patches "$BASE..$1" "$aside"
	by_meaning "$PATCHES" "$aside/known"
	linux_git rev-list --reverse --no-merges "$BASE..$1" > "$aside/commits"
	patch_files "$aside" | paste "$aside/commits" - | while IFS='	' read -r commit file; do
		[ -e "$aside/known/$(meaning "$file")" ] || was_in_step "$commit" ||
			linux_git log -1 --format='%h %s' "$commit"
	done
	linux_git log --merges --format='%h %s (a merge)' "$BASE..$1"
	rm -rf "$aside"
}

was_in_step() {
	[ -n "$(commit_of "$APPLIED")" ] && linux_git merge-base --is-ancestor "$1" "$APPLIED"
}

# lost_patches FOLDER: the files of patches/ without a patch in FOLDER.
lost_patches() {
	aside=$(mktemp -d)
	by_meaning "$1" "$aside/known"
	patch_files "$PATCHES" | while read -r file; do
		[ -e "$aside/known/$(meaning "$file")" ] || echo "${file##*/}"
	done
	rm -rf "$aside"
}

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Common functions of the scripts in dev/. To use it: . "$(dirname "$0")/lib/common.sh"
# Sets ROOT (the repository), BUILD and the paths of the source trees. The environment may override
# each of them, as the tests do.

# git sets these in a hook. They would direct every git command to the wrong tree.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX
# The options and variables of the calling make must not reach the makes that a script calls.
unset MAKEFLAGS MFLAGS MAKELEVEL

ROOT=$(cd "$(dirname "$0")" && pwd)
while [ ! -e "$ROOT/dev/lib/common.sh" ]; do
	[ "$ROOT" != / ] || { echo "$0: no dev/lib/common.sh in any folder above" >&2; exit 1; }
	ROOT=$(dirname "$ROOT")
done
# shellcheck disable=SC2034  # used by the scripts that source this file
{
	BUILD=${BUILD:-$ROOT/build}
	LINUX=${LINUX:-$ROOT/linux}
	BUSYBOX=${BUSYBOX:-$ROOT/busybox}
	LIBVFIO_USER=${LIBVFIO_USER:-$ROOT/dev/emulator/libvfio-user}
	PATCHES=${PATCHES:-$ROOT/patches}
	BASE=bypass-base
}

# Messages go to standard error. Standard output is for the result of a script.
note() { echo "${0##*/}: $*" >&2; }
step() { echo "==> $*" >&2; }

# die SENTENCE [REMEDY...]
die() {
	note "$1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/  /' >&2
	exit 1
}

# Prints the comment at the top of the script, from its usage line on.
usage() { sed -n '/^# Usage:/,/^[^#]/{/^#/s/^#\( \|$\)//p;}' "$0"; }

# first_lines TEXT: its first five lines, for a message; count_lines TEXT: their number.
first_lines() {
	printf '%s\n' "$1" | head -n 5
	[ "$(count_lines "$1")" -le 5 ] || echo '...'
}

count_lines() { printf '%s' "$1" | grep -c '' || :; }

# build_view NAME PART...: from here on BUILD is a folder NAME in it, with links to these parts of it.
build_view() {
	view_of=$(cd "$BUILD" && pwd)
	export BUILD="$view_of/$1"
	shift
	mkdir -p "$BUILD"
	for part; do
		ln -sfn "$view_of/$part" "$BUILD/$part"
	done
}

# shown PATH: the path relative to the repository, for messages.
shown() { echo "${1#"$ROOT"/}"; }

# system_first COMMAND...: runs it with the distribution's programs first in PATH, as only the
# distribution's Python has the modules that dev/deps installs.
system_first() { PATH=/usr/bin:/bin:$PATH "$@"; }

# git without the user's and the system's configuration, hooks and signatures, and with a fixed
# committer: the commits are the same for every user. The caller sets the committer date.
committer_name='bypass series'
committer_mail=bypass@localhost
plain_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1 \
	GIT_COMMITTER_NAME=$committer_name GIT_COMMITTER_EMAIL=$committer_mail \
	LC_ALL=C git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.autocrlf=false \
		-c core.quotePath=true -c core.abbrev=12 -c commit.gpgSign=false \
		-c advice.detachedHead=false -c gc.auto=0 -c maintenance.auto=false "$@"
}

# submodule_url PATH: its URL, as configured by the user or else from .gitmodules.
submodule_url() {
	git -C "$ROOT" config --get "submodule.$1.url" ||
		git config -f "$ROOT/.gitmodules" --get "submodule.$1.url"
}

# git_answers URL: does it answer within 20 seconds? A name may not resolve, or a firewall may drop
# the packets.
git_answers() { GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote --quiet "$1" HEAD >/dev/null 2>&1; }

# A tree has commits after its gitlink, which `git status` (ignore = all) does not show as a change.
# `git add -A` and `git commit -a` would still record it, unless the index entry is marked
# skip-worktree.
guard_gitlinks() {
	[ -e "$ROOT/.git" ] || return 0
	plain_git -C "$ROOT" ls-files -s 2>/dev/null | sed -n 's/^160000 [^	]*	//p' |
		(cd "$ROOT" && plain_git update-index --skip-worktree --stdin)
}

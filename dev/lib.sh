# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the scripts of dev/ share. To use it: . "$(dirname "$0")/lib.sh"
# Sets ROOT (the repository), BUILD, and the source trees' places, each of which the environment
# may set instead (the tests do).

# Set when a script runs inside a git hook: they would send every git command to the wrong tree.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX
# The options and variables of the make that calls a script are not those of the makes it calls.
unset MAKEFLAGS MFLAGS MAKELEVEL

ROOT=$(cd "$(dirname "$0")" && pwd)
while [ ! -e "$ROOT/dev/lib.sh" ]; do
	[ "$ROOT" != / ] || { echo "$0: no dev/lib.sh in any folder above" >&2; exit 1; }
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

# Messages go to standard error: standard output is for what a script is asked to print.
note() { echo "${0##*/}: $*" >&2; }
step() { echo "==> $*" >&2; }

# die SENTENCE [REMEDY...]
die() {
	note "$1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/  /' >&2
	exit 1
}

# Prints the script's leading comment, from its usage line on.
usage() { sed -n '/^# Usage:/,/^[^#]/{/^#/s/^#\( \|$\)//p;}' "$0"; }

# first_lines TEXT: five of them, for a message; count_lines TEXT: how many there are.
first_lines() {
	printf '%s\n' "$1" | head -n 5
	[ "$(count_lines "$1")" -le 5 ] || echo '...'
}

count_lines() { printf '%s' "$1" | grep -c '' || :; }

# build_view NAME PART...: from here on BUILD is a folder of its own in it, with these parts of it.
build_view() {
	view_of=$(cd "$BUILD" && pwd)
	export BUILD="$view_of/$1"
	shift
	mkdir -p "$BUILD"
	for part; do
		ln -sfn "$view_of/$part" "$BUILD/$part"
	done
}

# shown PATH: the path as the user sees it from the repository.
shown() { echo "${1#"$ROOT"/}"; }

# system_first COMMAND...: with the distribution's own programs before others of the same name, as
# only its Python has the modules that dev/deps installs.
system_first() { PATH=/usr/bin:/bin:$PATH "$@"; }

# git without the user's and the system's configuration, hooks and signatures, with a fixed
# committer: what it writes is the same whoever runs it. A committer date is left to the caller.
committer_name='bypass series'
committer_mail=bypass@localhost
plain_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1 \
	GIT_COMMITTER_NAME=$committer_name GIT_COMMITTER_EMAIL=$committer_mail \
	LC_ALL=C git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.autocrlf=false \
		-c core.quotePath=true -c core.abbrev=12 -c commit.gpgSign=false \
		-c advice.detachedHead=false -c gc.auto=0 -c maintenance.auto=false "$@"
}

# submodule_url PATH: where it is fetched from: what the user has configured, or else .gitmodules.
submodule_url() {
	git -C "$ROOT" config --get "submodule.$1.url" ||
		git config -f "$ROOT/.gitmodules" --get "submodule.$1.url"
}

# git_answers URL: within 20 seconds, or not at all: a name that can't be resolved, a firewall that
# drops.
git_answers() { GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote --quiet "$1" HEAD >/dev/null 2>&1; }

# A tree's commits go on after its gitlink, and neither `git status` (ignore = all) nor the user
# should see that as a change. `git add -A` and `git commit -a` record it all the same, unless
# the index entry says that the work tree does not count.
guard_gitlinks() {
	[ -e "$ROOT/.git" ] || return 0
	plain_git -C "$ROOT" ls-files -s 2>/dev/null | sed -n 's/^160000 [^	]*	//p' |
		(cd "$ROOT" && plain_git update-index --skip-worktree --stdin)
}

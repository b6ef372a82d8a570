# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# TAP for the shell tests that prove runs. To use it: . "$(dirname "$0")/tap.sh"
# A test that ends before done_testing prints no plan, so prove counts it as failed.
# Sets ROOT (the repository) and T, a temporary folder of the test that is removed at its end. A test
# with its own EXIT trap calls tap_clean there.

ROOT=$(cd "$(dirname "$0")" && pwd)
while [ ! -e "$ROOT/dev/lib/common.sh" ]; do
	[ "$ROOT" != / ] || { echo "Bail out! no dev/lib/common.sh in any folder above $0"; exit 1; }
	ROOT=$(dirname "$ROOT")
done
export ROOT
T=$(mktemp -d)
tap_clean() { rm -rf "$T"; }
trap tap_clean EXIT
# A shell that a signal kills runs no EXIT trap.
trap 'exit 130' INT
trap 'exit 143' TERM HUP
trap 'exit 141' PIPE
. "$ROOT/dev/lib/child.sh"
. "$ROOT/dev/tests/within.sh"

tap_count=0
tap_failed=0

# ok STATUS NAME: passes when STATUS is 0.
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

# is GOT WANT NAME
is() {
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "     got: $1"
		diag "expected: $2"
	fi
}

# like GOT PATTERN NAME: passes when a line of GOT matches the extended regular expression.
like() {
	if printf '%s\n' "$1" | grep -Eq -- "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "         got: $1"
		diag "doesn't match: $2"
	fi
}

# unlike GOT PATTERN NAME: passes when no line of GOT matches.
unlike() {
	if printf '%s\n' "$1" | grep -Eq -- "$2"; then
		ok 1 "$3"
		diag "    got: $1"
		diag "matches: $2"
	else
		ok 0 "$3"
	fi
}

# run COMMAND [ARG...]: sets status, out and err to its status and output.
# shellcheck disable=SC2034
run() {
	status=0
	"$@" >"$T/run.out" 2>"$T/run.err" </dev/null || status=$?
	out=$(cat "$T/run.out")
	err=$(cat "$T/run.err")
}

# endable COMMAND [ARG...]: for the background. A background job ignores SIGINT, and SIGHUP too under
# nohup; this one handles both as in a terminal.
endable() { exec perl -e '$SIG{$_} = "DEFAULT" for qw(INT HUP); exec @ARGV or die' "$@"; }

# own_git: from here on, git has a developer's name, and no settings of the user and the system.
own_git() {
	export GIT_CONFIG_GLOBAL="$T/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
	git config -f "$GIT_CONFIG_GLOBAL" user.name 'A Developer'
	git config -f "$GIT_CONFIG_GLOBAL" user.email a.developer@example.org
	git config -f "$GIT_CONFIG_GLOBAL" init.defaultBranch main
	git config -f "$GIT_CONFIG_GLOBAL" advice.detachedHead false
}

# skip NAME WHY
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

diag() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }

done_testing() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

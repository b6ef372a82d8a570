# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests on the host, by tap.sh, for those in the guest, before guest-lib.sh, and for card-report there.

# within SECONDS COMMAND...: succeeds as soon as the command does.
within() {
	tries=$(($1 * 10))
	shift
	while [ "$tries" -gt 0 ]; do
		"$@" && return 0
		sleep 0.1
		tries=$((tries - 1))
	done
	return 1
}

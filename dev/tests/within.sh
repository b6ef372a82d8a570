# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests on the host (included by tap.sh), for those in the guest (before guest-lib.sh), and for card-report.

# within SECONDS COMMAND...: repeats the command until it succeeds. Fails after SECONDS.
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

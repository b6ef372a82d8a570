#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The driver's KUnit tests, in a guest without a card. Each case is one test here.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

export NIC=none

suites=$(cat "${LINUX:-$ROOT/linux}"/drivers/net/ethernet/intel/ixgbe/tests/ixgbe_bypass_test_*.c | grep -c '^kunit_test_suite(')
[ "$suites" -gt 0 ]
ok $? "there are $suites suites"

guest_tests <<END
suites=$suites
$(cat <<'REST'
modprobe ixgbe_bypass_test
ok $? 'the module with the tests can be loaded'

for place in /sys/kernel/debug/kunit/ixgbe_bypass_*; do
	suite=${place##*/ixgbe_bypass_}
	suites=$((suites - 1))
	# The output of a suite in the kernel log, in full.
	log=$place/results
	planned=$(sed -n 's/^    1\.\.\([0-9]*\)$/\1/p' $log)
	sed -n -E 's/^    ((not )?ok) [0-9]+ /\1 /p' $log >/tmp/cases
	while read -r line; do
		[ "${line%% *}" = ok ]
		ok $? "$suite: ${line##*ok }"
	done </tmp/cases
	[ "${planned:-0}" -gt 0 ] && [ "$(wc -l </tmp/cases)" -eq "$planned" ]
	ok $? "$suite: all ${planned:-0} cases have run"
	grep -q "^ok [0-9]* ixgbe_bypass_$suite\$" $log
	ok $? "$suite: passed"
	# The reason why a case failed.
	! grep -q '^not' /tmp/cases || cat $log >&2
done
is "$suites" 0 'all suites have run'

# Many cases test errors, which the driver reports in the log.
is "$(complaints)" '' 'no complaint of the kernel about itself'

rmmod ixgbe_bypass_test && rmmod ixgbe
ok $? 'the modules can be unloaded'
REST
)
END

done_testing

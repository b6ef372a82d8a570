#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# devlink shows the version of the bypass controller's firmware. The other versions do not depend on
# the controller.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

own_extra
provide_in_guest iproute2 /sbin/devlink
"$ROOT/dev/build-initramfs" 2>"$T/log"

start_card a
export CARD="$T/a"
# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }

guest_tests <<'END'
driver=/sys/bus/pci/drivers/ixgbe
slot=0000:01:00
b=/sys/class/net/eth0/bypass
version() { devlink dev info pci/$slot.$1 | sed -n 's/.*fw\.bypass //p' | tr -d ' '; }
told_again() { [ -n "$(version 0)" ] && [ "$(version 0)" = "$(cat $b/version)" ]; }
known() { devlink dev info pci/$slot.$1 | grep -o -e board.id -e 'fw[.a-z_]*' | sort | paste -sd ' '; }

is "$(version 0)" "$(cat $b/version)" 'function 0: fw.bypass is what bypass/version shows'
is "$(known 1)" 'board.id fw.bundle_id' 'function 1: the versions that ixgbe reports for any X540'

echo $slot.0 >$driver/unbind
host ctl fault silent on
echo $slot.0 >$driver/bind
is "$(known 0)" 'board.id fw.bundle_id' 'a controller that does not answer: the other versions are shown'
host ctl fault silent off
within 20 told_again
ok $? 'and fw.bypass once it answers'
END

done_testing

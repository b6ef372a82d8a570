#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The package's module on a distribution's own kernel, KERNEL=6.12 by default: it drives the card, it
# replaces the kernel's ixgbe, and it can be unbound and bound CYCLES=6 times, with readers and with a
# running watchdog. dev/package/test-kernels runs the guest's other tests on such kernels.
set -eu
. "$(dirname "$0")/../../tests/tap.sh"
. "$(dirname "$0")/../../tests/cards.sh"

export KERNEL="${KERNEL:-6.12}"
command -v apt-get >/dev/null || skip_all "Debian's kernels need apt"
. "$(dirname "$0")/../../tests/guest-tests.sh"
cycles=${CYCLES:-6}
GUEST_TIMEOUT=$((GUEST_TIMEOUT + 20 * cycles))

run "$ROOT/dev/package/prepare-kernel" "$KERNEL"
is "$status" 0 "the module for Linux $KERNEL is built, or exists"
[ "$status" -eq 0 ] || diag "$err"
. "$ROOT/dev/lib/common.sh"
. "$ROOT/dev/lib/kernel.sh"
case $KERNEL in
*/*) ;;
*) is "$(grep -cE 'warning:|WARNING' "$BUILD/logs/module-$KERNEL.log")" 0 'without a warning of the compiler' ;;
esac
use_kernel "$KERNEL"
own_extra
stock=$(find "$kernel_root/lib/modules/$kernel_release/kernel/" -name 'ixgbe.ko*')
unpack_module "$stock" "$EXTRA/stock.ko"
run "$ROOT/dev/build-initramfs"
is "$status" 0 'and is packed into a root file system'

# --- the information in the module

modinfo=$(PATH=$PATH:/usr/sbin:/sbin modinfo -b "$kernel_root" -k "$kernel_release" ixgbe)
like "$modinfo" "^filename: .*/updates/.*ixgbe\.ko" "modprobe selects the package's module"
like "$modinfo" '^alias: +pci:v00008086d0000155Csv\*sd\*bc\*sc\*i\*' 'it is for the X540-T2BP'
like "$modinfo" '^alias: +pci:v00008086d00001528sv' 'and for the cards that the kernel supports'
like "$modinfo" "^vermagic: +$(echo "$kernel_release" | sed 's/[.+]/\\&/g') " 'it is built for this kernel'

# --- in the guest

start_guests_card
guest_tests <<END
release=$kernel_release
cycles=$cycles
$(
	cat <<'END_OF_SCRIPT'
is "$(uname -r)" "$release" "the guest runs the distribution's kernel"
b=/sys/class/net/eth0/bypass
quiet
within 10 both_up
ok $? 'both links are up'
is "$(cat /proc/sys/kernel/tainted)" 12288 'it is tainted only by an unsigned module from outside the tree'
is "$(cat $b/state)" normal 'bypass/ exists'
port0=$(basename "$(readlink /sys/class/net/eth0/device)")
drivers=/sys/bus/pci/drivers/ixgbe
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }

# --- readers do not prevent the removal of the driver
for file in state log watchdog_action; do
	(
		while [ ! -e /tmp/enough ]; do
			cat $b/$file >/dev/null 2>&1
		done
	) &
	readers="${readers:-} $!"
done
cycle=0
while [ $cycle -lt "$cycles" ] && echo "$port0" >$drivers/unbind && echo "$port0" >$drivers/bind; do
	cycle=$((cycle + 1))
done
is "$cycle:$(cat $b/state)" "$cycles:normal" "unbound and bound $cycles times, with readers"
touch /tmp/enough
wait $readers
ip link set eth0 up
within 10 both_up
ok $? 'both links are up'

# --- a running watchdog does not hold the module forever
echo 32000 >$b/watchdog_timeout_ms
held=0
for _ in 1 2 3; do
	rmmod ixgbe && modprobe ixgbe || break
	! rmmod ixgbe 2>/dev/null || break
	echo "$port0" >$drivers/unbind || break
	held=$((held + 1))
done
is $held 3 'a watchdog that is found running holds the module until the driver is unbound'
rmmod ixgbe
ok $? 'but not after that'
modprobe ixgbe
watchdog -F -T 32 -t 1 /dev/watchdog0 &
daemon=$!
within 20 timeout_is 32000
sleep 2
! rmmod ixgbe 2>/dev/null
ok $? 'an open watchdog holds the module'
kill $daemon
within 20 timeout_is 0
rmmod ixgbe
ok $? 'but not after it was stopped'
modprobe ixgbe
watchdog -F -T 32 -t 1 /dev/watchdog0 &
daemon=$!
within 20 timeout_is 32000
kill -KILL $daemon
wait $daemon
! rmmod ixgbe 2>/dev/null && echo "$port0" >$drivers/unbind && rmmod ixgbe
ok $? 'a watchdog whose daemon was killed holds it until the driver is unbound'
modprobe ixgbe
[ "$(cat $b/watchdog_timeout_ms)" -gt 0 ]
ok $? 'although the watchdog runs'
echo 0 >$b/watchdog_timeout_ms
is "$(warnings | grep -v 'watchdog did not stop')" '' 'no warning in the kernel log'
END_OF_SCRIPT
)
END
stop_card "$guests_card"
# The log of a card shows that a probe sometimes resets it during a frame.
summary=$(grep '^bypass: frames=' "$T/guests/log")
like "$summary" 'malformed=0 .*fast=0' 'no frame was malformed or too fast'
diag "$summary"
unset CARD

# --- the workaround in doc/install.md, with the kernel's own module

# shellcheck disable=SC2016  # backquotes are Markdown
stop_gap=$(sed -n 's|^\(echo "8086 155c .* > /sys/bus/pci/drivers/ixgbe/new_id\)$|\1|p' "$ROOT/doc/install.md")
is "$(echo "$stop_gap" | grep -c .)" 1 'doc/install.md has the workaround'
guest_tests <<END
rmmod ixgbe && insmod /stock.ko
ok \$? "the kernel's own ixgbe is loaded"
is "\$(ls -d /sys/class/net/eth* 2>/dev/null)" '' 'and does not support the card'
$stop_gap
ip link set eth0 up && ip link set eth1 up && within 10 both_up
ok \$? 'with the workaround it drives both ports'
[ ! -e /sys/class/net/eth0/bypass ]
ok \$? 'without the bypass'
is "\$(warnings)" '' 'no warning in the kernel log'
END

done_testing

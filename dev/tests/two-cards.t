#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two cards in one host: each has its own interfaces, bypass/, watchdog device and name of udev's, and
# what is done to one does not concern the other.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

command -v apt-get >/dev/null || skip_all "udevd for the guest comes from Debian, and there is no apt"
own_extra
provide_in_guest udev /bin/udevadm
mkdir -p "$EXTRA/etc/udev/rules.d" "$EXTRA/lib/systemd"
ln -s /bin/udevadm "$EXTRA/lib/systemd/systemd-udevd"
cp "$ROOT/dev/package/boot/85-x540-bypass.rules" "$EXTRA/etc/udev/rules.d/"
"$ROOT/dev/build-initramfs" 2>"$T/build.err"
ok $? 'it is packed'

start_card first --mac 02:15:5c:00:01:00
start_card second --mac 02:15:5c:00:02:00
export CARD="$T/first" CARD2="$T/second"
# Called from the guest.
# shellcheck disable=SC2317
{
	relay_of() { "$x540ctl" --card "$T/$1" status | sed -n 's/^relay *//p'; }
	relays() { echo "$(relay_of first) $(relay_of second)"; }
}

APPEND=bench.noload guest_tests <<'END'
pci=/sys/bus/pci/devices
first=0000:01:00.0 second=0000:02:00.0
interfaces() { (cd "$pci" && echo $(cat */net/*/address)); }
with_bypass() { (cd $pci && echo */net/*/bypass | sed 's|/net/[^ ]*||g'); }
# The folder of a card, wherever its interface is among the others.
bypass() { echo $pci/$1/net/*/bypass; }
device_of() { basename "$(readlink -f "/sys/class/watchdog/$1/device")"; }
states() { echo "$(cat $b1/state) $(cat $b2/state)"; }
timeouts() { echo "$(cat $b1/watchdog_timeout_ms) $(cat $b2/watchdog_timeout_ms)"; }
states_are() { [ "$(states)" = "$1" ]; }
timeouts_are() { [ "$(timeouts)" = "$1" ]; }
carriers() { echo $(cat $pci/${first%.0}.?/net/*/carrier $pci/${second%.0}.?/net/*/carrier); }
carriers_are() { [ "$(carriers)" = "$1" ]; }

# ixgbe reports frames that were not yet sent when a link goes.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
/lib/systemd/systemd-udevd --daemon --resolve-names=never && modprobe ixgbe && udevadm settle
ok $? 'udevd runs when the driver is loaded'
is "$(interfaces)" '02:15:5c:00:01:00 02:15:5c:00:01:01 02:15:5c:00:02:00 02:15:5c:00:02:01' 'there are two cards'
is "$(with_bypass)" "$first $second" 'each has one bypass/, at its port 0'
b1=$(bypass $first) b2=$(bypass $second)
for port in $pci/0000:0[12]:00.?/net/*; do
	ip link set "${port##*/}" up
done
within 20 carriers_are '1 1 1 1'
ok $? 'all four links are up'

# --- settings and states
echo isolate >$b1/main_off_action && echo bypass >$b2/main_off_action
is "$(cat $b1/main_off_action) $(cat $b2/main_off_action)" 'isolate bypass' 'each keeps its own actions'
echo bypass >$b1/state
is "$(states)" 'bypass normal' 'the first one is put in bypass, the second one stays as it is'
host relays
is "$answer" 'bypass normal' 'that is what the relays do'
within 10 carriers_are '0 0 1 1'
ok $? 'and the links'
echo isolate >$b2/state
is "$(states)" 'bypass isolate' 'the second one is put in isolate'
host relays
is "$answer" 'bypass isolate' 'the first one stays in bypass'
echo normal >$b1/state
within 10 carriers_are '1 1 0 0'
ok $? 'it goes back to normal alone'
echo normal >$b2/state
within 10 carriers_are '1 1 1 1'
ok $? 'and then the second one'

# --- watchdogs
is "$(cat /sys/class/watchdog/watchdog[01]/identity | sort -u)" 'ixgbe bypass' 'there are two watchdogs'
ls /sys/class/watchdog >/tmp/watchdogs
is "$(wc -l </tmp/watchdogs)" 2 'and no more'
for card in $first $second; do
	name=$(basename "$(readlink -f /dev/watchdog-bypass-$card)")
	is "$(device_of "$name")" $card "/dev/watchdog-bypass-$card is that card's"
done
for action in $b1/watchdog_action $b2/watchdog_action; do
	echo isolate >$action
done
watchdog -F -T 2 -t 500ms /dev/watchdog-bypass-$second &
daemon=$!
within 20 timeouts_are '0 2000'
ok $? 'a daemon starts the one of the second card'
watchdog -F -T 8 -t 500ms /dev/watchdog-bypass-$first &
within 20 timeouts_are '8000 2000'
ok $? 'another one that of the first card'
kill -KILL $daemon
within 20 states_are 'normal isolate'
ok $? 'one is killed: the card that it pinged is in isolate, the other one is not'
host relays
is "$answer" 'normal isolate' 'and so are the relays'
reports() { echo "$(dmesg | grep -c "$second .*bypass: normal -> isolate (watchdog)") $(dmesg | grep -c "$first .*(watchdog)")"; }
reports_are() { [ "$(reports)" = "$1" ]; }
within 20 reports_are '1 0'
is "$(reports)" '1 0' 'the kernel log says which card it was'

# --- one of them goes
killall watchdog
within 20 timeouts_are '0 0'
ok $? 'the daemons end, and both watchdogs are off'
echo normal >$b2/state
for function in 0 1; do
	echo ${first%.0}.$function >/sys/bus/pci/drivers/ixgbe/unbind
done
is "$(with_bypass) $(ls /sys/class/watchdog | wc -l)" "$second 1" 'the driver leaves the first card: the second one has all that it had'
echo bypass >$b2/state
is "$(cat $b2/state)" bypass 'and works'
# Of the daemon that was killed.
is "$(warnings | grep -v 'watchdog did not stop!$')" '' 'no warning in the kernel log'
END
done_testing

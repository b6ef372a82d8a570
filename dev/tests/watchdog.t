#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The controller's watchdog as /dev/watchdog0: BusyBox' watchdog pings it, stops,
# and continues. While the device is open, nothing else can set the period.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
quiet
is "$(basename "$(readlink /sys/class/watchdog/watchdog0/device)")" \
	"$(basename "$(readlink /sys/class/net/eth0/device)")" 'its parent is the PCI device'
is "$(ls /dev | grep -c '^watchdog[0-9]')" 1 'port 0 has a watchdog device'
w=/sys/class/watchdog/watchdog0
case $(uname -r) in
6.1.*) ;; # does not show the options
*) is $(($(cat $w/options) & 0x400)) $((0x400)) 'it reports that it does not reset the host: WDIOF_ALARMONLY' ;;
esac
is "$(cat $w/bootstatus)" 0 'no watchdog has expired before'
echo bypass >$b/watchdog_action

state_is() { [ "$(cat $b/state)" = "$1" ]; }
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }

watchdog -F -T 4 -t 1 /dev/watchdog0 &
daemon=$!
within 5 timeout_is 4000
ok $? 'opening it starts the watchdog, with the requested timeout'
before=$(cat $b/watchdog_timeout_ms)
! echo 2000 2>/tmp/why >$b/watchdog_timeout_ms && grep -q 'busy' /tmp/why
ok $? 'watchdog_timeout_ms cannot be written while it is open: EBUSY'
is "$(cat $b/watchdog_timeout_ms)" "$before" 'and is unchanged'
sleep 6
is "$(cat $b/state)" normal 'pinged, it does not expire'

kill -STOP $daemon
within 10 state_is bypass
ok $? 'not pinged, it carries out watchdog_action'
is "$(cat $b/watchdog_timeout_ms)" 0 'and is off'
kill -CONT $daemon
within 5 timeout_is 4000
ok $? 'pinged after it has expired, it runs again'
is "$(cat $b/state)" bypass 'but the relays do not move'
echo normal >$b/state
sleep 6
is "$(cat $b/state)" normal 'and it does not expire again'

kill $daemon
within 5 timeout_is 0
ok $? 'closed in an orderly way, it is off'

# The remaining time.
watchdog -F -T 16 -t 1 /dev/watchdog0 &
daemon=$!
within 5 timeout_is 16000
sleep 3
left=$(cat $w/timeleft)
[ "$left" -ge 13 ] && [ "$left" -le 16 ]
ok $? "pinged each second, of 16 s there are $left left"
kill -STOP $daemon
first=$(cat $w/timeleft)
sleep 5
second=$(cat $w/timeleft)
[ $((first - second)) -ge 4 ] && [ $((first - second)) -le 8 ]
ok $? "not pinged, 5 s later $first s have become $second s"
kill -CONT $daemon
kill $daemon
within 5 timeout_is 0
ok $? 'closed in an orderly way, it is off'

# A timeout between two periods: the next longer one.
rounds() { # SECONDS MILLISECONDS NAME
	watchdog -F -T "$1" -t 1 /dev/watchdog0 &
	daemon=$!
	within 5 timeout_is "$2"
	ok $? "$3"
	kill $daemon
	within 5 timeout_is 0
	ok $? "closed after $1 s, it is off"
}
rounds 5 8000 '5 s become 8 s'
rounds 60 32000 '60 s become 32 s, and the core pings in between'

# If it is left running, the kernel pings it until another process opens it. A slow machine needs
# a while to load the driver.
echo 16000 >$b/watchdog_timeout_ms
rmmod ixgbe && modprobe ixgbe
ok $? 'rmmod and modprobe with the watchdog on'
sleep 18
is "$(cat $b/watchdog_timeout_ms) $(cat $b/state)" '16000 normal' 'the kernel pings a watchdog that it finds running'
echo 1500 >$b/watchdog_timeout_ms
within 6 state_is bypass
ok $? 'but not after its period is set in sysfs'
echo normal >$b/state

# The driver can be unbound while it is open, which does not stop the watchdog.
exec 5>/dev/watchdog0
! (true >/dev/watchdog0) 2>/tmp/why && grep -q 'busy' /tmp/why
ok $? 'it can be open only once'
! rmmod ixgbe 2>/dev/null
ok $? 'the module cannot be removed while it is open'
address=$(basename "$(readlink /sys/class/net/eth0/device)")
echo "$address" >/sys/bus/pci/drivers/ixgbe/unbind
ok $? 'but the driver can be unbound'
! echo ping 2>/tmp/why >&5 && grep -q 'No such device' /tmp/why
ok $? 'a write to the open device returns ENODEV'
exec 5>&-
sleep 17
echo "$address" >/sys/bus/pci/drivers/ixgbe/bind
is "$(cat $b/state)" bypass 'the watchdog kept running, and has expired'
expiry_is_told() { [ "$(cat $w/bootstatus)" != 0 ]; }
within 10 expiry_is_told
ok $? 'which the boot status reports'

# A running watchdog that is not open holds the module until it is unregistered.
echo 32000 >$b/watchdog_timeout_ms
rmmod ixgbe && modprobe ixgbe
! rmmod ixgbe 2>/dev/null
ok $? 'the module cannot be removed while the kernel pings'
cd /sys/bus/pci/drivers/ixgbe
functions=$(ls -d 0000:*)
for function in $functions; do
	echo "$function" >unbind
done
cd /
rmmod ixgbe
ok $? 'it can be removed after the driver was unbound'
modprobe ixgbe
echo 0 >$b/watchdog_timeout_ms

# A daemon that pings it, and stops it when that fails, sees only that it is gone: while the driver waits
# for a change of the state to end, it is still there.
did_not_stop() { dmesg | grep -c 'watchdog did not stop'; }
before=$(did_not_stop)
(
	exec 5>/dev/watchdog0
	echo open >/tmp/daemon
	while echo ping >&5; do sleep 0.1; done
	echo V >&5
) 2>/dev/null &
daemon=$!
within 20 test -e /tmp/daemon
ok $? 'the daemon has opened it'
while echo bypass >$b/state && echo normal >$b/state; do :; done 2>/dev/null &
sleep 0.5
echo "$address" >/sys/bus/pci/drivers/ixgbe/unbind
wait $daemon
echo "$address" >/sys/bus/pci/drivers/ixgbe/bind
is "$(did_not_stop)" "$before" 'unbound, the device is gone, and nothing else fails'
echo 0 >$b/watchdog_timeout_ms

# An open takes several frames, during which the driver may be unbound.
while :; do
	true </dev/watchdog0
done 2>/dev/null &
opener=$!
bound=0
for i in 1 2 3 4 5 6 7 8 9; do
	sleep 0.$i
	echo "$address" >/sys/bus/pci/drivers/ixgbe/unbind &&
		echo "$address" >/sys/bus/pci/drivers/ixgbe/bind && bound=$((bound + 1))
done
kill $opener
is $bound 9 'unbound and bound again while it is opened and closed'
is "$(warnings | grep -v 'watchdog did not stop')" '' 'no warning in the kernel log'
END

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A controller that is not ready when the driver is loaded: the driver continues to look for 10 s, and
# user space is notified of bypass/. If the controller never answers, one line says how to try again.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

own_extra
mkdir -p "$EXTRA/bin"
# The files at the time of the uevent, as a rule of udev sees them.
cat >"$EXTRA/bin/note-uevent" <<'END'
#!/bin/sh
[ "${INTERFACE:-}" = eth0 ] || exit 0
case $ACTION in add | change) ;; *) exit 0 ;; esac
[ -e /sys/class/net/eth0/bypass/state ] && there=yes || there=no
echo "$ACTION $there" >>/tmp/uevents
END
chmod +x "$EXTRA/bin/note-uevent"
"$ROOT/dev/build-initramfs" 2>"$T/log"

# Called from the guest.
# shellcheck disable=SC2317
ctl() { "$x540ctl" "$@"; }

start_guests_card
APPEND=bench.noload guest_tests <<'END'
b=/sys/class/net/eth0/bypass
touch /tmp/uevents
uevent note-uevent &
sleep 0.5
load() {
	: >/tmp/uevents
	modprobe ixgbe &
	loading=$!
}
offered() { [ "$(tail -n 1 /tmp/uevents)" = 'add yes' ] || [ "$(tail -n 1 /tmp/uevents)" = 'change yes' ]; }
works() { # NAME
	is "$(cat $b/state)" normal "$1: the state can be read"
	echo isolate >$b/aux_on_action
	is "$? $(cat $b/aux_on_action)" '0 isolate' "$1: an action can be set"
	echo normal >$b/aux_on_action
	is "$(cat $b/version)" 1 "$1: the version can be read"
	within 10 [ -c /dev/watchdog0 ]
	ok $? "$1: there is a watchdog device"
	quiet
	within 10 both_up
	ok $? "$1: both links are up"
}

# --- ready after 3 s

host ctl fault silent on
load
sleep 3
host ctl fault silent off
within 10 [ -d $b ]
ok $? 'ready after 3 s: bypass/ exists within 10 s'
# Loading a driver causes many uevents, and each runs a program.
within 30 offered
ok $? 'ready after 3 s: and a uevent reports it'
wait $loading
works 'ready after 3 s'
is "$(dmesg | grep -c 'bypass: .*does not answer')" 0 'ready after 3 s: the kernel log has no complaint'
# remove NAME: sets took.
remove() {
	took=$(date +%s)
	rmmod ixgbe
	ok $? "$1"
	took=$(($(date +%s) - took))
}
remove 'ready after 3 s: the driver can be removed'
usual=$took

# --- removed while the driver looks for the controller

host ctl fault sdo-low on
load
sleep 2
wait $loading
remove 'removed while it looks'
[ "$took" -le $((usual + 4)) ]
ok $? "which takes $took s, as without a search ($usual s)"

# --- never ready

dmesg -c >/tmp/dmesg.before
load
gave_up() { dmesg | grep -q 'bypass: .*does not answer'; }
within 60 gave_up
ok $? 'never ready: the kernel log says so'
wait $loading
sleep 3
is "$(dmesg | grep 'ixgbe.*bypass' | grep -v 'does not answer')" '' 'never ready: in one line'
is "$(dmesg | grep -c 'bypass: .*does not answer')" 1 'never ready: and only once'
like "$(dmesg | grep 'bypass: .*does not answer')" 'bind|modprobe|reload|load' 'never ready: with the remedy'
[ ! -d $b ] && [ ! -e /dev/watchdog0 ]
ok $? 'never ready: there is no bypass/, and no watchdog device'
quiet
within 10 both_up
ok $? 'never ready: the ports work as network interfaces'

# The remedy that the line names.
host ctl fault sdo-low off
: >/tmp/uevents
address=$(basename "$(readlink /sys/class/net/eth0/device)")
echo "$address" >/sys/bus/pci/drivers/ixgbe/unbind
echo "$address" >/sys/bus/pci/drivers/ixgbe/bind
within 30 offered
ok $? 'looked for again: a uevent reports it'
works 'looked for again'
is "$(complaints)" '' 'no complaint of the kernel about itself'
END
stop_guests_card

done_testing

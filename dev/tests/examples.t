#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples in the driver's document, run in the guest as they are printed
# there: the actions of a firewall, udev's rules, and the watchdog with BusyBox
# and with systemd as the first process.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/guest-tests.sh"

command -v apt-get >/dev/null || skip_all "udevd and systemd for the guest come from Debian, which needs apt"
document=${LINUX:-$ROOT/linux}/Documentation/networking/device_drivers/ethernet/intel/ixgbe.rst

# example WORDS FILE: copies the example under "WORDS::" in the document to FILE of
# the guest.
example() {
	mkdir -p "$(dirname "$EXTRA$2")"
	awk -v words="$1::" '
		found && /^[^ ]/ { exit }
		found { sub(/^  /, ""); print }
		!found && substr($0, length($0) - length(words) + 1) == words { found = 1 }
	' "$document" >"$EXTRA$2"
	[ -s "$EXTRA$2" ]
	ok $? "the document has an example after '$1'"
}

own_extra
provide_in_guest systemd /lib/systemd/systemd
provide_in_guest udev /bin/udevadm
ln -s /bin/udevadm "$EXTRA/lib/systemd/systemd-udevd"
example 'to change it' /examples/state
example 'switched on' /examples/actions
example 'host again with' /examples/normal
example 'With BusyBox' /examples/watchdog
example '/etc/udev/rules.d/70-bypass.rules' /etc/udev/rules.d/70-bypass.rules
example '/etc/systemd/system.conf.d/bypass.conf' /etc/systemd/system.conf.d/bypass.conf

# The guest's init as a service with private mounts, as it mounts file systems that are mounted already.
mkdir -p "$EXTRA/etc/systemd/system"
cat >"$EXTRA/etc/systemd/system/default.target" <<'END'
[Unit]
DefaultDependencies=no
Wants=bench.service
END
cat >"$EXTRA/etc/systemd/system/bench.service" <<'END'
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/init
PrivateMounts=yes
StandardOutput=null
END
"$ROOT/dev/build-initramfs" 2>"$T/build.err"
ok $? 'the root file system is packed'

APPEND='bench.noload rdinit=/lib/systemd/systemd' guest_tests <<'END'
b=/sys/class/net/eth0/bypass
state_is() { [ "$(cat $b/state)" = "$1" ]; }
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }
actions() { cat $b/main_on_action $b/main_off_action $b/watchdog_action | paste -sd ' '; }
syslogd -O /tmp/messages
logged() { grep -q "bypass: eth0 is now in state $1" /tmp/messages; }
kernel_said() { dmesg | grep -q "$1"; }

# --- udev
/lib/systemd/systemd-udevd --daemon --resolve-names=never && modprobe ixgbe && udevadm settle
ok $? 'udevd runs when the driver is loaded'
is "$(actions)" 'normal bypass bypass' 'the rule has set the actions'
is "$(readlink -f /dev/watchdog-bypass)" /dev/watchdog0 'and created a name for the watchdog'
quiet

# --- systemd, which pings during the other tests
is "$(cat /proc/1/comm)" systemd 'systemd is the first process'
within 10 timeout_is 8000
ok $? 'it starts the watchdog as soon as the device exists'
started=$(date +%s)
kernel_said "Using hardware watchdog 'ixgbe bypass', .* device /dev/watchdog-bypass"
ok $? 'and logs which one it uses'

for file in main_on_action main_off_action watchdog_action; do
	echo ignore >$b/$file
done
sh -e /examples/actions
ok $? 'the commands for a firewall'
is "$(actions)" 'normal bypass bypass' 'set the actions'
within 10 both_up
ok $? 'both links are up'
is "$(sh -e /examples/state)" normal 'the state is shown'
state_is bypass
ok $? 'and changed'
within 5 logged bypass
ok $? "udev's rule for that is run"
sh -e /examples/normal
state_is normal && within 5 logged normal
ok $? 'also for the change back'
within 10 both_up
ok $? 'both links come back'

while [ "$(date +%s)" -lt $((started + 10)) ]; do
	sleep 1
done
is "$(cat $b/state) $(cat $b/watchdog_timeout_ms)" 'normal 8000' 'systemd has pinged'
: >/tmp/messages
kill -SEGV 1
within 12 state_is bypass
ok $? 'when it crashes, the watchdog expires'
kernel_said 'Freezing execution'
ok $? 'it has crashed'
within 5 logged bypass
ok $? 'a uevent reports the change'
sh -e /examples/normal
is "$(cat $b/state)" normal 'one write restores traffic through the host'

# --- BusyBox
sh -e /examples/watchdog
within 5 timeout_is 8000
ok $? "BusyBox' daemon starts the watchdog"
kill -KILL "$(pidof watchdog)"
within 12 state_is bypass
ok $? 'when it is killed, the watchdog expires'
END

done_testing

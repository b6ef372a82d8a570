#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/package/boot/ under Debian's systemd and udevd in the guest: a card that nobody named, one that
# is, settings that are wrong, a card that is missing, one that goes and comes back, and a reboot.
set -eu
. "$(dirname "$0")/../../tests/tap.sh"
. "$ROOT/dev/tests/guest-tests.sh"
. "$ROOT/dev/lib.sh"
. "$ROOT/dev/package/tests/systemd-guest.sh"

command -v apt-get >/dev/null || skip_all "udevd and systemd for the guest come from Debian, and there is no apt"
export QMP="$T/qmp" GUEST_TIMEOUT="${GUEST_TIMEOUT:-1800}"
own_extra
(systemd_files "$EXTRA") 2>"$T/files.err"
ok $? 'systemd, udevd and the files of the package are there for the guest'
# What the README has for systemd.
mkdir "$EXTRA/examples"
awk '/^```/ { inside = 0 } inside; /^```ini/ { inside = 1 }' "$ROOT/README.md" >"$EXTRA/examples/system.conf"
"$ROOT/dev/build-initramfs" 2>"$T/build.err"
ok $? 'they are packed'

# For the guest to call: the number of its boot, and what its console has.
# shellcheck disable=SC2317
{
boots=0
count_boot() {
	boots=$((boots + 1))
	echo "$boots"
}
console_has() { grep -q "$*" "$T"/bypass-bench.*/console; }
}

APPEND="$SYSTEMD_PARAMETERS" guest_tests <<'END'
b=/sys/class/net/eth0/bypass
pci=0000:01:00.0
settings=/etc/default/x540-bypass
actions() { cat $b/main_on_action $b/main_off_action $b/aux_on_action $b/aux_off_action $b/watchdog_action | paste -sd ' '; }
state_is() { [ "$(cat $b/state)" = "$1" ]; }
is_active() { [ "$(systemctl is-active "x540-bypass@$1")" = "${2:-active}" ]; }
said() { dmesg | grep -c "$1"; }
set_to() { printf '%s\n' "$@" >$settings; }

host count_boot
if [ "$answer" -gt 1 ]; then
	host console_has 'the network goes down, the card is in bypass'
	ok $? 'DOWN_STATE was written before the network went down'
	# Its root file system is the first one again, where nothing is enabled.
	within 20 test -d $b
	is "$(cat $b/state)" bypass 'the next boot, in which nobody names the card, leaves it as it is'
else

# --- nobody has named it

within 20 test -d $b
ok $? 'udevd has loaded the driver'
is "$(systemctl is-active x540bypass-eth0.device x540bypass-$pci.device | paste -sd ' ')" 'active active' \
	'the card has two device units'
is "$(systemctl is-active x540bypass-eth1.device)" inactive 'the other port has none'
is "$(readlink -f /dev/watchdog-bypass)" /dev/watchdog0 'its watchdog has a name'
is "$(systemctl list-units --state=active,activating,failed --plain --no-legend 'x540-bypass*')" '' 'no unit of the package has been started'
factory=$(actions)

# --- it is named

systemctl enable --now x540-bypass@eth0 2>/tmp/enable
ok $? 'systemctl enable --now x540-bypass@eth0'
is_active eth0
ok $? 'the unit is active'
is "$(actions) $(cat $b/state)" "$factory normal" 'the actions that are commented out are as they were'
set_to MAIN_ON_ACTION=bypass MAIN_OFF_ACTION=bypass WATCHDOG_ACTION=ignore DOWN_STATE=isolate
systemctl reload x540-bypass@eth0
ok $? 'the settings are changed, and it is reloaded'
is "$(cat $b/main_on_action $b/main_off_action $b/watchdog_action $b/state | paste -sd ' ')" \
	'bypass bypass ignore normal' 'the card has them'
systemctl stop x540-bypass@eth0
within 10 state_is isolate
ok $? 'stopped: DOWN_STATE'
systemctl start x540-bypass@eth0
state_is normal
ok $? 'started: READY_STATE'

# --- settings that are wrong

set_to 'MAIN_ON_ACTION=normal' 'MAIN_OFF_ACTION=bypas' 'DOWN_STATE=bypass'
systemctl restart x540-bypass@eth0 2>/tmp/restart
ok $((! $?)) 'a wrong setting: the unit fails'
is_active eth0 failed
ok $? 'as can be seen'
is "$(said 'x540-bypass: /etc/default/x540-bypass:2: MAIN_OFF_ACTION=bypas: not one of')" 1 'it is named once, by line and value'
is "$(cat $b/main_on_action $b/main_off_action $b/state | paste -sd ' ')" 'normal bypass normal' 'the rest is applied'
sleep 2
is "$(systemctl is-active x540-bypass-down@eth0) $(cat $b/state)" 'active normal' 'its other half waits for the host to go down'
systemctl stop x540-bypass@eth0
within 10 state_is bypass
ok $? 'DOWN_STATE is written too'

# --- units that it waits for

printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "sleep 2; test -e /etc/firewall"\n' \
	>/etc/systemd/system/firewall.service
set_to READY_UNITS=firewall.service DOWN_STATE=bypass
systemctl daemon-reload
for unit in x540-bypass@eth0 x540-bypass-down@eth0; do
	systemctl show -p After $unit.service | grep -qw firewall.service
	ok $? "$unit is after READY_UNITS"
done
systemctl start --no-block firewall.service
systemctl start x540-bypass@eth0 2>/tmp/start
ok $((! $?)) 'one of READY_UNITS fails: so does the unit'
is "$(cat $b/state)" bypass 'and READY_STATE is not written'
is "$(said 'x540-bypass: firewall.service of READY_UNITS is not active')" 1 'as it says'
touch /etc/firewall
systemctl start --no-block firewall.service
systemctl start x540-bypass@eth0
ok $? 'it does not fail: the unit starts after it'
is "$(cat $b/state)" normal 'and READY_STATE is written'

# --- the card goes, and comes back

for function in 0 1; do
	echo 0000:01:00.$function >/sys/bus/pci/drivers/ixgbe/unbind
done
within 10 is_active eth0 inactive
ok $? 'the card is gone: the unit stops'
is "$(said 'x540-bypass: no bypass')" 0 'without a word'
for function in 0 1; do
	echo 0000:01:00.$function >/sys/bus/pci/drivers/ixgbe/bind
done
within 20 is_active eth0
ok $? 'the card is back: so is the unit'
systemctl disable x540-bypass@eth0 2>/tmp/disable
systemctl stop x540-bypass@eth0

# --- by its PCI address, and one that is not there

systemctl enable --now x540-bypass@$pci 2>/tmp/enable
is_active $pci && is "$(cat $b/state)" normal 'a card that is named by its PCI address'
systemctl start x540-bypass@eth9 2>/tmp/start
ok $((! $?)) 'a card that is missing: after 90 s the unit fails'
is_active eth9 failed
ok $? 'as can be seen'
is "$(said 'x540-bypass: no bypass at eth9. Cards that have one: eth0')" 1 'it is said once'

# --- the watchdog, as the README has it

timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }
mkdir -p /etc/systemd/system.conf.d
cp /examples/system.conf /etc/systemd/system.conf.d/bypass.conf
systemctl daemon-reload
within 20 timeout_is 8000
ok $? 'systemd has started the watchdog'
sleep 10
is "$(cat $b/state)" normal 'and pings it'
sed -i 's/^RuntimeWatchdogSec=.*/RuntimeWatchdogSec=off/' /etc/systemd/system.conf.d/bypass.conf
systemctl daemon-reload
within 20 timeout_is 0
ok $? 'it is told to stop that'
watchdog -T 8 -t 2 /dev/watchdog-bypass
within 20 timeout_is 8000
ok $? "so has BusyBox' daemon"
killall watchdog
within 20 timeout_is 0
ok $? 'and stops it at its own end'

# --- a reboot

set_to DOWN_STATE=bypass
cat >>/etc/systemd/system/bridge.service <<-'UNIT'
	ExecStop=/bin/sh -c 'echo "<3>the network goes down, the card is in $$(cat /sys/class/net/eth0/bypass/state)" >/dev/kmsg'
UNIT
systemctl daemon-reload
host let_it_reboot
systemctl reboot
sleep 1000
fi
END

done_testing

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2154
# The guest's part of dev/stress/run, which puts guest-lib.sh and "seconds" in front of it. Each boot
# is a round. A reset of the virtual machine ends all rounds but the last.

device=/sys/bus/pci/devices/0000:01:00.0
bypass() { echo "$device/net/$(ls $device/net)/bypass"; }

# A new port, or one that was removed and returned, is added to the bridge between the peers.
join() { # PORT
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ip link set "$1" up
	brctl addif br0 "$1"
}

down_up() {
	port=$(ls $device/net)
	ip link set "$port" down
	ip link set "$port" up
}
change_mtu() {
	for mtu in 9000 1500; do
		ip link set "$(ls $device/net)" mtu $mtu
	done
}
rename() {
	for name in bypass-card eth0; do
		ip link set "$(ls $device/net)" name $name
	done
}
rebind() {
	echo "${device##*/}" >/sys/bus/pci/drivers/ixgbe/unbind &&
		echo "${device##*/}" >/sys/bus/pci/drivers/ixgbe/bind &&
		join "$(ls $device/net)"
}
function_reset() {
	echo 1 >$device/reset && down_up
}

disturb() { # DISTURBANCE COMMAND
	stress begin "$1"
	"$2" || ok 1 "$2"
	stress end "$1"
	sleep 2
}

# disturb_until SECONDS of uptime. Suspend is to idle: suspend to RAM, which dev/tests/suspend.t tests,
# needs a guest with one processor.
disturb_until() {
	while :; do
		for what in 'reset down_up' 'reset change_mtu' 'rename rename' 'removal rebind' \
			'suspend nap' 'function-reset function_reset'; do
			[ "$(cut -d . -f 1 /proc/uptime)" -lt "$1" ] || return 0
			# shellcheck disable=SC2086 # two words
			disturb $what
		done
	done
}

host next_round
round=$answer
brctl addbr br0
ip link set br0 up
join eth0
join eth1
# A reset leaves the relays where they are, and the watchdog running.
echo 0 >"$(bypass)/watchdog_timeout_ms"
echo normal >"$(bypass)/state"
within 20 both_up
ok $? "round $round: both links are up"
host peers_ping
ok $? "round $round: the peers reach each other through the guest"

now=$(cut -d . -f 1 /proc/uptime)
processes=
for number in 0 1 2 3 4 5 6 7; do
	stress worker $number $device "$seconds" &
	processes="$processes $!"
done
stress watchdog $device "$seconds" &
processes="$processes $!"
disturb_until $((now + seconds - 10))
if [ "$round" -lt "$rounds" ]; then
	host reset_guest
	sleep 60
	ok 1 "the guest was reset"
fi

# They end after the call in progress.
over() {
	for process in $processes; do
		! kill -0 "$process" 2>/dev/null || return 1
	done
}
within 120 over
ok $? 'no process hangs'
stress report

# The card must report what was written last.
b=$(bypass)
echo 0 >"$b/watchdog_timeout_ms"
echo ignore >"$b/main_off_action"
echo normal >"$b/state"
for action in main_on main_off aux_on aux_off watchdog; do
	rules="$rules $action=$(cat "$b/${action}_action")"
done
host rules
is " $answer" "$rules" 'the registers of the card have the last writes'
within 20 both_up
ok $? 'both links are up'
host peers_ping
ok $? 'the peers reach each other through the guest'
# These messages are expected: ixgbe resets a port to discard frames after its link
# went down, and the PCI core resets a function.
is "$(warnings | grep -vE 'initiating reset to clear Tx work|Reset adapter|: reset(ting| done)$')" '' \
	'no warning in the kernel log'

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The guest is suspended, to idle and to RAM, and woken by its power button or its
# clock: the links and bypass/ come back, the watchdog keeps running, and accesses in
# progress succeed.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

# Without KVM, the firmware sometimes restores the memory with the wake-up code of a
# second processor too early, and that processor executes garbage.
export SMP=1 QMP="$T/qmp"

# Linux 7.3.4 resumes, but not its virtio console.
if [ -n "${KERNEL:-}" ]; then
	NIC=none CMD='rtcwake -m mem -s 3 >/dev/null; echo awake' TIMEOUT=100 run "$ROOT/dev/run-virt.sh"
	[ "$out" = awake ] || ! printf '%s\n' "$err" | grep -q 'PM: suspend exit' ||
		skip_all "a guest with Linux $KERNEL and without the card does not write to its console after a suspend"
fi
start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
actions='main_on_action main_off_action aux_on_action aux_off_action watchdog_action'
quiet
within 10 both_up
ok $? 'both links are up'

settings() { for file in state $actions; do cat $b/$file; done | paste -sd ' '; }
timeout_is() { [ "$(cat $b/watchdog_timeout_ms)" = "$1" ]; }
save_power_ports
sleeps() { dmesg | grep -c 'Waking up from system sleep state S3'; }
# sleep_for SECONDS: the time until the alarm, including that of falling asleep. If
# the alarm comes before that, wakeup_count has changed, and the kernel stays awake.
sleep_for() {
	before=$(sleeps)
	for seconds in "$1" $((2 * $1)) $((4 * $1)); do
		cat /sys/power/wakeup_count >/tmp/count && cat /tmp/count >/sys/power/wakeup_count
		rtcwake -m mem -s "$seconds" >/tmp/rtcwake 2>&1
		restore_power_ports
		[ "$(sleeps)" -eq "$before" ] || break
	done
	is "$(sleeps)" $((before + 1)) "the guest sleeps for $seconds s and wakes up"
}
take_a_nap() {
	nap
	ok $? 'the guest sleeps for a short time and wakes up'
}

echo normal >$b/main_on_action
echo bypass >$b/main_off_action
echo isolate >$b/aux_on_action
echo ignore >$b/aux_off_action
echo bypass >$b/watchdog_action

# More than can be read in the 20 s that the kernel gives tasks to freeze, at 1.8 s an entry.
for _ in 1 2 3 4 5 6 7; do
	echo bypass >$b/state && echo normal >$b/state
done
within 10 both_up

# amid_everything COMMAND...: runs a command that suspends, while other processes use the driver.
amid_everything() {
	rm -f /tmp/enough
	cat $b/log >/tmp/log 2>&1 &
	log=$!
	watchdog -F -T 32 -t 1 /dev/watchdog0 &
	daemon=$!
	within 5 timeout_is 32000
	users=
	for reader in 1 2; do
		(
			while [ ! -e /tmp/enough ]; do
				cat $b/state $b/version $b/watchdog_timeout_ms || echo 'error reading'
			done >/tmp/read.$reader 2>&1
		) &
		users="$users $!"
	done
	(
		while [ ! -e /tmp/enough ]; do
			echo isolate >$b/aux_off_action && echo ignore >$b/aux_off_action || echo 'error writing'
			echo 1 >$b/watchdog_ping || echo 'error pinging'
		done >/tmp/wrote 2>&1
	) &
	users="$users $!"
	"$@"
	touch /tmp/enough
	wait $users
	is "$(cat /tmp/read.* | sort -u | grep -vxE 'normal|32000|[1-9][0-9]?[0-9]?')" '' 'readers see no error'
	is "$(cat /tmp/wrote)" '' 'nor does a writer'
	wait $log
	is "$?:$(grep -c 'user normal$' /tmp/log)" 0:7 'nor does a reader of the log'
	is "$(settings)" 'normal normal bypass isolate ignore bypass' 'state and actions are unchanged'
	is "$(cat $b/watchdog_timeout_ms)" 32000 'the watchdog is still on'
	within 10 both_up
	ok $? 'both links come up'
	kill $daemon
	within 5 timeout_is 0
}
amid_everything take_a_nap
amid_everything sleep_for 6

# --- a daemon does not ping while the host sleeps
watchdog -F -T 3 -t 1 /dev/watchdog0 &
daemon=$!
within 5 timeout_is 3000
sleep_for 7
is "$(cat $b/state)" bypass 'a watchdog that expires in a long sleep carries out watchdog_action'
both_down
ok $? 'the host wakes up, and the links are down'
within 5 timeout_is 3000
ok $? 'the next ping of the daemon restarts it'
is "$(cat $b/state)" bypass 'and does not move the relays'
echo normal >$b/state
within 10 both_up
ok $? 'normal brings the links up'
kill $daemon
within 5 timeout_is 0
ok $? 'the watchdog can be stopped'

# --- a watchdog that was found running, and stopped in sysfs
echo 32000 >$b/watchdog_timeout_ms
rmmod ixgbe && modprobe ixgbe
quiet
echo 0 >$b/watchdog_timeout_ms
sleep_for 3
is "$(cat $b/watchdog_timeout_ms)" 0 'a watchdog that was stopped stays off'
# Messages caused by the virtual PC, or by an alarm that comes before the guest sleeps (sleep_for), and the
# end of "Restarting tasks ... done." (6.12), if another message came before it.
is "$(warnings | grep -vE 'Could not disable RealTimeClock|hpet: Lost [0-9]+ RTC|or early wake event detected|^<4>\[ *[0-9.]+\] done\.$')" \
	'' 'no warning in the kernel log'
END
stop_guests_card

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# /sys/class/net/eth0/bypass/ on the emulated card: the values that each file
# accepts and refuses, the effect of the relays on the links, and what the card
# keeps.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
actions='main_on_action main_off_action aux_on_action aux_off_action watchdog_action'

# write FILE WORDS: writes exactly WORDS with one write(), and returns its result.
write() { printf '%s' "$2" | dd of="$b/$1" bs=64k 2>/tmp/why; }
takes() { # FILE WORDS: the file then reads as their first line
	write "$1" "$2"
	ok $? "$1 takes '$2'"
	is "$(cat "$b/$1")" "$(printf '%s' "$2" | head -n 1)" "$1 then reads '$2'"
}
refuses() { # FILE WORDS
	before=$(cat "$b/$1")
	! write "$1" "$2" && grep -q 'Invalid argument' /tmp/why
	ok $? "$1 refuses '$2' with EINVAL"
	is "$(cat "$b/$1")" "$before" "$1 is unchanged"
}

within 10 both_up
ok $? 'both links are up'
# A frame that is sent while the link goes down stays in the queue, and ixgbe
# warns and resets the port to discard it: the guest must send nothing.
quiet
is "$(ls -A $b | sort | paste -sd ' ')" \
	"$(printf '%s\n' $actions log log_clear state version watchdog_ping watchdog_timeout_ms | sort | paste -sd ' ')" \
	'bypass/ contains the files of the ABI document'
[ ! -e /sys/class/net/eth1/bypass ]
ok $? 'eth1 has no bypass/'
for file in $actions state watchdog_timeout_ms; do
	is "$(stat -c %a "$b/$file")" 644 "$file is 0644"
done
is "$(stat -c %a $b/version) $(stat -c %a $b/watchdog_ping)" '444 200' \
	'version is 0444, watchdog_ping 0200'
is "$(cat $b/version | grep -cE '^[0-9]+$')" 1 'version is a number'

# --- the three basic commands
is "$(cat $b/state)" normal 'state is normal'
for state in bypass isolate; do
	echo $state >$b/state
	ok $? "echo $state > state"
	is "$(cat $b/state)" $state "state reads $state"
	within 5 both_down
	ok $? 'both links go down'
	echo normal >$b/state
	is "$(cat $b/state)" normal 'back to normal'
	within 10 both_up
	ok $? 'both links come back'
done
is "$(dmesg | grep -c 'eth[01]: NIC Link is Down')" 4 'the kernel log has each link that went down'
echo bypass >$b/state && echo isolate >$b/state
is "$(cat $b/state)" isolate 'from bypass directly to isolate'
ip link set eth0 down
is "$(cat $b/state)" isolate 'state can be read while the interface is down'
echo normal >$b/state
is "$(cat $b/state)" normal 'and written'
ip link set eth0 up
within 10 both_up
ok $? 'both links are up again'

# --- all values of all files
for action in $actions; do
	for value in ignore normal bypass isolate; do
		takes $action $value
	done
done
# Even if one of these periods expires in the meantime, the relays must not move.
echo ignore >$b/watchdog_action
for value in 1500 2000 3000 4000 8000 16000 32000 0; do
	start=$(now_ms)
	write watchdog_timeout_ms $value
	ok $? "watchdog_timeout_ms takes '$value'"
	reads=$(cat $b/watchdog_timeout_ms)
	# On a slow machine, a short period has expired by now.
	[ "$reads" = 0 ] && [ $(($(now_ms) - start)) -ge "$value" ] && reads=$value
	is "$reads" "$value" "watchdog_timeout_ms then reads '$value'"
done
newline='
'
takes main_on_action "bypass$newline"
is "$(cat $b/state)" normal 'these writes do not move the relays'

# --- a write does not affect other files
echo ignore >$b/main_on_action
echo normal >$b/main_off_action
echo bypass >$b/aux_on_action
echo isolate >$b/aux_off_action
echo bypass >$b/watchdog_action
echo 32000 >$b/watchdog_timeout_ms
settings() { for file in $actions watchdog_timeout_ms; do cat $b/$file; done | paste -sd ' '; }
expected='ignore normal bypass isolate bypass 32000'
is "$(settings)" "$expected" 'six settings keep different values'
echo bypass >$b/state && echo normal >$b/state
is "$(settings)" "$expected" 'and a change of state does not affect them'
# It would expire during the following tests.
echo 0 >$b/watchdog_timeout_ms

# --- invalid input
for word in ' ' "$newline" Normal NORMAL 'normal ' ' normal' normall norma normal,bypass \
	"normal$newline$newline" "normal${newline}x" 1 auto on -1 ignore ÿ; do
	refuses state "$word"
done
for word in "$newline" ignored Bypass 'bypass isolate' 0 none; do
	refuses aux_off_action "$word"
done
for word in "$newline" 1 1000 1499 1501 32001 1500ms 1.5 -1 off 4294968796 18446744073709551615 99999999999999999999; do
	refuses watchdog_timeout_ms "$word"
done
before=$(settings)
for word in "$newline" 0 2 -1 x '1 1' 11; do
	! write watchdog_ping "$word"
	ok $? "watchdog_ping refuses '$word'"
done
head -c 5000 /dev/zero >/tmp/zeros
! dd if=/tmp/zeros of=$b/state bs=5000 2>/dev/null
ok $? 'state refuses a page of NULs'
is "$(settings)" "$before" 'and all settings are unchanged'
! cat $b/watchdog_ping 2>/dev/null >&2 || [ -z "$(cat $b/watchdog_ping 2>/dev/null)" ]
ok $? 'watchdog_ping cannot be read'

# --- watchdog
echo isolate >$b/watchdog_action
echo 8000 >$b/watchdog_timeout_ms
# Pings for longer than the period, and often enough on a slow machine.
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 1
	echo 1 >$b/watchdog_ping || break
done
is "$(cat $b/state)" normal 'a watchdog that is pinged does not expire'
is "$(cat $b/watchdog_timeout_ms)" 8000 'and stays enabled'
sleep 9
is "$(cat $b/state)" isolate 'one that is not pinged carries out watchdog_action'
is "$(cat $b/watchdog_timeout_ms)" 0 'and is disabled afterwards'
within 5 both_down
ok $? 'the links are down'
echo normal >$b/state
within 10 both_up
ok $? 'and come back with state normal'

# --- concurrent access: no torn value, no error
for reader in 1 2 3; do
	(
		while [ ! -e /tmp/enough ]; do
			for file in $actions state watchdog_timeout_ms; do
				cat $b/$file || echo "error reading $file"
			done
		done >/tmp/read.$reader 2>&1
	) &
done
for writer in normal bypass isolate; do
	(
		for _ in 1 2 3 4; do
			echo $writer >$b/main_off_action || echo "error writing main_off_action"
			echo $writer >$b/state || echo "error writing state"
		done >/tmp/wrote.$writer 2>&1
	) &
	writers="$writers $!"
done
wait $writers
touch /tmp/enough
wait
is "$(sort -u /tmp/read.* | grep -vxE 'ignore|normal|bypass|isolate|0')" '' \
	'3 readers and 3 writers: each value that was read was written'
is "$(cat /tmp/wrote.*)" '' 'and no write failed'
grep -qxE 'normal|bypass|isolate' $b/state
ok $? 'the final state is one of them'
echo normal >$b/state

# --- the driver is removed and loaded
echo ignore >$b/main_on_action
echo normal >$b/main_off_action
echo bypass >$b/watchdog_action
echo 32000 >$b/watchdog_timeout_ms
rmmod ixgbe && modprobe ixgbe && ip link set eth0 up && ip link set eth1 up
ok $? 'rmmod and modprobe'
is "$(settings)" "$expected" 'every setting is kept'
is "$(cat $b/state)" normal 'and the state'
within 10 both_up
ok $? 'both links come up'
echo 0 >$b/watchdog_timeout_ms
is "$(warnings)" '' 'no warning in the kernel log'
END

# --- another guest on the same card

guest_tests <<'END'
b=/sys/class/net/eth0/bypass
is "$(cat $b/main_on_action $b/main_off_action $b/aux_on_action $b/aux_off_action $b/watchdog_action |
	paste -sd ' ')" 'ignore normal bypass isolate bypass' 'the next guest reads the settings'
is "$(cat $b/watchdog_timeout_ms)" 0 'and the watchdog is off'
echo isolate >$b/main_off_action
END
stop_guests_card

# --- the same card after a power cut

start_guests_card
guest_tests <<'END'
b=/sys/class/net/eth0/bypass
is "$(cat $b/main_on_action $b/main_off_action $b/aux_on_action $b/aux_off_action $b/watchdog_action |
	paste -sd ' ')" 'ignore isolate bypass isolate bypass' 'the settings are in the state file'
END
stop_guests_card

done_testing

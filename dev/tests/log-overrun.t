#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# More events between two reads of the log than its ring has entries: the log shows exactly the events on
# the card. LOG_EVENTS="42 43 44 60 86 87 130" tests each of these numbers of events and takes 2 minutes
# for each; LOG_CLEARED=1 marks the events read before each.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"

events=${LOG_EVENTS:-44 86}
GUEST_TIMEOUT=$((GUEST_TIMEOUT + 180 * $(echo "$events" | wc -w)))

# Called from the guest.
# shellcheck disable=SC2317
{
	# press TIMES: causes this number of events, within seconds.
	press() {
		for _ in $(seq "$1"); do
			"$x540ctl" press
			sleep 0.05
		done
	}
	# card_log NOW: the unread events in the card's state file, in the year before NOW (plus a minute, as
	# clocks differ).
	# shellcheck disable=SC2016 # it is Perl
	card_log() {
		perl -MPOSIX=strftime -MTime::Local=timegm -0777 -ne '
			BEGIN { $now = shift }
			my @events = ("", "main_on", "aux_on", "main_off", "aux_off", "watchdog", "user");
			my @actions = ("ignore", "normal", "bypass", "isolate");
			my ($head) = /"log_head": *(\d+)/;
			my @eeprom = map { hex } join("", /"([0-9a-f]{32})"/g) =~ /../g;
			my $ring = /"slots": *(\d+)/ ? $1 : 43;
			for my $age (reverse 0 .. $ring - 1) {
				my $at = $eeprom[1] + 5 * (($head - $age) % $ring);
				my ($word, $action) = unpack "VC", pack "C5", @eeprom[$at .. $at + 4];
				next if !($word & 1 << 27);
				my $year = (gmtime($now + 60))[5] + 1900;
				my $time;
				do {
					$time = timegm(0, 0, 0, 1, 0, $year--) + ($word & 0x1ffffff);
				} while ($time > $now + 60);
				printf "%s %s %s\n", $word & 1 << 25 ?
					strftime("%Y-%m-%dT%H:%M:%SZ", gmtime $time) : "no-valid-time",
					$events[$word >> 28], $actions[$action & 3];
			}' "$1" "$T/guests/state.json"
	}
}

start_guests_card
guest_tests <<END
all_events="$events"
cleared=${LOG_CLEARED:-}
$(cat <<'REST'
b=/sys/class/net/eth0/bypass
quiet
# The driver's own accesses after probe are soon over.
sleep 3

# shows_the_cards NAME: the log file shows the events of the card, line for line.
shows_the_cards() {
	cat $b/log >/tmp/shown
	host card_log "$(date +%s)"
	[ -z "$answer" ] || echo "$answer" | tr ';' '\n' >/tmp/card
	[ -n "$answer" ] || : >/tmp/card
	cmp -s /tmp/shown /tmp/card
	ok $? "$1: the log has its $(wc -l </tmp/card) events, and no other"
	cmp -s /tmp/shown /tmp/card ||
		diff /tmp/card /tmp/shown | head -n 12 | sed "s/^/# (of $(wc -l </tmp/shown) lines) /" >&2
}
shows_the_cards 'the first event'
echo 1 >$b/log_clear
shows_the_cards 'cleared'

for number in $all_events; do
	[ -z "$cleared" ] || echo 1 >$b/log_clear
	# Many events within one second look the same.
	sleep 2
	half=$((number / 2))
	host press $half
	if [ "$number" = "${all_events##* }" ]; then
		# A ping also writes the new time.
		date -u -s '2098-12-31 23:59:50' >/dev/null
		echo 1 >$b/watchdog_ping
		host press 1
		sleep 12
		is "$(date -u +%Y)" 2099 'the year ends between two events'
		echo 1 >$b/watchdog_ping
		half=$((half + 1))
	fi
	host press $((number - half))
	sleep 2
	shows_the_cards "another $number"
done
is "$(warnings)" '' 'no warning in the kernel log'
REST
)
END
stop_guests_card

done_testing

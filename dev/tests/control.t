#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# x540ctl and the card's control socket: their output, and that no client of a socket can harm the card.
# dev/emulator/tests/ tests the effect of each command; power.t and faults.t do so in a guest.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"

ctl() { "$x540ctl" --card "$T/a" "$@"; }

# --- without a card

run "$x540ctl" --help
is "$status" 0 '--help succeeds'
like "$out" '^usage: x540ctl' 'and explains the usage'
help=$out
run "$x540ctl" status
like "$status:$err" '^1:x540ctl: a command and --card DIR are required' 'no card is named'
run "$x540ctl" --card "$T/none" status
like "$status:$err" "^1:.*$T/none/control.sock: No such file.*is a card running there" 'a card that does not exist'

# --- with one

start_card a
run ctl
like "$status:$err" '^1:.*a command' 'no command is named'
run ctl status
is "$status" 0 'status succeeds'
for line in 'relay +bypass' 'mode +auto' 'rules +main_on=normal main_off=bypass' \
	'power +main=no aux=yes' 'port 1 +host=no link=off wire=sink plugged=yes peer=yes' 'faults +-'; do
	like "$out" "^$line" "it says: $line"
done
run ctl --json counters
like "$out" '^\{"controller":\{"frames":0,.*"wire":\[\{"in":0,.*\}\]\}$' 'counters, in JSON'
run ctl counters
like "$out" '^controller +frames=0 malformed=0 .*shortest_gap_us=- .*eeprom_commits=0$' 'and as text'
for name in $(ctl faults | sed -n 's/^fault.* name=\([^ ]*\).*/\1/p'); do
	like "$help" "^  (.*, )?${name}[ ,]" "--help has fault $name"
done
ctl controller slots 44
for name in $(ctl controller | sed -n 's/^setting.* name=\([^ ]*\).*/\1/p'); do
	for text in "$help" "$("$card" --help)"; do
		like "$text" "^  $name=.*\(U[0-9]" "--help has setting $name"
	done
done
like "$(ctl controller)" '^setting 0 +name=slots value=44 initial=43 range=43..44 unknown=1 kept=yes' \
	'a setting of the controller, as text'
run ctl controller slots 45
like "$status:$err" '^1:x540ctl: slots must be 43..44, not .45' 'a wrong value is refused with the range'
run ctl fault bit-errors on 1
like "$status:$err" '^1:x540ctl: bit-errors .one in. must be from 2 to 1000000' 'the message names the range'
run ctl --json boo
is "$status:$out" "1:{\"error\":\"unknown command 'boo'\"}" 'an error in JSON too'
run ctl "press
status"
like "$status:$err" '^1:.*a command is one line' 'a command is one line'
ctl aux off
like "$(ctl status)" '^power +main=no aux=no' 'aux off'
ctl press
like "$(ctl status)" '^relay +bypass' 'press has no effect without power'
ctl aux on
ctl press
like "$(ctl status)" '^relay +normal' 'with power, press moves the relays'
ctl wire 0 unplug
like "$(ctl status)" '^port 0 .*plugged=no peer=no' 'wire 0 unplug'
ctl fault sdo-low on
like "$(ctl status)" '^faults +sdo-low$' 'fault sdo-low on'

# --- malicious clients

# client PERL: runs it with $s connected to the control socket.
# shellcheck disable=SC2016 # it is Perl
client() {
	timeout 20 perl -MIO::Socket::UNIX -e '
		sub card { IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!" }
		$SIG{PIPE} = "IGNORE";
		my $s = card();'"$1" "$T/a/control.sock"
}
# shellcheck disable=SC2317 # called by check
answers() { timeout 5 "$x540ctl" --card "$T/a" status >/dev/null; }

# shellcheck disable=SC2016
{
	# print $s to a socket buffers; syswrite does not.
	out=$(client 'syswrite($s, "sta"); select(undef, undef, undef, 0.2);
		syswrite($s, "tus\ncounters\nboo\n"); print scalar <$s> for 1..3;')
	is "$(echo "$out" | grep -c '^{.*}$')" 3 'three lines get three answers, however they come'
	check 'twenty clients that come and go do not disturb one that stays' client '
		for (1..20) { my $c = card(); print $c "status\n"; $c->flush; readline $c }
		print $s "status\n"; $s->flush; exit !readline $s;'
	check 'clients that send nothing' client 'my @all = map { card() } 1..30; sleep 1; exit !`'"$x540ctl --card $T/a status"'`;'
	check 'a line that is too long' client 'syswrite($s, "x" x 4096); exit !(!defined(readline $s));'
	check 'a client that sends nothing and closes' client 'shutdown($s, 1); exit !(!defined(readline $s));'
	# It stops when the card reads no more: requests are not queued without limit.
	out=$(client '$s->blocking(0); my $n = 0; my $idle = 0;
		while ($idle < 20) {
			my $w = syswrite($s, "status\n" x 100);
			if ($w) { $n += $w; $idle = 0 } else { $idle++; select(undef, undef, undef, 0.05) }
			last if $n > 1e8;
		}
		print $n < 1e8 ? "bounded" : "taken"; ')
	is "$out" bounded 'a client that does not read its answers is no longer served'
	check 'bytes that are not text' client 'syswrite($s, join("", map { chr } 0..255)); exit !(readline($s) =~ /error/)'
}
# shellcheck disable=SC2016
check 'a client of a vfio-user socket that sends nothing' perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Peer => "$ARGV[0]/function0.sock") or die "connect: $!";
	exit !!system("timeout", 5, $ARGV[1], "--card", $ARGV[0], "status");' "$T/a" "$x540ctl"
check 'the card answers after all that' answers
check 'and is the same process' kill -0 "$pid"
stop_card "$pid"
is "$(ls "$T/a")" "$(printf 'log\nready\nstate.json\nstate.json.lock')" 'it removes its sockets'

# --- what lasts

start_card a
like "$(ctl status)" '^relay +normal' 'the relays stay where they were'
like "$(ctl status)" '^faults +-' 'faults do not survive a restart'
like "$(ctl controller)" '^setting 0 .*value=44' 'a setting that is kept does'
ctl aux off
stop_card "$pid"
start_card a
like "$(ctl status)" '^power +main=no aux=yes' 'a card that is started has auxiliary power'

# --- hosts that are killed

# host PERL: runs it with attach(), which connects to a function's socket as QEMU does, and
# read_register(), which sends a request, and answer(), which waits for what comes.
# shellcheck disable=SC2016,SC2317 # it is Perl, called by check
host() {
	timeout 20 perl -MIO::Socket::UNIX -e '
		sub ask { my ($s, $command, $body) = @_;
			syswrite($s, pack("SSLLL", 1, $command, 16 + length $body, 0, 0) . $body) }
		sub answer { sysread($_[0], my $answer, 4096) }
		sub read_register { ask($_[0], 9, pack("QLL", 8, 0, 4)) }
		sub attach {
			my $s = IO::Socket::UNIX->new(Peer => "$ARGV[0]/function$_[0].sock") or die "connect: $!";
			ask($s, 1, pack("SSZ*", 0, 1, "{}"));
			answer($s) or die "no greeting";
			return $s;
		}'"$1" "$T/a" "$x540ctl"
}
# shellcheck disable=SC2317 # called by within
no_main_power() { ctl status | grep -q '^power  *main=no'; }

# shellcheck disable=SC2016
{
	check 'an attached host has main power' host 'my $s = attach(0);
		exit `$ARGV[1] --card $ARGV[0] status` !~ /^power +main=yes/m;'
	check 'twenty hosts that do not wait for the answer' host '
		for my $n (1..20) { my $s = attach($n % 2); read_register($s) for 1..$n; close $s }'
	check 'the card notices that they are gone' within 5 no_main_power
	check 'and serves the next one' host 'my $s = attach(0); read_register($s); exit !answer($s)'
}

# --- a command that is not UTF-8, and a card that is stopped, with as many clients waiting as can

run ctl --json "$(printf 'no\377ne')"
like "$out" "unknown command 'no\\?ne'" 'an answer is valid UTF-8, whatever the command was'
kill -s STOP "$pid"
# shellcheck disable=SC2016 # it is Perl
perl -MIO::Socket::UNIX -MSocket -e '
	for (1..40) {
		socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
		fcntl($s, 4, 04000); # O_NONBLOCK
		connect($s, pack_sockaddr_un("$ARGV[0]/control.sock"));
		push @s, $s;
	}
	sleep 60' "$T/a" &
crowd=$!
started="$started $crowd"
sleep 2
run timeout 30 "$x540ctl" --card "$T/a" status
like "$status:$err" '^1:.*the card does not answer' 'x540ctl gives up on a card that is stopped'
kill -s CONT "$pid"
kill "$crowd"
stop_card "$pid"

# --- settings on the command line

start_card b --controller version=255,commit-ms=300
like "$("$x540ctl" --card "$T/b" controller)" '^setting 1 .*name=commit-ms value=300' '--controller has an effect'
stop_card "$pid"
start_card b
like "$("$x540ctl" --card "$T/b" controller)" '^setting 1 .*name=commit-ms value=20' 'it does not survive a restart'
like "$("$x540ctl" --card "$T/b" controller)" 'name=version value=255' 'a setting that is kept does'
stop_card "$pid"
run "$card" --socket-dir "$T" --state "$T/b/state.json" --controller commit-ms=300,slots=45
like "$status:$err" '^1:x540-t2bp: --controller commit-ms=300,slots=45: slots must be 43..44' 'the message names the range'
done_testing

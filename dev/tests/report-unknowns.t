#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The procedures of card-report (dev/report/guest), on a simulated bus to the emulated card's controller:
# for each setting of --controller the report has the value that was set, and the card is restored.
# report.t tests the same in the guest, for a few settings.
set -eu
. "$(dirname "$0")/tap.sh"

BUILD=${BUILD:-$ROOT/build}
report=$ROOT/dev/report
card=$BUILD/emulator/x540-t2bp
[ -x "$card" ] || { echo "Bail out! no $card: run 'make build-emulator' first"; exit 1; }

# All of the program except its access to the card and the clock.
guest=$(find "$report/guest" -name '*.c' ! -name card.c ! -name clock.c)
# shellcheck disable=SC2086 # a list
run gcc -std=gnu11 -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
	-I "$report/guest" -I "$ROOT/dev/emulator" -o "$T/card-report" $guest "$report/tests/simulated.c" \
	"$ROOT"/dev/emulator/controller/bypass*.c "$ROOT/dev/emulator/controller/serial.c" \
	"$ROOT/dev/emulator/base/util.c"
is "$status:$err" 0: 'the program builds on a simulated card'

# run_study CONTROLLER ARGUMENT...: sets status, and err to the messages.
run_study() {
	export CONTROLLER="$1"
	shift
	status=0
	yes kept | "$T/card-report" "$@" >"$T/lines" 2>"$T/err" || status=$?
	err=$(cat "$T/err")
}
# study CONTROLLER ARGUMENT...: the same, and sets out to the report's JSON.
study() {
	run_study "$@"
	grep '^{' "$T/lines" >"$T/records" || :
	out=$(jq -n --arg card emulated --argjson wrote 1 --argjson status "$status" \
		-f "$report/report.jq" "$T/records")
}
found() { printf '%s\n' "$out" | jq -r --arg name "$1" '.controller[$name] // "(nothing)"'; }
of_verdict() { printf '%s\n' "$out" | jq -r --arg verdict "$1" '[.unknowns[] | select(.verdict == $verdict).setting] | join(" ")'; }
was_put_back() { # NAME
	is "$status:$(tail -n 2 "$T/lines" | head -n 1)" 0:restored "$1: it completes"
	like "$err" 'simulated: ctl0=0x42a60 state=normal' "$1: and restores the card"
}

# --- the table is that of the emulated card

"$card" --help | sed -n 's/^  \([a-z-]*\)=[^ ]*  (\(U[0-9]*\), \([^,)]*\).*/\2 \1 \3/p' >"$T/settings"
study '' --write
printf '%s\n' "$out" | jq -r '.unknowns[] | "U\(.number) \(.setting) \(.assumed)"' >"$T/unknowns"
is "$(cat "$T/unknowns")" "$(cat "$T/settings")" 'each setting of the card is a row, and its assumed value is the default of the card'
is "$(cut -d ' ' -f 1 "$T/unknowns" | sort -u | wc -l)" 21 'the rows are U1 to U21'

# --- a card as assumed

is "$(of_verdict differs)" '' 'nothing differs'
is "$(of_verdict 'could not tell')" 'commit-writes boot-ms' 'and only two values cannot be told'
was_put_back 'the assumed card'
is "$(printf '%s\n' "$out" | jq .line.early_edges)" 0 'no edge was early'
is "$(printf '%s\n' "$out" | jq -c '[.periods[] | select(.expired and .from_ms <= .nominal_ms and .to_ms >= .nominal_ms and .to_ms - .from_ms < 200)] | length')" 8 \
	'each of the eight periods is measured'
is "$(printf '%s\n' "$out" | jq -c '.byte_write | [.taken, .put_back]')" '[true,true]' 'a byte of the EEPROM is written and restored'
is "$(printf '%s\n' "$out" | jq -r '.eeprom.bytes | length')" 512 'the EEPROM is read'
is "$(printf '%s\n' "$out" | jq -c '.log')" '[{"slot":0,"event":"main on","action":"normal","time":0,"time_valid":false,"head":true,"unread":true}]' 'and the log in it'

# Counted on the controller's bus: only the measurements of U12 and U19 send invalid frames.
study '' --write pages eeprom byte periods links u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 u13 u14 u15 u16 u17 u18 u20 u21
like "$err" 'malformed=0 aborted=0 fast=0 ' 'without U12 and U19, no frame is malformed, cut or too fast'

# --- reading only

study ''
is "$status:$(printf '%s\n' "$out" | jq -r '[.unknowns[] | select(.figure == "only with WRITE=1")] | length')" 0:13 \
	'values that need a write are not measured without WRITE=1'
is "$(grep -c '^[a-z]' "$T/lines" || :)" 0 'no settings are saved'
like "$err" 'page0_writes=0 page1_writes=0 ' 'and pages 0 and 1 are not written'

# --- each setting

# differs LIST [NAME=VALUE...]: the report has these values, or those of LIST; numbers within 5.
differs() {
	list=$1
	shift
	[ $# -gt 0 ] || {
		# shellcheck disable=SC2046 # a list
		set -- $(echo "$list" | tr , ' ')
	}
	study "$list" --write
	for setting; do
		want=${setting#*=} got=$(found "${setting%%=*}")
		case $want in
		*[!0-9]*) ;;
		*) case $got in
			*[!0-9]*) ;;
			*) [ $((got - want)) -gt 5 ] || [ $((want - got)) -gt 5 ] || got=$want ;;
			esac ;;
		esac
		is "$got" "$want" "$list: says $setting"
	done
	is "$(of_verdict differs | wc -w)" $# "$list: and nothing else differs"
	was_put_back "$list"
}

for list in slots=44 commit-ms=0 commit-ms=100 commit-ms=300 commit-ms=900 commit-ms=1500 \
	commit-reads=new commit-reads=zeros commit-reads=ones commit-writes=dropped,commit-ms=300 \
	state-delay-ms=500 mode-reads=zero expiry-enable=stays enable-restarts=yes pet-reads=stays clock=runs \
	clock-valid-ms=300 eeprom-ms=20 eeprom-ms=150 eeprom-ms=400 cut-frame=counts-on frame-timeout-ms=50 \
	reserved=1 empty-log=ones empty-head=first version=0 version=255 manual-actions=unlogged \
	manual-actions=taken fast-edges=taken eeprom-offset=asked eeprom-offset=zero eeprom-offset=ones \
	write-status=zeros write-status=ones write-status=echo \
	commit-reads=new,commit-ms=300 \
	commit-reads=zeros,commit-ms=900 \
	slots=44,commit-ms=1500,commit-writes=dropped,eeprom-ms=400 \
	mode-reads=zero,commit-writes=dropped,commit-ms=300,state-delay-ms=500 \
	expiry-enable=stays,enable-restarts=yes,manual-actions=unlogged \
	cut-frame=counts-on,frame-timeout-ms=50,fast-edges=taken \
	eeprom-offset=zero,eeprom-ms=400,write-status=echo,reserved=1,clock=runs \
	slots=44,commit-ms=1500,commit-reads=new,commit-writes=dropped,state-delay-ms=500,mode-reads=zero,eeprom-ms=400,reserved=1; do
	differs "$list"
done

# The report has only the time since it started, which includes the first frames.
study boot-ms=5000 --write
is "$(($(found boot-ms) / 400))" 12 'boot-ms=5000: has the time without an answer'
study boot-ms=60000
is "$status:$(printf '%s\n' "$out" | jq -c '.no_answer != null')" 3:true 'a controller that does not answer: says so'

# This needs an empty log. A card with a forced mode does not log its power-on.
study empty-head=none,manual-actions=unlogged u16
is "$(found empty-head)" last 'empty-head=none: looks like "last" when there is an entry'

# --- nothing is written before the host has saved the settings

export CONTROLLER=
"$T/card-report" --write u2 </dev/null >"$T/lines" 2>"$T/err" && status=0 || status=$?
is "$status" 1 'a host that does not confirm: the run ends'
like "$(cat "$T/err")" 'nothing is written' 'with a message'
like "$(grep '^saved' "$T/lines")" '^saved ctl0=0x00042a64 ctl1=0x00000000$' 'after it got the settings'

# --- killed at any moment: the saved settings restore the card

export IMAGE="$T/image"
for list in '' cut-frame=counts-on commit-ms=900,commit-writes=dropped,state-delay-ms=500; do
	lost='' deaths=0
	for seconds in 1 2.03 4.4 6.21 9 $(seq 12.07 9.3 330); do
		rm -f "$IMAGE"
		export KILLED_AFTER="$seconds"
		run_study "$list" --write byte periods u1 u2 u5 u7 u8 u9 u10 u12 u18
		unset KILLED_AFTER
		[ "$status" -ne 0 ] || continue
		kept=$(sed -n 's/^saved //p' "$T/lines" | tail -n 1)
		[ -n "$kept" ] || continue
		deaths=$((deaths + 1))
		byte=$(echo "$kept" | sed -n 's/.*byte=0x13:0x//p')
		run_study "$list" --put-back "$kept" byte
		case $status:$err in
		0:*'simulated: ctl0=0x42a60 state=normal'*) ;;
		*) lost="$lost $seconds" ;;
		esac
		# After the events of the boot, this entry is no longer the newest: bit 2.
		now=$(printf '%s\n' "$err" | sed -n 's/^eeprom=.\{38\}\(..\).*/\1/p')
		[ -z "$byte" ] || [ $(((0x$byte ^ 0x$now) & ~4)) -eq 0 ] || lost="$lost $seconds:$byte-$now"
	done
	is "$lost" '' "killed at $deaths moments${list:+, with $list}: the card is restored"
	[ "$deaths" -ge 15 ]
	ok $? 'enough moments were tried'
done
unset IMAGE

# --- settings of an earlier run are restored

study '' --put-back 'ctl0=0x00061ba8 ctl1=0x02000005' pages
is "$status:$(grep -c '^restored$' "$T/lines")" 0:1 'the settings of an earlier run are restored'
like "$err" 'ctl0=0x61ba0 state=bypass' 'actions and relays are restored, and the watchdog is off'
study '' --put-back 'ctl0=0x00067ba8 ctl1=0x00000000 byte=0x13:0x14' pages
like "$status:$err" 'ctl0=0x63ba0 state=bypass' 'even if it was on'
is "$(printf '%s\n' "$out" | jq -c '.log')" null 'the part pages reads only the pages'
for bad in '' 'ctl0=0' 'ctl0=0x00042a60 ctl1=0' 'rm -rf' 'ctl0=0x42a64 ctl1=0 byte=0x100:0'; do
	study '' --put-back "$bad" pages
	is "$status" 4 "'$bad' is not what an earlier run saved"
	like "$err" 'page0_writes=0 ' 'and nothing is written'
done
study '' u22
is "$status" 2 'an unknown part is refused'

done_testing

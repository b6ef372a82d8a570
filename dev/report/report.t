#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make card-report from end to end: in a guest, on emulated cards that behave differently. It measures
# their settings, restores the card however the run ends, and the report contains nothing private.
# CONTROLLERS=all measures each setting, which takes an hour.
# shellcheck disable=SC2317 # functions that others call
set -eu
. "$(dirname "$0")/../tests/tap.sh"
. "$(dirname "$0")/../tests/cards.sh"

unset CMD APPEND MEM SMP FORCE CARD TIMEOUT CARD_DIR WIRE0 WIRE1 CONTROLLER LIKE QMP WRITE YES PART OUT
export TMPDIR="$T" NIC=emulated VARDIR="$T/var" OUT="$T/report/card"

# report [NAME=VALUE...]: sets status, out, err, and json to the report.
report() {
	rm -f "$OUT.json" "$OUT.txt"
	run env "$@" "$ROOT/dev/report/run"
	json=$(cat "$OUT.json" 2>/dev/null || :)
}
get() { printf '%s\n' "$json" | jq -r "$1"; }
rules() { "$x540ctl" --card "$1" status | grep -E '^(relay|mode|rules|watchdog)'; }

# start_like NAME OPTION...: a card with its sockets in $T/NAME, as CARD.
start_like() {
	start_card "$@"
	like_pid=$pid
	export CARD="$T/$1"
}

# --- reading only: the whole report

start_like plain
like "$(rules "$CARD")" . 'the settings of the card can be read'
# Without the 256 bytes of the EEPROM, which take minutes: report-unknowns.t has them.
report PART='u1 u10 u11 u14 u15 u16 u17 driver'
is "$status" 0 'a report is written'
unlike "$err" '[Ww]arning|rror|real-time|mlock' 'without an error message'
is "$(get '[.report, .version, .card, .measured, .complete] | map(tostring) | join(" ")')" \
	'x540-t2bp 1 emulated false true' 'it has its type, version and kind'
is "$(get '[.pci | .vendor, .device, .subsystem_vendor, .revision, .lanes_max, .generation_max] | map(tostring) | join(" ")')" \
	'0x8086 0x155c 0x8086 0x01 8 2' 'it has the PCI IDs and the link'
is "$(get '.pages | [.state, .main_off, .watchdog, .watchdog_enabled] | map(tostring) | join(" ")')" \
	'normal bypass bypass false' 'and the fields of the pages'
is "$(get '[.frame.least_ms >= 132, .frame.least_ms < 400, .line.early_edges] | map(tostring) | join(" ")')" \
	'true true 0' 'a frame takes at least its minimum, and no edge was early'
is "$(get '.controller | [.["eeprom-ms"], .version, .reserved, .["empty-log"]] | join(" ")')" '100 1 0 zeros' \
	'and the values that can be read'
is "$(get '[.driver.bypass, .driver.ports, (.driver_reads | length)] | map(tostring) | join(" ")')" 'true 2 10' \
	'and ten reads of the state by the driver'
is "$(get '[.driver_files[] | select(.name == "state" or .name == "version").value] | join(" ")')" 'normal 1' \
	'and the contents of the files in bypass/'
like "$(get '.kernel_log[]')" ixgbe 'and the kernel log'
is "$(cat "$OUT.txt")" "$out" 'the text is printed and stored'
like "$out" '^U1  could not tell slots=\?' 'a value that was not measured is marked'
like "$out" 'U14 ms of silence' 'tests for the owner are listed'
is "$(grep -ciE '([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|02155c|PBA No' "$OUT.json" "$OUT.txt" | cut -d : -f 2 | paste -sd +)" 0+0 \
	'it contains no MAC address or serial number'
is "$(grep -cF "$(uname -n)" "$OUT.json")" 0 'and no name of this host'
check 'no saved settings are left' [ ! -e "$CARD/report-saved" ]
counters=$("$x540ctl" --card "$CARD" --json counters)
is "$(printf '%s\n' "$counters" | jq -r '.controller | [.malformed, .aborted, .fast] | map(tostring) | join(" ")')" '0 0 0' \
	'the controller saw no bad frame'

# --- permission to write

report WRITE=1 PART=u2
is "$status" 1 'WRITE=1 without a terminal is refused'
like "$err" 'the relays move' 'after an explanation of the effects'
like "$err" 'set YES=1' 'with the remedy'
is "$json" '' 'and no report is written'

for bad in 'WRITE=yes' 'YES=maybe' 'PART=u22' 'PART=u1 colour'; do
	report "$bad"
	is "$status:$json" 1: "$bad is refused"
done
report NIC=bogus
is "$status" 1 'so is an invalid NIC'
report NIC=ff:00.0 PART=u17
is "$status:$json" 1: 'and a missing card'
like "$err" 'no PCI device 0000:ff:00.0' 'with its full address'
like "$err" 'no report was written' 'without a report'

# --- the card is restored, however the run ends

# The actions differ from those of a new card.
# shellcheck disable=SC2016 # the guest's
CMD='b=/sys/class/net/eth0/bypass
	for _ in $(seq 30); do [ -d $b ] && break; sleep 1; done
	echo isolate >$b/main_off_action && echo ignore >$b/watchdog_action' run "$ROOT/dev/run-virt.sh"
is "$status:$err" 0: 'the driver changes the settings'
before=$(rules "$CARD")
like "$before" isolate 'the card has the new settings'

# start_report: starts a report in the background, and waits until it writes to the card.
start_report() {
	rm -f "$T/report.err"
	endable env WRITE=1 YES=1 PART="u18 u8 periods" "$ROOT/dev/report/run" >"$T/report.out" 2>"$T/report.err" </dev/null &
	reporter=$!
	started="$started $reporter"
	within 400 writes
	ok $? "$1: it writes to the card"
	sleep 4
	check "$1: it has saved the settings" [ -s "$CARD/report-saved" ]
}
writes() { grep -q 'how long a write' "$T/report.err"; }
guests() { pgrep -f "qemu.*$CARD/function0.sock" || [ $? -eq 1 ]; }
# Its timeout has the name of the card in its arguments too.
kill_guest() {
	# shellcheck disable=SC2046 # a list
	kill -KILL $(guests)
}
is_as_before() {
	is "$(rules "$CARD")" "$before" "$1: the settings are restored"
	check "$1: no saved settings are left" [ ! -e "$CARD/report-saved" ]
}

start_report 'kill -9 of the virtual machine'
kill_guest
status=0
wait "$reporter" || status=$?
like "$status" '^[1-9]' 'kill -9 of the virtual machine: the run fails'
like "$(cat "$T/report.err")" 'a second boot restores' 'and a second boot restores the card'
is_as_before 'kill -9 of the virtual machine'

start_report 'Ctrl-C'
kill -INT "$reporter"
status=0
wait "$reporter" || status=$?
is "$status" 130 'Ctrl-C: status 130'
is_as_before 'Ctrl-C'

start_report 'kill -9 of the script'
kill -KILL "$reporter"
wait "$reporter" 2>/dev/null || :
gone() { [ -z "$(guests)" ]; }
within 60 gone
ok $? 'kill -9 of the script: the virtual machine ends'
check 'and the settings are still saved' [ -s "$CARD/report-saved" ]
report PART=u17
is "$status" 0 'the next run, which only reads, succeeds'
like "$err" 'an earlier report was interrupted' 'and says that it restores the settings'
is_as_before 'the next run'

echo 'ctl0=nonsense' >"$CARD/report-saved"
report PART=u17
is "$status" 1 'damaged settings are refused'
like "$err" 'report-saved is damaged' 'and named'
rm -f "$CARD/report-saved"
stop_card "$like_pid"

# --- other cards: the report has their settings

# Settings, and the parts that measure them.
table() {
	cat <<-'TABLE'
	slots=44                              u1
	commit-ms=0                           u2
	commit-ms=1500,commit-writes=dropped  u2 u3 u4
	commit-ms=300                         u2
	commit-ms=900,commit-reads=new        u2 u3
	commit-ms=1500                        u2
	commit-reads=new                      u3
	commit-reads=zeros                    u3
	commit-reads=ones                     u3
	commit-ms=300,state-delay-ms=500,expiry-enable=stays,cut-frame=counts-on  u2 u5 u7 u12
	state-delay-ms=500                    u5
	mode-reads=zero                       u6
	expiry-enable=stays                   u7
	enable-restarts=yes                   u8
	pet-reads=stays                       u9
	clock=runs                            u10
	clock-valid-ms=300                    u10
	eeprom-ms=20                          u11
	eeprom-ms=400                         u11
	cut-frame=counts-on                   u12
	frame-timeout-ms=200                  u13
	reserved=1                            u15
	empty-log=ones                        u16
	empty-head=first                      u16
	version=255                           u17
	manual-actions=unlogged               u18
	manual-actions=taken                  u18
	fast-edges=taken                      u19
	eeprom-offset=asked                   u20
	eeprom-offset=zero                    u20
	eeprom-offset=ones                    u20
	write-status=zeros                    u21
	write-status=ones                     u21
	write-status=echo                     u21
	TABLE
}
few='commit-ms=1500,commit-writes=dropped commit-ms=300,state-delay-ms=500,expiry-enable=stays,cut-frame=counts-on'
wanted() {
	table | while read -r list parts; do
		case " ${CONTROLLERS:-$few} " in
		' all ' | *" $list "*) echo "$list $parts" ;;
		esac
	done
}
# is_found NAME VALUE: a name, or a time within the measured limits, however busy the machine is.
is_found() {
	[ "$(get ".controller[\"$1\"]")" = "$2" ] && return
	case $2 in
	*[!0-9]*) return 1 ;;
	esac
	[ "$(get ".unknowns[] | select(.setting == \"$1\") | .from_ms - 5 <= $2 and .to_ms + 5 >= $2")" = true ]
}

wanted >"$T/wanted"
exec 6<"$T/wanted"
number=0
while read -r list parts <&6; do
	# A socket's path must be short, so it does not contain the list.
	number=$((number + 1))
	start_like "card$number" --controller "$list" 6<&-
	before=$(rules "$CARD")
	report WRITE=1 YES=1 PART="$parts" 6<&-
	is "$status" 0 "$list: the report is written"
	[ "$status" -eq 0 ] || diag "$err"
	for setting in $(echo "$list" | tr , ' '); do
		check "$list: $setting is found" is_found "${setting%%=*}" "${setting#*=}"
		diag "$(get ".unknowns[] | select(.setting == \"${setting%%=*}\") | .figure")"
	done
	after=$(rules "$CARD" 6<&-)
	# A card whose mode cannot be read, or reads late, must still end in auto.
	is "$after" "$before" "$list: the settings are restored"
	stop_card "$like_pid"
done

# --- a card that behaves like the card of a report

start_like seven --controller version=7
report PART=u17
is "$status:$(get .controller.version)" 0:7 'a report on a card of version 7'
stop_card "$like_pid"
unset CARD
LIKE="$OUT.json" CARD_STATE="$T/like.state" CMD='cat /sys/class/net/eth0/bypass/version' run "$ROOT/dev/run-virt.sh"
is "$status:$out" 0:7 'LIKE: the emulated card behaves like the card of the report'

done_testing

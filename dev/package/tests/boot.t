#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/package/boot/x540-bypass on simulated sysfs trees: what it writes to which card, in which order,
# and its messages for wrong settings and missing cards.
set -eu
. "$(dirname "$0")/../../tests/tap.sh"

boot=$ROOT/dev/package/boot
export SYSFS="$T/sys" X540_BYPASS_SETTINGS="$T/settings"
unset LC_ALL LANG

# x540-bypass writes by tee. This stub of it records the writes, and can fail as the driver does. The
# stub of systemctl knows the units in $T/active.
mkdir "$T/bin"
cat >"$T/bin/tee" <<'END'
#!/bin/sh
read -r value
echo "${1#"$SYSFS"/} $value" >>"$T/writes"
if [ -e "$1.fails" ]; then
	echo "tee: $1: $(cat "$1.fails")" >&2
	exit 1
fi
echo "$value" >"$1"
END
cat >"$T/bin/systemctl" <<'END'
#!/bin/sh
[ "$*" = "-q is-active $3" ] && grep -qxF "$3" "$T/active"
END
chmod +x "$T"/bin/*
PATH=$T/bin:$PATH
export T
: >"$T/active"

# card INTERFACE PCI-ADDRESS: a card with the settings of a new one.
card() {
	files=$SYSFS/bus/pci/devices/$2/net/$1/bypass
	mkdir -p "$files" "$SYSFS/class/net"
	ln -sfn "../../bus/pci/devices/$2/net/$1" "$SYSFS/class/net/$1"
	for file in main_on_action main_off_action aux_on_action aux_off_action watchdog_action; do
		echo ignore >"$files/$file"
	done
	echo normal >"$files/state"
	echo 0 >"$files/watchdog_timeout_ms"
}

# Two new cards and an interface without a bypass.
machine() {
	rm -rf "$SYSFS"
	card enp3s0f0 0000:03:00.0
	card enp4s0f0 0000:04:00.0
	mkdir -p "$SYSFS/bus/pci/devices/0000:03:00.1/net/enp3s0f1"
	ln -s ../../bus/pci/devices/0000:03:00.1/net/enp3s0f1 "$SYSFS/class/net/enp3s0f1"
	b=$SYSFS/class/net/enp3s0f0/bypass
}

settings() { cat >"$X540_BYPASS_SETTINGS"; }
bypass() {
	: >"$T/writes"
	run "$boot/x540-bypass" "$@"
	writes=$(sed -e 's,class/net/enp3s0f0/bypass/,,' "$T/writes" | paste -sd ';')
}

machine

# --- the settings of the package

cp "$boot/x540-bypass.default" "$X540_BYPASS_SETTINGS"
bypass check
is "$status:$out$err" 0: 'the settings of the package are valid'
sed 's/^#\([A-Z_]*=\)/\1/' "$boot/x540-bypass.default" >"$X540_BYPASS_SETTINGS"
bypass check
is "$status:$out$err" 0: 'also with all lines that are commented out'
is "$(grep -c '^[A-Z_]*=' "$X540_BYPASS_SETTINGS")" 9 'the file contains all settings'
cp "$boot/x540-bypass.default" "$X540_BYPASS_SETTINGS"
bypass ready enp3s0f0
is "$status:$err:$writes" 0:: 'a card in READY_STATE: nothing is written'
bypass down enp3s0f0
is "$status:$err:$writes" '0::state bypass' 'the host goes down: only DOWN_STATE'
bypass ready enp3s0f0
is "$status:$err:$writes" '0::state normal' 'the host is ready: only READY_STATE'

# --- all settings

settings <<'END'
# a comment
  # another
MAIN_ON_ACTION=bypass
MAIN_OFF_ACTION="normal"
	AUX_ON_ACTION='isolate'
AUX_OFF_ACTION=bypass   
WATCHDOG_ACTION=bypass

READY_STATE=isolate
DOWN_STATE=bypass
WATCHDOG_TIMEOUT_MS=8000
END
printf 'DOWN_STATE=normal\r\n# the last line has no end' >>"$X540_BYPASS_SETTINGS"
bypass ready enp3s0f0
is "$status:$err" 0: 'all settings, in all valid spellings'
is "$writes" 'main_on_action bypass;main_off_action normal;aux_on_action isolate;aux_off_action bypass;watchdog_action bypass;state isolate;watchdog_timeout_ms 8000' \
	'first the actions, then the state, then the watchdog'
bypass ready enp3s0f0
is "$status:$err:$writes" 0:: 'a second time: nothing is written'
bypass down enp3s0f0
is "$status:$err:$writes" '0::watchdog_timeout_ms 0;state normal' \
	'down: the watchdog is stopped first; of two settings the last is used'
is "$(cat "$SYSFS/class/net/enp4s0f0/bypass/"* | paste -sd ' ')" \
	'ignore ignore ignore ignore normal ignore 0' 'the other card is unchanged'

machine
settings <<'END'
MAIN_OFF_ACTION=bypass
END
bypass ready 0000:03:00.0
is "$status:$err:$(cat "$T/writes")" \
	'0::bus/pci/devices/0000:03:00.0/net/enp3s0f0/bypass/main_off_action bypass' 'a card by its PCI address'
bypass down enp3s0f0
is "$status:$err:$writes" 0:: 'no DOWN_STATE: nothing is written'
echo bypass >"$b/state"
bypass ready enp3s0f0
is "$status:$err:$writes" '0::state normal' 'no READY_STATE: normal is used'

# --- wrong settings

machine
settings <<'END'
MAIN_OFF_ACTION=bypas
MAIN_ON_ACTION=bypass
AUX_ON_ACTION=
WATCHDOG_TIMEOUT_MS=1000
MAIN_OF_ACTION=bypass
rubbish
READY_STATE=ignore
DOWN_STATE=bypass
watchdog_action=bypass
AUX_OFF_ACTION=normal # no comment
WATCHDOG_ACTION=*
export AUX_ON_ACTION=bypass
MAIN_OFF_ACTION=$(touch pwned)
READY_UNITS="nftables"
READY_STATE="normal bypass"
WATCHDOG_TIMEOUT_MS=0 1500
AUX_ON_ACTION = bypass
END
printf 'A\001B=\377\\n\n' >>"$X540_BYPASS_SETTINGS"
cd "$T"
bypass check
is "$status" 1 'wrong settings: fails'
is "$writes" '' 'check writes nothing'
for bad in '1: MAIN_OFF_ACTION=bypas: not one of: ignore normal bypass isolate' \
	'3: AUX_ON_ACTION=: not one of: ignore normal bypass isolate' \
	'4: WATCHDOG_TIMEOUT_MS=1000: not one of: 0 1500 2000 3000 4000 8000 16000 32000' \
	'5: MAIN_OF_ACTION=bypass: unknown setting MAIN_OF_ACTION' \
	'6: rubbish: not a setting, like READY_STATE=normal' \
	'7: READY_STATE=ignore: not one of: normal bypass isolate' \
	'9: watchdog_action=bypass: not a setting, like READY_STATE=normal' \
	'10: AUX_OFF_ACTION=normal # no comment: not one of: ignore normal bypass isolate' \
	'11: WATCHDOG_ACTION=*: not one of: ignore normal bypass isolate' \
	'12: export AUX_ON_ACTION=bypass: not a setting, like READY_STATE=normal' \
	"13: MAIN_OFF_ACTION=\$(touch pwned): not one of: ignore normal bypass isolate" \
	'14: READY_UNITS=nftables: not a list of units like nftables.service' \
	'15: READY_STATE=normal bypass: not one of: normal bypass isolate' \
	'16: WATCHDOG_TIMEOUT_MS=0 1500: not one of: 0 1500 2000 3000 4000 8000 16000 32000' \
	'17: AUX_ON_ACTION = bypass: not a setting, like READY_STATE=normal'; do
	printf '%s\n' "$err" | grep -qxF "x540-bypass: $X540_BYPASS_SETTINGS:$bad" && said=0 || said=1
	ok "$said" "says: ${bad#*: }"
done
like "$err" ':18: ' 'a line with bytes that are not text is named too'
is "$(printf '%s\n' "$err" | grep -c .)" 16 'and nothing else'
is "$(find . -name pwned)" '' 'no setting is executed'
echo isolate >"$b/state"
bypass ready enp3s0f0
is "$status:$writes" '1:main_on_action bypass' 'the valid setting is written, and a wrong READY_STATE does not become normal'
bypass down enp3s0f0
is "$status:$writes" '1:state bypass' 'so is DOWN_STATE'
is "$(printf '%s\n' "$err" | sed 's/^[^=]*: //; s/=.*//' | paste -sd ' ')" 'WATCHDOG_TIMEOUT_MS WATCHDOG_TIMEOUT_MS' \
	'down reports the wrong settings that it would need, and no others'

settings <<'END'
MAIN_OFF_ACTION=bypas
DOWN_STATE=bypas
END
bypass down enp3s0f0
is "$status:$writes" 1: 'a wrong DOWN_STATE: down fails, and writes nothing'
is "$err" "x540-bypass: $X540_BYPASS_SETTINGS:2: DOWN_STATE=bypas: not one of: normal bypass isolate" \
	'and names it, as it may be newer than the last ready'

# --- no settings

rm "$X540_BYPASS_SETTINGS"
for command in check 'ready enp3s0f0' 'down enp3s0f0'; do
	# shellcheck disable=SC2086 # words
	bypass $command
	is "$status:$writes" 1: "$command without a file of settings: fails, and writes nothing"
	like "$err" "^x540-bypass: $T/settings cannot be read.*=--force-confmiss" \
		'and names the file, and how dpkg installs it again'
done
mkdir "$X540_BYPASS_SETTINGS"
bypass ready enp3s0f0
is "$status:$writes" 1: 'a folder instead of the file: fails, and writes nothing'
rmdir "$X540_BYPASS_SETTINGS"

# --- missing cards

settings <<'END'
DOWN_STATE=bypass
END
for absent in enp9s0f0 enp3s0f1 0000:09:00.0; do
	bypass ready "$absent"
	is "$status:$writes" 1: "$absent, which has no bypass: fails, and writes nothing"
	like "$err" "no bypass at $absent\. Cards that have one: enp3s0f0 enp4s0f0\." 'and names the cards that have one'
	is "$(printf '%s\n' "$err" | grep -c .)" 1 'in one line'
	bypass down "$absent"
	is "$status:$err:$writes" 0:: 'down does nothing, without a message'
done
card wan-0 0000:05:00.0
bypass ready wan-0
is "$status:$err" 0: 'an interface with a "-" in its name'
bypass ready wan/0
like "$err" 'systemctl disable x540-bypass@wan-0; systemctl enable .x540-bypass@wan\\x2d0.$' \
	'the name of its unit, without the \x2d: fails, and names the right one'
bypass ready lan-1
like "$err" 'systemctl disable .x540-bypass@lan\\x2d1.$' 'one that is absent: its unit is named'
rm -rf "$SYSFS"
bypass ready enp3s0f0
is "$status:$writes" 1: 'no interface: fails'
like "$err" 'Cards that have one: none\.' 'with a message'

# --- a card that does not accept a value

machine
settings <<'END'
MAIN_ON_ACTION=bypass
MAIN_OFF_ACTION=bypass
READY_STATE=isolate
DOWN_STATE=bypass
WATCHDOG_TIMEOUT_MS=8000
END
echo 'Input/output error' >"$b/main_on_action.fails"
echo 'Device or resource busy' >"$b/watchdog_timeout_ms.fails"
bypass ready enp3s0f0
is "$status:$writes" '1:main_on_action bypass;main_off_action bypass;state isolate;watchdog_timeout_ms 8000' \
	'a value that the card does not accept: fails, after the others are written'
like "$err" '^x540-bypass: bypass cannot be written to .*/bypass/main_on_action: Input/output error$' 'names the value, the file and the reason'
like "$err" '8000 cannot be written .*: Device or resource busy: a daemon has opened the watchdog' 'names the daemon as the reason for EBUSY'
is "$(printf '%s\n' "$err" | grep -c .)" 2 'each error is reported once'
bypass down enp3s0f0
is "$status:$writes" '0:state bypass' 'down: a watchdog that does not run is not stopped'

# --- units

machine
settings <<'END'
MAIN_OFF_ACTION=bypass
READY_STATE=isolate
READY_UNITS="nftables.service lan\x2d0.device"
END
echo nftables.service >"$T/active"
bypass ready enp3s0f0
is "$status:$writes" '1:main_off_action bypass' 'a unit of READY_UNITS is not active: the state is not written'
like "$err" '^x540-bypass: lan\\x2d0.device of READY_UNITS is not active, .* systemctl status lan' 'and the unit is named'
printf '%s\n' 'lan\x2d0.device' >>"$T/active"
bypass ready enp3s0f0
is "$status:$err:$writes" '0::state isolate' 'all are active: it is written'

ln -s "$boot/x540-bypass" "$T/x540-bypass-generator"
generate() {
	rm -rf "$T/units"
	mkdir "$T/units"
	run "$T/x540-bypass-generator" "$T/units" "$T/units" "$T/units"
	made=$(cd "$T/units" && find . -type f | sort | paste -sd ' ')
}
generate
is "$status:$err:$made" '0::./x540-bypass-down@.service.d/ready-units.conf ./x540-bypass@.service.d/ready-units.conf' \
	'the generator: something for both units'
is "$(cat "$T"/units/*@.service.d/ready-units.conf | sort -u | paste -sd ' ')" \
	'After=nftables.service lan\x2d0.device [Unit]' 'which puts them after READY_UNITS'
for units in 'READY_UNITS=nftables' 'READY_UNITS="a.service;b.service"' 'READY_UNITS=/etc/x.service' ''; do
	printf '%s\nRUBBISH\n' "$units" >"$X540_BYPASS_SETTINGS"
	generate
	is "$status:$err:$made" 0:: "the generator with '$units': writes nothing"
done
rm "$X540_BYPASS_SETTINGS"
generate
is "$status:$err:$made" 0:: 'and without settings'

# --- arguments

bypass --help
is "$status:$err" 0: '--help'
like "$out" '^Usage: x540-bypass check' 'prints the usage'
for words in '' 'ready' 'down' 'ready a b' 'check x' 'go enp3s0f0'; do
	# shellcheck disable=SC2086 # words
	bypass $words
	is "$status:$out" 2: "'$words' is refused"
	like "$err" '^Usage: x540-bypass check' 'with the usage'
done

done_testing

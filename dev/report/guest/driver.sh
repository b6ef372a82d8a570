#!/bin/sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: card-report-driver [write]
#
# In the guest: reads the card by the driver. Prints records, as card-report does. With "write" the
# driver also moves the relays while the script watches the links. The host saves the settings first,
# and card-report restores them.
set -u
# shellcheck source=dev/tests/within.sh
. /lib/within.sh

# text VALUE: as a JSON string, without addresses.
text() {
	printf '"%s"' "$(printf '%s' "$1" | tr '\n\t' '; ' | tr -cd ' -~' |
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' \
			-e 's/[0-9a-fA-F][0-9a-fA-F]\(:[0-9a-fA-F][0-9a-fA-F]\)\{5\}/(address)/g')"
}
say() { echo "card-report: $*" >&2; }
# In milliseconds, with a resolution of 10 ms.
now_ms() {
	read -r up _ </proc/uptime
	echo "$((${up%.*} * 1000 + 1${up#*.} * 10 - 1000))"
}
carrier() { cat "/sys/class/net/$1/carrier" 2>/dev/null; }

kernel_log() {
	dmesg | grep -E 'ixgbe|bypass' | grep -v -e 'PBA No' -e 'Command line' -e 'Copyright' | while read -r line; do
		echo "{\"kernel_log\":{\"line\":$(text "$line")}}"
	done
}

find_ports() {
	ports='' with_bypass=''
	for port in /sys/class/net/*/device; do
		[ -e "$port" ] || continue
		port=${port%/device}
		port=${port##*/}
		ports="$ports $port"
		[ ! -d "/sys/class/net/$port/bypass" ] || with_bypass=$port
	done
	[ -n "$with_bypass" ]
}

# Each file that can be read, as text.
files() {
	for file in "$b"/*; do
		[ -f "$file" ] || continue
		name=${file##*/}
		case $(stat -c %a "$file") in
		2??) continue ;;
		esac
		if value=$(cat "$file" 2>&1); then
			echo "{\"file\":{\"name\":\"$name\",\"value\":$(text "$value")}}"
		else
			echo "{\"file\":{\"name\":\"$name\",\"error\":$(text "$value")}}"
		fi
	done
}

counters() {
	for port in $ports; do
		for file in "/sys/class/net/$port/statistics"/*; do
			value=$(cat "$file")
			[ "$value" = 0 ] ||
				echo "{\"counter\":{\"port\":\"$port\",\"name\":\"${file##*/}\",\"value\":$value}}"
		done
	done
}

links_are() {
	for port in $had; do
		[ "$(carrier "$port")" = "$1" ] || return 1
	done
}

# move STATE CARRIER: writes it, and waits for the links to follow.
move() {
	begun=$(now_ms)
	echo "$1" >"$b/state" || return 1
	written=$(($(now_ms) - begun))
	followed=null
	! within 15 links_are "$2" || followed=$(($(now_ms) - begun))
	echo "{\"driver_links\":{\"state\":\"$1\",\"write_ms\":$written,\"links\":$2,\"after_ms\":$followed}}"
}

# The current values of the settings that card-report can restore.
settings() {
	card-report pages 2>/dev/null |
		sed -n 's/.*"ctl0":"\([^"]*\)","ctl1":"\([^"]*\)".*/ctl0=\1 ctl1=\2/p'
}

relays() {
	had=
	echo normal >"$b/state"
	for port in $ports; do
		! within 15 test "$(carrier "$port")" = 1 || had="$had $port"
	done
	echo "{\"driver_links\":{\"state\":\"normal\",\"ports_with_link\":$(text "${had# }")}}"
	[ -n "$had" ] || return 0
	for state in bypass isolate; do
		say "the effect of $state on the links, with the driver"
		move $state 0 && move normal 1
	done
}

if [ "${1-}" = write ]; then
	before=$(settings)
	echo "saved $before"
	read -r kept
	[ "$kept" = kept ] || exit 1
fi

say "loading the driver"
begun=$(now_ms)
modprobe ixgbe
for dir in /sys/class/net/*/device; do
	[ ! -e "$dir" ] || ip link set "$(basename "${dir%/device}")" up
done
within 20 find_ports
found=$?
echo "{\"driver\":{\"bypass\":$([ $found -eq 0 ] && echo true || echo false),\"ports\":$(echo "$ports" | wc -w),\"after_ms\":$(($(now_ms) - begun)),\"kernel\":$(text "$(uname -r)")}}"
if [ $found -eq 0 ]; then
	b=/sys/class/net/$with_bypass/bypass
	say "reading the driver's files"
	files
	measure read state_read 10 500 "$b/state"
	[ "${1-}" != write ] || relays
	counters
fi
kernel_log
rmmod ixgbe
if [ "${1-}" = write ]; then
	card-report --put-back "$before" pages | grep -x restored
fi

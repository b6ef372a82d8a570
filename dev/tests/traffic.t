#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames through the emulated card: TCP from peer to peer through the guest's bridge and to the guest
# itself, bit-exact, and ixgbe's counters compared with those of the cables. On cables for frames only, and
# on cables for large packets that the card does not have to split. Also frames that the guest drops.
# shellcheck disable=SC2317
# TRAFFIC_MB=1024 makes the transfers through the bridge longer than 64 MB.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
own_network "$@"
. "$(dirname "$0")/guest-tests.sh"
. "$(dirname "$0")/guest-shell.sh"
trap 'exec 8>&-; end_started' EXIT

own_extra
export QMP="$T/qmp"
check 'ethtool is copied for the guest' put_in_guest ethtool
"$ROOT/dev/build-initramfs" 2>"$T/initramfs.log" || diag "$(cat "$T/initramfs.log")"

set_mtu() {
	at "$left" ip link set left mtu "$1"
	at "$right" ip link set right mtu "$1"
	guest "ip link set eth0 mtu $1 && ip link set eth1 mtu $1 && ip link set br0 mtu $1"
	# ixgbe resets itself for this, and its links come back.
	guest 'for _ in 1 2 3 4 5 6 7 8 9 10; do
		cat /sys/class/net/eth0/carrier /sys/class/net/eth1/carrier | grep -q 0 || break
		sleep 0.5; done'
	within 10 at "$left" ping -c 1 -W 1 10.1.1.2 >/dev/null
}

# send FROM TO ADDRESS: sends the file by TCP, and compares it.
send() {
	start_at "$2" nc -l -p 4000 >"$T/received" &
	receiver=$!
	started="$started $receiver"
	within 5 at "$1" nc -w 5 "$3" 4000 <"$T/sent" || return 1
	wait "$receiver" || :
	cmp "$T/sent" "$T/received"
}

# read_counters PORT PEER INTERFACE: sets counted to the values that ixgbe read from the port's registers, and
# those of the interface at the other end: frames and bytes to the guest, then from it. The ninth are the
# resets that this peer has sent.
# shellcheck disable=SC2046
read_counters() {
	guest "ethtool -S $1"
	peer=$2
	set -- "$2" "$3" $(printf '%s\n' "$out" | sed -n 's/^ *[rt]x_\(pkts\|bytes\)_nic: //p')
	set -- "$3 $5 $4 $6" $(at "$1" cat /proc/net/dev | sed -n "s/^ *$2://p")
	counted="$1 ${11} ${10} $3 $2 $(at "$peer" cat /proc/net/snmp | awk '/^Tcp: [0-9]/ { print $15 }')"
}

# counters PORT PEER INTERFACE: the same, repeated until no frame comes between the two.
counters() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		counted_before=${counted:-}
		read_counters "$@"
		[ "$counted" != "$counted_before" ] || break
	done
}

# The card pads frames to 60 bytes, and also counts their check sequences. A slow peer answers with many resets
# (54 bytes) what is sent again to its closed connection; other frames that short are few.
agree() { # BEFORE AFTER
	printf '%s\n%s\n' "$1" "$2" | awk '{ for (i = 1; i <= 9; i++) n[i] = $i - n[i] }
		END {
			printf "to the guest: %d frames, %d bytes of the card, %d, %d of the peer\n",
				n[1], n[2], n[5], n[6]
			printf "from it: %d frames, %d bytes of the card, %d, %d of the peer\n",
				n[3], n[4], n[7], n[8]
			padding = n[2] - 4 * n[1] - n[6]
			exit !(n[1] > 1000 && n[1] == n[5] && padding >= 0 && padding < 1000 + 6 * n[9] &&
				n[3] > 1000 && n[3] == n[7] && n[4] - 4 * n[3] == n[8])
		}'
}

# The peer counts a large packet as one frame.
fewer() { # BEFORE AFTER
	printf '%s\n%s\n' "$1" "$2" | awk '{ for (i = 1; i <= 8; i++) n[i] = $i - n[i] }
		END {
			printf "to the guest: %d frames of the card, %d of the peer\n", n[1], n[5]
			printf "from it: %d frames of the card, %d of the peer\n", n[3], n[7]
			exit !(n[1] == n[5] && n[7] > 100 && n[3] > n[7])
		}'
}

# fetch TO ADDRESS: gets a file from the guest, and compares it.
fetch() {
	at "$1" nc -w 5 "$2" 4001 </dev/null >"$T/received" || return 1
	cmp "$T/some" "$T/received"
}

# flow_control: sets xoff, xon and missed to the counters of the guest's eth0.
flow_control() {
	guest 'ethtool -S eth0'
	xoff=$(printf '%s\n' "$out" | sed -n 's/^ *tx_flow_control_xoff: //p')
	xon=$(printf '%s\n' "$out" | sed -n 's/^ *tx_flow_control_xon: //p')
	missed=$(printf '%s\n' "$out" | sed -n 's/^ *rx_missed_errors: //p')
}

# more_than_there_is_room_for: sends more than the buffers hold while the guest is stopped.
more_than_there_is_room_for() {
	qmp '"stop"' >/dev/null
	head -c 4000000 /dev/zero | at "$left" nc -u -w 1 10.1.1.3 9 || :
	qmp '"cont"' >/dev/null
	flow_control
}

pauses() {
	# A stopped guest answers no ARP request: its address must not be asked for again.
	at "$left" sysctl -q net.ipv4.neigh.left.delay_first_probe_time=600
	flow_control
	was=$xoff
	more_than_there_is_room_for
	check 'a stopped guest makes its peer pause' [ "$xoff" -gt "$was" ]
	check 'and continue later' [ "$xon" -gt 0 ]
	is "$missed" 0 'no frame is missed'
	# With several queues, ixgbe would make each of them drop frames.
	guest 'ethtool -L eth0 combined 1 && ethtool -A eth0 autoneg off rx off tx off'
	is "$status" 0 'pause frames are switched off'
	check 'the link comes back' within 15 at "$left" ping -c 1 -W 1 10.1.1.3
	# The peer may have been asked again after the first count.
	flow_control
	was=$xoff
	more_than_there_is_room_for
	like "$out" '^ *rx_missed_errors: [1-9]' 'now frames are missed'
	is "$xoff" "$was" 'the peer is not asked to pause'
	check 'traffic continues' within 5 at "$left" ping -c 1 -W 1 10.1.1.3
}

# This guest has no time limit.
GUEST_TIMEOUT=$((GUEST_TIMEOUT + ${TRAFFIC_MB:-64}))
head -c "${TRAFFIC_MB:-64}M" /dev/urandom >"$T/sent"
head -c 16M "$T/sent" >"$T/some"
sum=$(sha256sum <"$T/some")

# traffic KIND COMPARE: tests on cables of this kind; COMPARE compares the counters of both ends.
traffic() {
	agree=$2
	start_card a --wire0 "$1:left" --wire1 "$1:right"
	export CARD="$T/a"
	two_peers
	for peer in "$left" "$right"; do
		at "$peer" sysctl -q net.ipv6.conf.all.disable_ipv6=1
	done
	start_guest
	check 'the guest starts' [ "$status" -eq 0 ]
	if [ -n "${NESTED_QEMU:-}" ]; then
		guest 'cat /sys/bus/pci/devices/0000:01:00.*/iommu_group/type'
		like "$out" '^DMA' 'an IOMMU translates for it'
	fi
	guest 'sysctl -q net.ipv6.conf.all.disable_ipv6=1
		ip link add br0 type bridge
		ip link set eth0 master br0 && ip link set eth1 master br0 && ip link set br0 up &&
		ip address add 10.1.1.3/24 dev br0'
	is "$status:$out" 0: 'its ports form a bridge'
	check 'peer reaches peer through it' within 15 at "$left" ping -c 1 -W 1 10.1.1.2
	for mtu in 1500 9000; do
		set_mtu "$mtu"
		counters eth0 "$left" left
		before0=$counted
		counters eth1 "$right" right
		before1=$counted
		check "${TRAFFIC_MB:-64} MB from left to right, MTU $mtu" send "$left" "$right" 10.1.1.2
		check "${TRAFFIC_MB:-64} MB from right to left, MTU $mtu" send "$right" "$left" 10.1.1.1
		counters eth0 "$left" left
		check "the counters of eth0 and those of its cable $agree" "$agree" "$before0" "$counted"
		counters eth1 "$right" right
		check "the counters of eth1 and those of its cable $agree" "$agree" "$before1" "$counted"
	done
	guest 'ethtool -S eth0; ethtool -S eth1'
	unlike "$out" '(errors|missed|dropped|csum|failed|no_dma_resources): *[1-9]' 'nothing was lost or damaged'

	# To the guest and back: with and without checksum and segmentation offload.
	guest 'sysctl -q net.ipv6.conf.all.disable_ipv6=0; ip address add fd00::3/64 dev br0'
	is "$status:$out" 0: 'the guest has an IPv6 address'
	at "$left" sysctl -q net.ipv6.conf.all.disable_ipv6=0
	at "$left" ip address add fd00::1/64 dev left
	check 'and is reachable there' within 10 at "$left" ping -c 1 -W 1 fd00::3
	for offload in on off; do
		for port in eth0 eth1; do
			guest "ethtool -K $port tx $offload rx $offload tso $offload"
			is "$status" 0 "offloads of $port are switched $offload"
		done
		for address in 10.1.1.3 fd00::3; do
			guest 'nc -l -p 4001 >/tmp/file &'
			check "a file goes to $address" within 5 at "$left" nc -w 5 "$address" 4001 <"$T/some"
			guest 'wait; sha256sum </tmp/file'
			is "$out" "$sum" 'unchanged'
			guest 'nc -l -p 4001 </tmp/file >/dev/null &'
			check 'and back, unchanged' within 5 fetch "$left" "$address"
		done
	done
	[ "$1" != tap ] || pauses
	stop_guest
	is "$status" 0 'the guest ends'
	stop_card "$pid"
}
traffic tap agree
traffic tap-gso fewer
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions of the card besides plain frames, with the usual tools, in one guest with a cable between the
# two ports:
#   the capabilities in the configuration spaces
#   flow director: ethtool -N, to a queue and to drop, and ixgbe's own use for TCP
#   time stamps: hwstamp_ctl, and ptp4l (linuxptp of Debian) on both ports, which synchronizes their clocks
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/cards.sh"
. "$(dirname "$0")/guest-tests.sh"
. "$(dirname "$0")/guest-shell.sh"

command -v apt-get >/dev/null || skip_all "linuxptp and ethtool for the guest come from Debian, which needs apt"
own_extra
provide_in_guest linuxptp /usr/sbin/ptp4l /usr/sbin/hwstamp_ctl /usr/sbin/phc_ctl
provide_in_guest ethtool /sbin/ethtool
check 'the root file system is packed' "$ROOT/dev/build-initramfs"

start_card a --wire0 "unix:$T/cable" --wire1 "card:$T/cable"
export CARD="$T/a"
guest_tests <<'END'
PATH=$PATH:/usr/sbin
for port in eth0 eth1; do
	echo 1 >/proc/sys/net/ipv6/conf/$port/disable_ipv6
	ip link set $port up
done
within 20 both_up
ok $? 'both ports have a link'
counter() { ethtool -S "$1" | sed -n "s/^ *$2: //p"; } # PORT NAME
clock() { ethtool -T "$1" | sed -n 's/^\(PTP Hardware Clock\|Hardware timestamp provider index\): //p'; }
clock1=/dev/ptp$(clock eth1)

# --- configuration space. QEMU keeps ARI to itself.
config() { hexdump -v -s "$2" -n "$3" -e '1/1 "%02x"' "/sys/class/net/$1/device/config"; } # PORT FROM BYTES
is "$(config eth0 0x140 2) $(config eth0 0x1d0 2)" '0300 0d00' 'the card has a serial number and access control services'
is "$(config eth0 0x144 8)" "$(config eth1 0x144 8)" 'the serial number is the same for both functions'
is "$(config eth0 0x144 8)" "$(sed 's/\(..\):\(..\):\(..\):\(..\):\(..\):\(..\)/\6\5\4ffff\3\2\1/' \
	/sys/class/net/eth0/address)" 'it contains the MAC address of port 0'
for port in eth0 eth1; do
	rom=$(sed -n 7p /sys/class/net/$port/device/resource)
	is "$(($(echo "$rom" | cut -d ' ' -f 2) - $(echo "$rom" | cut -d ' ' -f 1) + 1))" 524288 \
		"$port has a BAR for an option ROM"
done

# --- time stamps
hwstamp_ctl -i eth0 -t 1 -r 12 >/tmp/hwstamp 2>&1
ok $? 'hwstamp_ctl switches time stamps on'
hwstamp_ctl -i eth0 >/tmp/hwstamp 2>&1
like "$(cat /tmp/hwstamp)" 'rx_filter 12' 'and reads it back'
hwstamp_ctl -i eth0 -r 1 >/tmp/hwstamp 2>&1 && result=1 || result=0
ok $result 'time stamps of all frames, which the card does not support, are refused'

# Far apart at first, so that only time stamps can synchronize them.
phc_ctl $clock1 adj 1000 >/tmp/phc 2>&1
ok $? 'the clock of one port is set forward by 1000 s'
cat >/tmp/ptp.conf <<CONF
[global]
network_transport L2
delay_mechanism E2E
summary_interval -3
logAnnounceInterval -2
logSyncInterval -3
logMinDelayReqInterval -3
tx_timestamp_timeout 1000
free_running 0
step_threshold 0.01
CONF
ptp4l -f /tmp/ptp.conf -i eth0 -m --priority1 1 >/tmp/ptp0 2>&1 &
ptp4l -f /tmp/ptp.conf -i eth1 -m -s >/tmp/ptp1 2>&1 &
# The last offset of eth1's clock in ns that ptp4l measured, and the number of measurements.
offset() { sed -n 's/.* master offset *\(-*[0-9]*\) .*/\1/p; s/.* rms *\([0-9]*\) max.*/\1/p' /tmp/ptp1; }
close() { offset | tail -n 1 | awk '{ exit !(NR == 1 && $1 < 100000000 && $1 > -100000000) }' &&
	[ "$(offset | wc -l)" -ge 8 ]; }
within 60 close
ok $? 'ptp4l synchronizes the clocks to within 100 ms'
offset | paste -sd ' ' >&2
like "$(cat /tmp/ptp1)" 'UNCALIBRATED to SLAVE' 'one port is the slave'
is "$(grep -c 'timed out while polling for tx timestamp' /tmp/ptp0 /tmp/ptp1 | paste -sd ' ')" \
	'/tmp/ptp0:0 /tmp/ptp1:0' 'no time stamp of a sent frame is missed'
grep -h 'missing\|timed out\|failed' /tmp/ptp0 /tmp/ptp1 >&2 || :
for port in eth0 eth1; do
	for name in tx_hwtstamp_timeouts tx_hwtstamp_skipped rx_hwtstamp_cleared; do
		is "$(counter $port $name)" 0 "$port: $name stays 0"
	done
done
kill %1 %2

# --- flow director: from here on, eth1 is another host
unshare -n sleep 1000 &
host1=$!
within 5 [ "$(readlink /proc/$host1/ns/net)" != "$(readlink /proc/self/ns/net)" ]
ip link set eth1 netns $host1
at1() { nsenter --net=/proc/$host1/ns/net "$@"; }
at1 sh -c 'ip address add 10.1.1.2/24 dev eth1; ip link set eth1 up'
ip address add 10.1.1.1/24 dev eth0
reach() { ping -c 1 -W 1 10.1.1.2 >/dev/null; }
within 10 reach
ok $? 'eth0 reaches the other host'
before=$(counter eth0 fdir_match)
nc -l -p 4000 >/tmp/received &
# Connections are refused until the other host listens.
within 10 at1 sh -c 'head -c 1000000 /dev/zero | nc -w 5 10.1.1.1 4000'
wait $!
is "$(wc -c </tmp/received)" 1000000 'TCP reaches eth0'
more() { [ "$(counter eth0 "$1")" -gt "$2" ]; }
within 5 more fdir_match "$before"
ok $? 'ixgbe adds the connection to the table: fdir_match rises'

ethtool -K eth0 ntuple on
ok $? 'ethtool -K switches to rules of the user'
within 20 reach
ok $? 'eth0 is still reachable'
# steered QUEUE: all frames from the other host go to this queue.
queues() { echo "$(counter eth0 rx_queue_0_packets) $(counter eth0 rx_queue_1_packets)"; }
steered() {
	before=$(queues)
	ping -c 5 -i 0.05 -W 1 10.1.1.2 >/dev/null || return 1
	echo "$before $(queues)" | awk -v q="$1" '{ n[0] = $3 - $1; n[1] = $4 - $2; exit !(n[q] >= 5 && n[1 - q] < 3) }'
}
for queue in 1 0; do
	ethtool -N eth0 flow-type ip4 src-ip 10.1.1.2 action $queue loc 7 >/tmp/ethtool 2>&1
	is "$?:$(cat /tmp/ethtool)" 0: "ethtool -N: from 10.1.1.2 to queue $queue"
	steered $queue
	ok $? 'its frames go there'
done
ethtool -N eth0 flow-type ip4 src-ip 10.1.1.2 action -1 loc 7
like "$(ethtool -n eth0)" 'Action: Drop' 'ethtool -N: drop'
before=$(counter eth0 fdir_match)
reach && result=1 || result=0
ok $result 'eth0 is not reachable'
within 5 more fdir_match "$before"
ok $? 'and fdir_match counts the frames'
ethtool -N eth0 delete 7
within 5 reach
ok $? 'without the rule it is reachable again'
before=$(counter eth0 fdir_miss)
reach
within 5 more fdir_miss "$before"
ok $? 'and fdir_miss counts the frames'
kill $host1
END
stop_card "$pid"
done_testing

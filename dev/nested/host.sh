#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: dev/nested/host.sh
#
# Run by passthrough.t in a guest that uses the root file system of its host, and
# for which the card is a physical one. dev/run-virt.sh passes the card to guests of
# this guest, and it must return however they end. Each test is a line on standard
# output, as in guest-lib.sh. NESTED_BUILD is the folder with the bench's kernel,
# NESTED_QEMU the QEMU of the inner guests, NESTED_MB the amount of data to send each
# time.
set -u
cd "$(dirname "$0")/../.." || exit
. dev/tests/within.sh
. dev/tests/guest-lib.sh

# All writes stay in memory.
export TMPDIR=/run BUILD=/run/build QEMU="$NESTED_QEMU" ACCEL=tcg MEM=192M SMP=1
# The processor that QEMU emulates supports virtualization at little cost. Nested TCG would take many times
# as long.
[ ! -e /dev/kvm ] || ACCEL=kvm
unset FORCE RUNDIR SYSFS PROCFS CARD CMD APPEND
mkdir -p "$BUILD"
for part in linux initramfs.cpio.gz; do
	ln -s "$NESTED_BUILD/$part" "$BUILD/$part"
done
T=$(mktemp -d)
exec 7>&1
ping() { "$NESTED_BUILD/busybox/busybox" ping "$@"; }

PCI=/sys/bus/pci
# Debian's ixgbe does not know the card, so this tells it that the card is an X540.
echo 8086 155c ffffffff ffffffff 0 0 2 >$PCI/drivers/ixgbe/new_id
sleep 2

driver() { basename "$(readlink "$PCI/devices/$1/driver" || echo none)"; }
# In the first and the second slot.
cards=$(grep -lx 0x155c $PCI/devices/*.0/device | sed 's,.*devices/\(.*\)/device,\1,')
card=$(echo "$cards" | sed -n 1p)
shared=$(echo "$cards" | sed -n 2p)
other=${card%.0}.1
port0() { basename "$PCI/devices/$card/net/"*; }
port1() { basename "$PCI/devices/$other/net/"*; }

# run COMMAND...: sets status and err.
run() {
	status=0
	"$@" >"$T/out" 2>"$T/err" </dev/null || status=$?
	err=$(cat "$T/err")
}

like() { # GOT PATTERN NAME
	printf '%s\n' "$1" | grep -Eq -- "$2" || {
		echo "# $3: '$1' does not match '$2'" >&2
		false
	}
	ok $? "$3"
}

# refused PATTERN NAME [COMMAND...]: the bench, run by COMMAND, refuses the card with this message.
refused() {
	pattern=$1
	name=$2
	shift 2
	run "$@" env NIC="$nic" CMD=true dev/run-virt.sh
	like "$status:$err" "^1:.*$pattern" "$name: refused"
	is "$(driver "$card") $(driver "$other")" 'ixgbe ixgbe' "$name: the card is not touched"
}

is_back() {
	[ "$(driver "$card") $(driver "$other")" = 'ixgbe ixgbe' ] &&
		[ "$(cat "$PCI/devices/$card/driver_override" "$PCI/devices/$other/driver_override" |
			grep -vx '(null)')" = '' ] &&
		[ ! -e "/run/bypass-passthrough-$card" ] &&
		[ -e "/sys/class/net/$(port0)" ] && [ -e "/sys/class/net/$(port1)" ]
}
comes_back() {
	within 60 is_back
	ok $? "$1: both ports are bound to ixgbe again"
}

# --- the host ---

is "$(driver "$card") $(driver "$other")" 'ixgbe ixgbe' 'the host has the card'
[ -d /sys/class/iommu/dmar0/intel-iommu ]
ok $? 'and an IOMMU'
for function in "$card" "$other"; do
	like "$(cat "$PCI/devices/$function/iommu_group/type")" '^DMA' "the IOMMU translates for $function"
done
iface=$(port0)
iface1=$(port1)

# --- the IOMMU translates each page that the card uses ---

# transfer FROM TO: sends NESTED_MB by TCP over the cable between the ports, one of which is in a separate
# network namespace; in both directions, bit-exact, with small and large frames.
unshare --net sleep 10000 &
peer=$!
is_apart() { [ "$(readlink "/proc/$peer/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
within 10 is_apart
ip link set "$iface1" netns "$peer"
at_peer() { nsenter --net="/proc/$peer/ns/net" "$@"; }
ip link set "$iface" up
ip addr add 10.8.0.1/24 dev "$iface"
at_peer ip link set "$iface1" up
at_peer ip addr add 10.8.0.2/24 dev "$iface1"
within 60 ping -q -c 1 -W 1 10.8.0.2 >"$T/ping"
ok $? 'the ports reach each other'
for mtu in 1500 9000; do
	ip link set "$iface" mtu "$mtu"
	at_peer ip link set "$iface1" mtu "$mtu"
	within 60 ping -q -c 1 -W 1 10.8.0.2 >"$T/ping"
	at_peer dev/nested/tcp.pl serve 5000 >"$T/there" &
	server=$!
	sent=$(dev/nested/tcp.pl send 10.8.0.2 5000 "$NESTED_MB")
	wait "$server"
	is "${sent% *}" "$(cat "$T/there")" "$NESTED_MB MB from port 0 to port 1, MTU $mtu, unchanged"
	echo "# it took ${sent##* } s" >&2
	dev/nested/tcp.pl serve 5001 >"$T/here" &
	server=$!
	sent=$(at_peer dev/nested/tcp.pl send 10.8.0.1 5001 "$NESTED_MB")
	wait "$server"
	is "${sent% *}" "$(cat "$T/here")" "and back"
	echo "# it took ${sent##* } s" >&2
done
is "$(dmesg | grep -icE 'tx hang|DMAR:.*fault|Reset adapter')" 0 'without a hang or a fault'
at_peer ip link set "$iface1" netns 1
kill "$peer"
ip addr flush dev "$iface"
within 20 [ -e "/sys/class/net/$iface1" ]
# Each change of the MTU has reset the ports.
within 60 is_back

# --- reasons to refuse the card ---

# The first run reports the QEMU that it has found.
NIC=$card dev/provide-qemu 2>"$T/err"

nic=$other
refused "'$other' is not the PCI address of a card's function 0" 'function 1'
nic=$shared
refused "shares its IOMMU group with ${shared%.0}\.2: " 'a group with another device'
nic=$card

ip link set "$iface" up
ip addr add 10.9.0.2/24 dev "$iface"
ip route add default via 10.9.0.1 dev "$iface" onlink
refused "$iface on $card carries the default route" 'the default route'
ip route del default
ip link add vrf9 type vrf table 9
ip link set vrf9 up
ip link set "$iface" master vrf9
ip route add default via 10.9.0.1 dev "$iface" table 9 onlink
refused "$iface on $card carries the default route" "the default route of a VRF's table"
ip link set "$iface" nomaster
ip link del vrf9
ip addr flush dev "$iface"
# sudo removes the variable from the environment of its command, but keeps it in its own.
ip addr add 10.9.1.2/24 dev "$iface1"
export SSH_CONNECTION='10.9.1.1 40000 10.9.1.2 22'
# shellcheck disable=SC2016 # for the shell in between
refused "$iface1 on $other has the address that this SSH session uses" 'an SSH session' \
	sh -c 'env -u SSH_CONNECTION "$@"; exit $?' sudo
unset SSH_CONNECTION
ip addr flush dev "$iface1"
for kind in bridge bond; do
	ip link add top type $kind
	ip link set "$iface" down
	ip link set "$iface" master top
	ip addr add 10.9.2.2/24 dev top
	ip link set top up
	ip route add default via 10.9.2.1 dev top onlink
	refused "top on $card carries the default route" "the default route of a $kind on the port"
	ip link del top
done

# --- a guest with the card ---

inner() {
	cat <<-'END'
		set -eu
		cd /sys/class/net/eth0/bypass
		carriers() { cat /sys/class/net/eth0/carrier /sys/class/net/eth1/carrier; }
		links() {
			for _ in $(seq 300); do
				[ "$(carriers)" != "$(printf '%s\n%s' "$1" "$1")" ] || break
				sleep 0.2
			done
			carriers | tr '\n' ' '
		}
		received() { cat "/sys/class/net/$1/statistics/rx_$2"; }
		# send FROM TO: 40 broadcast frames of 1462 bytes from port to port, over the cable between them.
		send() {
			packets=$(received "$2" packets)
			bytes=$(received "$2" bytes)
			ping -6 -q -c 40 -i 0.05 -W 1 -s 1400 -I "$1" ff02::1 >/dev/null || :
			sleep 1
			echo "$(($(received "$2" packets) - packets >= 40)) $(($(received "$2" bytes) - bytes >= 40 * 1462))"
		}
		echo normal >state
		links 1 >/dev/null
		echo "version $(cat version)"
		echo "state $(cat state)"
		echo "links $(links 1)"
		echo "port 0 to 1: $(send eth0 eth1)"
		echo "port 1 to 0: $(send eth1 eth0)"
		echo bypass >state
		echo "then $(cat state)"
		echo "links $(links 0)"
		echo "log $(grep -c 'user bypass$' log)"
		echo "warnings $(dmesg -r | awk '/Run \/init/ { s = 1 } s && /^<[0-3]>/' | wc -l)"
	END
}

# A subshell would lose the result.
resets() { host card_resets >&7 && echo "$answer"; }
relay() { host card_relay >&7 && echo "$answer"; }
resets_before=$(resets)
status=0
NIC=${card#0000:} CMD=$(inner) TIMEOUT=900 dev/run-virt.sh >"$T/inner" 2>"$T/err" </dev/null || status=$?
cat "$T/err" >&2
is "$status" 0 'a guest with the card completes'
cat "$T/inner" >&2
cat >"$T/expected" <<-END
	version 1
	state normal
	links 1 1 
	port 0 to 1: 1 1
	port 1 to 0: 1 1
	then bypass
	links 0 0 
	log 1
	warnings 0
END
is "$(paste -sd ';' "$T/inner")" "$(paste -sd ';' "$T/expected")" 'it reads, changes and uses the card'
comes_back 'a normal end'
is "$(relay)" bypass 'the relays are as the guest set them'
[ "$(resets)" -gt "$resets_before" ]
ok $? 'VFIO has reset the functions'

# --- guests that end in other ways ---

# QEMU is the process that has the card's VFIO group open. Its name depends on NESTED_QEMU, so it is not
# found by name.
qemu_pid() {
	for fd in /proc/[0-9]*/fd/*; do
		case $(readlink "$fd") in
		/dev/vfio/[0-9]*)
			fd=${fd#/proc/}
			echo "${fd%%/*}"
			return
			;;
		esac
	done
	return 1
}
has_begun() { qemu_pid >/dev/null && [ "$(driver "$card")" = vfio-pci ]; }

# start: starts a run in the background, with the signals of a terminal, in a separate process group.
start() {
	NIC=$card CMD='sleep 1000' setsid env --default-signal=INT,QUIT,HUP dev/run-virt.sh \
		</dev/null >"$T/out" 2>"$T/err" &
	script=$!
	within 60 has_begun
	ok $? "$1: QEMU has the card"
}

start 'kill -9 of QEMU'
run env NIC="$card" CMD=true dev/run-virt.sh
like "$status:$err" "^1:.*$card is in use by another run of the bench" 'a second run of the same card: refused'
kill -9 "$(qemu_pid)"
result=0
wait "$script" || result=$?
is "$result" 125 'kill -9 of QEMU: status 125'
comes_back 'kill -9 of QEMU'

start 'kill -9 of the script'
kill -9 "$script"
wait "$script" 2>/dev/null || :
comes_back 'kill -9 of the script'
is "$(qemu_pid)" '' 'kill -9 of the script: QEMU is gone'

start 'Ctrl-C'
kill -INT "-$script"
result=0
wait "$script" || result=$?
is "$result" 130 'Ctrl-C: status 130'
comes_back 'Ctrl-C'

status=0
NIC=$card CMD='echo isolate >/sys/class/net/eth0/bypass/state; echo c >/proc/sysrq-trigger; sleep 100' \
	TIMEOUT=900 dev/run-virt.sh >"$T/out" 2>"$T/err" </dev/null || status=$?
is "$status" 125 'a panic of the guest: status 125'
like "$(cat "$T/err")" 'sysrq triggered crash' 'and shows the reason'
comes_back 'a panic of the guest'
is "$(relay)" isolate 'the state that it wrote is kept'
is "$(complaints)" '' 'no complaint of the kernel about itself'

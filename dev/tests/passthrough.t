#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/passthrough on simulated sysfs trees, without a card. Each tree is that of
# a usable card with one error. For bind and release, a process replaces the
# kernel.
set -eu
. "$(dirname "$0")/tap.sh"

export SYSFS="$T/sys" PROCFS="$T/proc" RUNDIR="$T/run" BUILD="$T/build"
PCI=$SYSFS/bus/pci
CARD=0000:03:00.0
OTHER=0000:03:00.1
unset FORCE

# The user of the script is simulated, too.
mkdir -p "$T/bin"
cat >"$T/bin/id" <<'END'
#!/bin/sh
cat "$FAKE_UID"
END
chmod +x "$T/bin/id"
PATH=$T/bin:$PATH
export FAKE_UID="$T/uid"

add_function() { # ADDRESS INTERFACE
	device=$PCI/devices/$1
	mkdir -p "$device/net/$2" "$SYSFS/class/net"
	echo 0x8086 >"$device/vendor"
	echo 0x155c >"$device/device"
	echo 0x020000 >"$device/class"
	echo '(null)' >"$device/driver_override"
	ln -sfn "../../bus/pci/devices/$1/net/$2" "$SYSFS/class/net/$2"
	ln -sfn ../../drivers/ixgbe "$device/driver"
	ln -sfn "../../../../kernel/iommu_groups/7" "$device/iommu_group"
	mkdir -p "$SYSFS/kernel/iommu_groups/7/devices/$1"
}

# A usable card.
good_card() {
	rm -rf "$SYSFS" "$PROCFS" "$RUNDIR" "$BUILD"
	mkdir -p "$PCI/drivers/ixgbe" "$PCI/drivers/vfio-pci" "$PROCFS/net" "$RUNDIR" "$BUILD"
	add_function "$CARD" enp3s0f0
	add_function "$OTHER" enp3s0f1
	echo 0 >"$FAKE_UID"
	{
		printf 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n'
		printf 'eno1\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n'
		printf 'enp3s0f0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n'
	} >"$PROCFS/net/route"
	zeros=00000000000000000000000000000000
	{
		echo "fe800000000000000000000000000000 40 $zeros 00 $zeros 00000100 1 0 00000001 enp3s0f0"
		echo "$zeros 00 $zeros 00 $zeros ffffffff 1 0 00200200       lo"
	} >"$PROCFS/net/ipv6_route"
}

# refused PATTERN NAME: check fails with one sentence that matches.
refused() {
	run "$ROOT/dev/passthrough" check "$CARD"
	is "$status" 1 "$2: refused"
	like "$err" "$1" "$2: says so, with the remedy"
	is "$(printf '%s\n' "$err" | wc -l)" 1 "$2: in one line"
}

accepted() {
	run "$ROOT/dev/passthrough" check "$CARD"
	is "$status:$out$err" 0: "$1"
}

good_card
before=$(find "$SYSFS" "$RUNDIR" "$BUILD" | sort)
accepted 'a good card: accepted, without a word'
is "$(find "$SYSFS" "$RUNDIR" "$BUILD" | sort)" "$before" 'check touches nothing'

run "$ROOT/dev/passthrough" check 03:00.0
is "$status:$out$err" 0: 'its address as lspci prints it, without the domain: accepted'

for bad in 03:00.1 0000:03:00.1 0000:03:00 nonsense '' 0000:03:00.0/..; do
	run "$ROOT/dev/passthrough" check "$bad"
	is "$status" 1 "address '$bad': refused"
	like "$err" "'(0000:)?$bad' is not the PCI address .*: write it as in 0000:03:00.0" "address '$bad': says why"
done

good_card
rm -rf "$PCI/devices/$CARD"
refused "there is no PCI device $CARD: .* found here: none" 'no such device'
mkdir -p "$PCI/devices/0000:05:00.0"
echo 0x8086 >"$PCI/devices/0000:05:00.0/vendor"
echo 0x155c >"$PCI/devices/0000:05:00.0/device"
refused "found here: 0000:05:00.0\$" 'wrong slot'

good_card
echo 0x10fb >"$PCI/devices/$CARD/device"
refused "$CARD is 0x8086:0x10fb and not an X540-T2BP .*FORCE=1" 'another Intel card'
FORCE=1
export FORCE
accepted 'another Intel card with FORCE=1: accepted'
FORCE=0
refused 'not an X540-T2BP' 'FORCE=0 has no effect'
unset FORCE
good_card
echo 0x10ec >"$PCI/devices/$CARD/vendor"
refused "$CARD is 0x10ec:0x155c and not" 'another vendor'
good_card
rm -rf "$PCI/devices/$OTHER"
refused "$OTHER is .* and not an X540-T2BP" 'second function missing'

good_card
rm "$PCI/devices/$CARD/iommu_group"
refused "$CARD is in no IOMMU group: .*(VT-d|intel_iommu)" 'no IOMMU group'
good_card
rm "$PCI/devices/$OTHER/iommu_group"
refused "$OTHER is in no IOMMU group: " 'no IOMMU group for function 1'

good_card
mkdir -p "$SYSFS/kernel/iommu_groups/7/devices/0000:04:00.0" "$PCI/devices/0000:04:00.0"
echo 0x010601 >"$PCI/devices/0000:04:00.0/class"
refused "shares its IOMMU group with 0000:04:00.0: .*another slot" 'a disk controller in the group'
good_card
mkdir -p "$SYSFS/kernel/iommu_groups/7/devices/0000:04:00.0"
refused 'shares its IOMMU group with 0000:04:00.0' 'something unknown in the group'
good_card
mkdir -p "$SYSFS/kernel/iommu_groups/8/devices/$OTHER" "$SYSFS/kernel/iommu_groups/8/devices/0000:03:00.2"
ln -sfn ../../../../kernel/iommu_groups/8 "$PCI/devices/$OTHER/iommu_group"
refused "$OTHER shares its IOMMU group with 0000:03:00.2" "something in function 1's own group"
good_card
mkdir -p "$SYSFS/kernel/iommu_groups/7/devices/0000:00:01.0" "$PCI/devices/0000:00:01.0"
echo 0x060400 >"$PCI/devices/0000:00:01.0/class"
accepted 'only the root port in the group: accepted'

good_card
sed -i 's/^eno1/enp3s0f0/' "$PROCFS/net/route"
refused "enp3s0f0 on $CARD carries the default route: .*move" 'IPv4 default route'
good_card
sed -i 's/^eno1/enp3s0f1/' "$PROCFS/net/route"
refused "enp3s0f1 on $OTHER carries the default route" 'IPv4 default route on function 1'
good_card
echo "$zeros 00 $zeros 00 fe800000000000000000000000000001 00000400 1 0 00000003 enp3s0f0" \
	>>"$PROCFS/net/ipv6_route"
refused 'enp3s0f0 on .* carries the default route' 'IPv6 default route'
good_card
sed -i 's/^eno1/br0/' "$PROCFS/net/route"
mkdir -p "$SYSFS/devices/virtual/net/br0"
ln -s ../../../../../../devices/virtual/net/br0 "$PCI/devices/$CARD/net/enp3s0f0/master"
refused "br0 on $CARD carries the default route" 'default route of a bridge that contains it'
good_card
sed -i 's/^eno1/br0/' "$PROCFS/net/route"
mkdir -p "$SYSFS/devices/virtual/net/br0" "$SYSFS/devices/virtual/net/bond0"
ln -s ../../../../../../devices/virtual/net/bond0 "$PCI/devices/$CARD/net/enp3s0f0/upper_bond0"
ln -s ../br0 "$SYSFS/devices/virtual/net/bond0/upper_br0"
ln -s ../../devices/virtual/net/bond0 "$SYSFS/class/net/bond0"
refused "br0 on $CARD carries the default route" 'default route of a bridge on a bond that contains it'

# The output of ip, empty except in these tests.
cat >"$T/bin/ip" <<'END'
#!/bin/sh
case "$*" in
"-o -4 route show table all") cat "$FAKE_IP/routes" ;;
"-o addr show to 192.0.2.7") echo '3: enp3s0f1    inet 192.0.2.7/24 scope global enp3s0f1' ;;
"-o addr show to 192.0.2.8") echo '7: br0    inet 192.0.2.8/24 scope global br0' ;;
"-o addr show to 2001:db8::7") echo '3: eno1    inet6 2001:db8::7/64 scope global' ;;
esac
END
chmod +x "$T/bin/ip"
export FAKE_IP="$T"
echo '10.0.0.0/8 dev enp3s0f0 proto kernel scope link' >"$T/routes"
good_card
accepted 'a route that is not the default one: accepted'
echo 'default via 10.0.0.1 dev enp3s0f0 table 100' >"$T/routes"
refused "enp3s0f0 on $CARD carries the default route" "default route in a VRF's table"
echo 'default proto static \	nexthop via 10.0.0.1 dev eno1 weight 1 \	nexthop via 10.1.0.1 dev enp3s0f1 weight 1' \
	>"$T/routes"
refused "enp3s0f1 on $OTHER carries the default route" 'default route over two interfaces'
: >"$T/routes"
export SSH_CONNECTION='192.0.2.1 40000 192.0.2.7 22'
refused "enp3s0f1 on $OTHER has the address that this SSH session uses: .*another" 'SSH over port 1'
export SSH_CONNECTION='2001:db8::1 40000 2001:db8::7 22'
accepted 'SSH over another interface: accepted'
export SSH_CONNECTION='192.0.2.1 40000 192.0.2.8 22'
mkdir -p "$SYSFS/devices/virtual/net/br0"
ln -s ../../../../../../devices/virtual/net/br0 "$PCI/devices/$CARD/net/enp3s0f0/master"
refused "br0 on $CARD has the address that this SSH" 'SSH over a bridge that contains it'
# As with sudo: the variable is not in the environment of the script, but in that of its parent.
mkdir -p "$PROCFS"
cat >"$T/under-sudo" <<'END'
#!/bin/sh
# A separate process above the one that sudo starts.
mkdir -p "$PROCFS/$$"
printf 'A=1\0SSH_CONNECTION=%s\0' "$SSH_CONNECTION" >"$PROCFS/$$/environ"
echo 'PPid:	1' >"$PROCFS/$$/status"
env -u SSH_CONNECTION sh -c 'mkdir -p "$PROCFS/$$"; : >"$PROCFS/$$/environ"
	echo "PPid:	$PPID" >"$PROCFS/$$/status"; exec "$@"' - "$@" || exit
END
chmod +x "$T/under-sudo"
run "$T/under-sudo" "$ROOT/dev/passthrough" check "$CARD"
like "$status:$err" '^1:.*has the address that this SSH' 'also with sudo'
unset SSH_CONNECTION
good_card
mkdir "$T/without-ip"
for dir in /sbin /usr/sbin /bin /usr/bin "$T/bin"; do
	ln -sf "$dir"/* "$T/without-ip/"
done
rm "$T/without-ip/ip"
PATH=$T/without-ip refused "ip is not installed.*run 'make deps' first" 'without ip'

good_card
rm -r "$PROCFS/net"
accepted 'a machine without routes: accepted'
good_card
rm -r "$PCI/devices/$CARD/net" "$PCI/devices/$OTHER/net" "$PCI/devices/$CARD/driver"
accepted 'a card without interfaces: accepted'

good_card
echo 1000 >"$FAKE_UID"
refused 'only root .*: .*sudo' 'not root'
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status" 1 'bind: not root'

good_card
printf '#!/bin/sh\nexit 1\n' >"$T/bin/modprobe"
chmod +x "$T/bin/modprobe"
rm -r "$PCI/drivers/vfio-pci"
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status" 1 'bind: no vfio-pci: refused'
like "$err" 'no vfio-pci driver: .*CONFIG_VFIO_PCI' 'bind: no vfio-pci: says what is missing'
is "$(readlink "$PCI/devices/$CARD/driver")" ../../drivers/ixgbe 'bind: no vfio-pci: nothing touched'

run "$ROOT/dev/passthrough" frobnicate "$CARD"
is "$status" 2 'unknown word: usage'

# --- bind and release, with a process that simulates the kernel -------------

# Each file with an effect is a pipe, whose reader moves the driver links.
# shellcheck disable=SC2030,SC2031,SC2317 # the answers run where `line` is read
{
serve() { # PIPE COMMAND: runs COMMAND for each line
	mkfifo "$1"
	(
		exec 5<>"$1"
		while read -r line <&5; do
			echo "${1#"$PCI"/} $line" >>"$T/written"
			$2
		done
	) &
	kernel="$kernel $!"
}
attach() { ln -sfn "../../drivers/$1" "$PCI/devices/$line/driver"; }
detach() { rm -f "$PCI/devices/$line/driver"; }
probe() {
	[ "$line" != "$STUBBORN" ] || return 0
	wanted=$(cat "$PCI/devices/$line/driver_override")
	case $wanted in
	'' | '(null)') attach ixgbe ;;
	*) attach "$wanted" ;;
	esac
}
}
start_kernel() {
	kernel=
	: >"$T/written"
	serve "$PCI/drivers_probe" probe
	serve "$PCI/drivers/ixgbe/unbind" detach
	serve "$PCI/drivers/ixgbe/bind" 'attach ixgbe'
	serve "$PCI/drivers/vfio-pci/unbind" detach
}
stop_kernel() {
	# shellcheck disable=SC2086
	kill $kernel
	# shellcheck disable=SC2086
	wait $kernel 2>/dev/null || :
}
drivers() {
	for function in "$CARD" "$OTHER"; do
		basename "$(readlink "$PCI/devices/$function/driver" || echo none)"
	done | paste -sd ' '
}
wait_for_drivers() {
	for _ in $(seq 100); do
		[ "$(drivers)" != "$1" ] || break
		sleep 0.1
	done
	drivers
}
overrides() { cat "$PCI"/devices/*/driver_override; }
STUBBORN=none

good_card
start_kernel
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status:$err" 0: 'bind: succeeds, and prints nothing'
is "$(drivers)" 'vfio-pci vfio-pci' 'bind: both functions are bound to vfio-pci'
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status" 0 'bind again, as after an interrupted run: succeeds'
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$err" 0: 'release: succeeds, and prints nothing'
is "$(drivers)" 'ixgbe ixgbe' 'release: both functions have their driver again, also after two binds'
is "$(overrides)" '' 'release: no override is left'
is "$(ls "$RUNDIR")" '' 'release: no record is left'
: >"$T/written"
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$err:$(cat "$T/written")" 0:: 'release when nothing is bound: does nothing'

run "$ROOT/dev/passthrough" bind "$CARD"
rm -rf "$BUILD"
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$(drivers)" '0:ixgbe ixgbe' 'release after make clean: both functions have their driver again'

run "$ROOT/dev/passthrough" bind "$CARD"
rm "$RUNDIR"/*
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$(drivers)" '1:vfio-pci vfio-pci' 'release without a record: fails'
like "$err" "vfio-pci has $CARD, and its previous driver is not recorded: .*as root" 'release without a record: says so'
# The simulated kernel takes a moment, and its pipes do not wait for each other.
printf '%s\n' "$err" | sed -n 's/^  echo/echo/p' | while read -r command; do
	sh -c "$command"
	function=${command#echo }
	case $command in
	*/unbind) within 10 [ ! -h "$PCI/devices/${function%% *}/driver" ] ;;
	esac
done
is "$(wait_for_drivers 'ixgbe ixgbe')" 'ixgbe ixgbe' 'release without a record: the printed commands release it'
is "$(overrides)" '' 'and no override is left'

: >"$RUNDIR/bypass-passthrough-$CARD"
run "$ROOT/dev/passthrough" bind "$CARD"
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$(drivers)" '0:ixgbe ixgbe' 'bind over an empty record: makes a new one'
run "$ROOT/dev/passthrough" bind "$CARD"
: >"$RUNDIR/bypass-passthrough-$CARD"
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$(drivers)" '1:vfio-pci vfio-pci' 'release with an empty record: fails as well'
like "$err" "vfio-pci has $OTHER, and its previous driver is not recorded" 'with the same message'
stop_kernel

good_card
STUBBORN=$OTHER
start_kernel
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status" 1 'bind that fails half way: fails'
like "$err" "vfio-pci does not accept $OTHER" 'bind that fails half way: says where'
is "$(drivers)" 'ixgbe ixgbe' 'bind that fails half way: both functions have their driver again'
is "$(overrides)" '' 'bind that fails half way: no override is left'
stop_kernel
STUBBORN=none

good_card
rm "$PCI/devices/$OTHER/driver"
start_kernel
run "$ROOT/dev/passthrough" bind "$CARD"
is "$status:$(drivers)" '0:vfio-pci vfio-pci' 'bind: a function without a driver is bound too'
run "$ROOT/dev/passthrough" release "$CARD"
is "$status:$(drivers)" '0:ixgbe none' 'release: it has no driver again'
stop_kernel

good_card
start_kernel
run "$ROOT/dev/passthrough" bind "$CARD"
rm "$PCI/drivers/ixgbe/bind"
mkdir "$PCI/drivers/ixgbe/bind"
run "$ROOT/dev/passthrough" release "$CARD"
is "$status" 1 'release that fails: fails'
like "$err" "could not be returned .*dev/passthrough release $CARD" 'release that fails: says how to try again'
is "$(ls "$RUNDIR")" "bypass-passthrough-$CARD" 'release that fails: the record stays'
stop_kernel

# --- a whole run ------------------------------------------------------------

# A QEMU that runs until it is stopped, and records its arguments.
cat >"$T/bin/fake-qemu" <<'END'
#!/bin/sh
case "$*" in
*'-device help'*) echo 'name "vfio-pci", bus PCI' ;;
*--version*) echo 'fake QEMU' ;;
*)
	printf '%s\n' "$@" >"$FAKE_ARGS"
	exec sleep 30
	;;
esac
END
chmod +x "$T/bin/fake-qemu"
export FAKE_ARGS="$T/args" TMPDIR="$T"
make_build() {
	mkdir -p "$BUILD/linux/arch/x86/boot"
	touch "$BUILD/linux/arch/x86/boot/bzImage" "$BUILD/initramfs.cpio.gz"
}

# start_run [FILE]: starts a run, and waits until FILE, or else the file of QEMU's arguments, exists. A
# separate shell records the script's process id.
start_run() {
	awaited=${1:-$FAKE_ARGS}
	rm -f "$awaited"
	endable env NIC="$CARD" QEMU="$T/bin/fake-qemu" ACCEL=tcg "$ROOT/dev/run-virt.sh" \
		</dev/null >"$T/run.log" 2>&1 &
	script=$!
	for _ in $(seq 100); do
		[ ! -s "$awaited" ] || break
		sleep 0.1
	done
}

good_card
make_build
start_kernel
for signal in TERM HUP KILL; do
	start_run
	is "$(drivers)" 'vfio-pci vfio-pci' "run: bound while QEMU runs ($signal)"
	like "$(cat "$FAKE_ARGS")" "^vfio-pci,host=$CARD,.*addr=0.0" "run: QEMU gets function 0 ($signal)"
	like "$(cat "$FAKE_ARGS")" "^vfio-pci,host=$OTHER,.*addr=0.1" "run: QEMU gets function 1 ($signal)"
	kill -s "$signal" "$script"
	wait "$script" 2>/dev/null || :
	is "$(wait_for_drivers 'ixgbe ixgbe')" 'ixgbe ixgbe' "run: released after SIG$signal to the script"
done

start_run
NIC=$CARD QEMU="$T/bin/fake-qemu" ACCEL=tcg run "$ROOT/dev/run-virt.sh"
like "$status:$err" "^1:.*$CARD is in use by another run" 'run: a second run with the same card is refused'
is "$(drivers)" 'vfio-pci vfio-pci' 'run: the first one keeps the card'
kill "$script"
wait "$script" 2>/dev/null || :
is "$(wait_for_drivers 'ixgbe ixgbe')" 'ixgbe ixgbe' 'run: and releases it at its end'

# bind is slow, and continues after the end of the script.
mv "$PCI/drivers/vfio-pci" "$T/vfio-pci"
cat >"$T/bin/modprobe" <<END
#!/bin/sh
echo >"$T/binding"
sleep 1
mv "$T/vfio-pci" "$PCI/drivers/vfio-pci"
END
: >"$T/written"
start_run "$T/binding"
kill -s KILL "$script"
wait "$script" 2>/dev/null || :
for _ in $(seq 50); do
	! grep -q "^drivers/ixgbe/bind $OTHER" "$T/written" || break
	sleep 0.1
done
like "$(cat "$T/written")" "^drivers_probe $OTHER" 'run: SIGKILL in the middle of binding: it is bound'
is "$(wait_for_drivers 'ixgbe ixgbe')" 'ixgbe ixgbe' 'and then released'
stop_kernel

good_card
make_build
sed -i 's/^eno1/enp3s0f0/' "$PROCFS/net/route"
start_kernel
NIC=$CARD QEMU="$T/bin/fake-qemu" ACCEL=tcg run "$ROOT/dev/run-virt.sh"
is "$status" 1 'run: refused with the default route on the card'
is "$(cat "$T/written" "$PCI"/devices/*/driver_override)" "$(printf '(null)\n(null)')" \
	'run: and nothing was written to sysfs'
stop_kernel

done_testing

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Two peers at the cables of an emulated card, and a guest between them that hangs,
# crashes and so on. To use it, after common.sh, with `log` set to the log file of the
# peers: . "$ROOT/dev/demo/failover.sh"
# All processes that are started here end with the script. CONTROLLER in the
# environment has settings of the card's controller.

: "${log:?}"
. "$ROOT/dev/demo/processes.sh"
peers_pid='' guest_pid=''

ctl() { card_ctl "$tmp" "$@"; }
mark() { echo "$*" >&8; }
relay_is() { ctl status | grep -q "^relay *$1\$"; }
watchdog_has() { ctl status | grep -q "^watchdog *enabled=yes period_ms=$1\$"; }
frames_out() { ctl counters | sed -n 's/^wire.* out=\([0-9]*\) .*/\1/p'; }
frames_flow() {
	before=$(frames_out)
	sleep 0.5
	for count in $(frames_out); do
		[ "$count" -gt $((${before%%[!0-9]*} + 250)) ] || return 1
		before=${before#*[!0-9]}
	done
}
guest_is_ready() { grep -q '^ready' "$tmp/guest.out"; }
guest_has_ended() { has_ended "$guest_pid"; }

start_card() {
	run_card "$tmp" --wire0 "unix:$tmp/left" --wire1 "unix:$tmp/right" \
		${CONTROLLER:+--controller "$CONTROLLER"}
}

start_peers() {
	mkfifo "$tmp/marks"
	"$BUILD/emulator/failover-peers" --card "$tmp" "$tmp/left" "$tmp/right" \
		<"$tmp/marks" >"$log" &
	peers_pid=$!
	started="$peers_pid $started"
	exec 8>"$tmp/marks"
}

# The guest writes `normal` when it is ready, and again after each bypass: an
# action `normal` would take effect too early. Each line on descriptor 7 sets the
# period of its watchdog in seconds. The end of the input powers it off.
guest_script() {
	cat <<-END
		cd /sys/class/net/eth0/bypass
		echo ignore >main_on_action
		echo $main_off >main_off_action
		echo bypass >aux_off_action
		echo bypass >watchdog_action
		brctl addbr br0
		brctl addif br0 eth0
		brctl addif br0 eth1
		ip link set br0 up
		echo normal >state
		echo ready
		while sleep 1; do
			[ "\$(cat state)" = normal ] || echo normal >state
		done &
		while read -r period_s; do
			killall watchdog 2>/dev/null
			sleep 1
			watchdog -T \$period_s -t 500ms /dev/watchdog0
		done
		poweroff
	END
}

# start_guest MAIN_OFF_ACTION
start_guest() {
	main_off=$1
	run_guest "$tmp" "$(guest_script)" TIMEOUT=300
	exec 7>"$tmp/guest.in"
}

frames_pass_the_guest() {
	wait_until 'the guest is ready' guest_is_ready
	wait_until 'the relays are normal' relay_is normal
	wait_until 'frames pass it' frames_flow
	# A guest that ends while it writes `normal` leaves the controller in a mode without rules.
	wait_until 'the controller obeys its rules' obeys_rules
	sleep 1
}

# start_watchdog SECONDS: starts the daemon in the guest. It opens the device before it sets the period,
# so the previous period holds until then.
start_watchdog() {
	echo "$1" >&7
	wait_until 'the guest is ready' guest_is_ready
	period_ms=${1}000
	[ "$1" -ne 1 ] || period_ms=1500
	wait_until "the watchdog has a period of $period_ms ms" watchdog_has "$period_ms"
}

qemu() { qemu_of "$tmp"; }

# after_event: the peers are connected to each other, and stay so for a moment.
after_event() {
	wait_until 'the relays are in bypass' relay_is bypass
	sleep 1
}

obeys_rules() { ctl status | grep -q '^mode *auto$'; }
passes_and_pings() { relay_is normal && obeys_rules && [ "$(pings_of "$tmp")" -gt "$1" ]; }

# qemu_hangs EVENT RULE...: stops QEMU right after a ping until the relays are in bypass. On a busy
# machine an earlier ping may have been late, but the guest has written `normal` again by now.
qemu_hangs() {
	wait_until 'the guest pings its watchdog' passes_and_pings "$(pings_of "$tmp")"
	mark "event $*"
	kill -STOP "$(qemu)"
	after_event
}

qemu_goes_on() { kill -CONT "$(qemu)"; }

# outages: ends the peers, and makes a table and $tmp/data.* from their log.
outages() {
	mark 'end'
	exec 8>&-
	wait "$peers_pid" || die "the peers failed"
	awk -v data="$tmp/data" -f "$ROOT/dev/demo/outages.awk" "$log"
}

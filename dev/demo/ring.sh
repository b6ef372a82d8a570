# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A ring of hosts with emulated cards, and what happens to it. To use it, after common.sh, with `hosts`,
# `SETUP`, `WATCHDOG_S`, `OUT` and `log` set: . "$ROOT/dev/demo/ring.sh"
# HOST below is a number from 1 on. Its card and its guest have a folder of that name.

: "${hosts:?}" "${SETUP:?}" "${WATCHDOG_S:?}" "${OUT:?}" "${log:?}"
patience_s=600
. "$ROOT/dev/demo/processes.sh"
# Seconds until an event has had its effect. With the spanning tree, a port forgets a neighbour after 6 s.
settle_s=8
[ "$SETUP" != open ] || settle_s=3
down=''

now() { date +%s%3N; }
ctl() { # HOST COMMAND...
	folder=$tmp/$1
	shift
	card_ctl "$folder" "$@"
}
relay() { ctl "$1" status | sed -n 's/^relay *//p'; }
relay_is() { [ "$(relay "$1")" = "$2" ]; }
# is_in HOST: in the ring, by its card, which obeys the rules: a host that ends while it writes `normal`
# leaves the controller in a mode in which it does not.
is_in() {
	wanted='^relay *normal$|^mode *auto$'
	[ "$SETUP" = plain ] || wanted="$wanted|^watchdog *enabled=yes period_ms=${WATCHDOG_S}000\$"
	[ "$(ctl "$1" status | grep -cE "$wanted")" -eq "$(echo "$wanted" | tr '|' '\n' | wc -l)" ]
}
guest_ended() { has_ended "$(cat "$tmp/$1/guest.pid")"; }
guest_said() { grep -q "^$2\$" "$tmp/$1/guest.out"; }
is_ready_or_ended() { guest_said "$1" ready || guest_ended "$1"; } # HOST

# What the card of this host does when the host is down.
off_action() {
	case $SETUP,$1 in
	open,1 | plain,*) echo isolate ;;
	*) echo bypass ;;
	esac
}

# build_ring: the program for the hosts, and the cards, cabled to each other.
build_ring() {
	"$ROOT/dev/provide-qemu"
	"$ROOT/dev/probe-accel" >/dev/null
	mkdir -p "$tmp/extra/bin"
	gcc -O2 -Wall -Wextra -Werror -static -o "$tmp/extra/bin/ring-peer" "$ROOT/dev/demo/ring-peer.c"
	INITRAMFS=$tmp/initramfs EXTRA=$tmp/extra "$ROOT/dev/build-initramfs"
	for host in $(seq "$hosts"); do
		run_card "$tmp/$host" --mac "02:15:5c:00:0$host:00" --wire0 "unix:$tmp/$host/cable" \
			--wire1 "card:$tmp/$((host % hosts + 1))/cable"
	done
}

# The script of a host. Its input is the time, and then commands.
host_script() { # HOST
	cat <<-END
		cd /sys/class/net/eth0/bypass
		echo ignore >main_on_action
		echo $(off_action "$1") >main_off_action
		echo $(off_action "$1") >watchdog_action
		for port in all default eth0 eth1; do
			echo 1 >/proc/sys/net/ipv6/conf/\$port/disable_ipv6
		done
		brctl addbr br0
	END
	[ "$SETUP" = open ] || cat <<-END
		brctl setfd br0 4
		brctl sethello br0 1
		brctl setmaxage br0 6
		brctl stp br0 on
	END
	case $SETUP,$1 in
	open,1) echo 'ip link set eth0 down' ;;
	*) echo 'brctl addif br0 eth0' ;;
	esac
	cat <<-END
		brctl addif br0 eth1
		ip link set br0 up
		[ $SETUP = plain ] || chrt -f 1 watchdog -T $WATCHDOG_S -t 500ms /dev/watchdog0
		mkfifo /tmp/peer
		ring-peer br0 $1 $hosts </tmp/peer &
		peer=\$!
		exec 9>/tmp/peer
		keeper=
		echo ready
		while read -r line; do
			case \$line in
			[0-9]*) echo \$line >&9 ;;
			join)
				echo normal >state
				# It hung, or was so busy that the watchdog expired.
				while sleep 1; do
					[ "\$(cat state)" = normal ] || echo normal >state
				done &
				keeper=\$!
				;;
			*) break ;;
			esac
		done
		kill \$keeper
		[ "\$line" != reboot ] || echo $(off_action "$1") >state
		exec 9>&-
		wait \$peer
	END
}

# Descriptors 4 to 8 are the inputs of hosts 1 to 5.
tell() { # HOST LINE
	eval "echo \"\$2\" >&$(($1 + 3))" 2>/dev/null || has_failed "$1"
}
has_failed() { # HOST
	die "the guest of host $1 ended too early:" "$(tail -n 20 "$tmp/$1/guest.err")"
}

# boot HOST...
boot() {
	for host; do
		run_guest "$tmp/$host" "$(host_script "$host")" TIMEOUT=0 SMP=1 MEM=256M INITRAMFS="$tmp/initramfs"
		echo "$guest_pid" >"$tmp/$host/guest.pid"
		eval "exec $((host + 3))>\"\$tmp/$host/guest.in\""
	done
	for host; do
		wait_until "host $host is ready" is_ready_or_ended "$host"
		guest_said "$host" ready || has_failed "$host"
		for _ in 1 2 3 4 5; do
			tell "$host" "$(now)"
			sleep 0.2
		done
	done
}

# join HOST...: their cards let them into the ring.
join() {
	for host; do
		tell "$host" join
	done
	has_joined "$@"
}
has_joined() {
	for host; do
		wait_until "host $host is in the ring, with its watchdog" is_in "$host"
	done
}

# event DOWN BACK NAME RULE: hosts that are down from now on, and that come back; what happens, and what
# the cards do.
event() {
	down=$1
	[ -z "$3" ] || step "$3"
	echo "event $(now) ,$(echo "$1" | tr ' ' ,), ,$(echo "$2" | tr ' ' ,),|$3|$4" >>"$log"
}

# hears_all HOST COUNT: the host hears so many others.
hears_all() {
	question=$(now)
	tell "$1" "$question"
	sleep 0.5
	guest_said "$1" "hears $question $2"
}

# rest: the end of an event: all hosts that are up hear each other.
rest() {
	sleep "$settle_s"
	up=''
	for host in $(seq "$hosts"); do
		case " $down " in
		*" $host "*) ;;
		*) up="$up $host" ;;
		esac
	done
	for host in $up; do
		wait_until "host $host hears all others" hears_all "$host" $(($(echo "$up" | wc -w) - 1))
	done
	# On a busy machine the watchdog may expire.
	# shellcheck disable=SC2086 # numbers
	has_joined $up
	echo "rest $(now)" >>"$log"
}

goes_off() { # HOST...
	for host; do
		wait_until "the card of host $host is in $(off_action "$host")" relay_is "$host" "$(off_action "$host")"
	done
	rest
}

# What the hosts that have ended saw.
collect() { # HOST...
	for host; do
		wait_until "host $host ends" guest_ended "$host"
		sed -n "s/^[a-z]* [0-9].*/peer $host &/p" "$tmp/$host/guest.out" >>"$log"
	done
}

come_back() { # HOST...
	boot "$@"
	event '' "$*" "$(named "$@" is are) back" 'state=normal, by the host'
	join "$@"
	rest
}

# named HOST... ONE MANY: the subject of a sentence, with the verb.
named() {
	case $# in
	3) echo "host $1 $2"; return ;;
	esac
	list="hosts $1"
	shift
	while [ $# -gt 3 ]; do
		list="$list, $1"
		shift
	done
	echo "$list and $1 $3"
}

is_in_and_pings() { is_in "$1" && [ "$(pings_of "$tmp/$1")" -gt "$2" ]; } # HOST PINGS

hang() { # HOST
	if [ "$SETUP" = plain ]; then
		event "$1" '' "host $1 hangs" 'none: its neighbours miss it'
		kill -STOP "$(qemu_of "$tmp/$1")"
		rest
	else
		wait_until "host $1 pings its watchdog" is_in_and_pings "$1" "$(pings_of "$tmp/$1")"
		event "$1" '' "host $1 hangs" "watchdog_action=$(off_action "$1"), after $WATCHDOG_S s"
		kill -STOP "$(qemu_of "$tmp/$1")"
		goes_off "$1"
	fi
	event '' "$1" "host $1 goes on" 'state=normal, by the host'
	kill -CONT "$(qemu_of "$tmp/$1")"
	has_joined "$1"
	rest
}

fall() { # VERB HOST...
	verb=$1
	shift
	rule=$(for host; do off_action "$host"; done | sort -u | paste -sd ' ')
	event "$*" '' "$(named "$@" "$verb" "$verb")" "main_off_action=$rule"
	for host; do
		kill -KILL "$(qemu_of "$tmp/$host")"
	done
	goes_off "$@"
	collect "$@"
	come_back "$@"
}

reboot() { # HOST
	event "$1" '' "host $1 reboots" "state=$(off_action "$1"), by the host"
	tell "$1" reboot
	goes_off "$1"
	collect "$1"
	come_back "$1"
}

watch_relays() {
	while :; do
		for host in $(seq "$hosts"); do
			state=$(relay "$host")
			[ -n "$state" ] || continue
			[ "$state" = "$(cat "$tmp/$host/relay" 2>/dev/null)" ] || echo "relay $(now) $host $state" >>"$log"
			echo "$state" >"$tmp/$host/relay"
		done
		sleep 0.1
	done &
	watcher=$!
	started="$watcher $started"
}

# outages: ends the hosts, and makes a table and the picture of what they saw. Fails if a frame came twice.
outages() {
	event '' '' '' ''
	kill "$watcher"
	for host in $(seq "$hosts"); do
		tell "$host" end
	done
	# shellcheck disable=SC2046 # numbers
	collect $(seq "$hosts")
	result=0
	awk -v hosts="$hosts" -v data="$tmp/data" -f "$ROOT/dev/demo/ring.awk" "$log" || result=$?
	(cd "$tmp" && gnuplot -e "out='picture.svg'; hosts=$hosts" "$ROOT/dev/demo/ring.gnuplot") ||
		die "gnuplot failed"
	mv "$tmp/picture.svg" "$OUT"
	note "the picture is $(shown "$OUT")"
	[ "$result" -ne 1 ] || die "frames came twice: $(shown "$log") has what each host saw"
	return "$result"
}

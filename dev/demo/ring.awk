# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a table from what the hosts of dev/demo/ring saw: for each event and each pair of hosts, the
# longest time without a frame of the one at the other, and below, what ended it. An outage starts before
# the network is at rest again. Writes the data for ring.gnuplot into files whose names start with `data`.
# Fails if a frame came twice.

BEGIN { TOLERANCE = 200 } # of the hosts' clocks, in ms

$1 == "event" {
	split($0, part, "|")
	begin[++events] = $2
	down[events] = $3
	back[events] = substr($4, 1, index($4 "|", "|") - 1)
	name[events] = part[2]
	rule[events] = part[3]
}

$1 == "rest" { at_rest[events] = $2 }

$1 == "relay" {
	end_state($3, $2)
	since[$3] = $2
	state[$3] = $4
}

# From `start` to `end` no frame of `from` arrived at `to`.
$1 == "peer" && ($3 == "gap" || $3 == "open" || $3 == "first") {
	to[++gaps] = $2
	from[gaps] = $5
	end[gaps] = $4
	start[gaps] = $3 == "first" ? 0 : $4 - $6
}

$1 == "peer" && $3 == "sum" {
	received += $5
	twice += $6
}

function end_state(host, time) {
	if (host in state)
		states[++stretches] = host " " since[host] " " time " " state[host]
}

function is_pair(i, a, b) { return from[i] == a && to[i] == b }

function among(hosts, a, b) { return index(hosts, "," a ",") || index(hosts, "," b ",") }

# The longest gap that starts in the event, or 0.
function longest(event, a, b,   i, max) {
	for (i = 1; i <= gaps; i++)
		if (is_pair(i, a, b) && start[i] >= begin[event] - TOLERANCE && start[i] < at_rest[event] &&
		    end[i] - start[i] > max)
			max = end[i] - start[i]
	return max + 0
}

# From the event to the first frame after a gap, or -1 if there is none before the next event.
function until_heard(event, a, b,   i, first) {
	first = begin[event + 1]
	for (i = 1; i <= gaps; i++)
		if (is_pair(i, a, b) && end[i] >= begin[event] && end[i] < first)
			first = end[i]
	return first < begin[event + 1] ? first - begin[event] : -1
}

function cell(event, a, b,   ms) {
	if (among(down[event], a, b))
		return "-"
	if (among(back[event], a, b)) {
		ms = until_heard(event, a, b)
		heard += ms > 0 ? ms : 0
		return ms < 0 ? "never" : "+" ms
	}
	ms = longest(event, a, b)
	lost += ms
	return ms ? ms : "<20"
}

function seconds(ms) { return (ms - begin[1]) / 1000 }

function table(   event, a, b) {
	printf "%-8s", "from, to"
	for (event = 1; event <= events; event++)
		printf " %6s", "(" event ")"
	print ""
	for (a = 1; a <= hosts; a++)
		for (b = 1; b <= hosts; b++) {
			if (a == b)
				continue
			printf "%d to %d  ", a, b
			for (event = 1; event <= events; event++)
				printf " %6s", cell(event, a, b)
			print ""
		}
	print "\nThe longest time without a frame, in ms; + from the event to the first frame of or at a host that"
	print "comes back; - while one of the two is down. What happened, and the rule that ended it:"
	for (event = 1; event <= events; event++)
		printf "%5s %-36s %s\n", "(" event ")", name[event], rule[event]
	printf "\nThe sum of all pairs: %.1f s, and until hosts that came back were heard, %.1f s\n", \
		lost / 1000, heard / 1000
	printf "%d frames received, %d received twice\n", received, twice
}

function draw_states(   host, i, stretch) {
	for (host = 1; host <= hosts; host++)
		end_state(host, begin[events + 1])
	for (i = 1; i <= stretches; i++) {
		split(states[i], stretch, " ")
		if (stretch[3] > begin[1])
			print stretch[1], seconds(stretch[2] < begin[1] ? begin[1] : stretch[2]), \
				seconds(stretch[3]), stretch[4] >(data ".relays")
	}
}

function event_of(time,   event) {
	for (event = events; event > 1 && time < begin[event] - TOLERANCE; event--)
		;
	return event
}

function draw_pair(row, a, b,   event, i, since_event, ms) {
	printf "%d \"%d to %d\"\n", row, a, b >(data ".pairs")
	for (i = 1; i <= gaps; i++)
		if (is_pair(i, a, b) && start[i] >= begin[1] && !among(down[event_of(start[i])], a, b))
			print row, seconds(start[i]), seconds(end[i]) >(data ".gaps")
	for (event = 1; event <= events; event++) {
		if (among(down[event], a, b))
			since_event = event
		else if (since_event && among(back[event], a, b)) {
			ms = until_heard(event, a, b)
			print row, seconds(begin[since_event]), \
				seconds(ms < 0 ? begin[event + 1] : begin[event] + ms) >(data ".down")
			since_event = 0
		}
	}
}

function draw(   a, b, row, event) {
	draw_states()
	for (a = 1; a <= hosts; a++)
		for (b = 1; b <= hosts; b++)
			if (a != b)
				draw_pair(++row, a, b)
	for (event = 1; event <= events; event++)
		print seconds(begin[event]), event >(data ".events")
	printf "rows = %d\nt_end = %f\n", row, seconds(begin[events + 1]) >(data ".gnuplot")
	# gnuplot takes no empty file.
	print 0, -1, -1 >(data ".gaps")
	print 0, -1, -1 >(data ".down")
}

END {
	# The last event is the end.
	events--
	table()
	draw()
	exit twice > 0
}

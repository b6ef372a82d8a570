# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a table of outages from the log of failover-peers: for each event, the
# longest time without a frame at each peer, and what ended it. An outage starts
# before the relays have settled. If they are normal, it may also start soon
# after that: ixgbe may reset itself to discard frames that it could not send.
# Writes the data for picture.gnuplot into files whose names start with `data`.

BEGIN {
	printf "%-14s %-36s %s\n", "", "", "outage in ms, of what the peer on the"
	printf "%-14s %-36s %10s %10s\n", "event", "what ended it", "left gets", "right gets"
}

function close_event() {
	if (event == "")
		return
	printf "%-14s %-36s %10.0f %10.0f\n", event, rule, longest["left"], longest["right"]
	printf "t_%s = %f\n", name, begin >(data ".gnuplot")
	printf "rule_%s = \"%s\"\n", name, rule >(data ".gnuplot")
	printf "outage_%s = %f\n", name, longest["left"] >(data ".gnuplot")
	printf "%f %s\n", begin, name >(data ".events")
}

$1 == "mark" {
	close_event()
	event = ""
	if ($3 != "event")
		next
	begin = $2
	name = event = $4
	gsub("_", " ", event)
	rule = $5
	for (i = 6; i <= NF; i++)
		rule = rule " " $i
	longest["left"] = longest["right"] = 0
	at_rest = 0
}

$1 == "frame" {
	twice += seen[$3, $4]++ > 0
	gap = ($2 - last[$3]) * 1000
	if (gap > longest[$3] && (!at_rest || last[$3] < at_rest))
		longest[$3] = gap
	last[$3] = $2
	print $2, $4 >(data "." $3)
	count[int($2 * 10), $3]++
	end = $2
}

$1 == "relay" {
	if (state != "")
		print since, $2, state >(data ".relays")
	since = $2
	if (!at_rest && $3 != "moving")
		at_rest = $2 + ($3 == "normal" ? 0.5 : 0)
	state = $3
}

$1 == "sum" {
	sent[$2] = $3
	received[$2] = $4
}

END {
	for (i = 0; i < int(end * 10); i++)
		print i / 10, count[i, "left"] + 0, count[i, "right"] + 0 >(data ".rate")
	printf "t_end = %f\n", end >(data ".gnuplot")
	print since, end, state >(data ".relays")
	printf "\n%d frames sent, %d received, %d received twice\n", \
		sent["left"] + sent["right"], received["left"] + received["right"], twice
	exit twice > 0
}

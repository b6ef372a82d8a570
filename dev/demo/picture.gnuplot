# SPDX-License-Identifier: GPL-2.0-or-later
# Draws what outages.awk left in data.*: all of the demonstration, and below a
# closer look at each event. To be called with -e "out='FILE'".

set terminal svg size 900,960 font 'sans-serif,13' background 'white'
set output out
load 'data.gnuplot'

state(s) = s eq 'normal' ? 'normal: through the guest' : \
	s eq 'bypass' ? 'bypass: wired together' : 'switching'
colour(s) = s eq 'normal' ? '#d5ecd4' : s eq 'bypass' ? '#d3e3f5' : '#f2b5b0'
left = '#1f4e8c'
right = '#d9731a'

titles = 'The_guest_hangs It_is_killed It_is_powered_off Auxiliary_power_is_cut'
label(event) = event eq 'hung' ? 'guest hangs' : event eq 'killed' ? 'killed' : \
	event eq 'powered_off' ? 'powered off' : event eq 'aux_cut' ? 'no power' : ''

# The relays' states as what is behind, on an axis of its own from 0 to 1.
from(s, t0, unit) = strcol(3) eq s ? (column(1) - t0) * unit : NaN
to(s, t0, unit) = strcol(3) eq s ? (column(2) - t0) * unit : NaN
set style fill solid 1 noborder
set y2range [0:1]
set border 3
set tics nomirror out

set multiplot

set size 1, 0.36
set origin 0, 0.64
set title 'Frames that the peers get of each other, one sent each millisecond'
set xlabel 'time, s'
set ylabel 'frames in 100 ms'
set yrange [0:140]
# The guest's first boot, at a card that is in normal already, is not worth showing.
set xrange [t_hung - 3:t_end + 2]
set key outside bottom center horizontal maxrows 2 width -2 font ',12'
plot for [s in 'normal bypass moving'] 'data.relays' \
		using (from(s, 0, 1)):(0.5):(from(s, 0, 1)):(to(s, 0, 1)):(0):(1) axes x1y2 \
		with boxxyerror lc rgb colour(s) title state(s), \
	'data.rate' using 1:2 with steps lw 1.5 lc rgb left title 'the left peer gets', \
	'data.rate' using 1:3 with steps lw 1.5 lc rgb right title 'the right peer gets', \
	'data.events' using 1:(0):(0):(140) with vectors nohead dt 2 lw 0.5 lc rgb '#444444' notitle, \
	'data.events' using 1:(128):(' '.label(strcol(2))) with labels left font ',12' notitle

unset key
set xlabel 'time from the event, ms'
set ylabel 'frame, counted from it'
do for [i = 1:4] {
	event = word('hung killed powered_off aux_cut', i)
	before = word('1000 40 400 40', i)
	after = word('5000 160 1600 160', i)
	t0 = value('t_'.event)
	set size 0.5, 0.32
	set origin (i - 1) % 2 * 0.5, i <= 2 ? 0.32 : 0
	set title sprintf("%s: %.0f ms\n%s", system("echo ".word(titles, i)." | tr _ ' '"), \
		value('outage_'.event), value('rule_'.event)) noenhanced
	set xrange [-before:after]
	set yrange [-before:after]
	plot for [s in 'normal bypass moving'] 'data.relays' \
			using (from(s, t0, 1000)):(0.5):(from(s, t0, 1000)):(to(s, t0, 1000)):(0):(1) \
			axes x1y2 with boxxyerror lc rgb colour(s), \
		'data.left' using (($1 - t0) * 1000):($2 - t0 * 1000) every (i % 2 ? 10 : 1) \
			with points pt 7 ps 0.3 lc rgb left, \
		'data.right' using (($1 - t0) * 1000):($2 - t0 * 1000) every (i % 2 ? 10 : 1) \
			with points pt 7 ps 0.2 lc rgb right
}
unset multiplot

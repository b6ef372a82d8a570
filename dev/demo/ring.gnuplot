# SPDX-License-Identifier: GPL-2.0-or-later
# Draws what ring.awk left in data.*: a row for each card with the states of its relays, and a row for
# each pair of hosts with the times without frames. States other than normal are also the background of
# the pairs. To be called with -e "out='FILE'; hosts=N".

load 'data.gnuplot'
set terminal svg size 1000, 150 + 20 * (rows + hosts) font 'sans-serif,12' background 'white'
set output out

colour(s) = s eq 'normal' ? '#d5ecd4' : s eq 'bypass' ? '#d3e3f5' : '#f6dfb3'
is(s) = strcol(4) eq s ? 1 : NaN

set title 'For how long no frame goes from one host of the ring to another, and the relays of their cards'
set xlabel 'time, s'
set xrange [0:t_end]
set yrange [rows + 0.7:-hosts - 0.9]
set border 1
set xtics nomirror out
set ytics () scale 0 font ',11'
set for [host = 1:hosts] ytics add (sprintf('card of host %d', host) host - hosts - 0.5)
set key outside bottom center horizontal width 2 samplen 2
set style fill solid 1 noborder

plot for [s in 'normal bypass isolate'] 'data.relays' \
		using ($2 * is(s)):($1 - hosts - 0.5):2:3:($1 - hosts - 0.9):($1 - hosts - 0.1) \
		with boxxyerror lc rgb colour(s) title s, \
	for [s in 'bypass isolate'] 'data.relays' using ($2 * is(s)):(1):2:3:(0.5):(rows + 0.5) \
		with boxxyerror lc rgb colour(s) notitle, \
	'data.pairs' using (0):1:(t_end):(0):ytic(2) with vectors nohead lw 0.5 lc rgb '#bbbbbb' notitle, \
	'data.down' using 2:1:2:3:($1 - 0.15):($1 + 0.15) with boxxyerror lc rgb '#999999' title 'a host is down', \
	'data.gaps' using 2:1:2:3:($1 - 0.4):($1 + 0.4) \
		with boxxyerror fs solid 1 border rgb '#b3261e' lc rgb '#b3261e' title 'no frame', \
	'data.events' using 1:(-hosts - 0.1):(0):(rows + hosts + 0.6) with vectors nohead dt 2 lw 0.5 lc rgb '#444444' notitle, \
	'data.events' using 1:(-hosts - 0.5):(sprintf('(%d)', column(2))) with labels left font ',10' notitle

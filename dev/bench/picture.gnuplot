# SPDX-License-Identifier: GPL-2.0-or-later
# Draws data.driver and data.outage in the current folder, which dev/bench/bench makes from its results.
# Call it with -e "out='FILE'; driver=1; outage=1"; 0 means not measured.

set terminal svg size 900,680 font 'sans-serif,13' background 'white'
set output out
set border 3
set tics nomirror out
set style fill solid 1 noborder
set key outside top center horizontal
array colour[3] = ['#1f4e8c', '#d9731a', '#4f9a4b']

# A word a line, of up to three.
cut(s) = strstrt(s, '_') ? s[1:strstrt(s, '_') - 1]."\n".s[strstrt(s, '_') + 1:*] : s
lines(s) = cut(cut(s))

set multiplot
if (driver) {
	set size 1, 0.58
	set origin 0, 0.42
	set bmargin 5
	set title 'What the driver takes, relative to the floor: the waits and register accesses of its frames'
	set style data histogram
	set style histogram clustered gap 1
	set yrange [0:*]
	set ytics 0.25
	set grid ytics front lc rgb '#cccccc'
	stats 'data.driver' using 0 skip 1 nooutput
	plot for [i = 2:STATS_columns] 'data.driver' using i:xtic(lines(strcol(1))) lc rgb colour[i - 1] \
		title columnheader(i), 1 lc rgb 'black' notitle
	unset grid
}
if (outage) {
	set size 1, 0.42
	set origin 0, 0
	set bmargin
	set title 'How long nothing passes when the host hangs'
	set xlabel 'period of the watchdog, s'
	set ylabel 'outage, s'
	set logscale xy 2
	set xtics (1.5, 2, 3, 4, 8, 16, 32)
	set ytics (1, 2, 4, 8, 16, 32)
	set yrange [1:40]
	set xrange [1.4:34]
	set key inside left top vertical
	plot x lc rgb '#cccccc' lw 2 title 'the period', \
		'data.outage' using ($1 / 1000):($2 / 1000) with points pt 7 ps 0.8 lc rgb colour[1] title 'outage'
}
unset multiplot

# Calculates the medians of dev/bench/tcp's samples, their ratios, and the card's processor time for 1 GB.
def median: sort | .[(length - 1) / 2 | floor];
def of($card; f): map(select(.card == $card) | f) | median;
group_by(.figure) | map(
	.[0].figure as $figure
	| { card: of("card"; .value), igb: of("igb"; .value) }
		+ (if $figure == "requests" then {}
			else { cpu_s_per_gb: of("card"; .cpu_s / (.value * .seconds / 8000)) } end)
	| .ratio = .card / .igb
	| { key: $figure, value: . }) | from_entries

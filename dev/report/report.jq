# Usage: jq -n --arg card NIC --argjson wrote 0|1 --argjson status N -f report.jq RECORDS
#
# The records of the guest, {"name":{...}} a line, as one report. Those that come more than once
# become a list. Its "controller" is what x540-t2bp --like takes.

def lists: { unknown: "unknowns", period: "periods", speed: "speeds", links: "links",
	driver_links: "driver_links", file: "driver_files", counter: "counters", kernel_log: "kernel_log", log: "log" };

reduce inputs as $record ({};
	if $record.wall_us then .driver_reads += [$record]
	else ($record | keys[0]) as $name
		| if lists[$name] then .[lists[$name]] += [$record[$name]]
		  # What was first is what was found: later ones come after a change.
		  elif .[$name] then . else .[$name] = $record[$name] end
	end)
| (.unknowns // []) as $unknowns
| {
	report: "x540-t2bp",
	version: 1,
	card: (if $card == "emulated" then "emulated" else "real" end),
	measured: ($wrote == 1),
	complete: ($status == 0)
} + . + {
	unknowns: ($unknowns | sort_by(.number)),
	controller: ([$unknowns[] | select(.found) | { (.setting): .found }] | add // {}),
	kernel_log: [(.kernel_log // [])[].line]
}

# Usage: jq -n --arg card NIC --argjson wrote 0|1 --argjson status N -f report.jq RECORDS
#
# Makes one report of the records of the guest, one {"name":{...}} per line. Repeated records become a
# list. x540-t2bp --like reads the "controller" in it.

def lists: { unknown: "unknowns", period: "periods", speed: "speeds", links: "links",
	driver_links: "driver_links", file: "driver_files", counter: "counters", kernel_log: "kernel_log", log: "log" };

reduce inputs as $record ({};
	if $record.wall_us then .driver_reads += [$record]
	else ($record | keys[0]) as $name
		| if lists[$name] then .[lists[$name]] += [$record[$name]]
		  # The first is the value that was found: later ones follow a change.
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

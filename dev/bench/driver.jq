# Calculates the medians of the samples of dev/bench/driver, and compares them
# with the floor: the time of the waits and register accesses of their frames.
# For the ratio of a guest, a wait of the floor is as much longer as one is in this
# guest between two such accesses. Argument: hz.
def median: sort | if length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;

# A frame has 132 waits of 1 ms. A commit and a byte of the EEPROM have additional
# waits. Accesses per frame: 101 writes of ESDP, each with a read to flush it, and
# 33 other reads.
def frames($n): {waits_ms: ($n * 132), steps: ($n * 132), writes: ($n * 101), reads: ($n * 33)};
def and_waits($ms): .waits_ms += $ms;
def floors: {
	state_read: frames(1),
	# The log's head and the flags of its newest entry, CTL0 before and after that.
	all_files: (frames(2 + 3) | and_waits(100)),
	# It has the clock's status of the ping before in it.
	pet: frames(1),
	# Of a state that was just read, and of one that was not.
	state_change: (frames(4) | and_waits(2 * 25)),
	state_change_unread: (frames(5) | and_waits(2 * 25)),
	# The head twice; the time and the flags of the entry before; five bytes, and the flags once more.
	one_new_entry: (frames(2 + (4 + 6) * 2) | and_waits((4 + 6) * 100)),
	# The head; 43 entries, the newest one's flags once more, and twice those of a 44th slot.
	full_log: (frames(1 + (43 * 5 + 1 + 2) * 2) | and_waits((43 * 5 + 1 + 2) * 100))
};

group_by(.name)
| map({key: .[0].name, value: {samples: length, wall_us: map(.wall_us) | median,
	cpu_us: map(.cpu_us) | median}})
| from_entries
| . as $measured
| {
	hz: ($hz | tonumber),
	mmio_read_us: .mmio_read.wall_us,
	mmio_write_us: .mmio_write.wall_us,
	step_us: .step.wall_us,
	link_ms: (.link.wall_us / 1000),
	link_beside_frames_ms: (.link_beside_frames.wall_us / 1000),
	results: [floors | to_entries[] | .key as $name | .value as $floor
		| $measured[$name] | select(.)
		| ($floor.reads * $measured.mmio_read.wall_us
			+ $floor.writes * $measured.mmio_write.wall_us) as $mmio_us
		| ($floor.waits_ms * 1000 + $mmio_us) as $floor_us
		| {
			name: $name, samples,
			ms: (.wall_us / 1000),
			waits_ms: $floor.waits_ms,
			floor_ms: ($floor_us / 1000),
			ratio: (.wall_us / $floor_us),
			guest_ratio: (.wall_us / ($floor_us + $floor.steps * ($measured.step.wall_us - 1000 - $measured.mmio_write.wall_us))),
			cpu_ms: (.cpu_us / 1000)
		}]
}

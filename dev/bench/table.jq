# Makes a table for a terminal from build/bench.json.
def pad($n): tostring | . + " " * ([$n - length, 0] | max);
def lpad($n): tostring | " " * ([$n - length, 0] | max) + .;
def round($digits): . * pow(10; $digits) | round / pow(10; $digits);
def row($f): "\($f[0] | pad(20))\($f[1:] | map(lpad(11)) | add)";

"commit \(.commit), \(.date), \(.processors) processors",
(to_entries[] | select(.key | startswith("hz-")) | .value
	| "",
	"driver, HZ=\(.hz): a register is read in \(.mmio_read_us | round(1)) us, written and read back in \(.mmio_write_us | round(1)) us, the same and a sleep of 1000 us takes \(.step_us | round(0)) us",
	"an interface is set down and up in \(.link_ms | round(0)) ms, beside frames without a gap in \(.link_beside_frames_ms | round(0)) ms",
	row(["", "samples", "ms", "waits ms", "floor ms", "ratio", "with sleeps", "CPU ms"]),
	(.results[] | row([.name, .samples, (.ms | round(1)), .waits_ms, (.floor_ms | round(1)),
		(.ratio | round(3)), (.guest_ratio | round(3)), (.cpu_ms | round(1))]))),
(.mmio | select(.)
	| "",
	"a register of the card is read in \(.card_us | round(1)) us, libvfio-user alone takes \(.null_us | round(1)) us: \(.ratio | round(2)) times"),
(.outage | select(.)
	| "",
	row(["hung guest", "period ms", "outage ms", "ratio"]),
	(.[] | row(["", .period_ms, (.outage_ms | round(0)), (.ratio | round(2))]))),
(.reboot | select(.)
	| "",
	row(["host that reboots", "ended by", "outage ms"]),
	(.[] | row([.event, .ended_by, (.outage_ms | round(0))]))),
("tcp", "tcp-iommu") as $part | (.[$part] | select(.)
	| "",
	row([{ tcp: "TCP", "tcp-iommu": "behind IOMMU" }[$part], "card", "igb", "ratio", "CPU s/GB"]),
	(to_entries[] | row([.key, (.value.card | round(0)), (.value.igb | round(0)), (.value.ratio | round(2)),
		(.value.cpu_s_per_gb // 0 | round(1))])),
	"in Mbit/s, and requests of 64 bytes a second"),
(.steps | select(.)
	| "",
	"from clone to shell, in seconds",
	(to_entries[] | row([.key, (.value | round(1))]))),
(.package | select(.)
	| "",
	"the package and its module, in seconds and bytes",
	(to_entries[] | row([.key, (.value | round(1))]))),
(.suite | select(.)
	| "",
	"make test: \(.tests) tests in \(.seconds) s; the slowest, in seconds:",
	(.files | to_entries | sort_by(-.value)[:8][] | "\(.key | pad(40))\(.value | round(1) | lpad(8))"))

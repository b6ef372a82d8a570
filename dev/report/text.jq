# Usage: jq -r -f text.jq REPORT.json
# The report as text.

def pad($width): tostring | . + " " * ([$width - length, 0] | max);
def lpad($width): tostring | " " * ([$width - length, 0] | max) + .;
def section($title): "", $title, ($title | gsub("."; "-"));
def yes: if . then "yes" else "no" end;
def median: sort | .[length / 2 | floor];

def pci_lines: .pci | select(.) |
	"device \(.vendor):\(.device), subsystem \(.subsystem_vendor):\(.subsystem_device), revision \(.revision), \(.functions) functions",
	(select(.lanes) | "PCI Express: \(.lanes) lanes at generation \(.generation), of \(.lanes_max) at generation \(.generation_max) (capability \(.link_capability))");

def page_lines: .pages | select(.) |
	"page 0  \(.ctl0)  state \(.state), mode \(.mode); main on \(.main_on), main off \(.main_off), aux on \(.aux_on), aux off \(.aux_off); watchdog \(.watchdog) after \(.watchdog_ms) ms, \(if .watchdog_enabled then "on" else "off" end)",
	"page 1  \(.ctl1)  time \(.time) s since the start of the year, \(if .time_valid then "valid" else "not valid" end)",
	"page 2  \(.ctl2)  head of the log \(.log_head)";

def frame_lines: .frame | select(.) |
	"a frame takes \(.least_ms) to \(.most_ms) ms; its first two bits read \([to_entries[] | select((.key | startswith("first_bits_")) and .value > 0) | "\(.key[-2:]) (\(.value) times)"] | join(", "))";

def unknown_lines: .unknowns[] |
	"\("U\(.number)" | pad(4))\(.verdict | pad(15))\("\(.setting)=\(.found // "?")" | pad(24))\(.question)\(if .found and .found != .assumed then " (assumed: \(.assumed))" else "" end)",
	"    \(.figure)";

def hex_lines: . as $hex | range(0; $hex | length; 32) |
	. as $at | "\(($at / 2) as $byte | "0123456789abcdef" as $d | "\($d[($byte / 16 | floor):($byte / 16 | floor) + 1])\($d[$byte % 16:$byte % 16 + 1])")  \([range(0; 32; 2) | $hex[$at + .:$at + . + 2]] | join(" "))";

def link_line: "\(.state | pad(8))" + (
	if .state == "normal" then "links without a driver: port 0 \(.port0 | yes), port 1 \(.port1 | yes)"
	else [to_entries[] | select(.key != "state") | "\(.key | sub("_ms$"; "") | gsub("_"; " ")) after \(if .value < 0 then "(never)" else "\(.value) ms" end)"] | join(", ") end);

def driver_link_line: "\(.state | pad(8))" + (
	if has("ports_with_link") then "ports with a link: \(if .ports_with_link == "" then "none" else .ports_with_link end)"
	else "the write took \(.write_ms) ms; links \(if .links == 1 then "up" else "down" end) \(if .after_ms then "\(.after_ms) ms after it began" else "never" end)" end);

"X540-T2BP: report on a card (\(.card) card, \(if .measured then "measured" else "read only" end)\(if .complete then "" else ", NOT COMPLETE" end))",
(select(.no_answer) | "", "The bypass controller does not answer: the pages read \(.no_answer.ctl0), \(.no_answer.ctl1), \(.no_answer.ctl2)."),
section("The card"), pci_lines, page_lines, frame_lines,
(select(.frame.most_ms > 200) | "The machine was busy: frames took longer than necessary, and times are less exact."),
(select(.line) | "edges that were too early: \(.line.early_edges)"),
(select(.unknowns != []) | section("What was not known"), unknown_lines),
(select(.periods) | section("The watchdog's periods"),
	(.periods[] | "\(.value)  \(.nominal_ms | lpad(5)) ms  \(if .expired then "expired after \(.from_ms) to \(.to_ms) ms" else "did not expire" end)")),
(select(.links) | section("What the relays do to the links, without a driver"), (.links[] | link_line)),
(select(.byte_write) | section("Test write of a byte of the EEPROM"),
	"offset \(.byte_write.offset): was \(.byte_write.before), then \(.byte_write.changed) (\(if .byte_write.taken then "accepted" else "not accepted" end)), and \(.byte_write.after) again (\(if .byte_write.put_back then "restored" else "NOT restored" end))"),
(select(.driver) | section("The driver, kernel \(.driver.kernel)"),
	"ports: \(.driver.ports); bypass/: \(.driver.bypass | yes), \(.driver.after_ms) ms after it was loaded",
	((.driver_files // [])[] | "\(.name | pad(21))\(if .error then "ERROR \(.error)" elif .name == "log" then (.value | split(";") | "\(length) lines, the last: \(last // "")") else .value end)"),
	(select(.driver_reads) | "state was read \(.driver_reads | length) times: \([.driver_reads[].wall_us / 1000] | "\(min | floor) to \(max | floor) ms, half of them within \(median | floor) ms")"),
	((.driver_links // [])[] | driver_link_line),
	((.counters // [])[] | "\(.port) \(.name) \(.value)"),
	(.kernel_log[] | "| \(.)")),
(select(.eeprom) | section("The EEPROM"), (.eeprom.bytes | hex_lines)),
([.unknowns[] | select(.by_hand)] | select(. != []) | section("What only a test by hand can answer"),
	(.[] | "U\(.number) \(.question):", "    \(.by_hand)"))

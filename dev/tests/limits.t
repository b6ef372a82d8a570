#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of limits in doc/emulator.md agrees with the register table, and that with the code: a register that is
# emulated has code, and one that is only stored has none.
set -eu
. "$(dirname "$0")/tap.sh"

run "$ROOT/dev/list-limits"
is "$status:$err" 0: 'each row of the register table is emulated or only stored, as it says'
printf '%s\n' "$out" >"$T/table"
# The document's table, from its first line to the next empty one.
sed -n '/^| not done |/,/^$/p' "$ROOT/doc/emulator.md" | sed '/^$/d' >"$T/document"
run diff "$T/document" "$T/table"
is "$status:$out" 0: "doc/emulator.md has the same table (dev/list-limits --write)"

# A copy with an error.
copy=$T/copy
mkdir -p "$copy/dev/emulator/nic"
cp "$ROOT/dev/list-limits" "$copy/dev/"
wrong() { # NAME MESSAGE SED
	cp "$ROOT"/dev/emulator/nic/*.[ch] "$copy/dev/emulator/nic/"
	sed -i "$3" "$copy/dev/emulator/nic/regtable.c"
	run "$copy/dev/list-limits"
	like "$status:$err" "^1:.*$2" "$1"
}
wrong 'an emulated register that no code uses is found' 'VT_CTL is emulated, and x540.h has no' \
	's/STORED(POOLS, 0x051b0, /RW(0x051b0, /'
wrong 'a stored register that code uses' 'RXMTRL is only stored, and REG_RXMTRL is in use' \
	's/RW(REG_RXMTRL, /STORED(CLOCK, REG_RXMTRL, /'
wrong 'a stored register with a hook' 'FDIRFREE is only stored, and has a hook' \
	'/"FDIRFREE"/s/fdirfree_read/fdirfree_read, .limit = DCB/'
wrong 'an unknown limit' 'unknown limit MAGIC' 's/STORED(POOLS, 0x051b0/STORED(MAGIC, 0x051b0/'
run "$ROOT/dev/list-limits" --wrong
is "$status" 2 'another option is refused'
done_testing

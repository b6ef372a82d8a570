#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/check finds each include of a higher layer in the emulated card, and each file that is too long.
set -eu
. "$(dirname "$0")/tap.sh"
own_git

run "$ROOT/dev/check" layers length
is "$status" 0 'each file includes only lower layers, and none is too long'

# A copy with an error.
copy=$T/copy
mkdir "$copy"
git init -q "$copy"
(cd "$ROOT" && tar -c --exclude=dev/emulator/libvfio-user dev) | tar -x -C "$copy"
wrong() { # NAME MESSAGE FILE LINE...
	name=$1
	message=$2
	file=dev/$3
	shift 3
	printf '%s\n' "$@" >>"$copy/$file"
	run "$copy/dev/check" layers length
	like "$status:$err$out" "$message" "$name"
	rm "$copy/$file"
	[ ! -e "$ROOT/$file" ] || cp -p "$ROOT/$file" "$copy/$file"
}
wrong 'a port that includes the card' 'nic/rx\.c includes card\.h, of a higher layer' \
	emulator/nic/rx.c '#include "card.h"'
wrong 'the loop that includes a cable' 'base/loop\.h includes cable/wire\.h, of a higher layer' \
	emulator/base/loop.h '# include "cable/wire.h"'
wrong 'a cable that includes the controller' 'cable/wire\.c includes controller/bypass\.h, of another folder in the same layer' \
	emulator/cable/wire.c '#include "controller/bypass.h"'
wrong 'the card that includes its users' 'card\.c includes user/command\.h, of a higher layer' \
	emulator/card.c '#include "user/command.h"'
wrong 'a path with ..' 'nic/rx\.c includes \.\./card\.h, which is in no layer' \
	emulator/nic/rx.c '#include "../card.h"'
wrong 'a file of no layer' 'new\.c is in no layer' emulator/new.c ''
# shellcheck disable=SC2046 # lines
wrong 'a file that is too long' 'dev/emulator/nic/rx\.c has [0-9]* lines' emulator/nic/rx.c $(seq 500)
run "$ROOT/dev/check-layers" --wrong
is "$status" 2 'an option is refused'
done_testing

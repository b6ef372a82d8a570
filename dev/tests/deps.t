#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/deps: its table, and its behaviour with each package manager, as root and not. Nothing is
# installed: the package managers and `id` are stubs.
set -eu
. "$(dirname "$0")/tap.sh"

deps=$ROOT/dev/deps

# A system with the tools that the script itself uses, and nothing that it checks for.
mkdir "$T/base"
for tool in sh sed awk cat dirname tr sort cut grep head uname; do
	ln -s "$(command -v $tool)" "$T/base/$tool"
done

# system NAME UID [COMMAND...]: makes $T/bin a system with this package manager, user id and commands.
system() {
	rm -rf "${T:?}/bin"
	cp -a "$T/base" "$T/bin"
	printf '#!/bin/sh\necho %s\n' "$2" > "$T/bin/id"
	manager=$T/bin/$1
	shift 2
	[ "${manager##*/}" = none ] || printf '#!/bin/sh\necho "%s $*" >> %s/calls\n' "${manager##*/}" "$T" > "$manager"
	for command; do
		printf '#!/bin/sh\n' > "$T/bin/$command"
	done
	chmod +x "$T"/bin/*
	: > "$T/calls"
}

# on ARGUMENT...: runs dev/deps there. The script also looks in /usr/sbin, so a copy of it looks elsewhere.
sed 's,:/usr/sbin:/sbin,,' "$deps" > "$T/deps"
chmod +x "$T/deps"
mkdir -p "$T/dev/lib"
cp "$ROOT/dev/lib/common.sh" "$T/dev/lib/"
mv "$T/deps" "$T/dev/"
on() { run env PATH="$T/bin" "$T/dev/deps" "$@"; }

# --- the table ---

system apt-get 1000
on --list
is "$status" 0 '--list'
like "$out" '^MISSING +libelf\.h +libelf-dev +objtool' 'names what, its package, and why'
is "$(printf '%s\n' "$out" | awk 'NF < 4')" '' 'every row has a reason'
is "$(printf '%s\n' "$out" | awk '$1 != "MISSING" && $1 != "there"')" '' 'and a state'
is "$(printf '%s\n' "$out" | awk '{ print $2 }' | sort | uniq -d)" '' 'nothing is listed twice'
for manager in pacman dnf; do
	system $manager 1000
	on --list
	is "$(printf '%s\n' "$out" | awk 'NF < 4')" '' "$manager: every row has a package and a reason"
	unlike "$out" 'dpkg' "$manager: nothing that only Debian has"
done

# --- not root, or no apt ---

system apt-get 1000 gcc
on build
is "$status" 1 'apt, not root: stops'
like "$err" '^  apt-get install --no-install-recommends .*\bflex\b' 'prints the command'
unlike "$err" '\bgcc\b' 'without what is installed'
unlike "$err" 'shellcheck' 'without what the build does not need'
is "$(cat "$T/calls")" '' 'and runs nothing'
on build check
like "$err" 'apt-get install .*shellcheck' 'the checks need more'

system pacman 0
on
is "$status" 1 'pacman: stops, root or not'
like "$err" '^  pacman -S --needed .*\bqemu-system-x86\b' 'prints the command'
is "$(cat "$T/calls")" '' 'and runs nothing'

system dnf 0
on
is "$status" 1 'dnf: stops'
like "$err" '^  dnf install .*\bglibc-static\b' 'prints the command'

system none 0
on
is "$status" 1 'no known package manager: stops'
like "$err" 'dev/deps --list' 'says where to look'

# --- root, with apt ---

system apt-get 0
on build
is "$status" 1 'apt that succeeds but installs nothing: noticed'
like "$(cat "$T/calls")" '^apt-get install .*\bflex\b' 'apt was called'

# An apt with empty lists: it installs the commands only after an update.
needed=$("$ROOT/dev/deps" --list test | awk '{ print $2 }' | tr '\n' ' ')
system apt-get 0
cat > "$T/bin/apt-get" <<-FAKE
	#!/bin/sh
	echo "apt-get \$*" >> $T/calls
	case \$1 in
	update) : > $T/updated ;;
	install)
		[ -e $T/updated ] || exit 100
		for command in $needed; do
			echo '#!/bin/sh' > "$T/bin/\$command"
			/bin/chmod +x "$T/bin/\$command"
		done
		;;
	esac
FAKE
on test
is "$status" 0 'apt with old lists: succeeds'
is "$(cut -d ' ' -f 1,2 "$T/calls")" 'apt-get install
apt-get update
apt-get install' 'after reading the lists'
: > "$T/calls"
on test
is "$status,$(cat "$T/calls")" 0, 'all installed: succeeds, and calls nothing'

on --no-such-option
is "$status" 2 'an unknown option is refused'

done_testing

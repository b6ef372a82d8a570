#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/package/provide-ixgbe with a simulated Debian archive and a git host on this machine: which of them
# it takes each kernel from, and its messages if it can't.
set -eu
. "$(dirname "$0")/../../tests/tap.sh"

for program in dpkg-deb apt-config xz; do
	command -v $program >/dev/null || skip_all "there is no $program"
done
own_git
unset SOURCES KERNELS
export BUILD="$T/build" SOURCE_DATE_EPOCH=1
driver=drivers/net/ethernet/intel/ixgbe

# kernel FOLDER WHAT: the files of a kernel, which say where they are from.
kernel() {
	mkdir -p "$1/$driver" "$1/drivers/watchdog"
	for file in "$driver/ixgbe_main.c" drivers/net/ethernet/intel/Kconfig drivers/watchdog/watchdog_dev.c; do
		echo "$2" >"$1/$file"
	done
}

# --- a git host

git init -q "$T/host"
git -C "$T/host" config uploadpack.allowFilter true
for version in 6.1 6.8 7.2 7.10 7.11-rc1 8.0-rc1; do
	kernel "$T/host" "v$version"
	git -C "$T/host" add -A
	git -C "$T/host" commit -q -m "Linux $version"
	git -C "$T/host" tag "v$version"
done
git config -f "$GIT_CONFIG_GLOBAL" protocol.file.allow always
git config -f "$GIT_CONFIG_GLOBAL" safe.directory '*'

# A clone whose configuration names the host.
git clone -q --shared "$ROOT" "$T/repo"
(cd "$ROOT" && tar -c --exclude=dev/emulator dev) | tar -x -C "$T/repo"
git -C "$T/repo" config submodule.linux.url "file://$T/host"

# --- a Debian archive: apt-cache and apt-get know the packages in $T/archive

mkdir "$T/bin" "$T/archive"
cat >"$T/bin/apt-cache" <<'END'
#!/bin/sh
cd "$ARCHIVE"
case $1 in
pkgnames) for deb in "$2"*.deb; do echo "${deb%%_*}"; done ;;
madison) for deb in "$2"_*.deb; do
	[ ! -e "$deb" ] || echo "$2 | $(echo "$deb" | cut -d _ -f 2) | http://archive/debian sid/main amd64 Packages"
done ;;
esac
END
cat >"$T/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
update) ;;
*download*) for package; do :; done; cp "$ARCHIVE/${package%=*}"_*.deb . ;;
*) exit 1 ;;
esac
END
# The list of sources is the machine's.
cat >"$T/bin/apt-config" <<END
#!/bin/sh
echo "list='$T/sources.list'; parts='$T/none/'"
END
chmod +x "$T"/bin/*
PATH=$T/bin:$PATH
export ARCHIVE="$T/archive"
echo 'deb http://archive/debian sid main' >"$T/sources.list"

# package VERSION: linux-source-SERIES.
package() {
	name=linux-source-$(echo "$1" | cut -d . -f 1,2)
	mkdir -p "$T/deb/DEBIAN" "$T/deb/usr/src"
	kernel "$T/$name" "Debian's $1"
	tar -C "$T" -cJf "$T/deb/usr/src/$name.tar.xz" "$name"
	printf '%s\n' "Package: $name" "Version: $1-1" 'Architecture: all' 'Maintainer: x <x@example.org>' \
		'Description: x' >"$T/deb/DEBIAN/control"
	dpkg-deb -b "$T/deb" "$ARCHIVE/${name}_$1-1_all.deb" >/dev/null
	rm -r "$T/deb" "${T:?}/$name"
}
package 6.1.176
package 7.2.13
package 7.3.4

provide() {
	rm -rf "$BUILD"
	run "$T/repo/dev/package/provide-ixgbe" "$@"
}
# from SERIES: where all of its files are from, and their origin.
from() { (cd "$BUILD/package/sources/$1" && cat "$driver/ixgbe_main.c" drivers/watchdog/watchdog_dev.c drivers/net/ethernet/intel/Kconfig origin | uniq | paste -sd ' '); }

provide 6.1 newest 6.8
is "$status" 0 'three kernels'
[ "$status" -eq 0 ] || diag "$err"
is "$(from 6.1)" "Debian's 6.1.176 Linux 6.1.176, from the Debian package linux-source-6.1 6.1.176-1" \
	"6.1 is Debian's, which has the fixes of the stable kernels"
is "$(from newest)" "Debian's 7.3.4 Linux 7.3.4, from the Debian package linux-source-7.3 7.3.4-1" \
	"newest is Debian's newest"
like "$(from 6.8)" '^v6\.8 Linux 6\.8, tag v6\.8 \([0-9a-f]{40}\)$' 'a kernel that Debian does not have is from git'

export SOURCES=git
provide 6.1 newest
is "$status" 0 'SOURCES=git'
[ "$status" -eq 0 ] || diag "$err"
like "$(from 6.1)" '^v6\.1 Linux 6\.1, tag v6\.1 ' '6.1 is from git'
like "$(from newest)" '^v7\.10 Linux 7\.10, tag v7\.10 ' 'and so is newest: the newest release of 7.x'
provide 6.9
is "$status" 1 'a tag that does not exist: fails'
like "$err" 'the sources of Linux 6\.9 cannot be provided: the tag v6\.9 can.t be fetched' 'and is named'

export SOURCES=packages
provide 6.8
is "$status" 1 'SOURCES=packages, a kernel that Debian does not have: fails'
like "$err" 'Linux 6\.8 cannot be provided: the Debian archive .* has no package' 'with a message'

export SOURCES=auto
: >"$T/sources.list"
provide 6.1 newest
is "$status" 0 'no Debian archive'
[ "$status" -eq 0 ] || diag "$err"
like "$(from 6.1)" '^v6\.1 ' '6.1 is from git'
like "$(from newest)" '^v7\.10 ' 'and so is newest'
git -C "$T/repo" config submodule.linux.url "file://$T/nowhere"
provide 6.1
is "$status" 1 'neither an archive nor a git host: fails'
like "$err" 'no Debian archive with them, and the git host does not answer' 'with a message'
[ ! -e "$BUILD/package/sources/6.1" ]
ok $? 'and leaves no sources'

export SOURCES=elsewhere
provide 6.1
is "$status" 1 'SOURCES=elsewhere: refused'
like "$err" 'SOURCES=elsewhere is unknown: use auto, git or packages' 'with the valid values'
unset SOURCES
provide '6.1;'
is "$status" 1 "a series '6.1;': refused"
like "$err" "'6\.1;' is not a kernel series like 6\.12" 'with an example'

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The gitlinks of this repository, and dev/sources in a simulated one: from git, from packages, and after
# an interruption. Also distclean, which removes the sources. Uses no network.
set -eu
. "$(dirname "$0")/tap.sh"

TREES='linux busybox dev/emulator/libvfio-user'
unset SOURCES BUILD LINUX LINUX_SERIES BUSYBOX LIBVFIO_USER
own_git
git config -f "$GIT_CONFIG_GLOBAL" safe.directory '*'
git config -f "$GIT_CONFIG_GLOBAL" protocol.file.allow always

# --- the commits in this repository ---

pinned='160000 0b28d205572c80b568a1003db2c8f37ca333e4d7 dev/emulator/libvfio-user
160000 1a64f6a20aaf6ea4dbba68bbfa8cc1ab7e5c57c4 busybox
160000 8d3ae59288f1e7d58d76558a6ee96d533bc5019f linux'
if git -C "$ROOT" rev-parse -q --verify HEAD >/dev/null 2>&1; then
	is "$(git -C "$ROOT" ls-tree -r HEAD | sed -n 's/^\(160000\) commit \([^	]*\)	/\1 \2 /p' | sort)" \
		"$pinned" 'the committed gitlinks are the pinned commits'
	is "$(git -C "$ROOT" ls-files -s | sed -n 's/^\(160000 [^ ]*\) 0	/\1 /p' | sort)" \
		"$pinned" 'and those in the index'
else
	skip 'the committed gitlinks are the pinned commits' 'this is no git clone'
fi
for tree in $TREES; do
	for setting in shallow=true ignore=all fetchRecurseSubmodules=false "path=$tree"; do
		is "$(git config -f "$ROOT/.gitmodules" "submodule.$tree.${setting%%=*}")" "${setting#*=}" \
			".gitmodules: $tree has $setting"
	done
	like "$(git config -f "$ROOT/.gitmodules" "submodule.$tree.url")" '^https://' \
		".gitmodules: $tree has an address"
done

# --- a simulated repository ---

# upstream TREE: makes its git host, with a commit after the pinned one.
upstream() {
	host=$T/host/$1
	mkdir -p "$host"
	git init -q "$host"
	echo "source of $1" > "$host/source.c"
	echo '*.o' > "$host/.gitignore"
	echo tracked > "$host/all-the-same.o"
	git -C "$host" add -f -A
	git -C "$host" commit -q -m "pinned $1"
	git -C "$host" commit -q --allow-empty -m "later $1"
}

pin() { git -C "$T/host/$1" rev-parse HEAD~1; }

repo=$T/repo
mkdir -p "$repo/dev/lib"
git init -q "$repo"
for script in lib/common.sh lib/apt.sh lib/series.sh sources apply-patches build-patches distclean; do
	cp "$ROOT/dev/$script" "$repo/dev/$script"
done
cp "$ROOT/.gitignore" "$ROOT/Makefile" "$repo/"
for tree in $TREES; do
	upstream "$tree"
	git config -f "$repo/.gitmodules" "submodule.$tree.path" "$tree"
	git config -f "$repo/.gitmodules" "submodule.$tree.url" "file://$T/host/$tree"
	git config -f "$repo/.gitmodules" "submodule.$tree.ignore" all
	git config -f "$repo/.gitmodules" "submodule.$tree.shallow" true
done
git -C "$repo" add .gitmodules .gitignore Makefile dev
for tree in $TREES; do
	git -C "$repo" update-index --add --cacheinfo "160000,$(pin "$tree"),$tree"
done
git -C "$repo" commit -q -m 'the repository'

# new_clone: makes $clone a new clone with empty trees.
clone=$T/clone
new_clone() {
	rm -rf "$clone"
	git clone -q "$@" "$repo" "$clone" 2>/dev/null
}

# is_complete TREE: the tree is as dev/sources promises, with this content.
is_complete() {
	in="git -C $clone/$1"
	[ "$($in rev-parse bypass-base^0)" = "$($in rev-parse HEAD)" ] &&
		[ "$($in symbolic-ref --short HEAD)" = bypass ] &&
		[ -z "$($in status --porcelain)" ] &&
		[ "$(cat "$clone/$1/source.c")" = "source of $1" ] &&
		[ -n "$($in ls-files all-the-same.o)" ]
}

all_complete() {
	incomplete=
	for tree in $TREES; do
		is_complete "$tree" || incomplete="$incomplete $tree"
	done
	is "$incomplete" '' "$1"
}

# --- from git ---

new_clone
run env SOURCES=git "$clone/dev/sources"
is "$status" 0 'from git'
all_complete 'all three trees are complete, at the tag bypass-base on the branch bypass'
is "$(git -C "$clone/linux" rev-parse HEAD)" "$(pin linux)" 'at the pinned commit, not at the newest'
is "$(git -C "$clone" status --porcelain)" '' 'the repository is clean'
is "$(ls "$clone/build")" sources.lock 'nothing is left in build/'

commit_in_linux() {
	echo "$1" >> "$clone/linux/source.c"
	git -C "$clone/linux" commit -q -a -m "$1"
}
commit_in_linux mine
mine=$(git -C "$clone/linux" rev-parse HEAD)
echo edit >> "$clone/linux/source.c"
run "$clone/dev/sources"
is "$status,$(git -C "$clone/linux" rev-parse HEAD),$(git -C "$clone/linux" status --porcelain)" \
	"0,$mine, M source.c" 'run again: later work in linux/ is not touched'

# A tree with new commits is never committed as a gitlink, whatever the user types.
gitlink() { git -C "$clone" ls-tree HEAD linux | cut -d ' ' -f 3 | cut -f 1; }
is "$(git -C "$clone" status --porcelain)" '' 'linux/ with new commits: no change in the repository'
echo a > "$clone/a"
git -C "$clone" add -A
git -C "$clone" commit -q -m 'by add -A'
is "$(gitlink)" "$(pin linux)" 'git add -A does not record it'
echo b > "$clone/a"
git -C "$clone" commit -q -a -m 'by commit -a'
is "$(gitlink)" "$(pin linux)" 'git commit -a does not'
git -C "$clone" add linux 2>/dev/null || :
echo c > "$clone/a"
git -C "$clone" add .
git -C "$clone" commit -q -m 'by name'
is "$(gitlink)" "$(pin linux)" 'git add linux does not'
git -C "$clone" stash -q 2>/dev/null || :
git -C "$clone" checkout -q HEAD~1
git -C "$clone" reset -q --hard main
git -C "$clone" checkout -q main
git -C "$clone" commit -q -a --allow-empty -m 'after stash, reset and checkout'
is "$(gitlink)" "$(pin linux)" 'git commit -a after stash, reset and checkout does not'
# A newer pin from upstream is accepted.
git -C "$clone" checkout -q -b newer
git -C "$clone" update-index --cacheinfo "160000,$(git -C "$T/host/linux" rev-parse HEAD),linux"
git -C "$clone" commit -q -m 'a newer kernel'
git -C "$clone" checkout -q main
is "$(git -C "$clone" ls-files -s linux | cut -d ' ' -f 2)" "$(pin linux)" 'a checkout restores the old pin'
git -C "$clone" merge -q newer
is "$(gitlink)" "$(git -C "$T/host/linux" rev-parse HEAD)" 'a merge of a newer pin updates it'
is "$(git -C "$clone/linux" rev-parse HEAD)" "$mine" 'neither touches linux/'

new_clone --recursive
run "$clone/dev/sources"
is "$status" 0 'after git clone --recursive'
is "$(git -C "$clone/linux" rev-parse bypass-base)" "$(pin linux)" 'the pinned commit is tagged'
commit_in_linux mine
git -C "$clone" commit -q -a --allow-empty -m all
is "$(gitlink)" "$(pin linux)" 'and the gitlink is guarded'

new_clone --recursive
run make -C "$clone" apply-patches
is "$status" 0 'after git clone --recursive, make apply-patches is the next command'
is "$(git -C "$clone/linux" rev-parse bypass)" "$(pin linux)" 'no patch is applied here'
new_clone --recursive
run "$clone/dev/apply-patches"
like "$status:$err" '^1:.*linux/ has no tag bypass-base.*' 'dev/apply-patches without dev/sources: says what is missing'
like "$err" 'Run: make sources' 'and what to do'

new_clone
mkdir -p "$clone/linux"
echo precious > "$clone/linux/notes"
run env SOURCES=git "$clone/dev/sources"
is "$status,$(cat "$clone/linux/notes")" 1,precious 'linux/ with files of the user: refused, kept'
like "$err" 'linux/ holds files but is no git tree' 'with the reason'

new_clone
git -C "$clone" config submodule.busybox.url "file://$T/host/nowhere"
run env SOURCES=git "$clone/dev/sources"
is "$status" 1 'a host that has no such repository: fails'
like "$err" "busybox: file://.*can't be fetched" 'names the tree'
like "$err" 'SOURCES=packages make sources' 'names the alternative'
is "$(ls -A "$clone/busybox")" '' 'busybox/ is still empty'
git -C "$clone" config --unset submodule.busybox.url
run env SOURCES=git "$clone/dev/sources"
is "$status" 0 'once the host answers, the same command'
all_complete 'completes the tree'

run env SOURCES=cvs "$clone/dev/sources"
is "$status" 0 'an unknown SOURCES is ignored if all trees are complete'
new_clone
run env SOURCES=cvs "$clone/dev/sources"
like "$status,$err" 'SOURCES=cvs is unknown: use auto, git or packages' 'otherwise it is refused'

# --- distclean ---

# keeps WHAT PATTERN: distclean refuses, and removes nothing.
keeps() {
	run "$clone/dev/distclean"
	is "$status" 1 "distclean, $1: refuses"
	like "$err" "$2" "distclean, $1: says so"
	is "$(find "$clone/build/sources.lock" "$clone/linux/source.c" "$clone/busybox/source.c" 2>/dev/null | wc -l)" 3 \
		"distclean, $1: removes nothing"
}

new_clone
SOURCES=git "$clone/dev/sources" 2>/dev/null
echo new > "$clone/busybox/new.c"
keeps 'a new file in busybox/' 'busybox/ holds uncommitted changes'
git -C "$clone/busybox" stash -q -u
keeps 'a stash in busybox/' 'busybox/ holds stashed changes'
git -C "$clone/busybox" stash drop -q
commit_in_linux mine
keeps 'a commit in linux/' 'linux/ has commits on HEAD that are in no patch'
git -C "$clone/linux" branch -q aside
git -C "$clone/linux" reset -q --hard bypass-base
keeps 'a commit on another branch' 'commits on refs/heads/aside'
# follow_advice: runs the command in the last line of the message.
follow_advice() { (cd "$clone" && printf '%s\n' "$err" | sed -n '$s/.*Throw them away: //p' | sh -e 2>/dev/null); }
follow_advice
commit_in_linux tagged
git -C "$clone/linux" tag -m 'to be kept' kept
git -C "$clone/linux" reset -q --hard bypass-base
keeps 'a commit on a tag' 'commits on refs/tags/kept'
follow_advice
commit_in_linux replaced
git -C "$clone/linux" update-ref refs/bypass/previous HEAD
git -C "$clone/linux" reset -q --hard bypass-base
keeps 'commits that apply-patches replaced' 'commits on refs/bypass/previous'
follow_advice
git -C "$clone/linux" checkout -q bypass
commit_in_linux 'mine again'
keeps 'a commit in linux/, again' 'commits on HEAD'
follow_advice
keeps 'and its branch' 'commits on refs/heads/bypass'
follow_advice
# A patch is kept when it is in a commit, not before.
git -C "$clone/linux" branch -q -f bypass bypass-base
git -C "$clone/linux" checkout -q bypass
commit_in_linux 'made a patch of'
"$clone/dev/build-patches" 2>/dev/null
cp -a "$clone/patches" "$T/"
rm -rf "$clone/patches"
keeps 'a commit whose patch is gone' 'commits on HEAD that are in no patch'
cp -a "$T/patches" "$clone/"
git -C "$clone" add patches
git -C "$clone" commit -q -m 'a patch'
git -C "$clone" rm -q -r patches
git -C "$clone" commit -q -m 'which is no longer needed'
echo mine > "$clone/linux/0001-mine.patch"
echo '*.patch' >> "$clone/linux/.git/info/exclude"
keeps 'a patch file in linux/, which git ignores there' 'linux/ holds files that git ignores'
like "$err" '0001-mine.patch' 'and names it'
rm "$clone/linux/0001-mine.patch"
run "$clone/dev/distclean"
is "$status" 0 'distclean with commits that an older commit has as patches'

SOURCES=git "$clone/dev/sources" 2>/dev/null
git -C "$clone/linux" tag not-a-commit 'bypass-base:source.c'
git -C "$clone/linux" update-ref refs/bypass/applied bypass-base
git -C "$clone/linux" update-ref refs/bypass/patches 'bypass-base:source.c'
run "$clone/dev/distclean"
is "$status" 0 'distclean without work of the user'
is "$(find "$clone/linux" "$clone/busybox" "$clone/build" 2>/dev/null | tr '\n' ' ')" \
	"$clone/linux $clone/busybox " 'leaves empty folders'
run env SOURCES=git "$clone/dev/sources"
all_complete 'which dev/sources fills again'

new_clone --recursive
"$clone/dev/sources" 2>/dev/null
run "$clone/dev/distclean"
is "$status" 0 'distclean after git clone --recursive'
run env SOURCES=git "$clone/dev/sources"
all_complete 'dev/sources fills the trees again there too'

# --- interrupted ---

# kill -9 at each git, mv and rmdir of the script.
mkdir "$T/killer"
for tool in git mv rmdir; do
	cat > "$T/killer/$tool" <<-KILLER
		#!/bin/sh
		n=\$((\$(cat $T/calls) + 1))
		echo \$n > $T/calls
		if [ \$n -eq \$KILL_AT ]; then
			[ "\$KILL_WHEN" = before ] || $(command -v $tool) "\$@"
			kill -9 \$(cat $T/pid)
			exit 1
		fi
		exec $(command -v $tool) "\$@"
	KILLER
	chmod +x "$T/killer/$tool"
done
new_clone
SOURCES=git "$clone/dev/sources" 2>/dev/null
mv "$clone/busybox" "$clone/dev/emulator/libvfio-user" "$T/"
kill_at=0
half_filled=
never_filled=
while [ $kill_at -lt 200 ]; do
	kill_at=$((kill_at + 1))
	[ $((kill_at % 2)) -eq 0 ] && when=before || when=after
	new_clone
	# One of the three trees is enough.
	cp -a "$T/busybox" "$clone/"
	cp -a "$T/libvfio-user" "$clone/dev/emulator/"
	echo 0 > "$T/calls"
	# shellcheck disable=SC2016
	run env SOURCES=git KILL_AT="$kill_at" KILL_WHEN="$when" PATH="$T/killer:$PATH" \
		sh -c 'echo $$ > "$1"; exec "$2"' - "$T/pid" "$clone/dev/sources"
	[ "$status" -ne 0 ] || break
	[ -z "$(ls -A "$clone/linux" 2>/dev/null)" ] || is_complete linux ||
		half_filled="$half_filled $kill_at"
	run env SOURCES=git "$clone/dev/sources"
	if [ "$status" -ne 0 ] || ! is_complete linux; then
		never_filled="$never_filled $kill_at"
	fi
done
is "$status" 0 "killed at each of $((kill_at - 1)) places"
is "$half_filled" '' 'linux/ was never half-filled'
is "$never_filled" '' 'the same command completed it each time'

# --- from packages ---

# A simulated apt: `archive` has a line "package version file" for each package; a missing file is an
# error 404.
mkdir "$T/fake"
export T
cat > "$T/fake/apt-cache" <<-'FAKE'
	#!/bin/sh
	for word; do last=$word; done
	case " $* " in
	*' madison '*)
		awk -v name="$last" '$1 == name {
			kind = name ~ /linux/ ? "Packages" : "Sources"
			print " " $1 " | " $2 " | http://archive.example.org/debian sid/main " kind
		}' "$T/archive"
		;;
	*' pkgnames '*) cut -d ' ' -f 1 "$T/archive" | grep "^$last" ;;
	esac
FAKE
cat > "$T/fake/apt-get" <<-'FAKE'
	#!/bin/sh
	for word; do last=$word; done
	case " $* " in
	*' update '*)
		[ ! -e "$T/apt/error" ] || { cat "$T/apt/error" >&2; exit 100; }
		exit 0
		;;
	esac
	files=$(awk -v name="${last%%=*}" -v version="${last#*=}" '
		$1 == name && $2 == version { $1 = $2 = ""; print }' "$T/archive")
	for file in $files; do
		cp "$T/pool/$file" . || { echo "404 Not Found $file" >&2; exit 100; }
	done
FAKE
cat > "$T/fake/apt-config" <<-'FAKE'
	#!/bin/sh
	echo "list='$T/apt/sources.list' parts='$T/apt/sources.list.d/'"
FAKE
chmod +x "$T"/fake/*
mkdir -p "$T/apt/sources.list.d" "$T/pool"
echo 'deb http://archive.example.org/debian bookworm main' > "$T/apt/sources.list"

# kernel_package SERIES VERSION
kernel_package() {
	top=$T/make/linux-source-$1
	mkdir -p "$top/DEBIAN" "$top/usr/src" "$T/make/kernel"
	printf 'Package: linux-source-%s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n' \
		"$1" "$2" > "$top/DEBIAN/control"
	cp -a "$T/host/linux/." "$T/make/kernel/"
	rm -rf "$T/make/kernel/.git"
	tar -C "$T/make" --sort=name --mtime=@0 -cJf "$top/usr/src/linux-source-$1.tar.xz" kernel
	dpkg-deb -b "$top" "$T/pool/linux-source-$1_$2_all.deb" >/dev/null
}
kernel_package 7.2 7.2.13-1
kernel_package 7.3 7.3.4-1
(
	cd "$T/make"
	mkdir -p busybox/debian/source qemu/subprojects
	cp "$T/host/busybox/"* "$T/host/busybox/.gitignore" busybox/
	tar --sort=name -cJf busybox_1.37.0.orig.tar.xz --exclude=debian busybox
	echo '3.0 (quilt)' > busybox/debian/source/format
	printf 'busybox (1:1.37.0-6) x; urgency=low\n\n  * x\n\n -- x <x@y>  Thu, 01 Jan 2026 00:00:00 +0000\n' \
		> busybox/debian/changelog
	printf 'Source: busybox\nMaintainer: x <x@y>\n\nPackage: busybox\nArchitecture: any\nDescription: x\n' \
		> busybox/debian/control
	dpkg-source -b busybox >/dev/null 2>&1
	cp -a "$T/host/dev/emulator/libvfio-user" qemu/subprojects/
	rm -rf qemu/subprojects/libvfio-user/.git
	tar -cJf qemu_10.0.orig.tar.xz qemu
	echo 'another revision' > qemu/subprojects/libvfio-user/source.c
	tar -cJf qemu_7.2.orig.tar.xz qemu
	cp ./*.tar.xz ./*.dsc "$T/pool/"
)
cat > "$T/archive" <<-'ARCHIVE'
	linux-source-7.2 7.2.14-1 not-on-this-mirror.deb
	linux-source-7.2 7.2.13-1 linux-source-7.2_7.2.13-1_all.deb
	linux-source-7.2 7.2.6-1 never-asked-for.deb
	linux-source-7.3 7.3.4-1 linux-source-7.3_7.3.4-1_all.deb
	busybox 1:1.38.0-3 never-asked-for.dsc
	busybox 1:1.37.0-6 busybox_1.37.0-6.dsc busybox_1.37.0.orig.tar.xz busybox_1.37.0-6.debian.tar.xz
	qemu 1:7.2 qemu_7.2.orig.tar.xz
	qemu 1:10.0 qemu_10.0.orig.tar.xz
ARCHIVE

library_tree=$(git -C "$T/host/dev/emulator/libvfio-user" rev-parse 'HEAD^{tree}')
from_packages() {
	new_clone
	sed -i "s/^LIBRARY_TREE=.*/LIBRARY_TREE=$library_tree/" "$clone/dev/sources"
	run env "$@" PATH="$T/fake:$PATH" "$clone/dev/sources"
}
from_packages SOURCES=packages
is "$status" 0 'from packages'
all_complete 'all three trees are complete, including files that they ignore'
like "$err" '404 .*not-on-this-mirror' 'the newest kernel could not be downloaded:'
like "$(git -C "$clone/linux" log -1 --format=%s)" 'Linux 7\.2\.13, .*linux-source-7\.2 7\.2\.13-1' \
	'the next one is used, and the commit names it'
unlike "$err" 'WARNING' 'no warning'
like "$(git -C "$clone/busybox" log -1 --format=%s)" '1\.37\.0-6' 'the BusyBox nearest to the pinned one is used'
is "$(ls -d "$clone"/busybox/debian "$clone"/busybox/.pc 2>/dev/null)" '' "without the package's own files"
like "$err" 'qemu 1:7.2 bundles another revision' "a library of another revision is skipped:"
like "$(git -C "$clone/dev/emulator/libvfio-user" log -1 --format=%s)" 'qemu 1:10.0' 'the next one is used'
ids=$(for tree in $TREES; do git -C "$clone/$tree" rev-parse HEAD; done)
sleep 1
from_packages SOURCES=packages
is "$(for tree in $TREES; do git -C "$clone/$tree" rev-parse HEAD; done)" "$ids" \
	'another clone gets the same commit ids'

from_packages SOURCES=packages LINUX_SERIES=7.3
like "$status:$(git -C "$clone/linux" log -1 --format=%s)" '^0:Linux 7\.3\.4, .*linux-source-7\.3' \
	'LINUX_SERIES=7.3: that kernel'
unlike "$err" 'WARNING' 'without a warning'
run env LINUX_SERIES=7.3 "$clone/dev/sources"
is "$status" 0 'the same again'
run env LINUX_SERIES=7.2 "$clone/dev/sources"
like "$status:$err" "LINUX_SERIES=7\.2 was requested, but linux/ already contains 'Linux 7\.3\.4" \
	'then another: refused'
from_packages SOURCES=auto LINUX_SERIES=7.3
like "$status:$(git -C "$clone/linux" log -1 --format=%s)" '^0:Linux 7\.3\.4, .*linux-source-7\.3' \
	'although the git host answers'
from_packages SOURCES=git LINUX_SERIES=7.3
like "$status:$err" '^1:.*LINUX_SERIES=7\.3 is a package, and SOURCES=git excludes packages' 'refused with SOURCES=git'
from_packages SOURCES=packages LINUX_SERIES=7.4
is "$status,$(ls -A "$clone/linux")" 1, 'LINUX_SERIES=7.4, which the archive does not have: fails, no other is used'
like "$err" 'No linux-source-7\.4 package' 'and names it'

for tree in $TREES; do
	git config -f "$GIT_CONFIG_GLOBAL" --add "url.file://$T/host/nowhere.insteadOf" "file://$T/host/$tree"
done
from_packages SOURCES=auto
is "$status" 0 'SOURCES=auto, no git host can be reached'
like "$err" "linux: its git host can't be reached" 'says so'
all_complete 'uses the packages'
git config -f "$GIT_CONFIG_GLOBAL" --remove-section "url.file://$T/host/nowhere"

# An archive of the repository, without its .git.
new_clone
rm -rf "$clone/.git"
sed -i "s/^LIBRARY_TREE=.*/LIBRARY_TREE=$library_tree/" "$clone/dev/sources"
run env SOURCES=packages PATH="$T/fake:$PATH" "$clone/dev/sources"
is "$status" 0 'outside a git clone: from packages'
all_complete 'all three are complete'

sed -i '/linux-source-7.2/d' "$T/archive"
echo 'E: Release file for sid is expired' > "$T/apt/error"
from_packages SOURCES=packages
rm "$T/apt/error"
is "$status" 0 'no 7.2 in the archive'
like "$err" 'E: Release file for sid is expired' 'nor one of the suites: prints the message of apt'
like "$err" 'WARNING.* no longer has Linux 7\.2: this is 7\.3' 'the newest 7.x is used, with a warning'

sed -i '/linux-source/d' "$T/archive"
from_packages SOURCES=packages
is "$status,$(ls -A "$clone/linux")" 1, 'no kernel at all: fails, linux/ stays empty'
like "$err" 'SOURCES=git make sources' 'names the alternative'

: > "$T/apt/sources.list"
from_packages SOURCES=packages
like "$status,$err" "apt's configuration on this machine names no Debian archive" 'no Debian archive: says so'

done_testing

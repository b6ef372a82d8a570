#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/package/generate: the packages contain the series, for each kernel; the same input gives the same
# bytes; hooks that do not fit are refused. package-kernel.t tests the module on a kernel.
set -eu
. "$(dirname "$0")/../../tests/tap.sh"

command -v dpkg-deb >/dev/null || skip_all 'the packages are built on Debian'
unset KERNELS SOURCES SOURCE_DATE_EPOCH KERNEL
real_build=${BUILD:-$ROOT/build}
export LINUX="${LINUX:-$ROOT/linux}"
driver=drivers/net/ethernet/intel/ixgbe

# A clone, as its hooks are changed. Downloads from Debian are shared.
repo=$T/repo
git clone -q --shared "$ROOT" "$repo"
rm -r "$repo/patches"
(cd "$ROOT" && tar -c --exclude=dev/emulator Makefile dev patches) | tar -x -C "$repo"
git -C "$repo" config user.name 'A Developer'
git -C "$repo" config user.email a.developer@example.org
git -C "$repo" add -A
git -C "$repo" commit -q --allow-empty -m 'as it is'
export BUILD="$repo/build" PATCHES="$repo/patches"
mkdir -p "$BUILD/package" "$real_build/package/sources"
ln -s "$real_build/package/sources" "$BUILD/package/sources"
generate=$repo/dev/package/generate
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$repo/dev/package/debian/changelog")
out=

# --- all packages, twice

run "$generate"
is "$status" 0 'the packages are built'
[ "$status" -eq 0 ] || { diag "$err"; done_testing; }
packages=$BUILD/packages
sums() { (cd "$packages" && find . -type f -exec sha256sum {} + | sort -k 2); }
first=$(sums)
for file in "x540-bypass-dkms_${version}_all.deb" "x540-bypass-$version.tar.gz" arch/PKGBUILD \
	patches-6.1/0001 patches-6.12/0001; do
	like "$first" " \./$file" "$file exists"
done
mv "$packages" "$T/first"
(umask 077 && TZ=Asia/Tokyo run "$generate")
is "$(sums)" "$first" 'built again, each has the same bytes'

# --- contents

mkdir "$T/tar" "$T/deb"
tar -xzf "$packages/x540-bypass-$version.tar.gz" -C "$T/tar"
source=$T/tar/x540-bypass-$version
dpkg-deb -x "$packages/x540-bypass-dkms_${version}_all.deb" "$T/deb"
is "$(diff -r "$source" "$T/deb/usr/src/x540-bypass-$version" && echo same)" same \
	'the .deb has the same files for dkms as the tar'

# The files of the base with the series, without its tests, by git.
series_files() (
	export GIT_INDEX_FILE="$T/index"
	git -C "$LINUX" read-tree bypass-base
	git -C "$LINUX" apply --cached --whitespace=nowarn "$PATCHES"/*.patch
	git -C "$LINUX" ls-files -s "$driver" | sed "s|^[0-9]* \([0-9a-f]*\) 0	$driver/|\1 |" |
		grep -v ' tests/'
)
package_files() {
	(cd "$1" && find . -name 'ixgbe_compat_*.c' -o ! -type d -print | sed 's|^\./||' | sort |
		while read -r file; do
			echo "$(sed '/ixgbe_compat_[a-z]*\.o/d' "$file" | git hash-object --stdin) $file"
		done)
}
base=$(git -C "$LINUX" show bypass-base:Makefile | awk '/^VERSION/ { v = $3 } /^PATCHLEVEL/ { print v "." $3; exit }')
is "$(package_files "$source/ixgbe-$base" | sort -k 2)" "$(series_files | sort -k 2)" \
	"Linux $base with the hooks of the package is Linux $base with the series"
bypass=$(cd "$source/bypass" && echo *)
for folder in "$source"/ixgbe-*; do
	for file in $bypass; do
		[ "$(readlink "$folder/$file")" = "../bypass/$file" ] || echo "$folder/$file"
	done
done >"$T/others"
is "$(cat "$T/others")" '' 'the bypass files are the same for all kernels'
is "$(grep -c '^+++ ' "$repo/dev/package/hooks/6.1-6.12.patch")" \
	"$(diff -rq "$source/ixgbe-6.1" "$BUILD/package/sources/6.1/$driver" | grep -c '^Files')" \
	'the hooks change as many files as differ from 6.1'
# 6.1 has no such function. A later kernel has it, with the order of arguments in the series.
read_c45() { grep -h 'ixgbe_mii_bus_read_c45(struct' "$@" | sort -u; }
is "$(read_c45 "$source"/ixgbe-*/ixgbe_phy.c)" \
	'static int ixgbe_mii_bus_read_c45(struct mii_bus *bus, int addr, int devad,' \
	'each kernel with a separate function for clause 45 reads has the fixed one'
is "$(grep -l 'ixgbe_mii_bus_read_c45(struct' "$source"/ixgbe-*/ixgbe_phy.c | grep -c '6\.12')" 1 '6.12 has it'

like "$(cat "$source/ixgbe-6.1/ixgbe_compat_version.c")" "MODULE_VERSION\(\"$version\"\)" \
	'the module has the version of the package'

# --- which kernels

pattern=$(sed -n 's/^BUILD_EXCLUSIVE_KERNEL="\(.*\)"/\1/p' "$source/dkms.conf")
for kernel in 6.1.0-50-amd64 6.12.117+deb13-amd64 6.12.117+deb13-rt-amd64 7.2.0 7.3.4-arch1-1; do
	like "$kernel" "$pattern" "dkms builds it for $kernel"
done
for kernel in 5.10.0-30-amd64 6.2.0 6.8.0-50-generic 6.17.2-1-pve 6.120.1 7.30.0 61.2.0 8.0.0; do
	unlike "$kernel" "$pattern" "and not for $kernel"
done
like "$(cat "$source/dkms.conf")" "^PACKAGE_VERSION=\"$version\"" 'its version is that of the changelog'
# kbuild VARIABLE...: reads the package's makefile as the kernel's makefiles do.
kbuild() { run make -s -C "$source" -f Makefile -p -q KBUILD_EXTMOD=x src=. "$@" nothing; }
kbuild VERSION=5 PATCHLEVEL=10 CONFIG_IXGBE=m
like "$err" 'x540-bypass has no ixgbe for Linux 5\.10: it is for 6\.1 6\.12 ' 'another kernel is refused with a message'
kbuild VERSION=6 PATCHLEVEL=12 CONFIG_IXGBE=y
like "$err" 'replaces the module ixgbe, and this kernel has none \(CONFIG_IXGBE=y\)' 'so is a kernel with ixgbe built in'
kbuild VERSION=6 PATCHLEVEL=12 CONFIG_IXGBE=m CONFIG_WATCHDOG_CORE=m
like "$out" '^obj-m := ixgbe-6\.12/' '6.12 gets the ixgbe of 6.12'
like "$out" '^CONFIG_IXGBE_BYPASS_WDT := y' 'with the watchdog'
kbuild VERSION=6 PATCHLEVEL=1 CONFIG_IXGBE=m
unlike "$out" '^CONFIG_IXGBE_BYPASS_WDT' 'but not if the kernel has none'

# --- patches for kernels that others build

for series in 6.1 6.12; do
	tree=$T/am-$series
	mkdir "$tree"
	cp -a "$BUILD/package/sources/$series/drivers" "$tree/"
	git init -q "$tree"
	git -C "$tree" add -A
	git -C "$tree" -c user.name=x -c user.email=x@example.org commit -q -m pristine
	run git -C "$tree" -c user.name=x -c user.email=x@example.org am --no-3way "$packages/patches-$series"/*.patch
	is "$status" 0 "git am of the patches onto Linux $series"
	for file in $bypass ixgbe_main.c ixgbe_phy.c ixgbe.h; do
		cmp "$tree/$driver/$file" "$source/ixgbe-$series/$file" || :
	done >"$T/cmp" 2>&1
	is "$(cat "$T/cmp")" '' 'gives the driver of the package'
done

# --- tools of the distributions

if command -v lintian >/dev/null; then
	run lintian --fail-on warning "$packages/x540-bypass-dkms_${version}_all.deb"
	is "$status:$out" 0: 'lintian reports nothing'
else
	skip 'lintian reports nothing' 'there is no lintian; dev/deps check installs it'
fi
# makepkg refuses to run as root, and Debian has no pacman that knows the dependencies.
if command -v makepkg bsdtar >/dev/null && [ "$(id -u)" -eq 0 ]; then
	chmod 755 "$T"
	cp -a "$packages/arch" "$T/arch"
	chown -R 65534:65534 "$T/arch"
	run env -C "$T/arch" HOME="$T/arch" PKGEXT=.pkg.tar.gz PACMAN=true setpriv --reuid=65534 --regid=65534 --clear-groups \
		makepkg --nodeps --force
	is "$status" 0 'makepkg builds its package from the PKGBUILD'
	[ "$status" -eq 0 ] || diag "$err"
	tar -tzf "$T/arch/x540-bypass-dkms-$version-1-any.pkg.tar.gz" | grep '^usr/src/.*[^/]$' | sort >"$T/arch.files"
	is "$(cd "$T/deb" && find usr/src ! -type d | sort | comm -3 - "$T/arch.files")" '' 'with the same files'
else
	skip 'makepkg builds its package from the PKGBUILD' 'there is no makepkg or bsdtar (dev/deps check installs them), or this is not root'
fi

# --- the series' hooks have changed

cp "$source/ixgbe-$base/ixgbe_main.c" "$T/a.c"
sed 's/^	e_info(drv, "NIC Link is Down\\n");$/&\n	e_info(drv, "another hook\\n");/' "$T/a.c" >"$T/b.c"
{
	echo 'Subject: [PATCH] another hook'
	echo
	diff -u "$T/a.c" "$T/b.c" | sed -e "1s|.*|--- a/$driver/ixgbe_main.c|" -e "2s|.*|+++ b/$driver/ixgbe_main.c|"
} >"$repo/patches/9999-another-hook.patch"
run "$generate" tar
is "$status" 1 'a new hook in the series: refused'
like "$err" '6\.1-6\.12\.patch was made from earlier hooks' 'and names the file'
like "$err" '^  Update it: dev/package/port-hooks 6\.1-6\.12\.patch' 'with the remedy'
run "$repo/dev/package/port-hooks" 6.1-6.12.patch
is "$status" 0 'port-hooks'
like "$err" 'no conflicts' 'merges it'
run "$repo/dev/package/port-hooks" --save 6.1-6.12.patch
is "$status" 0 'port-hooks --save'
[ "$status" -eq 0 ] || diag "$err"
run "$generate" tar
is "$status" 0 'then the package is built'
is "$(tar -xzOf "$packages/x540-bypass-$version.tar.gz" "x540-bypass-$version/ixgbe-6.1/ixgbe_main.c" |
	grep -A 1 'NIC Link is Down' | tail -n 1)" '	e_info(drv, "another hook\n");' 'with the hook, also in 6.1'

# --- other kernels, from git

host=$T/host
mkdir "$host"
cp -a "$BUILD/package/sources/6.12/drivers" "$host/"
git init -q "$host"
git -C "$host" config uploadpack.allowFilter true
git -C "$host" add -A
git -C "$host" -c user.name=x -c user.email=x@example.org commit -q -m 'Linux 6.8'
git -C "$host" tag v6.8
cp -a "$BUILD/package/sources/base/drivers" "$host/"
git -C "$host" add -A
git -C "$host" -c user.name=x -c user.email=x@example.org commit -q -m 'Linux 6.17'
git -C "$host" tag v6.17
git -C "$repo" config submodule.linux.url "file://$host"
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=protocol.file.allow GIT_CONFIG_VALUE_0=always
rm "$BUILD/package/sources"
cp -a "$real_build/package/sources" "$BUILD/package/sources"
KERNELS='6.8 6.17' SOURCES=git run "$generate" tar
is "$status" 0 "KERNELS='6.8 6.17': uses the tags v6.8 and v6.17 from git"
[ "$status" -eq 0 ] || diag "$err"
like "$(tar -xzOf "$packages/x540-bypass-$version.tar.gz" "x540-bypass-$version/kernels.mk")" \
	'^ixgbe-for-6\.8 := ixgbe-6\.8$' 'and has an ixgbe of its own'
like "$(tar -xzOf "$packages/x540-bypass-$version.tar.gz" "x540-bypass-$version/kernels.mk")" \
	'^ixgbe-for-6\.17 := ixgbe-6\.17$' 'also 6.17, with the hooks of the series'
is "$(tar -xzOf "$packages/x540-bypass-$version.tar.gz" "x540-bypass-$version/ixgbe-6.8/ixgbe_phy.c" |
	read_c45)" 'static int ixgbe_mii_bus_read_c45(struct mii_bus *bus, int addr, int devad,' \
	'with the fix of clause 45 reads'
KERNELS=6.9 SOURCES=git run "$generate" tar
is "$status" 1 'a tag that does not exist: fails'
like "$err" 'the tag v6\.9 can.t be fetched' 'is named'
for bad in six 6 6.8.1 '6.8;'; do
	KERNELS=$bad run "$generate" tar
	is "$status" 1 "KERNELS='$bad' is refused"
	like "$err" "KERNELS: '.*' is not a kernel series like 6\.8" 'by its name'
done
run "$generate" rpm
is "$status" 2 'an unknown format: usage'

# --- kernels that do not exist

run env KERNEL=9.9 NIC=none "$repo/dev/run-virt.sh"
is "$status" 1 'KERNEL=9.9: refused'
like "$err" '^  .*make build-package-kernel KERNEL=9\.9' 'with the command that gets it'
mkdir -p "$T/root/lib/modules/6.12.1"
run env KERNEL="$T/root" NIC=none "$repo/dev/run-virt.sh"
is "$status" 1 'KERNEL=folder without a vmlinuz: refused'
like "$err" 'no boot/vmlinuz-RELEASE' 'is named'
for bad in six 6. ../x; do
	run "$repo/dev/provide-kernel" "$bad"
	is "$status" 1 "a kernel '$bad'"
	like "$err" "'$bad' is not a kernel series like 6\.12" 'is not a series'
done

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The decisions of the build scripts: an option that did not take effect, a step
# that fails, a QEMU that cannot be used.
set -eu
. "$(dirname "$0")/tap.sh"
cd "$T"

# --- check-config

cat >config <<'END'
CONFIG_A=y
CONFIG_B=m
# CONFIG_C is not set
CONFIG_NAME="x y"
CONFIG_AB=y
END
check() {
	cat >fragment
	run "$ROOT/dev/check-config" config fragment
}
check <<'END'
# a comment with CONFIG_A=n in it
CONFIG_A=y
CONFIG_B=m
# CONFIG_C is not set
# CONFIG_GONE is not set
CONFIG_NAME="x y"
END
is "$status:$out$err" 0: 'options that took effect: prints nothing'
for bad in CONFIG_A=m CONFIG_B=y CONFIG_C=y CONFIG_MISSPELT=y '# CONFIG_A is not set' 'CONFIG_NAME="x"'; do
	check <<-END
		CONFIG_AB=y
		$bad
	END
	is "$status" 1 "$bad did not take effect: fails"
	like "$err" "^fragment:2: $bad did not take effect" "$bad did not take effect: is named"
done
check <<'END'
CONFIG_X=y
CONFIG_Y=y
END
is "$(printf '%s\n' "$err" | wc -l)" 2 'each one is named'
echo CONFIG_A=m >first
echo CONFIG_A=y >second
run "$ROOT/dev/check-config" config first second
is "$status" 0 'the last fragment decides'
run "$ROOT/dev/check-config" config second first
is "$status" 1 'the last fragment decides, the other way round'
like "$err" '^first:1: CONFIG_A=m ' 'and is the one that is named'

# --- run-logged

run "$ROOT/dev/run-logged" step logs/log sh -c 'echo fine; echo odd >&2'
is "$status:$out" 0: 'a step that succeeds: its output stays in the log'
is "$(cat logs/log)" "$(printf 'fine\nodd')" 'the log has both outputs'
run "$ROOT/dev/run-logged" step log sh -c 'echo a.c:1: error: no; seq 30; exit 7'
is "$status" 7 'a step that fails: returns its status'
like "$err" '^1:a.c:1: error: no$' 'a step that fails: prints the line with the reason'
like "$err" 'step: failed with status 7, the whole log is log' 'a step that fails: names the log'
run "$ROOT/dev/run-logged" step log sh -c 'seq 30; exit 1'
like "$err" '^30$' 'a step that fails without a reason: prints the last lines'
# shellcheck disable=SC2016
"$ROOT/dev/run-logged" step log sh -c 'echo $$ >pid; exec sleep 1000' 2>err &
job=$!
within 10 test -s pid || :
kill "$job"
status=0
wait "$job" || status=$?
is "$status" 1 'a step that is interrupted: fails'
is "$(! kill -0 "$(cat pid)" 2>/dev/null || echo runs)" '' 'a step that is interrupted: its command has ended'

# --- build scripts without their prerequisites

for script in build-kernel build-busybox build-initramfs; do
	LINUX=$T BUSYBOX=$T BUILD=$T/none run "$ROOT/dev/$script"
	is "$status" 1 "$script without sources: fails"
	like "$err" "run 'make (sources|build-dev-kernel)' first" "$script without sources: says what to run"
done

# --- build-initramfs: location of its files

mkdir -p made/linux made/busybox extra precious
touch made/linux/modules.order
# shellcheck disable=SC2016 # it is make's
printf 'modules_install:\n\tmkdir -p $(INSTALL_MOD_PATH)/lib/modules/0\n' >made/linux/Makefile
cp /bin/true made/busybox/busybox
echo mine >precious/file
echo extra >extra/extra-file
# pack IMAGE
pack() { BUILD=$T/made EXTRA=$T/extra INITRAMFS=$1 run "$ROOT/dev/build-initramfs"; }
packed() { gzip -dc "$1" | cpio -t --quiet | grep -xE 'init|extra-file|lib/modules/0|sbin/halt' | paste -sd ' '; }
all='extra-file init lib/modules/0 sbin/halt'
pack "$T/precious.cpio.gz"
is "$status:$(packed precious.cpio.gz)" "0:$all" 'build-initramfs packs all parts'
is "$(cat precious/file)" mine 'and does not touch a folder beside the image'
before=$(ls)
pack "$T/precious.cpio.gz"
is "$(ls)" "$before" 'and leaves no other file there'
pack "$T/image"
is "$status:$(packed image)" "0:$all" 'an image with any name'
pack new/image.gz
is "$status:$(packed new/image.gz)" "0:$all" 'in a folder that does not exist yet, by a relative path'
pack "$T/precious"
is "$status:$(cat precious/file)" 1:mine 'a folder with the name of the image: refused'
like "$err" "INITRAMFS=$T/precious is a folder" 'with a message'

before=$(sha256sum <precious.cpio.gz)
mkdir broken
for part in 'tar -cf' 'find -print0' 'sort -z' 'cpio -o' 'gzip -n'; do
	program=${part% *}
	printf '#!/bin/sh\ncase "$*" in *%s*) exit 3 ;; esac\nexec %s "$@"\n' "${part#* }" \
		"$(command -v "$program")" >"broken/$program"
	chmod +x "broken/$program"
	PATH=$T/broken:$PATH pack "$T/precious.cpio.gz"
	ok "$((status == 0))" "$part fails: so does build-initramfs"
	is "$(sha256sum <precious.cpio.gz)" "$before" 'and the image is unchanged'
	rm "broken/$program"
done

# --- unpacked packages: all links point to files of the packages

if command -v dpkg-deb >/dev/null; then
	mkdir -p package/DEBIAN package/lib64 package/opt/lib package/etc
	printf '%s\n' 'Package: links' 'Version: 1' 'Architecture: all' 'Maintainer: nobody' \
		'Description: links' >package/DEBIAN/control
	echo theirs >package/opt/lib/ld.so
	echo theirs >package/etc/passwd
	ln -s /opt/lib/ld.so package/lib64/ld.so
	ln -s /etc/passwd package/passwd
	ln -s /etc/passwd "package/opt/lib/a name with spaces"
	ln -s ../lib64/ld.so package/opt/relative
	dpkg-deb -b package links.deb >/dev/null
	mkdir unpacked
	run sh -euc '. "$1"; unpack unpacked links.deb' - "$ROOT/dev/lib/apt.sh"
	is "$status:$err" 0: 'a package is unpacked'
	for link in lib64/ld.so passwd 'opt/lib/a name with spaces' opt/relative; do
		is "$(cat "unpacked/$link" 2>&1)" theirs "/$link leads into the package"
	done
	is "$(find unpacked -lname '/*')" '' 'no link in it is absolute'
	mv unpacked elsewhere
	is "$(cat elsewhere/lib64/ld.so 2>&1)" theirs 'also after a move'
else
	skip 'packages are unpacked' 'no dpkg-deb'
fi

# --- provide-qemu

mkdir -p bin build
# fake NAME DEVICE: a QEMU that has this device.
fake() {
	cat >"$1" <<-END
		#!/bin/sh
		case \$1 in
		-device) echo 'name "$2", bus PCI' ;;
		*) echo fake ;;
		esac
	END
	chmod +x "$1"
}
fake bin/qemu-system-x86_64 vfio-user-pci
fake old vfio-pci
fake mine vfio-user-pci
PATH=$T/bin:$PATH
export BUILD="$T/build"
unset QEMU NIC
link=build/qemu/qemu-system-x86_64
run "$ROOT/dev/provide-qemu"
is "$status:$(readlink $link)" "0:$T/bin/qemu-system-x86_64" "the system's QEMU is used if it is suitable"
run "$ROOT/dev/provide-qemu"
is "$status:$err" 0: 'a second time: prints nothing'
QEMU=./mine run "$ROOT/dev/provide-qemu"
is "$status:$(readlink $link)" "0:$T/mine" 'QEMU= is used instead'
QEMU=./old run "$ROOT/dev/provide-qemu"
is "$status" 1 'QEMU= without vfio-user-pci: refused'
like "$err" 'QEMU=./old has no vfio-user-pci' 'QEMU= without vfio-user-pci: says so'
is "$(readlink $link)" "$T/mine" 'and the earlier choice stays'
QEMU=./old NIC=0000:03:00.0 run "$ROOT/dev/provide-qemu"
is "$status:$(readlink $link)" "0:$T/old" 'a physical card does not need vfio-user-pci'
fake bin/qemu-system-x86_64 vfio-pci
printf '#!/bin/sh\nexit 1\n' >bin/dpkg
chmod +x bin/dpkg
run "$ROOT/dev/provide-qemu"
is "$status" 1 'no suitable QEMU, and no Debian: fails'
like "$err" 'Install QEMU 10.1 or newer' 'no suitable QEMU, and no Debian: says what to install'
mkdir -p build/qemu/tree
fake build/qemu/tree/run vfio-user-pci
run "$ROOT/dev/provide-qemu"
is "$status:$(readlink $link)" 0:tree/run 'the unpacked QEMU is used if the system has none'

# --- probe-accel

# A QEMU under which the kernel boots with the accelerators in the file boots.
mkdir -p build/linux/arch/x86/boot
cat >fake-qemu <<'END'
#!/bin/sh
case " $* " in
*' --version '*) echo 'fake QEMU 1' ;;
*' -accel kvm '*) echo kvm >>tried; ! grep -qx kvm boots || echo 'Kernel panic' ;;
*' -accel tcg '*) echo tcg >>tried; ! grep -qx tcg boots || echo 'Kernel panic' ;;
esac
END
chmod +x fake-qemu
ln -sfn "$T/fake-qemu" $link
kernel=build/linux/arch/x86/boot/bzImage
unset ACCEL
export KVM="$T/kvm"
: >"$KVM"
# accel BOOTS...: runs probe-accel with such a QEMU; sets tried to the accelerators that were tried.
accel() {
	: >tried
	printf '%s\n' "$@" >boots
	run "$ROOT/dev/probe-accel"
	tried=$(paste -sd ' ' tried)
}
echo good >$kernel
accel kvm tcg
is "$status:$out:$tried" 0:kvm:kvm 'KVM boots the kernel: kvm'
like "$err" 'build/accel.*ACCEL=' 'says where the result is stored, and what overrides it'
accel
is "$status:$out:$tried:$err" 0:kvm:: 'a second time: boots nothing, prints nothing'
rm build/accel
accel tcg
is "$status:$out:$tried" '0:tcg:kvm tcg' 'only TCG boots the kernel: tcg'
like "$err" 'build/accel.*ACCEL=' 'says where the result is stored, and what overrides it'
echo another >$kernel
accel kvm tcg
is "$status:$out:$tried" 0:tcg: 'which holds for every kernel'
rm build/accel
echo bad >$kernel
accel
is "$status:$out:$tried" '0:tcg:kvm tcg' 'a kernel that does not boot at all: tcg'
like "$err" 'neither .* this kernel' 'only for this kernel'
accel
is "$status:$out:$tried:$err" 0:tcg:: 'a second time: boots nothing, prints nothing'
echo mended >$kernel
accel kvm tcg
is "$status:$out:$tried" 0:kvm:kvm 'the next kernel is tried again'
rm build/accel "$KVM"
accel kvm tcg
is "$status:$out:$tried" 0:tcg: 'without /dev/kvm: tcg'
ACCEL=kvm accel
is "$status:$out:$tried:$err" 0:kvm:: 'ACCEL= decides'
ok "$([ ! -e build/accel ] && echo 0 || echo 1)" 'and no result is stored'

done_testing

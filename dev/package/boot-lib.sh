# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What tells the card at boot what to do. To use it, after lib.sh: . "$ROOT/dev/package/boot-lib.sh"

# boot_files FOLDER: puts each of them there, at the place that dev/package/boot/install has for it.
boot_files() {
	mkdir -p "$1"
	while read -r file mode place; do
		case $file,$mode in
		, | '#'*) ;;
		*,link)
			mkdir -p "$1/${place%/*}"
			ln -s "$file" "$1/$place"
			;;
		*) install -D -m "$mode" "$ROOT/dev/package/boot/$file" "$1/$place" ;;
		esac
	done <"$ROOT/dev/package/boot/install"
}

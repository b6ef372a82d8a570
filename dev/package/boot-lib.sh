# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The files that set up the card at boot. To use it, after common.sh: . "$ROOT/dev/package/boot-lib.sh"

# boot_files FOLDER: copies each of them to its path in dev/package/boot/install.
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

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
# Common functions of the scripts in dev/package/. To use it, after common.sh:
# . "$ROOT/dev/package/package.sh"

NAME=x540-bypass
PACKAGE=$BUILD/package
DRIVER=drivers/net/ethernet/intel/ixgbe
KERNEL_FILES="$DRIVER drivers/net/ethernet/intel/Kconfig drivers/watchdog/watchdog_dev.c"
# The only place of the version.
VERSION=$(sed -n '1s/.*(\([^)]*\)).*/\1/p' "$ROOT/dev/package/debian/changelog")

is_series() {
	case $1 in
	[1-9]*.[0-9]*) ;;
	*) return 1 ;;
	esac
	case $1 in
	*[!0-9.]* | *.*.* | *.) return 1 ;;
	esac
}

# rows: the rows of the table of ranges, and one for each series in KERNELS (`KERNELS="6.8 6.17"`), with
# the ixgbe of that series. A kernel of 6.16 or later has devlink, as the base of the series has, and uses
# the hooks of the series.
rows() {
	for series in ${KERNELS:-}; do
		is_series "$series" || die "KERNELS: '$series' is not a kernel series like 6.8"
		case $series in
		6.[12]) echo "$series 6.1-6.12 $series" ;;
		# They have a separate function that reads a clause 45 register, which the series fixes.
		6.[3-9] | 6.1[0-5]) echo "$series 6.1-6.12,ixgbe_phy.c $series" ;;
		*) echo "$series series $series" ;;
		esac
	done
	sed -e '/^#/d' -e '/^ *$/d' "$ROOT/dev/package/ranges"
}

# tree FOLDER SERIES: makes a git tree of that kernel's files, with a commit tagged `pristine`.
tree() {
	rm -rf "$1"
	mkdir -p "$1"
	cp -a "$PACKAGE/sources/$2/drivers" "$1/"
	plain_git init -q -b bypass "$1"
	commit "$1" "$(cat "$PACKAGE/sources/$2/origin")"
	plain_git -C "$1" tag pristine
}

# commit FOLDER MESSAGE: commits all files, with the date of the package.
commit() {
	plain_git -C "$1" add -A -f
	GIT_AUTHOR_NAME='bypass series' GIT_AUTHOR_EMAIL='bypass@localhost' \
		GIT_AUTHOR_DATE="@$SOURCE_DATE_EPOCH +0000" GIT_COMMITTER_DATE="@$SOURCE_DATE_EPOCH +0000" \
		plain_git -C "$1" commit -q --no-verify -m "$2"
}

# apply_series FOLDER PATCHES: applies to the tree there, without fuzz, the changes in files that the
# package contains, and the new documents.
apply_series() {
	for patch in "$2"/*.patch; do
		plain_git -C "$1" apply --index --whitespace=nowarn --include="$DRIVER/*" \
			--include=drivers/net/ethernet/intel/Kconfig --include='drivers/watchdog/*' \
			--include='Documentation/ABI/*' "$patch" 2>"$PACKAGE/apply.log" && continue
		note "$(shown "$patch") does not apply to $(plain_git -C "$1" log -1 --format=%s):"
		sed 's/^/  /' "$PACKAGE/apply.log" >&2
		return 1
	done
}

# bypass_files FOLDER: the files that the series has added to ixgbe in the tree there, without its tests.
bypass_files() {
	plain_git -C "$1" diff --cached --name-only --diff-filter=A pristine -- "$DRIVER/ixgbe_bypass*.[ch]" |
		sed "s|^$DRIVER/||"
}

# changes FOLDER [OPTION...] pristine -- PATH...: the changes of the series to existing files in the
# tree there.
changes() {
	folder=$1
	shift
	plain_git -C "$folder" diff --cached --no-renames --no-ext-diff --no-color --src-prefix=a/ --dst-prefix=b/ \
		--diff-filter=M "$@"
}

# hooks FOLDER [OPTION...]: those of the driver without the Makefile, whose new lines are the same for all
# kernels.
hooks() { changes "$@" pristine -- drivers/net ":(exclude)$DRIVER/Makefile"; }

# hooks_digest FOLDER: a digest of the hooks, independent of their line numbers.
hooks_digest() {
	hooks "$1" -U0 | sed -n -e '/^+++ /p' -e '/^---/d' -e '/^[-+]/p' | sha256sum | cut -c 1-16
}

# The date of all files in the package: the last change of its sources.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct -- patches dev/package 2>/dev/null || :)}
[ -n "$SOURCE_DATE_EPOCH" ] ||
	die "the date of the package is unknown: this is not a git clone." \
		"Set it, in seconds since 1970: SOURCE_DATE_EPOCH=$(date +%s) make package"
export SOURCE_DATE_EPOCH

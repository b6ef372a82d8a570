# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The Debian archive of this machine's apt, for scripts that get packages of other suites with an
# apt configuration of their own. To use it: . "$(dirname "$0")/lib/apt.sh"

# debian_archive FILE...: the first source in these apt files that is the Debian archive itself,
# as `URIs: ...` and, where it has one, its `Signed-By:` field. Reads both formats of apt.
debian_archive() {
	awk '
	function reset() { uris = key = types = ""; enabled = 1; field = "" }
	function is_debian(uri, key) {
		sub(/\/+$/, "", uri)
		if (uri !~ /^(mirror\+)?(https?|ftp|file|copy):/ || uri ~ /security/)
			return 0
		return uri ~ /\/debian$/ || key ~ /debian-archive/
	}
	function consider(   n, i, u) {
		if (done || !enabled || types !~ /(^| )deb( |$)/)
			return
		n = split(uris, u, " ")
		for (i = 1; i <= n; i++)
			if (is_debian(u[i], key)) {
				print "URIs: " u[i]
				if (key != "")
					print "Signed-By:" key
				done = 1
				return
			}
	}
	FNR == 1 { if (NR > 1) consider(); reset() }
	FILENAME ~ /\.list$/ {
		sub(/#.*/, "")
		if ($1 != "deb")
			next
		reset()
		types = "deb"
		line = $0
		if (match(line, /\[[^]]*\]/)) {
			options = substr(line, RSTART + 1, RLENGTH - 2)
			line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
			n = split(options, o, " ")
			for (i = 1; i <= n; i++)
				if (tolower(o[i]) ~ /^signed-by=/) {
					key = " " substr(o[i], 11)
					gsub(/,/, " ", key)
				}
		}
		split(line, word, " ")
		uris = word[2]
		consider()
		reset()
		next
	}
	/^#/ { next }
	/^[ \t]*$/ { consider(); reset(); next }
	# A continued field: the key may be written out in the file, line by line.
	/^[ \t]/ {
		if (field == "uris")
			uris = uris " " $0
		else if (field == "signed-by")
			key = key "\n" $0
		next
	}
	{
		field = tolower($0)
		sub(/[ \t]*:.*/, "", field)
		value = $0
		sub(/^[^:]*:[ \t]*/, "", value)
		if (field == "types") types = value
		if (field == "uris") uris = value
		if (field == "signed-by") key = " " value
		if (field == "enabled" && tolower(value) ~ /^(no|false|0|off)/) enabled = 0
	}
	END { consider(); exit !done }
	' "$@"
}

# The files from which apt reads its sources.
apt_source_files() {
	eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	# shellcheck disable=SC2154  # list and parts: set by the eval
	for file in "$list" "$parts"*.sources "$parts"*.list; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# The archive that apt on this machine is configured with, as fields for a .sources file; fails
# when there is none.
configured_archive() {
	set --
	files=$(apt_source_files)
	while read -r file; do
		[ -z "$file" ] || set -- "$@" "$file"
	done <<-FILES
	$files
	FILES
	[ $# -gt 0 ] || return 1
	debian_archive "$@"
}

# private_apt FOLDER "TYPE SUITE..." ...: from here on, this script's apt has its own configuration,
# with its state in FOLDER: the Debian archive of the system's apt in these suites, and no installed
# packages. Proxies and similar settings are the system's. TYPE is deb or deb-src. Fails if the
# system's apt has no Debian archive.
private_apt() {
	apt=$1
	shift
	archive=$(configured_archive) || return 1
	rm -rf "$apt"
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/sources.d"
	for source; do
		case $source in
		deb-src*) target=Sources ;;
		*) target=Packages ;;
		esac
		printf 'Types: %s\nSuites: %s\nComponents: main\nTargets: %s\n%s\n\n' \
			"${source%% *}" "${source#* }" "$target" "$archive"
	done > "$apt/sources.d/archive.sources"
	cat > "$apt/apt.conf" <<-END
		Dir::State "$apt/state";
		Dir::State::status "/dev/null";
		Dir::Cache "$apt/cache";
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$apt/sources.d";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "2";
	END
	export APT_CONFIG="$apt/apt.conf"
}

# versions PACKAGE Packages|Sources: the versions in the archive, newest first.
versions() {
	apt-cache madison "$1" |
		awk -F' *[|] *' -v kind="$2\$" -v name="$1" \
			'{ gsub(/ /, "", $1) } $1 == name && $3 ~ kind { print $2 }' | sort -Vru
}

# download_source PACKAGE VERSION: downloads the source package into the working directory.
download_source() {
	apt-get -qq source --download-only --only-source "$1=$2" >&2
}

# unpack FOLDER DEB...: unpacks packages over each other into FOLDER, for use there. Makes absolute
# links relative, as they would lead to this machine's own files.
unpack() {
	unpacked=$1
	shift
	for deb; do
		dpkg-deb -x "$deb" "$unpacked"
	done
	find "$unpacked" -mindepth 1 -type l -lname '/*' -printf '%P\n' | while IFS= read -r link; do
		up=$(dirname "$link" | sed 's,[^/]*,..,g')
		[ "$(dirname "$link")" != . ] || up=.
		ln -sfn "$up$(readlink "$unpacked/$link")" "$unpacked/$link"
	done
}

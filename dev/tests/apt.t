#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dev/lib/apt.sh finds the Debian archive in this machine's apt sources, in both formats.
set -eu
. "$(dirname "$0")/tap.sh"

# archive_of FILE: FILE gets the standard input.
archive_of() {
	cat > "$T/$1"
	# shellcheck disable=SC2016
	run sh -euc '. "$1"; debian_archive "$2"' - "$ROOT/dev/lib/apt.sh" "$T/$1"
}

archive_of x.list <<-'LIST'
	# deb http://commented.example.org/debian bookworm main
	deb-src http://sources.example.org/debian bookworm main
	deb http://security.example.org/debian-security bookworm-security main
	deb [arch=amd64] http://vendor.example.org/apt stable main
	deb [ arch=amd64 signed-by=/keys/a.gpg trusted=yes ] http://mirror.example.org/pub/debian/ bookworm main # mine
	deb http://second.example.org/debian bookworm main
LIST
is "$out" 'URIs: http://mirror.example.org/pub/debian/
Signed-By: /keys/a.gpg' 'one line each: the first archive, and its key; nothing that skips signatures'

archive_of x.list <<-'LIST'
	deb http://mirror.example.org/debian bookworm main
LIST
is "$out" 'URIs: http://mirror.example.org/debian' 'one line without a key: uses the key of the system'

archive_of x.list <<-'LIST'
	deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://proxy.example.org/deb/all bookworm main
LIST
is "$out" 'URIs: https://proxy.example.org/deb/all
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' 'a proxy of another name is known by its key'

archive_of x.sources <<-'SOURCES'
	Types: deb
	URIs: http://off.example.org/debian
	Suites: bookworm
	Enabled: no

	Types: deb-src
	URIs: http://source.example.org/debian
	Suites: bookworm

	types: deb deb-src
	# a comment
	uris:
	 http://vendor.example.org/apt
	 http://mirror.example.org/debian
	suites: bookworm bookworm-updates
	components: main
	signed-by:
	 -----BEGIN PGP PUBLIC KEY BLOCK-----
	 .
	 mQINBF
	 -----END PGP PUBLIC KEY BLOCK-----
SOURCES
is "$out" 'URIs: http://mirror.example.org/debian
Signed-By: 
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----' 'in stanzas, with the key itself in the file'

archive_of x.sources <<-'SOURCES'
	Types: deb
	URIs: http://security.example.org/debian-security
	Suites: bookworm-security
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

	Types: deb
	URIs: http://vendor.example.org/debian-like
	Suites: stable
SOURCES
is "$status,$out" 1, 'only security updates and vendors: no archive'

done_testing

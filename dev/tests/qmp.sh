# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# To talk to a guest's QEMU. To use it, with QMP set for dev/run-virt.sh:
# . "$ROOT/dev/tests/qmp.sh"

# qmp COMMAND...: QEMU executes them; prints its answers and events.
# shellcheck disable=SC2016 # it is Perl
qmp() {
	timeout 10 perl -MIO::Socket::UNIX -e '
		my $qemu = IO::Socket::UNIX->new(Peer => $ENV{QMP}) or die "$ENV{QMP}: $!";
		<$qemu>;
		for my $command ("\"qmp_capabilities\"", @ARGV) {
			syswrite($qemu, "{\"execute\": $command}\n");
			while (<$qemu>) { print; last if /^{"(return|error)/ }
		}' "$@"
}

# A reboot of the guest does not end QEMU.
let_it_reboot() { qmp '"set-action", "arguments": {"reboot": "reset"}'; }

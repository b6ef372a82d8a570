#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage: tcp.pl serve PORT | tcp.pl send ADDRESS PORT MEGABYTES
#
# serve prints the digest of the data from one client. send sends pseudo-random bytes, and prints their
# digest and the time in seconds.
use strict;
use warnings;
use Digest::SHA;
use IO::Socket::INET;
use Time::HiRes 'time';

my $digest = Digest::SHA->new(256);
if ($ARGV[0] eq 'serve') {
	my $server = IO::Socket::INET->new(LocalPort => $ARGV[1], Listen => 1, ReuseAddr => 1) or die "listen: $!\n";
	my $client = $server->accept or die "accept: $!\n";
	$digest->add($_) while sysread($client, $_, 65536);
	print $digest->hexdigest, "\n";
	exit;
}
my $server;
for (1 .. 50) {
	$server = IO::Socket::INET->new(PeerAddr => $ARGV[1], PeerPort => $ARGV[2]) and last;
	select(undef, undef, undef, 0.2);
}
$server or die "connect: $!\n";
my $block = join '', map { pack 'N', ($_ * 2654435761) & 0xffffffff } 1 .. 16384;
my $start = time;
for (1 .. $ARGV[3] * 16) {
	my $data = pack('N', $_) . substr($block, 4);
	$digest->add($data);
	for (my $at = 0; $at < length $data;) {
		my $n = syswrite($server, $data, length($data) - $at, $at) or die "send: $!\n";
		$at += $n;
	}
}
close $server;
printf "%s %.1f\n", $digest->hexdigest, time - $start;

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What may get a signal. To use it: . "$ROOT/dev/child.sh"

# is_child PID: does this shell have such a process? One that has ended may have been waited for by
# any `wait`, and its number may be another's by now, whom no signal of ours is meant for.
is_child() { grep -qs "^PPid:[^0-9]*$$\$" "/proc/$1/status"; }

# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Safe signals to child processes. To use it: . "$ROOT/dev/lib/child.sh"

# is_child PID: is this a running child of this shell? After its end and a `wait`, the number may
# belong to another process, which must not get our signal.
is_child() { grep -qs "^PPid:[^0-9]*$$\$" "/proc/$1/status"; }

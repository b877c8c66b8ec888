#!/usr/bin/env bash
# regress.sh - two builds of vstore, pair by pair: is the second one slower, larger or hungrier?
#
#   bench/regress.sh A B [WORK...]
#
# A and B are build folders (build/release of two checkouts), or vstore binaries. Each work is done by both in turn, the one
# that begins changing from pair to pair, on data of their own that are made once and are the same. Works, all of these if
# none is named: first, unchanged, next, restore, switch, log, cat, fsck, gc, table (first, next and restore of one
# large table), start (of the program).
#
# Prints for each work the medians, the median of the pairs' ratios B/A, and in how many pairs B was slower. "slower" or
# "faster" is said only where the ratio is 5 % off and nine of ten pairs agree; processor time is judged alike, which a
# loaded machine disturbs less. Exit code 1 if something became slower.
#
# Environment: PAIRS=11; FILES=20000 files of 1 to 8 KiB; ROWS=1000000 rows of the table; SCRATCH where to work; JSON=FILE
# all figures.

set -euo pipefail
. "$(dirname "$0")/../scripts/common.sh"

if [[ $# -lt 2 ]]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
binary() { # FOLDER-OR-BINARY
  local found=$1
  [[ -d $found ]] && found=$found/bin/vstore
  [[ -x $found && -f $found ]] || { echo "regress: no vstore binary at '$1'" >&2; exit 1; }
  realpath "$found"
}
A=$(binary "$1")
B=$(binary "$2")
shift 2
[[ -x /usr/bin/time ]] || { echo "regress: /usr/bin/time is missing; scripts/install-deps.sh installs it" >&2; exit 1; }
export A B PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/compare/regress.py" "$@"

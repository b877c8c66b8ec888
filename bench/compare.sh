#!/usr/bin/env bash
# compare.sh - vstore beside git, restic, borg, casync and git-lfs (where installed): the same data, the same
# run, turn by turn. Prints a Markdown table of medians; vstore's targets at its end.
#
#   bench/compare.sh CORPORA_DIR [LINE...]
#
# CORPORA_DIR holds corpora, each a folder with versions.tsv and version folders (scripts/verify-corpora.sh).
# Lines, all of these if none is named:
#
#   kernel    corpus kernel-full (else kernel): first snapshot, status, next version, restore
#   csv       a table of 18.8 million rows, 2.0 GB, of which 0.1 % change: the same
#   million   one changed file committed by its path, among a thousand and among a million
#   upkeep    all versions of the kernel committed; then garbage collected, and every byte verified
#   CORPUS    any corpus of CORPORA_DIR: all its versions, and what they take on disk
#             (history:kernel for the one whose name is a line)
#
# Environment: RUNS=3 rounds; JSON=FILE all figures; SCRATCH where to work (default: a temporary folder;
# needs up to 30 GB, removed afterwards); PEERS="git-tuned restic" only these beside vstore; VSTORE the binary
# (default: build/release); CSV_ROWS and MANY_FILES for smaller trials.
#
# Times are wall-clock, memory is the largest process's peak resident size, sizes are blocks on disk. vstore's
# commits are durable when they return; most others sync little or nothing.

set -euo pipefail
. "$(dirname "$0")/../scripts/common.sh"

if [[ $# -lt 1 || ! -d $1 ]]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
[[ -x /usr/bin/time ]] || { echo "compare: /usr/bin/time is missing; scripts/install-deps.sh installs it" >&2; exit 1; }
VSTORE=$(find_vstore)
export VSTORE PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/compare/main.py" "$@"

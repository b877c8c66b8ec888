#!/usr/bin/env bash
# compare.sh - vstore beside git, git-lfs, git-annex, restic, borg, casync, cp, tar with zstd, b3sum and LMDB (where
# installed): the same data, the same run, turn by turn. Prints a Markdown table of medians; at its end what
# vstore must reach, how far off it is, and whether it is met.
#
#   bench/compare.sh CORPORA_DIR [LINE...]
#
# CORPORA_DIR holds corpora, each a folder with versions.tsv and version folders (scripts/verify-corpora.sh).
# Lines, all of these if none is named:
#
#   kernel          corpus kernel-full (else kernel): first snapshot, status, next version, names that differ,
#                   restore, switch
#   csv             a table of 18.8 million rows, 2.0 GB, of which 0.1 % change: the same
#   incompressible  2,000 files of 1 MB of noise, of which ten change: the same
#   million         a million small files: first snapshot, one changed file committed by its path (beside the same
#                   among a thousand), status, ten changed files found, restore, switch, merge
#   upkeep          five versions of the kernel committed; then every byte verified, garbage collected, and
#                   everything packed as tightly as each tool can
#   history-walk    10, 1,000 and 100,000 commits: log, the history of a path
#   large-text      diff of one changed row in a table of 200 MB, and of 10 GB
#   start           commands that do next to nothing
#   reads, commits  the library beside LMDB: random reads; durable commits of one and of eight processes
#   growth          1,000 to a million files, a file of 1 to 10 GB, 10 to 10,000 commits
#   CORPUS          any corpus of CORPORA_DIR: all its versions, what they take on disk before and after packing, and
#                   what reading an old version costs (history:kernel for the one whose name is a line)
#
# Environment: RUNS=3 rounds (one takes about an hour and a half with all tools and all lines, of which half are
# peers that need minutes for a step; a line says how long it took); JSON=FILE all figures, MARKDOWN=FILE the table,
# both written anew after each line; SCRATCH where to work (default: a temporary folder; needs up to 30 GB, removed
# afterwards); PEERS="git-tuned restic" only these beside vstore; VSTORE the binary (default: build/release), and
# BENCH_RATES the program for reads and commits (default: of the same build); COMMAND_SECONDS=1800 after which a single
# command is given up; CSV_ROWS, BLOBS, MANY_FILES, HISTORY_COMMITS, SMALL_TEXT_ROWS,
# LARGE_TEXT_ROWS, GROWTH_GB and GROWTH_COMMITS for smaller trials.
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

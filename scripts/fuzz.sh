#!/usr/bin/env bash
# fuzz.sh - build the fuzz targets with clang and run each for a while.
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]    60 seconds each; all targets: "pack", "tree_node", ...
#
# New inputs are collected in build/fuzz/corpus/TARGET. What fails is kept in build/fuzz/findings/TARGET-*; fix it at
# the root, then put the input into fixtures/fuzz/TARGET, so that every build runs it again. Ends with 1 if anything
# was found.

set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
if ! command -v clang++ >/dev/null; then
  echo "fuzz: clang is not installed (scripts/install-deps.sh --fuzz does); skipped"
  exit 0
fi
[[ $seconds =~ ^[0-9]+$ ]] || { echo "usage: scripts/fuzz.sh [SECONDS [TARGET...]]" >&2; exit 2; }

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || targets=($(cd fixtures/fuzz && printf '%s\n' *))
export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p build/fuzz/findings

fuzz_one() {
  local target=$1 corpus=build/fuzz/corpus/$1
  local log=$corpus.log
  mkdir -p "$corpus"
  if ! "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -verbosity=1 \
       -artifact_prefix="build/fuzz/findings/$target-" "$corpus" "fixtures/fuzz/$target" >"$log" 2>&1; then
    echo "$target: FAILED, see $log"
    return 1
  fi
  echo "$target: $(grep -o 'Done .*' "$log")"
}
export -f fuzz_one
export seconds
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one {}'

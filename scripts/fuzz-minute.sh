#!/usr/bin/env bash
# fuzz-minute.sh - libFuzzer as a test: a minute for a parser, with the address and undefined-behaviour sanitizers.
#
#   scripts/fuzz-minute.sh build            with clang, into build/fuzz: only what parses
#   scripts/fuzz-minute.sh run TARGET...    those at the same time; VSTORE_FUZZ_SECONDS for another time than 60 s
#
# Ends with 77 where there is no clang. A finding is printed, in base64 too, and ends it with 1. New inputs are not kept:
# scripts/fuzz.sh is for that, and for longer runs.

set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v clang++ >/dev/null; then
  echo "fuzz-minute: clang is not installed; skipped (scripts/install-deps.sh --fuzz installs it)"
  exit 77
fi

build() {
  cmake --preset fuzz -DVSTORE_PCH=ON >/dev/null
  cmake --build --preset fuzz --target fuzz_minute_targets
}

# The seed is always the same, so that a build fails for what was changed and not by chance: scripts/fuzz.sh explores.
# Limits that a slow and busy machine does not reach. Leaks are looked for by the preset asan: here the search would need
# ptrace, which containers may not have.
fuzz() {
  local target=$1
  mkdir -p "$scratch/$target/corpus"
  "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="${VSTORE_FUZZ_SECONDS:-60}" -seed=20260101 -timeout=300 -rss_limit_mb=4096 \
    -detect_leaks=0 -artifact_prefix="$scratch/$target/finding-" "$scratch/$target/corpus" "fixtures/fuzz/$target" \
    >"$scratch/$target/log" 2>&1
}

report() {
  local target=$1 finding
  tail -n 60 "$scratch/$target/log"
  for finding in "$scratch/$target"/finding-*; do
    [[ -e $finding ]] || continue
    echo "fuzz-minute: $(basename "$finding"), to be put into fixtures/fuzz/$target once it is mended; base64:"
    base64 "$finding"
  done
}

run() {
  local target code=0
  local -A process=()
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=0
  for target; do
    fuzz "$target" &
    process[$target]=$!
  done
  for target; do
    if wait "${process[$target]}"; then
      echo "$target: $(grep -a 'Done ' "$scratch/$target/log")"
    else
      report "$target"
      code=1
    fi
  done
  return "$code"
}

case ${1-}:${2-} in
  build:) build ;;
  run:?*) shift; run "$@" ;;
  *) echo "usage: scripts/fuzz-minute.sh build | run TARGET..." >&2; exit 2 ;;
esac

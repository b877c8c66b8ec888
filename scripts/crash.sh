#!/usr/bin/env bash
# crash.sh - the proof by crashes, races and faults, for longer than every build has time for.
#
#   scripts/crash.sh [STATES]    crash states of random runs; default 5000000, many hours
#
# Builds the release preset; then power cuts in the model, after every sequence of up to three steps and in random runs;
# faults at every system call, and an hour of racing processes. Prints the seed of each part; VSTORE_TEST_SEED repeats it.

set -euo pipefail
cd "$(dirname "$0")/.."

cmake --preset release
cmake --build --preset release --target crash_crash crash_mutation vstore_tool
build=build/release
VSTORE_CRASH_STATES=${1:-5000000} "$build/tests/crash/crash_crash"
"$build/tests/crash/crash_mutation"
VSTORE_INJECT_RUNS=0 python3 tests/inject/inject.py "$build/bin/vstore" || [[ $? -eq 77 ]]
VSTORE_RACE_SECONDS=3600 python3 tests/concurrency/race.py "$build/bin/vstore"

#!/usr/bin/env bash
# test.sh - install what is needed, build everything with warnings as errors, run every test.
#
#   scripts/test.sh            all tests
#   scripts/test.sh -R tree    arguments go to ctest
#
# Ends with ctest's summary and its exit code.

set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh
scripts/install-deps.sh --fuzz || echo "test: no clang to be had; the tests with libFuzzer are skipped"
cmake --preset dev -DVSTORE_PCH=ON -DVSTORE_FUZZ_MINUTES=ON
cmake --build --preset dev
ctest --preset dev -j"$(nproc)" "$@"

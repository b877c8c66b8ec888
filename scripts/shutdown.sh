#!/usr/bin/env bash
# shutdown.sh - real file systems that are shut down under commits and gc, again and again.
#
#   scripts/shutdown.sh [FILE_SYSTEM...]    ext4, xfs; default: those whose mkfs is installed
#
# Needs root, loop devices and xfs_io (package xfsprogs); says so and stops where they can't be used. Prints its seed;
# VSTORE_TEST_SEED repeats its choices. VSTORE_SHUTDOWN_ROUNDS=40 on each file system.

set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

vstore=$(find_vstore)
exec python3 tests/disks/shutdown.py "$vstore" "$@"

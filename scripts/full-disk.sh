#!/usr/bin/env bash
# full-disk.sh - real file systems with 0, 1, 2, ... 256 free blocks, and what the program does there.
#
#   scripts/full-disk.sh [FILE_SYSTEM...]    ext4, xfs, btrfs; default: those whose mkfs is installed
#
# Needs root and loop devices; says so and stops where they can't be used. About an hour for all three.
# VSTORE_FULL_STEP=16 looks at every sixteenth amount only.

set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

vstore=$(find_vstore)
exec python3 tests/disks/full_disk.py "$vstore" "$@"

#!/usr/bin/env bash
# power.sh - power cuts below real file systems: vstore beside git, restic and borg (where installed).
#
#   bench/power.sh [TOOL...]     vstore, git, "git, core.fsync=all", restic, borg; default: all
#
# Each tool makes versions of a folder on a loop-mounted ext4, xfs and btrfs, and tidies up once in between (gc, prune,
# compact). The loop device lies on a file that bench/power/recorder.cc shows through FUSE: every write and flush that the
# file system sends to its disk is written down in order, and in between what was acknowledged: by VSTORE_ACK_FD, or by the
# exit of the others' commands. From that, images are built that a power cut may leave: everything before a flush, and any
# of the blocks written after it. Each is mounted, which recovers the file system, and looked through. A state is lost if
# an acknowledged version is missing, is no longer the newest, or cannot be read. Prints a table; ends with an error if a
# state of vstore's is not sound.
#
# Needs root, loop devices, FUSE and libfuse3-dev. Environment: STATES=200 about so many of each tool (the slow ones: a
# part of it) on each file system; COMMITS=12; FILE_SYSTEMS="ext4 xfs btrfs"; JOBS=2; SEED=1; SCRATCH where the images are
# (default: /dev/shm); VSTORE the binary (default: build/release).

set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

if ! pkg-config --exists fuse3; then
  echo "skipped: libfuse3-dev is not installed" >&2
  exit 77
fi
VSTORE=$(find_vstore)
scratch=$(mktemp -d "${SCRATCH:-/dev/shm}/vstore-power.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC2046 # they are several words
"${CXX:-c++}" -std=c++20 -O2 bench/power/recorder.cc -o "$scratch/recorder" $(pkg-config --cflags --libs fuse3)
export VSTORE SCRATCH=$scratch HOME=$scratch XDG_CONFIG_HOME=$scratch PYTHONDONTWRITEBYTECODE=1
export VSTORE_AUTHOR_NAME=A VSTORE_AUTHOR_EMAIL=a@b VSTORE_COMMITTER_NAME=A VSTORE_COMMITTER_EMAIL=a@b
python3 bench/power/main.py "$scratch/recorder" "$@"

#!/usr/bin/env bash
# scale.sh - ten million files and a file of 100 GB, really made and committed once.
#
#   bench/scale.sh DIRECTORY [files] [large]
#
# Works below DIRECTORY, which is made, and removed at the end unless KEEP=1. Needs about 45 GB for the files (each takes a
# block of 4 KiB on most file systems) and 15 GB for the large file, of which seven eighths are holes; with FILES=N and GB=N
# less. Takes about half an hour for the files, most of it for making them, and ten minutes for the large one.
#
# Prints for each act its wall-clock and processor time, peak memory and what the store takes on disk; then checks: the
# store is sound, and a file taken out of it is the one that was put in. Exit code 1 if not.
#
# Environment: FILES=10000000, GB=100, VSTORE the binary (default: build/release), KEEP=1.

set -euo pipefail
. "$(dirname "$0")/../scripts/common.sh"

if [[ $# -lt 1 ]]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
[[ -x /usr/bin/time ]] || { echo "scale: /usr/bin/time is missing; scripts/install-deps.sh installs it" >&2; exit 1; }
VSTORE=$(find_vstore)
top=$1
shift
[[ $# -gt 0 ]] || set -- files large
FILES=${FILES:-10000000}
GB=${GB:-100}
mkdir "$top"
top=$(realpath "$top")
[[ ${KEEP-} == 1 ]] || trap 'rm -rf -- "$top"' EXIT
export HOME=$top XDG_CONFIG_HOME=$top PAGER=cat
export VSTORE_AUTHOR_NAME=Bench VSTORE_AUTHOR_EMAIL=bench@example.org
export VSTORE_COMMITTER_NAME=Bench VSTORE_COMMITTER_EMAIL=bench@example.org

need_space() { # BYTES
  local free
  free=$(($(stat -f -c '%a * %S' "$top")))
  ((free >= $1)) && return
  echo "scale: $(($1 / 1000000000)) GB are needed below '$top', $((free / 1000000000)) are free" >&2
  exit 1
}

measured() { # NAME COMMAND...
  local name=$1 out=$top/time
  shift
  sync
  /usr/bin/time -f '%e %U %S %M' -o "$out" "$@"
  awk -v name="$name" '{ printf "%-24s %9.2f s  %9.2f cpu s  %7.0f MB\n", name, $1, $2 + $3, $4 / 1024 }' "$out"
}

store_size() { du -s --block-size=1M "$1/.vstore" | awk '{ printf "%-24s %9d MiB on disk\n", "store", $1 }'; }

# A thousand files to a folder, a thousand folders to a folder of folders; 100 to 400 bytes each.
make_files() { # DIRECTORY COUNT
  python3 - "$1" "$2" << 'PYTHON'
import os, sys
top, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    folder = f"{top}/m{i // 1_000_000:03d}/d{i // 1000 % 1000:04d}"
    if i % 1000 == 0:
        os.makedirs(folder)
    fd = os.open(f"{folder}/f{i % 1000:03d}.json", os.O_WRONLY | os.O_CREAT, 0o644)
    os.write(fd, (f'{{"id": {i}, "values": "' + f"{i * 2654435761 % 2**32:08x}" * (9 + i % 37) + '"}\n').encode())
    os.close(fd)
PYTHON
}

# Every 64 KiB at a multiple of 512 KiB are a table's rows, different ones each time; between them are holes.
make_large() { # PATH GB
  python3 - "$1" "$2" << 'PYTHON'
import os, sys
path, size = sys.argv[1], int(sys.argv[2]) * 10**9
fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
os.ftruncate(fd, size)
for at in range(0, size, 512 << 10):
    rows = b"".join(b"%012d,%08x,%08x\n" % (at + k, (at + k) * 2654435761 % 2**32, (at + k) * 40503 % 2**32) for k in range(2100))
    os.pwrite(fd, rows[: min(64 << 10, size - at)], at)
os.close(fd)
PYTHON
}

sound() { # DIRECTORY
  (cd "$1" && measured fsck "$VSTORE" fsck > "$top/fsck") || { cat "$top/fsck"; echo "scale: the store is not sound" >&2; exit 1; }
  tail -n 1 "$top/fsck"
}

same() { # FILE REVISION:PATH, in the workspace
  "$VSTORE" cat "$2" | cmp - "$1" || { echo "scale: '$1' came back otherwise" >&2; exit 1; }
}

files() {
  need_space $((FILES * 4500))
  local data=$top/files path
  mkdir "$data"
  echo "== $FILES files"
  measured "make them" bash -c "$(declare -f make_files); make_files '$data' $FILES"
  cd "$data"
  "$VSTORE" init -q .
  measured "add" "$VSTORE" add -A
  measured "commit" "$VSTORE" commit -q -m first
  store_size "$data"
  sleep 3
  measured "status" "$VSTORE" status
  path=m000/d0000/f007.json
  echo changed >> "$path"
  measured "commit one, by path" "$VSTORE" commit -q -m one -- "$path"
  same "$path" "HEAD:$path"
  sound "$data"
}

large() {
  need_space $((GB * 300000000))
  local data=$top/large
  mkdir "$data"
  echo "== a file of $GB GB"
  measured "make it" bash -c "$(declare -f make_large); make_large '$data/large.csv' $GB"
  cd "$data"
  "$VSTORE" init -q .
  measured "add" "$VSTORE" add -A
  measured "commit" "$VSTORE" commit -q -m first
  store_size "$data"
  printf 'changed' | dd of=large.csv bs=1 seek=$((GB * 500000000)) conv=notrunc status=none
  measured "add a change" "$VSTORE" add -A
  measured "commit it" "$VSTORE" commit -q -m second
  store_size "$data"
  # shellcheck disable=SC2016
  measured "read the middle" bash -c '"$0" cat --offset "$1" --length 1000000 HEAD:large.csv | cmp -n 1000000 -i "0:$1" - large.csv' \
    "$VSTORE" $((GB * 500000000))
  sound "$data"
}

for part; do
  case $part in
    files | large) ("$part") ;;
    *) echo "scale: no part '$part'" >&2; exit 2 ;;
  esac
done

#!/usr/bin/env bash
# verify-corpora.sh - put real datasets into vstore, version by version, and get every version back.
#
#   scripts/verify-corpora.sh CORPUS_FOLDER [NAME...]
#
# CORPUS_FOLDER holds corpora, each a folder with versions.tsv (tab-separated: folder, package, files,
# bytes, digest; # begins a comment) and the version folders that it names. Without NAME every corpus in
# CORPUS_FOLDER is taken; `scripts/verify-corpora.sh fixtures` takes those that come with vstore.
#
# For each corpus: all versions are added and committed to a new store, oldest first (some releases changed no
# data; they are commits all the same). Then every version is checked out, in the same workspace from newest to
# oldest and the oldest also into an empty one, and its digest (common.sh: content_digest) compared with
# versions.tsv.
#
# Environment: VSTORE the binary; SCRATCH where to work (default: a temporary folder, removed afterwards).
# Exit: 0 every version came back bit for bit, 1 some did not, 2 wrong usage.

set -euo pipefail
. "$(dirname "$0")/common.sh"

usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
versions() { grep -v '^#' "$1/versions.tsv"; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f s", b - a }'; }

import_corpus() { # CORPUS WORKSPACE
  local folder package
  "$vstore" init -q "$2" || return
  while IFS=$'\t' read -r folder package _; do
    empty_workspace "$2" && cp -a "$1/$folder/." "$2" || return
    (cd "$2" && "$vstore" add -A && "$vstore" commit -q --allow-empty -m "$package" && "$vstore" tag "$folder") || return
  done < <(versions "$1")
}

check_digest() { # WORKSPACE NAME/FOLDER WANTED
  local got
  got=$(content_digest "$1")
  [[ $got == "$3" ]] && return
  echo "  $2 differs: digest $got, expected $3"
  return 1
}

check_versions() { # CORPUS WORKSPACE NAME
  local folder digest bad=0
  while IFS=$'\t' read -r folder _ _ _ digest; do
    (cd "$2" && "$vstore" checkout -q "$folder") || return
    check_digest "$2" "$3/$folder" "$digest" || bad=$((bad + 1))
  done < <(versions "$1" | tac)
  return $((bad > 0))
}

check_from_empty() { # CORPUS WORKSPACE NAME
  local folder digest
  IFS=$'\t' read -r folder _ _ _ digest < <(versions "$1")
  "$vstore" init -q --store "$2/.vstore" "$2-empty"
  (cd "$2-empty" && "$vstore" checkout -q "$folder") && check_digest "$2-empty" "$3/$folder" "$digest"
}

verify() { # NAME; true if all its versions came back
  local corpus=$corpora/$1 work=$scratch/$1 start count bytes ok=0
  start=$(now)
  count=$(versions "$corpus" | wc -l)
  bytes=$(versions "$corpus" | awk -F '\t' '{ s += $4 } END { printf "%.0f", s / 1e6 }')
  import_corpus "$corpus" "$work" || return
  printf '%-16s %4d versions, %6d MB raw, in %8s; store %s\n' \
    "$1" "$count" "$bytes" "$(since "$start")" "$(du -sh "$work/.vstore" | cut -f 1)"
  start=$(now)
  check_versions "$corpus" "$work" "$1" || ok=1
  check_from_empty "$corpus" "$work" "$1" || ok=1
  [[ $ok -eq 0 ]] && printf '%-16s all restored bit for bit in %s\n' '' "$(since "$start")"
  rm -rf "$work" "$work-empty"
  return $ok
}

[[ $# -ge 1 && $1 != -* && -d $1 ]] || usage
corpora=$(cd "$1" && pwd)
shift
vstore=$(find_vstore)
if [[ $# -eq 0 ]]; then
  for file in "$corpora"/*/versions.tsv; do set -- "$@" "$(basename "$(dirname "$file")")"; done
fi
for name; do
  [[ -f $corpora/$name/versions.tsv ]] || { echo "${0##*/}: no corpus '$name' in '$corpora'" >&2; exit 2; }
done

if [[ -n ${SCRATCH-} ]]; then mkdir -p "$SCRATCH"; fi
scratch=$(mktemp -d -p "${SCRATCH:-${TMPDIR:-/tmp}}" vstore-corpora.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
failed=0
for name; do
  verify "$name" || { echo "$name: FAILED"; failed=1; }
done
exit $failed

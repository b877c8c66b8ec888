#!/usr/bin/env bash
# quickstart.sh - see vstore at work: install packages, build, put real data under version control, look at its
# history, bring every version back.
#
#   scripts/quickstart.sh          the dataset of fixtures/: six real versions of a table of media types
#   scripts/quickstart.sh DIR      a copy of DIR, with a few changes made to it on the way
#
# Everything happens in a temporary folder, which is kept for you to look at; DIR itself is only read. Ends by
# comparing a digest of every restored version with that of the data which went in.
#
# With VSTORE=/path/to/vstore that binary is used, and nothing is installed or built.

set -euo pipefail
. "$(dirname "$0")/common.sh"

tell() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '\n$ %s\n' "$*"; bash -c "$*"; }

get_vstore() {
  if [[ -n ${VSTORE-} ]]; then PATH=$(dirname "$(realpath "$VSTORE")"):$PATH; return; fi
  tell "Installing what is missing, and building vstore (a few minutes the first time)"
  "$vstore_root/scripts/install-deps.sh"
  (cd "$vstore_root" && cmake --preset release >/dev/null && cmake --build --preset release --target vstore_tool)
  PATH=$vstore_root/build/release/bin:$PATH
}

# remember VERSION: notes the digest of the workspace as it is now.
remember() { printf '%s\t%s\n' "$1" "$(content_digest .)" >>"$scratch/digests"; }

# some_file N: the N-th file by name, quoted for a shell; the changes below are made to it.
some_file() {
  local name
  name=$(find . -path ./.vstore -prune -o -type f -size -10M -print | sort | sed -n "${1}s|^\./||p")
  [[ -z $name ]] || printf '%q' "$name"
}

first_version() { # DIR
  tell "A workspace is a directory under version control"
  show "vstore init"
  cp -a "$1/." .
  tell "The first version"
  show "vstore add . && vstore commit -m 'first'"
  show "vstore tag v1"
  remember v1
}

more_real_versions() {
  local number
  tell "Five more versions, as they were released"
  for number in 2 3 4 5 6; do
    empty_workspace .
    cp -a "$fixture/v$number/." .
    show "vstore commit -q -A -m 'Release $(sed -n '1s/ .*//p' HISTORY.md)' && vstore tag v$number"
    remember "v$number"
  done
}

own_changes() { # VERSION
  local changed moved
  changed=$(some_file 1)
  moved=$(some_file 2)
  tell "Change a file, add one, move one"
  show "echo 'one more line' >> $changed"
  show "mkdir -p notes && echo 'checked by hand' > notes/2026.txt && vstore add notes"
  if [[ -n $moved ]]; then show "vstore mv $moved notes/"; fi
  show "vstore status"
  show "vstore commit -am 'second'"
  show "vstore tag $1"
  remember "$1"
  tell "And delete one"
  show "vstore rm notes/2026.txt && vstore commit -q -m 'third' && vstore tag $1-without-notes"
  remember "$1-without-notes"
}

look_around() { # FILE
  tell "The history, and what differs between two versions of it"
  show "vstore --no-pager log --oneline --graph --stat"
  show "vstore --no-pager diff HEAD~1 HEAD --stat"
  tell "Any version can be read where it is, without checking it out"
  show "vstore ls -l v1"
  show "vstore du v1"
  show "vstore cat v1:$1 | head -c 100"
  echo
  tell "A branch from the first version, and one file of it"
  show "vstore branch fix v1 && vstore switch fix"
  show "vstore switch main"
  show "vstore checkout v1 -- $1 && vstore status --short"
  show "vstore reset --hard"
}

verify() {
  local version digest bad=0
  tell "Every version comes back bit for bit"
  vstore init -q --store "$scratch/data/.vstore" "$scratch/restored"
  cd "$scratch/restored"
  while IFS=$'\t' read -r version digest; do
    vstore checkout -q "$version"
    if [[ $(content_digest .) == "$digest" ]]; then echo "$version: the same, sha256 ${digest:0:16}..."
    else echo "$version: DIFFERS"; bad=1; fi
  done <"$scratch/digests"
  return $bad
}

fixture=$vstore_root/fixtures/mime-db
source=${1-}
if [[ -n $source ]]; then
  [[ -d $source ]] || { echo "${0##*/}: '$source' is not a folder" >&2; exit 2; }
  source=$(cd "$source" && pwd)
fi

get_vstore
scratch=$(mktemp -d "${TMPDIR:-/tmp}/vstore-quickstart.XXXXXX")
mkdir "$scratch/data"
cd "$scratch/data"
if [[ -n $source ]]; then
  first_version "$source"
  inspected=$(some_file 1)
  own_changes v2
else
  first_version "$fixture/v1"
  inspected=db.json
  more_real_versions
  own_changes v7
fi
look_around "$inspected"
verify
tell "Done. The workspace is $scratch/data; next: docs/guide.md, or 'vstore help'"

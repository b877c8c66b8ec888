#!/usr/bin/env bash
# Includes point downwards only (docs/architecture.md): each layer of libstore includes itself and what is
# below it; public headers include public headers; the command line includes public headers and its own.
# Prints each include that does not and ends with 1.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A below=(
  [base]=""
  [os]="base"
  [object]="base"
  [pack]="base os object"
  [tree]="base object"
  [store]="base os object pack tree"
  [history]="base os object pack tree store"
  [exchange]="base os object pack tree store history"
  [workspace]="base os object pack tree store history"
)
status=0

# check FOLDER ALLOWED...: every quoted include below FOLDER begins with one of ALLOWED, followed by '/'.
check() {
  local folder=$1 allowed
  shift
  allowed=$(IFS='|'; echo "$*")
  if grep -rnE --include='*.h' --include='*.h.in' --include='*.cc' '^ *# *include *"' "$folder" |
    grep -vE "include *\"($allowed)/"; then
    echo "^ $folder may include only: $*" >&2
    status=1
  fi
}

check libstore/include vstore
check cli cli vstore
for folder in libstore/src/*/; do
  layer=$(basename "$folder")
  if [[ ! -v below[$layer] ]]; then
    echo "libstore/src/$layer is in no layer: name what is below it in $0" >&2
    status=1
    continue
  fi
  # shellcheck disable=SC2086  # a list of words
  check "$folder" vstore "$layer" ${below[$layer]}
done
exit $status

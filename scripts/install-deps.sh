#!/usr/bin/env bash
# install-deps.sh - install what building and testing vstore needs, from Debian 12's own packages.
#
#   scripts/install-deps.sh            install what is missing
#   scripts/install-deps.sh --fuzz     and what scripts/fuzz.sh needs: clang with its sanitizers
#   scripts/install-deps.sh --list     print the package names and stop
#
# Does nothing when everything is there, so it is cheap to run every time.

set -euo pipefail

build=(g++ cmake ninja-build pkg-config
       libzstd-dev liblmdb-dev libtbb-dev nlohmann-json3-dev libcli11-dev
       librust-blake3-dev        # the official BLAKE3 C and assembly sources
       scdoc)                    # manual pages
tests=(doctest-dev bats git b3sum jq strace python3)
bench=(libbenchmark-dev time)
fuzz=(clang libclang-rt-dev llvm)
packages=("${build[@]}" "${tests[@]}" "${bench[@]}")

case ${1-} in
  '') ;;
  --fuzz) packages+=("${fuzz[@]}") ;;
  --list) printf '%s\n' "${packages[@]}"; exit 0 ;;
  *) echo "usage: scripts/install-deps.sh [--fuzz | --list]" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then echo "install-deps: all packages are installed"; exit 0; fi

as_root=()
if [[ $EUID -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "install-deps: run as root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }

echo "install-deps: installing ${missing[*]}"
apt update
apt install -y --no-install-recommends "${missing[@]}" >/dev/null

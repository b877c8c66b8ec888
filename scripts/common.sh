# common.sh - what the other scripts share. Source it; it changes no settings.

vstore_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The binary to use: $VSTORE, else the one built here, else the one on the path.
find_vstore() {
  local candidate
  for candidate in "${VSTORE-}" "$vstore_root"/build/{release,dev}/bin/vstore "$(command -v vstore || true)"; do
    if [[ -n $candidate && -x $candidate ]]; then realpath "$candidate"; return; fi
  done
  echo "${0##*/}: no vstore binary; build one (scripts/quickstart.sh does) or set VSTORE" >&2
  return 1
}

# content_digest DIR: one hash over the paths, contents, executable bits and symlinks below DIR, leaving
# out its .vstore. Two folders with equal digests hold the same dataset; times and owners do not count,
# nor do empty folders.
content_digest() (
  cd "$1" || exit
  export LC_ALL=C
  list() { find . -path ./.vstore -prune -o "$@" -print0 | sort -z; }
  {
    list -type f | xargs -0 -r sha256sum --binary --
    echo '-- executable'
    list -type f -perm -u=x | tr '\0' '\n'
    echo '-- links'
    find . -path ./.vstore -prune -o -type l -printf '%p -> %l\0' | sort -z | tr '\0' '\n'
  } | sha256sum | cut -c 1-64
)

# empty_workspace DIR: removes everything but DIR/.vstore.
empty_workspace() { find "$1" -mindepth 1 -maxdepth 1 ! -name .vstore -exec rm -rf -- {} +; }

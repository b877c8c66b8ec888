load helper

# Disks that are full or read-only, limits, damage, interruptions: a clear line, the right exit code, nothing
# lost.

# Skips the test where it may not mount: neither as root nor in a user namespace of its own.
need_disk() {
  mkdir -p disk
  enter=(unshare --mount)
  [[ $EUID -eq 0 ]] || enter=(unshare --user --map-root-user --mount)
  "${enter[@]}" mount -t tmpfs none disk 2>/dev/null || skip 'no mount namespaces here'
}

# Runs a script with a small file system at ./disk.
with_disk() { # OPTIONS SCRIPT
  "${enter[@]}" bash -ec "mount -t tmpfs -o $1 none disk; cd disk; vstore() { '$VSTORE' \"\$@\"; }; $2"
}

@test "disk full during add: exit code 5, and work goes on when there is room" {
  need_disk
  run with_disk size=3m '
    vstore init -q; echo x >small; vstore add small; vstore commit -qm x
    head -c 2M /dev/urandom >big
    set +e; vstore add big; echo "code $?"; vstore status -s; cat small
    rm big; echo y >small; vstore commit -qam y; vstore restore -s HEAD~1 small; cat small'
  expect 0 'No space left on device' 'hint: ' 'code 5' '?? big' $'x\nx'
}

@test "disk full during checkout: exit code 5, the stage knows what is missing" {
  need_disk
  run with_disk size=8m '
    vstore init -q; head -c 3M /dev/urandom >big; vstore add big; vstore commit -qm x
    rm big; head -c 3500K /dev/zero | tr "\0" x >ballast
    set +e; vstore restore big; echo "code $?"; rm ballast; vstore restore big; vstore status -s; stat -c %s big'
  expect 0 'No space left on device' 'code 5' 3145728
  lacks ' M big'
}

@test "read-only file system: reading works, changing is exit code 5" {
  need_disk
  run with_disk size=8m '
    vstore init -q; echo x >f; vstore add f; vstore commit -qm x; echo y >f
    mount -o remount,ro disk 2>/dev/null || mount -o remount,ro "$PWD"
    set +e; vstore status -s; echo "code $?"; vstore add f; echo "code $?"; vstore branch b; echo "code $?"'
  expect 0 $' M f\ncode 0' 'Read-only file system'
  [[ $(grep -c 'code 5' <<<"$output") -eq 2 ]]
}

@test "file-size limit: an error with a hint, no signal" {
  vstore init -q
  head -c 4M /dev/urandom >big
  run bash -c 'ulimit -f 1000; "$0" add big' "$VSTORE"
  expect 5 'File too large' 'hint: '
  vstore add big
  run vstore status -s
  is 'A  big'
}

@test "few descriptors: works, or says so" {
  two_commits
  echo 3 >a.txt
  run bash -c 'ulimit -n 9; "$0" commit -am third' "$VSTORE"
  [[ $status -eq 0 || $status -eq 5 ]]
  vstore status
}

@test "a damaged pack: exit code 3" {
  two_commits
  for pack in .vstore/packs/*.pack; do
    printf garbage | dd of="$pack" bs=1 seek=8 conv=notrunc status=none
  done
  run vstore status
  expect 3 'damaged' 'hint: '
  run vstore restore a.txt
  expect 3 'damaged'
}

@test "a store of a newer format: exit code 2, nothing touched" {
  two_commits
  sed -i 's/1/99/' .vstore/format
  cp .vstore/format before
  run vstore status
  expect 2 'hint: '
  run vstore commit --allow-empty -m x
  expect 2
  cmp .vstore/format before
}

@test "a damaged stat cache is only a cache" {
  two_commits
  head -c 8192 /dev/urandom >.vstore/statcache/data.mdb
  run vstore status -s
  expect 0
  lacks ' M '
  echo 3 >a.txt
  vstore commit -qam third
}

@test "an unreadable file and directory are named, the rest is taken, exit code 5" {
  vstore init -q
  echo x >good; echo y >bad; mkdir dir; echo z >dir/inside; chmod 0 bad dir
  if [[ $EUID -eq 0 ]]; then
    chown -R 65534 "$BATS_TEST_TMPDIR" && chmod 711 "$BATS_RUN_TMPDIR"
    setpriv --reuid=65534 --clear-groups "$VSTORE" version || skip 'cannot drop privileges here'
    run setpriv --reuid=65534 --clear-groups --inh-caps=-all "$VSTORE" add .
    [[ $output != *"'$PWD'"* ]] || skip 'the scratch directory is out of reach'
  else
    run vstore add .
  fi
  chmod 755 dir; chmod 644 bad
  expect 5 'bad' 'dir' 'Permission denied'
}

@test "Ctrl-C during add: exit code 130, nothing half done, the next add works" {
  vstore init -q
  truncate -s 40G huge
  run timeout --preserve-status -s INT 0.7 "$VSTORE" add huge
  expect 130
  run vstore status -s
  is '?? huge'
  truncate -s 10 huge
  vstore add huge && vstore commit -qm x
}

@test "Ctrl-C during restore: it can be run again" {
  vstore init -q
  mkdir many
  for n in {1..3000}; do echo "$n" >"many/$n"; done
  vstore add . && vstore commit -qm x
  rm -r many
  run timeout --preserve-status -s INT 0.05 "$VSTORE" restore .
  [[ $status -eq 130 || $status -eq 0 ]]
  vstore restore .
  run vstore status -s
  is ''
}

@test "an unknown and an ambiguous revision" {
  two_commits
  run vstore checkout nowhere
  expect 1 "'nowhere'"
  run vstore reset --hard 'HEAD~7'
  expect 1
  run vstore tag x 'HEAD^{'
  expect 2
  for n in {1..40}; do vstore commit -q --allow-empty -m "$n"; done
  vstore branch feed
  run vstore tag x feed
  expect 0
}

@test "paths outside of the workspace and inside .vstore are refused" {
  two_commits
  run vstore add /etc/passwd
  expect 2 'outside'
  run vstore restore ../x
  expect 2 'outside'
  run vstore add .vstore/format
  [[ $status -ne 0 ]]
  run vstore mv a.txt ../x
  expect 2 'outside'
  [[ -f a.txt ]]
}

@test "paths that begin with a dash after --" {
  vstore init -q
  echo x >./-f
  vstore add -- -f && vstore commit -qm x
  run vstore rm -- -f
  is "rm '-f'"
}

@test "a damaged slot of the root is told once a command" {
  two_commits
  cp .vstore/root sound
  for offset in 10 65546; do
    cp sound .vstore/root
    printf '\xee' | dd of=.vstore/root bs=1 seek=$offset conv=notrunc status=none
    run vstore log --oneline
    expect 0 'second'
    [[ $(grep -c 'slot of the store' <<<"$output") -eq 1 ]]
  done
}

@test "an empty path is refused, not taken for everything" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first && echo 2 >f
  for words in 'restore' 'checkout --' 'rm -rf' 'add' 'restore --staged' 'commit -m x' 'reset --' 'log --' 'diff --' 'status'; do
    run vstore $words ''
    expect 2 'an empty string is no path' "hint: to mean everything below this directory, give '.'"
  done
  [[ $(cat f) == 2 ]]
}

@test "a name that is a tag and a branch: the tag is taken, and that is said" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first && vstore tag both
  echo 2 >f && vstore commit -qam second && vstore branch both
  run vstore log --oneline both
  expect 0 "warning: 'both' is ambiguous: it means 'refs/tags/both', not 'refs/heads/both'" first
}

@test "init with a store that can't be leaves nothing behind" {
  echo x >file
  run vstore init --store file new
  [[ $status -ne 0 && ! -e new/.vstore ]]
}

@test "a pager that is not there; output that can't be written" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first
  run script -qec "PAGER=nosuchpager '$VSTORE' log --oneline" /dev/null </dev/null
  [[ $output == *"there is no pager 'nosuchpager'"* && $output == *first* ]]
  run bash -c "'$VSTORE' commit --allow-empty -m second >/dev/full"
  expect 5 'look before you run it again'
}

@test "options and arguments that mean nothing are refused" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first
  run vstore tag -a
  expect 2 'missing argument: NAME'
  run vstore tag new --json
  expect 2
  run vstore diff --stat=x
  expect 2 "option '--stat' takes no value"
  run vstore rev-parse $'HEAD\e[31m'
  [[ $status -eq 1 && $output == *'\033[31m'* && $output != *$'\e'* ]]
  first=$(vstore rev-parse HEAD)
  run vstore log "${first:0:1}xyz"
  expect 1
}

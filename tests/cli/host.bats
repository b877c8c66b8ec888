# What the host does with files: modes, special files, names that fold to one.
load helper

# modes: the permissions of the files here, one a line.
modes() { find . -path ./.vstore -prune -o ! -name . -printf '%m %P\n' | sort -k2; }

@test "umask is kept by checkout, and by the store" {
  vstore init -q
  mkdir d && echo 1 >d/file && echo 2 >d/run && chmod +x d/run
  vstore commit -qAm first
  for mask in 022 027 077; do
    rm -rf d
    (umask "$mask" && vstore checkout -q -f HEAD -- .)
    run modes
    is "$(printf '%o d\n%o d/file\n%o d/run' $((0777 & ~0$mask)) $((0666 & ~0$mask)) $((0777 & ~0$mask)))"
  done
  mkdir ../private && cd ../private
  (umask 077 && vstore init -q && echo 1 >f && vstore commit -qAm first)
  [[ -z $(find .vstore -perm /077) ]] || { find .vstore -perm /077 -ls; return 1; }
}

@test "set-user-id, set-group-id and sticky bits are not taken, nor given" {
  vstore init -q
  echo 1 >a && echo 2 >b && mkdir d && echo 3 >d/c
  chmod 6755 a && chmod 2644 b && chmod 3777 d
  vstore commit -qAm first
  rm -rf a b d
  (umask 022 && vstore checkout -q -f HEAD -- .)
  run modes
  is $'755 a\n644 b\n755 d\n644 d/c'
}

@test "pipes, sockets and devices are neither taken nor made" {
  vstore init -q
  echo 1 >plain && mkfifo pipe
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
  if [[ $EUID -eq 0 ]]; then mknod device c 1 3 || true; fi
  vstore add .
  vstore commit -qm first
  run vstore ls -r HEAD
  is plain
  rm -rf plain pipe socket device
  vstore checkout -q -f HEAD -- .
  [[ -z $(find . -path ./.vstore -prune -o ! -type f ! -type d -print) ]]
  [[ -z $(find .vstore ! -type f ! -type d) ]]
}

@test "control bytes in names and messages do not reach a terminal" {
  vstore init -q
  name=$'evil\e]0;title\a\x9b31m'
  echo 1 >"$name"
  vstore commit -qAm $'subject \e[31mred\e[0m\r\x07'
  echo 2 >>"$name"
  for command in 'log --stat' 'log --oneline --stat' 'show --stat' 'ls -r' 'ls-files' 'status' 'diff --stat' 'diff'; do
    run script -qec "$VSTORE --no-pager $command" /dev/null
    expect 0
    [[ $output == *evil* ]] || { printf '%s: %q\n' "$command" "$output"; return 1; }
    [[ $output != *$'\e]0'* && $output != *$'\e[31mred'* && $output != *$'\a'* && $output != *$'\x9b'* ]] ||
      { printf '%s: %q\n' "$command" "$output"; return 1; }
  done
}

# A directory in which "a" and "A" are one file, or nothing where no such file system can be mounted.
folding_directory() {
  local image=$BATS_TEST_TMPDIR/image at=$BATS_TEST_TMPDIR/mount
  [[ $EUID -eq 0 ]] || return 1
  truncate -s 64M "$image" && mkdir "$at"
  mkfs.ext4 -q -O casefold "$image" && mount -o loop "$image" "$at" || return 1
  mkdir "$at/work" && chattr +F "$at/work" && touch "$at/work/probe" && [[ -e $at/work/PROBE ]] || return 1
  rm "$at/work/probe"
}

teardown() { if mountpoint -q "$BATS_TEST_TMPDIR/mount"; then umount "$BATS_TEST_TMPDIR/mount"; fi; }

@test "names that fold to one are refused by checkout where case is folded, and none takes the other's place" {
  folding_directory >/dev/null 2>&1 || skip "no file system that folds case can be mounted here"
  vstore init -q
  echo lower >readme && echo upper >README
  vstore commit -qAm both
  store=$PWD/.vstore
  cd "$BATS_TEST_TMPDIR/mount/work"
  vstore init -q --store "$store"
  run vstore checkout -f main
  [[ $status -ne 0 && ${output,,} == *readme* ]] || { echo "$output"; return 1; }
  [[ $(find . -path ./.vstore -prune -o -type f -print | wc -l) -eq 1 ]]
}

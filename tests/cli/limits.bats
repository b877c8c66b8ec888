# A hostile host: closed descriptors, little memory, another owner.
load helper

@test "standard descriptors closed: no file of the store is written to as if it were one" {
  vstore init -q
  for file in 1 2 3 4 5; do
    echo "content $file" >"a$file"
    vstore add . 0<&- 1>&- 2>&- || true
    vstore commit -m "version $file" 0<&- 1>&- 2>&- || true
    vstore status 0<&- >/dev/null 2>&- || true
  done
  run vstore fsck
  expect 0
  vstore commit -qAm "after" || true
  run vstore cat HEAD:a5
  expect 0 "content 5"
}

@test "little memory: it works, or says so; nothing is lost" {
  two_commits
  head -c 3000000 /dev/urandom >big
  for kilobytes in 20000 60000 120000 250000 500000; do
    run bash -c 'ulimit -v "$1"; exec "$2" add big' - "$kilobytes" "$VSTORE"
    [[ $status -ne 134 && $status -ne 139 ]] || { echo "signal at $kilobytes: $output"; return 1; }
    [[ $output != *terminate* ]]
    run vstore fsck
    expect 0
  done
  vstore add big
  vstore commit -qm third
  run vstore log --oneline
  expect 0 first second third
}

@test "a store that another user owns is refused" {
  [[ $EUID -eq 0 ]] || skip "changing an owner needs root"
  two_commits
  chown -R 12345 .vstore
  run vstore log
  [[ $status -ne 0 ]]
  [[ $output == *"hint:"* ]]
}

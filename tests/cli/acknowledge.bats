# VSTORE_ACK_FD: ids of durable commits for a recorder outside.
load helper

@test "a commit's id is written to the descriptor, an amended one's too, and nothing else" {
  vstore init -q
  echo one >a.txt
  exec 9>acknowledged
  export VSTORE_ACK_FD=9
  vstore add a.txt
  [[ ! -s acknowledged ]]
  vstore commit -qm first
  first=$(vstore rev-parse HEAD)
  vstore commit -q --amend -m better
  second=$(vstore rev-parse HEAD)
  run vstore commit -m nothing
  expect 1
  exec 9>&-
  [[ $first != "$second" ]]
  [[ $(cat acknowledged) == "$first"$'\n'"$second" ]]
}

@test "a recorder that goes away does not harm the commit" {
  vstore init -q
  echo one >a.txt; vstore add a.txt
  VSTORE_ACK_FD=9 run vstore commit -qm first 9>/dev/full
  expect 0
  echo two >a.txt
  VSTORE_ACK_FD=9 run vstore commit -qam second 9> >(exec true)
  expect 0
  run vstore log --oneline
  expect 0 first second
}

@test "a descriptor that cannot be written to is refused before anything is changed" {
  vstore init -q
  echo one >a.txt; vstore add a.txt
  for value in 77 x -1 1x; do
    VSTORE_ACK_FD=$value run vstore commit -m first
    expect 2 "VSTORE_ACK_FD='$value'" 'hint:'
  done
  VSTORE_ACK_FD=9 run vstore commit -m first 9<a.txt
  expect 2 'open for writing'
  run vstore rev-parse -q --verify HEAD
  [[ $status -ne 0 ]]
}

@test "every command that makes a commit writes its id" {
  vstore init -q
  echo one >a.txt; vstore add a.txt; vstore commit -qm first
  vstore branch side
  echo two >b.txt; vstore add b.txt; vstore commit -qm second
  exec 9>acknowledged
  export VSTORE_ACK_FD=9
  echo x | vstore put side:c.txt - >/dev/null
  vstore rev-parse side >expected
  vstore merge -q side
  vstore rev-parse HEAD >>expected
  vstore revert -n HEAD~1 >/dev/null && vstore reset -q --hard
  vstore revert HEAD~1 >/dev/null
  vstore rev-parse HEAD >>expected
  vstore merge -q --into side main~1 2>/dev/null || true
  exec 9>&-
  diff <(head -3 acknowledged) expected
}

load helper

story() {
  vstore init -q
  mkdir data; echo 1 >data/a; echo x >other; vstore add . && vstore commit -qm one
  at_minute 1; echo y >other; vstore commit -qam two
  at_minute 2; echo 22 >data/a; vstore commit -qam three
  at_minute 3; vstore rm -q data/a; vstore commit -qm four
  vstore switch -q -c side HEAD~1
  at_minute 4; echo side >data/a; vstore commit -qam five
}

@test "history lists each value of a file, on all branches" {
  story
  run jq -rc '[.message, .kind, .size]' < <(vstore history --json data/a)
  is $'["five\\n","file",5]\n["four\\n",null,null]\n["three\\n","file",3]\n["one\\n","file",2]'
  run vstore history data/a
  expect 0 'deleted' "$(vstore rev-parse --short side)" '2026-05-01T12:04:00'
  run jq -rc .message < <(vstore history --json main -- data/a)
  is $'four\\n\nthree\\n\none\\n' || is $'four\n\nthree\n\none'
  [[ $(vstore history -n 2 data/a | wc -l) == 2 ]]
}

@test "history of a directory, of the root, and of nothing" {
  story
  run jq -rc '[.message, .kind, .size, .files]' < <(vstore history --json data)
  expect 0 '["three\n","directory",3,1]' '["four\n",null,null,null]'
  [[ $(vstore history . | wc -l) == 5 && $(vstore history data | wc -l) == 4 ]]
  run vstore history nothing
  expect 1
  run vstore history
  expect 2 'expected one PATH'
}

@test "the cache is made, added to, and only a cache" {
  story
  run vstore history --stats data/a
  expect 0 '5 versions, 5 of them new to the cache, '
  run vstore history --stats other
  expect 0 '5 versions, 0 of them new to the cache, 2 looked into'
  before=$(vstore history --no-cache data/a)
  vstore history data/a >with; [[ $(cat with) == "$before" ]]; rm with
  at_minute 5; echo z >new; vstore add new && vstore commit -qm six
  run vstore history --stats data/a
  expect 0 '6 versions, 1 of them new'
  printf garbage >>.vstore/commit-cache
  run vstore history --stats data/a
  expect 0 '6 versions, 0 of them new'
  dd if=/dev/urandom of=.vstore/commit-cache bs=1 seek=100 count=50 conv=notrunc status=none
  run vstore history --stats data/a
  expect 0 '6 versions, '
  [[ $(vstore history data/a) == "$before" ]]
  rm .vstore/commit-cache
  [[ $(vstore history data/a) == "$before" ]]
  vstore fsck
}

@test "history in a store that cannot be written" {
  story
  before=$(vstore history --no-cache data/a)
  mkdir .vstore/commit-cache
  [[ $(vstore history data/a) == "$before" ]]
}

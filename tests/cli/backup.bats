# vstore backup
load helper

@test "backup makes a store of its own, and adds what is new" {
  two_commits
  run vstore backup ../copy
  expect 0 'copied '
  run vstore --store ../copy log --oneline
  expect 0 second first
  run vstore --store ../copy fsck
  expect 0 'no damage found'
  [[ $(grep ^id ../copy/format) != $(grep ^id .vstore/format) ]]
  run vstore backup ../copy
  expect 0 'already up to date'
  echo three >a.txt && vstore commit -qam third
  run vstore backup ../copy
  expect 0 'copied '
  [[ $(vstore --store ../copy rev-parse main) == $(vstore rev-parse main) ]]
  run vstore --store ../copy fsck
  expect 0 'no damage found'
}

@test "backup refuses what is no older backup of the store" {
  two_commits
  mkdir ../other && touch ../other/file
  run vstore backup ../other
  expect 1 'is no backup'
  vstore init -q --store "$PWD/../store" ../w
  run vstore backup ../store
  expect 1 'is no backup'
  run vstore --store ../store backup ../theirs
  expect 0
  run vstore backup ../theirs
  expect 1 'is a backup of another store'
  run vstore backup
  expect 2
}

@test "backup refuses a backup that somebody changed" {
  two_commits
  vstore backup -q ../copy
  vstore init -q --store "$PWD/../copy" ../w
  (cd ../w && vstore switch -q main && echo x >x && vstore add . && vstore commit -qm 'in the backup')
  run vstore backup ../copy
  expect 1 'is ahead of the store'
  echo three >a.txt && vstore commit -qam third
  run vstore backup ../copy
  expect 1 'has changes that the store does not have'
}

@test "a backup of the backup restores the store, with another id" {
  two_commits
  vstore backup -q ../copy
  vstore --store ../copy backup -q ../restored
  vstore init -q --store "$PWD/../restored" ../w
  cd ../w
  run vstore cat main:a.txt
  is two
  [[ $(grep ^id ../copy/format) != $(grep ^id ../restored/format) ]]
  vstore checkout -q main 2>/dev/null || vstore switch -q main
  echo four >a.txt && vstore add . && vstore commit -qm fourth
  run vstore fsck
  expect 0 'no damage found'
}

@test "backup repairs: fsck --repair --from a backup" {
  two_commits
  vstore backup -q ../copy
  rm -f .vstore/packs/*
  run vstore fsck --repair --from ../copy
  expect 0 'no damage found'
  run vstore log --oneline
  expect 0 second first
}

@test "backup does not copy damage" {
  two_commits
  pack=$(ls -S .vstore/packs/*.pack | head -1)
  printf '\xee' | dd of="$pack" bs=1 seek=40 conv=notrunc status=none
  run vstore backup ../copy
  expect 3
}

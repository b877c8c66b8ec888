# vstore fsck
load helper

# spoil FILE OFFSET: another byte there.
spoil() { printf '\xee' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# The pack that holds most bytes.
largest_pack() { ls -S .vstore/packs/*.pack | head -1; }

# A workspace whose only large file lies in one pack, in the clear.
with_noise() {
  vstore init -q
  mkdir data
  printf noise | b3sum --raw --length 348894 >data/noise.bin
  echo one >a.txt
  vstore add . && vstore commit -qm first && vstore tag v1
  at_minute 1
  echo two >a.txt
  vstore commit -qam second
}

@test "fsck of a sound store" {
  two_commits
  run vstore fsck
  expect 0 'no damage found'
  lacks damaged
  run vstore fsck -q
  expect 0
  is ''
  run vstore fsck --fast
  expect 0 '0 objects'
  run vstore fsck --sample 50%
  expect 0 'no damage found'
}

@test "fsck names the damaged object, and the refs and paths it hits" {
  with_noise
  spoil "$(largest_pack)" 70000
  run vstore fsck
  expect 3 "object: chunk" "    main:data/noise.bin" "    v1:data/noise.bin" 'the store is damaged' 'hint: '
  lacks 'main:a.txt'
  # The rest stays readable.
  run vstore cat main:a.txt
  is two
  run vstore cat main:data/noise.bin
  [[ $status -eq 3 ]]
}

@test "fsck lists everything that is damaged" {
  with_noise
  spoil "$(largest_pack)" 70000
  spoil "$(largest_pack)" 300000
  spoil .vstore/root 100
  run vstore fsck -q
  expect 3 'root: '
  [[ $(grep -c '^object: chunk' <<<"$output") -eq 2 ]]
}

@test "fsck works on a store that cannot be opened" {
  two_commits
  rm .vstore/root
  run vstore log
  expect 3
  run vstore fsck
  expect 3 "root: 'root'" 'is missing'
  rm .vstore/packs/*
  run vstore fsck
  expect 3 'no root can be found'
}

@test "fsck works on a store alone, and not on what is none" {
  vstore init -q --store "$PWD/s" w
  run vstore --store s fsck
  expect 0 'no damage found'
  run vstore --store w fsck
  expect 0 'no damage found'
  mkdir nothing
  run vstore --store nothing fsck
  expect 2 'is not a vstore store'
  cd nothing
  run vstore fsck
  expect 2 'not a vstore workspace'
}

@test "fsck --max-time goes on where it stopped" {
  with_noise
  run vstore fsck --max-time 0
  expect 0 '0 objects' 'time is up'
  [[ -s .vstore/info/fsck ]]
  run vstore fsck --max-time 5m
  expect 0 'no damage found'
  lacks 'time is up'
  [[ ! -s .vstore/info/fsck ]]
}

@test "fsck: bad options" {
  vstore init -q
  run vstore fsck --sample 0%
  expect 2 "bad share '0%'"
  run vstore fsck --sample 5x
  expect 2 "bad share '5x'"
  run vstore fsck --max-time 5y
  expect 2 "bad time '5y'"
}

@test "fsck: a damaged stat cache is no damage of the store" {
  two_commits
  vstore status >/dev/null
  spoil .vstore/statcache/data.mdb 8200
  run vstore fsck
  expect 0 'no damage found'
}

@test "fsck: a damaged workspace file is named" {
  two_commits
  spoil .vstore/workspace 3
  run vstore fsck
  expect 3 "'workspace'"
}

# ------------------------------------------------------------------------------------------- repair --

@test "fsck --repair of a sound store does nothing" {
  two_commits
  cp -r .vstore/packs before && cp .vstore/root root
  run vstore fsck --repair
  expect 0 'nothing to repair' 'no damage found'
  diff -r before .vstore/packs && cmp root .vstore/root
}

@test "fsck --repair rebuilds root and indexes from the packs" {
  with_noise
  rm .vstore/root
  pack=$(largest_pack)
  printf '\0\0\0\0\0\0\0\0' | dd of="$pack" bs=1 seek=$(($(stat -c %s "$pack") - 150)) conv=notrunc status=none
  run vstore fsck --repair
  expect 0 "moved aside: 'damaged/$(basename "$pack")'" 'no damage found'
  run vstore log --oneline
  expect 0 second first
  cmp <(vstore cat v1:data/noise.bin) data/noise.bin
  [[ -s .vstore/damaged/$(basename "$pack") ]]
  run vstore fsck --repair
  expect 0 'nothing to repair'
}

@test "fsck --repair puts back objects from another store, and says what it cannot" {
  with_noise
  rm data/noise.bin  # else it is found in the workspace
  cp -r .vstore ../copy
  spoil "$(largest_pack)" 70000
  run vstore fsck --repair
  expect 3 'missing: ' 'main:data/noise.bin' 'moved aside'
  run vstore fsck --repair
  expect 3 'nothing could be repaired' 'main:data/noise.bin'
  run vstore fsck --repair --from ../copy
  expect 0 'put back 1 object from copies' 'no damage found'
  run vstore restore data/noise.bin
  expect 0
}

@test "fsck --repair finds lost chunks in the workspace's files, and in any directory" {
  with_noise
  spoil "$(largest_pack)" 70000
  run vstore fsck --repair
  expect 0 'put back 1 object from copies' 'no damage found'
  mkdir ../elsewhere && mv data/noise.bin ../elsewhere/renamed
  rm -r .vstore/damaged  # it has good copies of other chunks
  spoil "$(largest_pack)" 200000
  run vstore fsck --repair
  expect 3
  run vstore fsck --repair --from ../elsewhere
  expect 0 'no damage found'
}

@test "fsck --repair: bad options" {
  vstore init -q
  run vstore fsck --from x
  expect 2 '--from needs --repair'
  run vstore fsck --repair --fast
  expect 2 '--repair checks everything'
  run vstore fsck --repair --from nowhere
  expect 1 "no such directory: 'nowhere'"
}

# gc and hold.
load helper

store_bytes() { cat .vstore/packs/* .vstore/tmp/* 2>/dev/null | wc -c; }

# A branch with a large file of its own, deleted again.
deleted_branch() {
  two_commits
  vstore switch -q -c side
  seq 1 20000 | sha256sum >noise && for i in $(seq 200); do sha256sum <<<"$i"; done >large.txt
  vstore add . && vstore commit -qm 'only on side'
  vstore switch -q main
  vstore branch -q -D side
}

@test "gc --dry-run says exactly what gc then does" {
  deleted_branch
  before=$(store_bytes)
  run vstore gc --prune=now --dry-run --json
  expect 0 '"dry_run":true'
  would=$(jq .bytes_after <<<"$output")
  [[ $(store_bytes) -eq $before && $(jq .bytes_before <<<"$output") -eq $before ]]
  run vstore gc --prune=now --json
  expect 0 '"changed":true'
  [[ $(jq .bytes_after <<<"$output") -eq $would && $(store_bytes) -eq $would && $would -lt $before ]]
  [[ $(jq '.commits_removed | length' <<<"$output") -eq 1 ]]
  run vstore fsck -q
  expect 0
  run vstore log --oneline
  expect 0 first second
}

@test "gc names the commits that would go" {
  deleted_branch
  run vstore gc -n --prune=now
  expect 0 'would remove' 'only on side' 'would free'
}

@test "gc keeps what the operation log can bring back" {
  deleted_branch
  run vstore gc --json
  expect 0
  [[ $(jq '.commits_removed | length' <<<"$output") -eq 0 ]]
  vstore config gc.operationExpire now
  run vstore gc --json
  [[ $(jq '.commits_removed | length' <<<"$output") -eq 1 ]]
}

@test "a hold keeps a version" {
  deleted_branch_tip() { vstore rev-parse side; }
  two_commits
  vstore switch -q -c side
  echo side >side.txt && vstore add . && vstore commit -qm side
  vstore hold add keep side
  run vstore hold add keep side
  expect 1 'already exists'
  vstore switch -q main && vstore branch -q -D side
  vstore gc -q --prune=now
  run vstore cat refs/holds/keep:side.txt
  expect 0 side
  run vstore hold list --json
  expect 0 '"name":"keep"' '"ref":"refs/holds/keep"'
  vstore hold rm keep
  run vstore hold rm keep
  expect 1 'not found'
  run vstore gc --prune=now --json
  [[ $(jq '.commits_removed | length' <<<"$output") -eq 1 ]]
}

@test "gc --auto is off until gc.auto is set" {
  deleted_branch
  run vstore gc --auto --prune=now
  expect 0
  is ''
  vstore config gc.auto 1
  run vstore gc --auto --prune=now
  expect 0 'Removed'
}

@test "gc refuses dates it does not understand" {
  two_commits
  run vstore gc --prune=soonish
  expect 2
  run vstore hold bogus
  expect 2
}

@test "files that the stat cache vouches for are stored again after a collection" {
  vstore init -q
  echo one >a.txt && vstore add . && vstore commit -qm first
  echo two >b.txt && vstore add b.txt && vstore reset -q
  vstore gc -q --prune=now
  vstore add b.txt && vstore commit -qm second
  run vstore cat HEAD:b.txt
  expect 0 two
  run vstore fsck -q
  expect 0
}

@test "stats and du --unique say what takes space" {
  two_commits
  vstore tag v1 HEAD~1 && vstore tag v2
  run vstore stats --json
  expect 0 '"versions":2'
  [[ $(jq '.objects.commit.objects' <<<"$output") -eq 2 && $(jq .garbage_bytes <<<"$output") -ge 0 ]]
  run vstore stats
  expect 0 'dedup:' 'compression:' 'garbage:'
  run vstore du --unique v1 v2 --json
  expect 0 '"revision":"v1"' '"revision":"v2"'
  [[ $(jq -s '.[0].bytes' <<<"$output") -gt 0 ]]
  run vstore du --unique nowhere
  expect 1
}

@test "gc --aggressive compresses everything anew, and every version is as it was" {
  two_commits
  for v in 1 2 3; do
    for i in $(seq 40); do { echo "version $v of file $i, which is like all others"; seq "$i" 250; } >"f$i.txt"; done
    vstore add . && vstore commit -qm "v$v"
  done
  vstore gc -q --prune=now
  before=$(store_bytes)
  run vstore gc --aggressive --dry-run
  expect 0 'compress' 'chunks anew'
  [[ $(store_bytes) -eq $before ]]
  run vstore gc --aggressive
  expect 0 'compressed' 'chunks anew'
  [[ $(store_bytes) -lt $before ]]
  run vstore fsck -q
  expect 0
  run vstore cat HEAD~2:f7.txt
  expect 0 'version 1 of file 7,'
  run vstore status --json
  expect 0
  vstore switch -q -c old HEAD~1
  run cat f40.txt
  expect 0 'version 2 of file 40,'
  # What is based on a whole frame is a base for what comes next, too.
  echo 'version 4' >>f40.txt && vstore commit -qam v4
  vstore gc -q --prune=now && vstore gc -q --aggressive --prune=now
  run vstore cat HEAD:f40.txt
  expect 0 'version 2 of file 40,' 'version 4'
  run vstore fsck -q
  expect 0
}

# vstore log and show, beside git's for the same history.
load helper

git_here() { git --git-dir=../git/.git --work-tree=. "$@"; }

# Three versions of some files, in vstore and in git, by the same author at the same times.
both_histories() {
  vstore init -q && git init -q -b main ../git
  echo '.vstore' >../git/.git/info/exclude
  local n
  for n in 1 2 3; do
    at_minute $n
    seq $((n * 40)) >numbers.txt && mkdir -p data && echo $n >data/$n
    vstore add -A && vstore commit -qm "version $n"$'\n\nwith a body\nof two lines'
    git_here add -A
    GIT_AUTHOR_DATE=$VSTORE_AUTHOR_DATE GIT_COMMITTER_DATE=$VSTORE_AUTHOR_DATE \
      git_here -c user.name='Ada Lovelace' -c user.email=ada@example.org commit -qm "version $n"$'\n\nwith a body\nof two lines'
  done
}

# Ids differ by design.
normal() { sed -E 's/\b[0-9a-f]{64}\b/ID/g; s/\b[0-9a-f]{40}\b/ID/g; s/\b[0-9a-f]{7,10}\b/ID/g'; }
same_as_git() { diff <(git_here "$@" | normal) <(vstore "$@" | normal); }

@test "log is git's" {
  both_histories
  vstore tag v1 HEAD~2 && git_here tag v1 HEAD~2
  for options in '' --oneline --graph '--oneline --graph --stat' '--graph -p' '--stat -p' --name-status '--oneline --name-only' \
    '-n 1' -2 '--skip 1' --reverse '--pretty=short' --pretty=full --pretty=fuller --decorate '--oneline --decorate=full' \
    '--format=%an|%ae|%at|%s|%b|%d%n%B%%' '--pretty=format:%s' '--until 2026-05-01T12:02:30+0200 --oneline' \
    '--since 2026-05-01T12:02:00+0200 --oneline' '--grep N.2 -i --oneline' '--author lovelace -i --oneline' \
    '--oneline HEAD~2..' '--oneline ^HEAD~ HEAD' '--oneline -- data/2' '--oneline --all' '--topo-order --oneline'; do
    run same_as_git log $options
    expect 0
  done
}

@test "show is git's" {
  both_histories
  for object in HEAD 'HEAD~ HEAD' '--stat HEAD~' '--oneline HEAD' '-s HEAD' 'HEAD:data/2' HEAD~:data HEAD~2..HEAD '--name-only HEAD -- data'; do
    run same_as_git show $object
    expect 0
  done
}

@test "show of an annotated tag" {
  two_commits
  vstore tag -m 'a release' v2
  run vstore show -s v2
  expect 0 'tag v2' 'Tagger: Ada Lovelace <ada@example.org>' 'a release' 'commit ' '    second'
}

@test "meta values are shown" {
  vstore init -q && echo x >f && vstore add f && vstore commit -qm x --meta source=api
  run vstore log
  expect 0 'Meta:   source=api'
}

@test "paths by pattern, as git has them" {
  vstore init -q && mkdir -p data/deep
  echo 1 >a.csv; echo 1 >data/b.json; echo 1 >data/deep/c.csv
  vstore add . && vstore commit -qm all
  echo 2 >a.csv; vstore commit -qam a
  echo 2 >data/b.json; vstore commit -qam b
  echo 2 >data/deep/c.csv; vstore commit -qam c
  subjects() { vstore log --format=%s "$@" | tr '\n' ' '; }
  run subjects -- '*.csv'
  is 'c a all '
  run subjects 'data/*.csv'
  is 'c all '
  run subjects -- 'dat?'
  is 'c b all '
  run subjects -- a.csv '*.json'
  is 'b a all '
  run subjects -- '*.txt'
  is ''
  cd data
  run subjects -- '*.csv'
  is 'c all '
  run vstore diff --name-only HEAD~3 HEAD -- '*.csv'
  is data/deep/c.csv
}

@test "mistakes" {
  vstore init -q
  run vstore log
  expect 1 'no commits yet'
  echo x >f && vstore add f && vstore commit -qm x
  run vstore log --graph --reverse
  expect 2 'exclude each other'
  run vstore log nonsense
  expect 1 'unknown revision' ', nor is there a path of that name' "hint: use '--'"
  run vstore log --format=nonsense
  expect 2 'unknown format'
  run vstore show HEAD:nothing
  expect 1 'does not exist'
}

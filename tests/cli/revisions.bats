load helper

# message REVISION: the first line of what it names.
message() { vstore log -1 --format=%s "$@"; }

# Three commits on main, a minute apart, with the branch fix at the second.
three_commits() {
  local minute=0
  vstore init -q
  for word in first second third; do
    at_minute $((minute++))
    echo "$word" >f && vstore add f && vstore commit -qm "$word"
    [[ $word != second ]] || vstore branch fix
  done
}

@test "REF@{N}, @{N} and HEAD@{N}: values that a ref had" {
  three_commits
  [[ $(message 'main@{0}') == third && $(message 'main@{1}') == second && $(message '@{2}') == first ]]
  vstore switch -q fix
  [[ $(message 'HEAD@{1}') == third && $(message '@{0}') == second ]]
  run vstore log 'main@{7}'
  expect 1 'only 3 values are known'
  [[ $(vstore cat 'main@{1}:f') == second ]]
  [[ $(vstore log --format=%s 'main@{2}..main') == $'third\nsecond' ]]
}

@test "a deleted branch is named by what it was" {
  three_commits
  vstore branch -D fix
  [[ $(message 'fix@{1}') == second ]]
  run vstore log fix@{0}
  expect 1 'did not exist then'
}

@test "REF@{DATE} and --as-of: refs as they were" {
  three_commits
  sleep 1.1
  then=@$(date +%s)
  sleep 1.1
  vstore reset -q --hard HEAD~2 && vstore branch -D fix && vstore tag late
  [[ $(message "main@{$then}") == third ]]
  run vstore branch --as-of "$then"
  is $'  fix\n* main'
  run vstore tag --as-of "$then"
  is ''
  [[ $(message --as-of "$then") == third ]]
  [[ $(vstore --as-of "$then" cat fix:f) == second ]]
  [[ $(vstore log --as-of "$then" --all --format=%s) == $'third\nsecond\nfirst' ]]
  run vstore log --as-of 2001-01-01
  expect 1 'does not reach back'
  run vstore add --as-of "$then"
  expect 2
  run vstore --as-of "$then" add f
  expect 2 'only read'
  run vstore log 'main@{2001-01-01}'
  expect 1
}

@test "--at-op: refs as they were after an operation" {
  three_commits
  id=$(vstore op log -n 1 --json | jq -r .id)
  vstore branch -D fix && vstore reset -q --hard HEAD~2
  run vstore branch --at-op "$id"
  is $'  fix\n* main'
  [[ $(message --at-op "$id") == third && $(vstore diff --name-only --at-op @-- HEAD~ HEAD) == f ]]
  run vstore log --at-op ffff
  expect 1 'unknown operation'
}

@test "@{-N}: where HEAD was before" {
  three_commits
  vstore switch -q fix && vstore switch -q -c new HEAD~1
  [[ $(message '@{-1}') == second && $(message '@{-2}') == third ]]
  run vstore rev-parse --symbolic-full-name '@{-2}'
  is refs/heads/main
  vstore switch -q '@{-2}'
  [[ $(vstore branch --show-current) == main ]]
  run vstore log '@{-9}'
  expect 1 'not switched so often'
}

@test ":/TEXT and REV^{/TEXT}: by message" {
  three_commits
  vstore switch -q fix && at_minute 5 && echo x >f && vstore commit -qam 'side of third'
  [[ $(message ':/third') == 'side of third' && $(message 'main^{/third}') == third && $(message 'main^{/^s}') == second ]]
  [[ $(message 'main^{/!-third}') == second && $(message ':/fi.st') == first && $(message 'main^{/t{1}hird}~1') == second ]]
  run vstore log ':/nothing like it'
  expect 1 "no commit's message matches"
  run vstore log ':/!x' --
  expect 2
}

@test "paths: of the stage, and from the current directory" {
  two_commits
  echo 3 >data/b.csv && vstore add .
  [[ $(vstore cat :data/b.csv) == 3 && $(vstore cat :0:data/b.csv) == 3 ]]
  cd data
  [[ $(vstore cat HEAD:./b.csv | head -1) == x,y && $(vstore cat HEAD:../a.txt) == two ]]
  run vstore cat HEAD:b.csv
  expect 1
}

@test "--branches, --tags, --remotes and --all name many" {
  three_commits
  vstore tag v1 HEAD~2 && vstore tag w1 HEAD~1
  [[ $(vstore log --format=%s --tags) == $'second\nfirst' && $(vstore log --format=%s --tags='v*') == first ]]
  [[ $(vstore log --format=%s --branches=fix) == $'second\nfirst' ]]
  run vstore rev-parse --all
  [[ $(wc -l <<<"$output") == 5 ]]
  run vstore log --remotes
  is ''
}

@test "rev-parse: parents as sets" {
  two_commits
  head=$(vstore rev-parse HEAD) parent=$(vstore rev-parse HEAD~)
  run vstore rev-parse HEAD^@
  is "$parent"
  run vstore rev-parse HEAD^!
  is "$head"$'\n'"^$parent"
  run vstore rev-parse HEAD^-
  is "$head"$'\n'"^$parent"
  run vstore log --format=%s HEAD^!
  is second
}

load helper

# refs: all branches and tags with their commits.
refs() { vstore branch --json | jq -c 'map([.name, .commit])'; vstore tag --json | jq -c 'map([.name, .commit])'; }

@test "branch -D, then undo, brings the branch back" {
  two_commits
  vstore branch fix HEAD~1
  before=$(refs)
  vstore branch -D fix
  run vstore undo
  expect 0 'Undid' 'branch -D fix' 'refs/heads/fix'
  run refs
  is "$before"
}

@test "undo again and again goes back, redo comes forward, a new change ends redo" {
  two_commits
  vstore tag a && vstore tag b && vstore tag c
  vstore undo -q && vstore undo -q
  run vstore tag
  is a
  vstore redo -q
  run vstore tag
  is $'a\nb'
  vstore undo -q
  run vstore tag
  is a
  vstore redo -q && vstore redo -q
  run vstore tag
  is $'a\nb\nc'
  run vstore redo
  expect 1 'nothing to redo'
  vstore undo -q && vstore tag d
  run vstore redo
  expect 1 'nothing to redo'
  vstore undo -q && vstore undo -q
  run vstore tag
  is a
}

@test "undo of a named operation takes back that one alone; of an undo, it is a redo" {
  two_commits
  vstore tag a && vstore tag b
  id=$(vstore op log --json | jq -r 'select(.command == "tag a").id')
  vstore undo -q "$id"
  run vstore tag
  is b
  vstore undo -q @
  run vstore tag
  is $'a\nb'
}

@test "undo refuses what was changed since, and says by what" {
  two_commits
  vstore tag a && vstore tag -f a HEAD~1
  id=$(vstore op log --json | jq -r 'select(.command == "tag a").id')
  run vstore undo "$id"
  expect 1 "'refs/tags/a' was changed since" 'tag -f a HEAD~1' 'hint: '
}

@test "undo of add and of commit leaves the files alone" {
  two_commits
  echo three >a.txt && vstore add a.txt
  vstore undo -q
  run vstore status -s
  is ' M a.txt'
  [[ $(cat a.txt) == three ]]
  vstore add a.txt && vstore commit -qm third
  vstore undo -q
  run vstore status -s
  is 'M  a.txt'
  run vstore log --format=%s
  is $'second\nfirst'
}

@test "undo of switch, reset --hard, rm and mv brings the files along" {
  two_commits
  vstore switch -q -c old HEAD~1
  vstore undo -q
  [[ $(cat a.txt) == two && $(vstore branch --show-current) == main ]]
  vstore reset -q --hard HEAD~1
  vstore undo -q
  [[ $(cat a.txt) == two && -z $(vstore status -s) ]]
  vstore rm -q a.txt
  vstore undo -q
  [[ $(cat a.txt) == two && -z $(vstore status -s) ]]
  vstore mv a.txt b.txt
  vstore undo -q
  [[ $(cat a.txt) == two && ! -e b.txt && -z $(vstore status -s) ]]
}

@test "undo overwrites no file that is not in the store" {
  two_commits
  vstore switch -q -c old HEAD~1
  echo precious >a.txt
  run vstore undo
  expect 1 'a.txt' '--keep-files'
  [[ $(cat a.txt) == precious && $(vstore branch --show-current) == old ]]
  vstore undo -q --keep-files
  [[ $(cat a.txt) == precious && $(vstore branch --show-current) == main ]]
  run vstore status -s
  is $' M a.txt\n M data/b.csv'
}

@test "the init of a workspace cannot be undone" {
  vstore init -q
  run vstore undo
  expect 1 'nothing to undo'
  run vstore undo @
  expect 1 'made this workspace'
  run vstore undo @-
  expect 1 'oldest'
}

@test "what another workspace did is left to it" {
  two_commits
  vstore tag mine
  vstore init -q --store "$PWD" ../other
  (cd ../other && vstore switch -q main && vstore switch -q -c theirs && echo x >x && vstore add x)
  vstore undo -q
  run vstore tag
  is ''
  id=$(vstore op log --json | jq -r 'select(.command == "add x").id')
  run vstore undo "$id"
  expect 1 'another workspace'
  vstore branch shared
  (cd ../other && vstore switch -q shared)
  run vstore undo
  expect 1 'another workspace is on that branch'
}

@test "undo in a store without a workspace" {
  two_commits
  store=$PWD/.vstore
  mkdir ../store && vstore init -q --store ../store ../w
  cd ../w && echo 1 >f && vstore add f && vstore commit -qm x
  vstore --store ../store tag t
  vstore --store ../store undo -q
  run vstore tag
  is ''
}

@test "op log, op show and op diff" {
  two_commits
  vstore tag v1
  run vstore op log --oneline -n 2
  expect 0 ' tag v1' ' commit -qam second'
  run vstore op show
  expect 0 'operation ' 'Who:    Ada Lovelace <ada@example.org>' '    tag v1' 'refs/tags/v1  none..'
  run vstore op diff @-- @
  expect 0 'refs/heads/main' 'refs/tags/v1'
  run vstore op show @-------------------
  expect 1 'unknown operation'
  run vstore op show zzzz
  expect 1 'unknown operation'
  run vstore op frobnicate
  expect 2 'unknown action'
  run vstore op restore
  expect 2 'missing argument'
}

@test "op restore goes back to the state after an operation, files too, and can be undone" {
  two_commits
  id=$(vstore op log -n 1 --json | jq -r .id)
  before=$(refs)
  vstore branch fix HEAD~1 && vstore switch -q fix && vstore branch -q -D main
  after=$(refs)
  run vstore op restore "$id"
  expect 0 'Restored the state after' 'refs/heads/main'
  run refs
  is "$before"
  [[ $(cat a.txt) == two && -z $(vstore status -s) ]]
  run vstore op restore "$id"
  expect 0 'Nothing changed'
  vstore undo -q
  run refs
  is "$after"
  [[ $(cat a.txt) == one ]]
}

@test "reflog lists the values of HEAD, of branches, and of deleted ones" {
  two_commits
  vstore branch fix HEAD~1 && vstore branch -D fix
  run vstore reflog main
  expect 0 'main@{0}: commit -qam second' 'main@{1}: commit -qm first'
  run vstore reflog fix
  expect 0 'fix@{0}: (deleted) branch -D fix' 'fix@{1}: branch fix'
  vstore switch -q -c other
  run vstore reflog -n 1
  expect 0 'HEAD@{0}: switch -q -c other'
  run vstore reflog nothing
  expect 1 "no ref 'nothing', now or before"
}

@test "op and reflog --json" {
  two_commits
  vstore tag a && vstore undo -q
  run jq -rc 'keys | join(" ")' < <(vstore op log -n 1 --json)
  is 'command files id parents time undoes who'
  run jq -rc '.changes' < <(vstore op show --json)
  expect 0 '"after":null' '"ref":"refs/tags/a"' '"before":{"commit":"'
  run jq -rc 'keys | join(" ")' < <(vstore op diff --json @- @)
  is 'after before ref'
  run jq -rc '[keys, .index, .deleted, .ref]' < <(vstore reflog -n 1 --json main)
  is '[["commit","deleted","index","operation","ref"],0,false,"refs/heads/main"]'
}

@test "mv: not into another workspace that lies in this one" {
  vstore init -q && echo x >f && vstore add f
  vstore init -q inner && mkdir inner/deep
  run vstore mv f inner/deep
  expect 1 "destination 'inner/deep/f' lies in another workspace, 'inner'" 'hint: '
  [[ -f f ]]
}

@test "a command that waits for another in the same workspace says so" {
  vstore init -q && echo x >f
  flock .vstore/workspace.lock sleep 1.5 &
  while flock -n .vstore/workspace.lock true; do sleep 0.01; done
  run vstore add f
  expect 0 "waiting for another vstore command in the workspace '$PWD'"
  wait
}

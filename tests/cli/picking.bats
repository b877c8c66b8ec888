# cherry-pick, revert, rebase: the change from A to B on top of X, in a workspace and in the store.
load helper

# main: base, m1 (file m). topic: base, t1 (file t), t2 (line two of text), t3 (file u).
topic() {
  vstore init -q
  printf 'one\ntwo\nthree\n' >text && vstore add . && vstore commit -qm base
  vstore switch -qc topic
  VSTORE_AUTHOR_NAME='Grace Hopper'
  at_minute 1 && echo t >t && vstore add . && vstore commit -qm t1
  at_minute 2 && printf 'one\nTOPIC\nthree\n' >text && vstore commit -qam t2
  at_minute 3 && echo u >u && vstore add . && vstore commit -qm t3
  VSTORE_AUTHOR_NAME='Ada Lovelace'
  vstore switch -q main
  at_minute 4 && echo m >m && vstore add . && vstore commit -qm m1
  at_minute 5
}

# The same, but main changed line two as well.
clashing() {
  topic
  printf 'one\nMAIN\nthree\n' >text && vstore commit -qam m2
}

subjects() { vstore log --format=%s "$@" | paste -sd' '; }
clean() { run vstore status -s; is ''; }

@test "cherry-pick: author and message are kept, -x says where from" {
  topic
  run vstore cherry-pick topic~2
  expect 0 '[main ' '] t1' 'Author: Grace Hopper'
  [[ -e t && ! -e u && $(cat text) == $'one\ntwo\nthree' ]]
  [[ $(vstore log -1 --format='%an %cn %s') == 'Grace Hopper Ada Lovelace t1' ]]
  vstore cherry-pick -q -x topic
  [[ $(vstore log -1 --format=%B) == $'t3\n\n(cherry picked from commit '$(vstore rev-parse topic)')' ]]
  clean
  vstore undo -q
  [[ $(subjects) == 't1 m1 base' && ! -e u ]]
  clean
}

@test "cherry-pick: a range is one operation, one undo away" {
  topic
  vstore cherry-pick -q main..topic
  [[ $(subjects) == 't3 t2 t1 m1 base' && -e t && -e u && $(cat text) == $'one\nTOPIC\nthree' ]]
  vstore undo -q
  [[ $(subjects) == 'm1 base' && ! -e t && ! -e u && $(cat text) == $'one\ntwo\nthree' ]]
  clean
}

@test "cherry-pick: a conflict, resolved, and the rest goes on" {
  clashing
  run vstore cherry-pick main..topic
  expect 1 '] t1' 'CONFLICT (content): Merge conflict in text' 'could not apply' '--continue'
  [[ $(subjects) == 't1 m2 m1 base' && ! -e u ]]
  run cat text
  expect 0 '<<<<<<< HEAD' '(t2)'
  run vstore status
  expect 0 'You are currently cherry-picking commit' 'both modified:   text'
  run vstore cherry-pick topic
  expect 1 'a cherry-pick is not finished'
  run vstore cherry-pick --continue
  expect 1 'is in conflict'
  printf 'one\nBOTH\nthree\n' >text && vstore add text
  vstore cherry-pick -q --continue
  [[ $(subjects) == 't3 t2 t1 m2 m1 base' && -e u && $(cat text) == $'one\nBOTH\nthree' ]]
  [[ $(vstore log -1 --format=%an HEAD~1) == 'Grace Hopper' ]]
  clean
  run vstore cherry-pick --continue
  expect 1 'no cherry-pick under way'
}

@test "cherry-pick: --skip, --abort, and commit instead of --continue" {
  clashing
  vstore cherry-pick -q main..topic || true
  vstore cherry-pick -q --skip
  [[ $(subjects) == 't3 t1 m2 m1 base' && $(cat text) == $'one\nMAIN\nthree' ]]
  clean
  vstore reset -q --hard HEAD~2
  echo local >m
  vstore cherry-pick -q main..topic || true
  vstore cherry-pick --abort
  [[ $(subjects) == 'm2 m1 base' && ! -e t && $(cat text) == $'one\nMAIN\nthree' && $(cat m) == local ]]
  vstore restore m && clean
  vstore cherry-pick -q main..topic || true
  printf 'one\nBOTH\nthree\n' >text && vstore add text && vstore commit -q --no-edit
  [[ $(subjects) == 't2 t1 m2 m1 base' ]]
  vstore cherry-pick -q --continue
  [[ $(subjects) == 't3 t2 t1 m2 m1 base' ]]
  clean
}

@test "cherry-pick: what is empty, what is a merge, what is in the way" {
  topic
  vstore cherry-pick -q topic
  run vstore cherry-pick topic
  expect 1 'is empty here' '--skip'
  vstore cherry-pick --skip
  clean
  vstore cherry-pick -q --keep-redundant-commits topic
  [[ $(subjects) == 't3 t3 m1 base' ]]
  vstore merge -q -m joined topic
  vstore switch -q -c old main~1
  run vstore cherry-pick main
  expect 2 'is a merge but no -m option was given'
  vstore cherry-pick -q -m 1 main
  [[ -e t && $(subjects -1) == joined ]]
  vstore reset -q --hard HEAD~1
  echo mine >t
  run vstore cherry-pick topic~2
  expect 1 'untracked files would be overwritten'
  [[ $(cat t) == mine ]]
}

@test "cherry-pick -n: changes are staged, on top of what is" {
  topic
  echo staged >s && vstore add s
  vstore cherry-pick -n main..topic
  run vstore status -s
  is $'A  s\nA  t\nM  text\nA  u'
  [[ $(subjects) == 'm1 base' ]]
}

@test "revert: one, a range, a merge, and back again" {
  topic
  vstore switch -q topic
  run vstore revert HEAD~1
  expect 0 '] Revert "t2"'
  [[ $(cat text) == $'one\ntwo\nthree' && -e u ]]
  [[ $(vstore log -1 --format=%B) == $'Revert "t2"\n\nThis reverts commit '$(vstore rev-parse HEAD~2). ]]
  [[ $(vstore log -1 --format=%an) == 'Ada Lovelace' ]]
  vstore revert -q HEAD
  [[ $(cat text) == $'one\nTOPIC\nthree' && $(subjects -1) == 'Revert "Revert "t2""' ]]
  vstore reset -q --hard HEAD~2
  vstore revert -q main..topic
  [[ ! -e t && ! -e u && $(subjects -3) == 'Revert "t1" Revert "t2" Revert "t3"' ]]
  vstore switch -q main && vstore merge -q --no-ff -m joined topic~3
  run vstore revert HEAD
  expect 2 'no -m option'
  vstore revert -q -m 1 HEAD
  [[ ! -e t && $(vstore log -1 --format=%B) == *$'reversing\nchanges made to '* ]]
  clean
}

@test "revert: a conflict, and undo of it" {
  topic
  vstore switch -q topic && printf 'one\nLATER\nthree\n' >text && vstore commit -qam later
  run vstore revert HEAD~2
  expect 1 'could not revert' 'CONFLICT (content)'
  run cat text
  expect 0 '>>>>>>> parent of '
  run vstore status
  expect 0 'You are currently reverting commit'
  vstore undo -q
  [[ $(cat text) == $'one\nLATER\nthree' ]]
  clean
  run vstore revert --abort
  expect 1 'no revert under way'
}

@test "rebase: commits move, the branch with them, undo brings it back" {
  topic
  before=$(vstore rev-parse topic)
  vstore switch -q topic
  run vstore rebase main
  expect 0 'Successfully rebased and updated refs/heads/topic.'
  [[ $(subjects) == 't3 t2 t1 m1 base' && -e m && $(vstore branch --show-current) == topic ]]
  [[ $(vstore log -1 --format='%an %at') == "Grace Hopper $(vstore log -1 --format=%at "$before")" ]]
  clean
  run vstore rebase main
  expect 0 'Current branch topic is up to date.'
  vstore undo -q
  [[ $(vstore rev-parse topic) == "$before" && ! -e m ]]
  clean
}

@test "rebase: fast-forward, --onto, another branch, what upstream has" {
  topic
  vstore switch -qc behind main~1
  run vstore rebase main
  expect 0 'Successfully rebased'
  [[ $(vstore rev-parse HEAD) == "$(vstore rev-parse main)" ]]
  vstore rebase -q --onto main topic~1 topic
  [[ $(vstore branch --show-current) == topic && $(subjects) == 't3 m1 base' && ! -e t && -e u ]]
  clean
  vstore undo -q
  [[ $(vstore branch --show-current) == behind && $(subjects topic) == 't3 t2 t1 base' ]]
  vstore switch -q main && vstore cherry-pick -q topic~2 && vstore switch -q topic
  run vstore rebase main
  expect 0 'skipped previously applied commit' 'Successfully rebased'
  [[ $(subjects) == 't3 t2 t1 m1 base' ]]
}

@test "rebase: a conflict, --continue, --skip and --abort" {
  clashing
  before=$(vstore rev-parse topic)
  vstore switch -q topic
  run vstore rebase main
  expect 1 'could not apply' 'CONFLICT (content)'
  [[ -z $(vstore branch --show-current) && $(vstore rev-parse topic) == "$before" && $(subjects) == 't1 m2 m1 base' ]]
  run vstore status
  expect 0 "You are currently rebasing branch 'topic' on"
  run vstore branch -D topic
  expect 1
  vstore rebase --abort
  [[ $(vstore branch --show-current) == topic && $(vstore rev-parse HEAD) == "$before" && ! -e m ]]
  clean
  vstore rebase -q main || true
  printf 'one\nBOTH\nthree\n' >text && vstore add text
  vstore rebase -q --continue
  [[ $(vstore branch --show-current) == topic && $(subjects) == 't3 t2 t1 m2 m1 base' && $(cat text) == $'one\nBOTH\nthree' ]]
  clean
  vstore reset -q --hard "$before"
  vstore rebase -q main || true
  run vstore rebase --skip
  expect 0 'Successfully rebased'
  [[ $(subjects) == 't3 t1 m2 m1 base' && $(cat text) == $'one\nMAIN\nthree' ]]
  clean
}

@test "--into: the same in the store, all or nothing" {
  clashing
  vstore branch release main
  run vstore cherry-pick --into release --expect main~1 topic
  expect 4 'no longer at'
  run vstore cherry-pick --into release --expect main topic
  expect 0 '[release ' 'refs/heads/release is now at'
  [[ $(subjects release) == 't3 m2 m1 base' && ! -e u ]]
  run vstore cherry-pick --into release main..topic
  expect 1 'CONFLICT (content)' 'nothing was changed'
  [[ $(subjects release) == 't3 m2 m1 base' ]]
  vstore revert -q --into release release
  [[ $(subjects -1 release) == 'Revert "t3"' ]]
  vstore rebase -q --into topic main~1
  [[ $(subjects topic) == 't3 t2 t1 m1 base' ]]
  run vstore revert --into main main
  expect 1 'is checked out'
  run vstore --store .vstore cherry-pick --into nothing main
  expect 1 "no branch named 'nothing'"
}

@test "picking --json" {
  clashing
  run jq -rc '[.outcome, (.commits | length), .stopped_at, .conflicts[0].path]' < <(vstore cherry-pick --json main..topic)
  is "[\"conflicts\",1,\"$(vstore rev-parse topic~1)\",\"text\"]"
  vstore cherry-pick --abort
  run jq -rc '[.outcome, .head == .commits[0].commit, .stopped_at, .conflicts]' < <(vstore cherry-pick --json topic)
  is '["done",true,null,[]]'
}

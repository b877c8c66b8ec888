# merge: outcomes, conflicts and their way through status, add, commit and --abort, and --into.
load helper

# main and side, both one commit past "base": side_file on side, main_file on main.
diverged() {
  vstore init -q
  printf 'one\ntwo\nthree\n' >text && echo base >other && vstore add . && vstore commit -qm base
  vstore branch side
  echo m >main_file && vstore add . && vstore commit -qm 'on main'
  vstore switch -q side
  at_minute 1
  echo s >side_file && vstore add . && vstore commit -qm 'on side'
  vstore switch -q main
}

# Both changed line two of text.
conflicting() {
  diverged
  printf 'one\nMAIN\nthree\n' >text && vstore commit -qam 'main text'
  vstore switch -q side && printf 'one\nSIDE\nthree\n' >text && vstore commit -qam 'side text'
  vstore switch -q main
}

@test "merge: a commit with two parents and both sides' files" {
  diverged
  run vstore merge side
  expect 0 'Merge made:'
  [[ -e main_file && -e side_file ]]
  run jq -r '[.message, (.parents | length)] | @tsv' < <(vstore log -1 --json)
  is $'Merge branch \'side\' into main\\n\t2'
  run vstore status -s
  is ''
  run vstore merge side
  expect 0 'Already up to date.'
}

@test "merge: fast-forward, --no-ff, --ff-only" {
  diverged
  vstore switch -qc early HEAD~1
  run vstore merge main
  expect 0 'Fast-forward'
  [[ $(vstore rev-parse HEAD) == $(vstore rev-parse main) ]]
  run vstore merge --ff-only side
  expect 1 'not possible to fast-forward'
  vstore switch -qc early2 HEAD~1
  vstore merge -q --no-ff -m 'by hand' main
  run jq -r '[.message, (.parents | length)] | @tsv' < <(vstore log -1 --json)
  is $'by hand\\n\t2'
}

@test "merge: a conflict goes through status, add and commit" {
  conflicting
  run vstore merge side
  expect 1 'Auto-merging text' 'CONFLICT (content): Merge conflict in text' 'Automatic merge failed'
  run cat text
  is $'one\n<<<<<<< HEAD\nMAIN\n=======\nSIDE\n>>>>>>> side\nthree'
  run vstore status -s
  is $'A  side_file\nUU text'
  run vstore status
  expect 0 'You have unmerged paths.' 'both modified:   text'
  run vstore commit -m no
  expect 1 "'text' is in conflict"
  run vstore switch side
  expect 1 'a merge is not finished'
  printf 'one\nBOTH\nthree\n' >text && vstore add text
  run vstore status
  expect 0 'All conflicts fixed but you are still in a merge.'
  vstore merge -q --continue
  run jq -r '.parents | length' < <(vstore log -1 --json)
  is 2
  run vstore status -s
  is ''
}

@test "merge --abort brings files and stage back, local changes elsewhere stay" {
  conflicting
  echo local >other
  vstore merge side || true
  run vstore merge --abort
  expect 0
  [[ $(cat text) == $'one\nMAIN\nthree' && ! -e side_file && $(cat other) == local ]]
  run vstore status -s
  is ' M other'
  run vstore merge --abort
  expect 1 'no merge'
}

@test "undo takes a merge back, files and all, and redo brings it again" {
  diverged
  before=$(vstore rev-parse HEAD)
  vstore merge -q side
  vstore undo -q
  [[ $(vstore rev-parse HEAD) == "$before" && ! -e side_file && -e main_file ]]
  run vstore status -s
  is ''
  vstore redo -q
  [[ -e side_file && $(vstore log -1 --format=%s) == "Merge branch 'side' into main" ]]
  vstore switch -q -c early main~2
  vstore merge -q --ff-only side
  vstore undo -q
  [[ $(vstore rev-parse HEAD) == "$(vstore rev-parse main~2)" && ! -e side_file ]]
}

@test "undo of a merge in conflict: markers go, and what was mended by hand is not lost" {
  conflicting
  printf 'a\0main' >bin && vstore add bin && vstore commit -qm bin
  vstore switch -q side && printf 'a\0side' >bin && vstore add bin && vstore commit -qm bin && vstore switch -q main
  vstore merge side || true
  grep -q '<<<<<<<' text && [[ -e bin~side ]]
  vstore undo -q
  [[ $(cat text) == $'one\nMAIN\nthree' && ! -e bin~side && ! -e side_file ]]
  run vstore status -s
  is ''
  vstore redo -q
  grep -q '<<<<<<<' text && [[ -e bin~side ]]
  printf 'one\nBOTH\nthree\n' >text
  run vstore undo
  expect 1 'would be overwritten' text
  [[ $(cat text) == $'one\nBOTH\nthree' ]]
  vstore merge --abort
  [[ $(cat text) == $'one\nMAIN\nthree' && ! -e bin~side ]]
  vstore undo -q
  run vstore status -s
  expect 0 'UU text' 'AA bin'
  grep -q '<<<<<<<' text
}

@test "merge -X: one side wins, everywhere or at some paths" {
  conflicting
  vstore merge -q -X theirs side
  [[ $(cat text) == $'one\nSIDE\nthree' ]]
  vstore reset -q --hard HEAD~1
  vstore merge -q -X theirs -X ours=te* side
  [[ $(cat text) == $'one\nMAIN\nthree' ]]
  run vstore merge -X mine side
  expect 2 "unknown strategy option 'mine'"
}

@test "merge: binaries are kept both, diff3 shows the base" {
  diverged
  printf 'a\0main' >bin && vstore add bin && vstore commit -qm bin
  vstore switch -q side && printf 'a\0side' >bin && vstore add bin && vstore commit -qm bin && vstore switch -q main
  run vstore merge side
  expect 1 'CONFLICT (binary): bin changed on both sides; theirs is kept as bin~side'
  cmp bin <(printf 'a\0main') && cmp bin~side <(printf 'a\0side')
  vstore merge --abort
  [[ ! -e bin~side ]]
}

@test "merge: deleted here, changed there" {
  diverged
  vstore rm -q text && vstore commit -qm 'no text'
  vstore switch -q side && printf 'more\n' >>text && vstore commit -qam 'more' && vstore switch -q main
  run vstore merge side
  expect 1 'CONFLICT (modify/delete): text deleted in HEAD and modified in side'
  run vstore status -s
  is $'A  side_file\nDU text'
  vstore rm -q text
  vstore commit -qm 'still no text'
  [[ ! -e text ]]
}

@test "merge follows renames" {
  diverged
  seq 50 >list && vstore add list && vstore commit -qm list
  vstore switch -qC side && vstore mv list renamed && vstore commit -qm rename
  vstore switch -q main && sed -i s/^7$/seven/ list && vstore commit -qam seven
  vstore merge -q side
  [[ ! -e list ]] && grep -qx seven renamed
}

# renamed PROGRAM: a file renamed on one side is deleted, or meets another of its new name, on the other.
renamed() {
  mkdir "${1##*/}" && cd "${1##*/}" || return
  "$1" init -q && seq 30 >list && "$1" add . && "$1" commit -qm base
  for name in gone added moved; do "$1" branch $name; done
  "$1" switch -q moved && "$1" mv list new && "$1" commit -qm moved
  "$1" switch -q gone && "$1" rm -q list && "$1" commit -qm gone
  "$1" switch -q added && sed -i 's/^7$/seven/' list && seq 100 110 >new && "$1" add . && "$1" commit -qm added
  for pair in 'gone moved' 'moved gone' 'added moved' 'moved added'; do
    "$1" switch -q "${pair% *}"
    "$1" merge -q "${pair#* }" >/dev/null 2>&1 || echo "$pair: conflict"
    "$1" status --short && head -50 -- *
    "$1" reset -q --hard
  done
}

@test "a renamed file that the other side deleted, or added another in place of: conflicts as in git" {
  export HOME=$PWD GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a
  diff <(renamed git 2>&1) <(renamed "$VSTORE" 2>&1)
  cd vstore && "$VSTORE" switch -q gone
  run vstore merge moved
  expect 1 'CONFLICT (modify/delete): new deleted in HEAD'
}

@test "merge refuses what would be lost" {
  diverged
  echo local >side_file
  run vstore merge side
  expect 1 'untracked files would be overwritten:' $'\n    side_file'
  rm side_file && echo staged >other && vstore add other
  run vstore merge side
  expect 1 'the stage differs from HEAD'
  [[ ! -e side_file ]]
}

@test "merge --squash and --no-commit" {
  diverged
  run vstore merge --squash side
  expect 0 'Squash commit -- not updating HEAD'
  run vstore status -s
  is 'A  side_file'
  vstore commit -qm squashed
  run jq -r '.parents | length' < <(vstore log -1 --json)
  is 1
  vstore reset -q --hard HEAD~1
  vstore merge -q --no-commit side
  vstore commit -qm merged
  run jq -r '.parents | length' < <(vstore log -1 --json)
  is 2
}

@test "merge --into: in the store, by compare-and-swap" {
  conflicting
  vstore branch release main~1
  run vstore merge --into release --expect main side~1
  expect 4 'no longer at'
  run vstore merge --into release --expect main~1 side~1
  expect 0 'refs/heads/release is now at'
  run vstore ls release
  expect 0 main_file side_file
  vstore branch -f release main
  before=$(vstore rev-parse release)
  run vstore merge --into release side
  expect 1 'CONFLICT (content)' 'nothing was changed'
  [[ $(vstore rev-parse release) == "$before" ]]
  run vstore merge --into main side
  expect 1 'is checked out'
}

@test "merge --json" {
  conflicting
  run jq -rc '[.outcome, .commit, .conflicts[0].path, .conflicts[0].reason]' < <(vstore merge --json side)
  is '["conflicts",null,"text","content"]'
  run jq -rc '[.merge.kind, .merge.conflicts, (.entries[] | select(.conflict) | .path)]' < <(vstore status --json)
  is '["merge",1,"text"]'
}

@test "reset --hard takes along what a merge wrote and no version has" {
  diverged
  vstore rm -q text && vstore commit -qm 'no text'
  vstore switch -q side && echo more >>text && printf 'a\0s' >bin && vstore add . && vstore commit -qm more
  vstore switch -q main && printf 'a\0m' >bin && vstore add bin && vstore commit -qm bin
  vstore merge side || true
  [[ -e text && -e bin~side ]]
  vstore reset -q --hard
  [[ ! -e text && ! -e bin~side ]]
  run vstore status -s
  is ''
}

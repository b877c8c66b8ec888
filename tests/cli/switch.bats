load helper

@test "branch: list, make, delete, rename" {
  two_commits
  run vstore branch
  is '* main'
  vstore branch fix HEAD~1
  vstore branch feature/x
  run vstore branch
  is $'  feature/x\n  fix\n* main'
  run vstore branch --list 'f*'
  is $'  feature/x\n  fix'
  run vstore branch -v
  expect 0 '  fix       ' ' first' '* main      ' ' second'
  run vstore branch fix
  expect 1 "a branch named 'fix' already exists"
  run vstore branch -d fix
  expect 0 'Deleted branch fix (was '
  run vstore branch -d fix
  expect 1 "branch 'fix' not found"
  run vstore branch -d main
  expect 1 "cannot delete branch 'main'" 'hint: '
  vstore branch -m trunk
  run vstore branch --show-current
  is trunk
  vstore branch -m feature/x y
  run vstore branch
  is $'* trunk\n  y'
  run vstore branch 'a..b'
  expect 2 "'a..b' is not a valid branch name"
  run vstore branch new nowhere
  expect 1 "'nowhere'"
}

@test "branch -d refuses what is not merged, -D does not; -f moves" {
  two_commits
  vstore switch -qc side
  echo 3 >a.txt && vstore commit -qam third
  vstore switch -q main
  run vstore branch -d side
  expect 1 "the branch 'side' is not fully merged" 'vstore branch -D side'
  run vstore branch -f main HEAD~1
  expect 1 "cannot move branch 'main'"
  vstore branch -f side main
  run vstore branch -d side
  expect 0
}

@test "branch --json" {
  two_commits
  vstore branch fix HEAD~1
  vstore branch --json >../out.json
  python3 - ../out.json <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert [(b["name"], b["ref"], b["current"]) for b in d] == [("fix", "refs/heads/fix", False), ("main", "refs/heads/main", True)], d
assert all(len(b["commit"]) == 64 for b in d)
END
}

@test "a branch before the first commit" {
  vstore init -q
  run vstore branch
  is ''
  run vstore branch other
  expect 1
  run vstore switch -c other
  expect 0 "Switched to a new branch 'other'"
  run vstore branch --show-current
  is other
}

@test "switch: there and back, new branches, -" {
  two_commits
  run vstore switch -c fix HEAD~1
  expect 0 "Switched to a new branch 'fix'"
  [[ $(cat a.txt) == one ]]
  run vstore switch main
  expect 0 "Switched to branch 'main'"
  [[ $(cat a.txt) == two ]]
  run vstore switch main
  expect 0 "Already on 'main'"
  run vstore switch -
  expect 0 "Switched to branch 'fix'"
  run vstore switch -
  expect 0 "Switched to branch 'main'"
  run vstore switch -c fix
  expect 1 "a branch named 'fix' already exists"
  run vstore switch -C fix
  expect 0 "Switched to and reset branch 'fix'"
  [[ $(cat a.txt) == two ]]
}

@test "switch wants a branch, checkout takes any revision" {
  two_commits
  vstore tag v1 HEAD~1
  run vstore switch v1
  expect 2 "'v1' is not a branch" '--detach'
  run vstore switch nowhere
  expect 1 "'nowhere'"
  run vstore switch --detach v1
  expect 0 'HEAD is now at ' ' first'
  run vstore checkout main
  expect 0 'Previous HEAD position was ' "Switched to branch 'main'"
  run vstore checkout v1
  expect 0 "Note: switching to 'v1'." 'HEAD is now at '
  run vstore branch
  expect 0 '* (HEAD detached at ' '  main'
  echo x >f && vstore add f
  run vstore commit -m loose
  expect 0 '[detached HEAD '
  run vstore checkout -b kept
  expect 0 "Switched to a new branch 'kept'"
  [[ -f f ]]
}

@test "checkout carries changes along, refuses collisions, -f throws them away" {
  two_commits
  vstore branch old HEAD~1
  echo mine >note
  run vstore checkout old
  expect 0
  [[ $(cat note) == mine ]]
  echo changed >a.txt
  run vstore checkout main
  expect 1 'a.txt' 'hint: '
  [[ $(cat a.txt) == changed ]]
  run vstore branch --show-current
  is old
  run vstore checkout -f main
  expect 0
  [[ $(cat a.txt) == two ]]
}

@test "checkout refuses to overwrite an untracked file" {
  two_commits
  vstore switch -qc more
  echo tracked >extra && vstore add extra && vstore commit -qm more
  vstore switch -q main
  echo precious >extra
  run vstore switch more
  expect 1 'extra'
  [[ $(cat extra) == precious ]]
}

@test "checkout REVISION -- PATH and checkout -- PATH" {
  two_commits
  run vstore checkout HEAD~1 -- a.txt
  is ''
  [[ $(cat a.txt) == one ]]
  run vstore status -s
  is 'M  a.txt'
  echo scratch >a.txt
  run vstore checkout a.txt
  expect 0 'Updated 1 path from the stage'
  [[ $(cat a.txt) == one ]]
  echo scratch >a.txt
  vstore checkout -q a.txt
  [[ $(cat a.txt) == one ]]
  run vstore checkout nothing
  expect 1 "'nothing'"
}

@test "checkout of something that is both a revision and a path" {
  two_commits
  vstore branch a.txt
  run vstore checkout a.txt --
  expect 0
  run vstore branch --show-current
  is a.txt
}

@test "tag: light and annotated, list, delete, replace" {
  two_commits
  vstore tag v1 HEAD~1
  vstore tag -a v2 -m 'second release' -m details
  run vstore tag
  is $'v1\nv2'
  run vstore tag -l '*2'
  is v2
  run vstore tag -n
  is $'v1               first\nv2               second release'
  run vstore tag v1
  expect 1 "tag 'v1' already exists"
  run vstore tag -f v1
  expect 0 "Updated tag 'v1' (was "
  run vstore tag -d v1 v2
  expect 0 "Deleted tag 'v1' (was " "Deleted tag 'v2' (was "
  run vstore tag
  is ''
  run vstore tag -d v1
  expect 1 "tag 'v1' not found"
  run vstore tag x nowhere
  expect 1
}

@test "tag --json" {
  two_commits
  vstore tag v1 && vstore tag v2 -m message
  vstore tag --json >../out.json
  python3 - ../out.json <<'END'
import json, sys
a, b = json.load(open(sys.argv[1]))
assert a["name"] == "v1" and a["annotated"] is False and len(a["commit"]) == 64
assert b["annotated"] is True and b["commit"] == a["commit"] and b["tag"] != b["commit"]
assert b["tagger"] == {"name": "Ada Lovelace", "email": "ada@example.org"}
assert b["time"] == "2026-05-01T12:01:00+02:00" and b["message"] == "message\n", b
END
}

@test "switch and checkout list the local changes that are carried along, as git does" {
  command -v git >/dev/null || skip 'git is not there to compare with'
  walk() { # TOOL
    "$@" init -q 2>/dev/null
    for f in kept edited gone moved; do echo "$f" >"$f"; done
    mkdir d && echo x >d/f
    "$@" add . && "$@" commit -qm first && "$@" branch other
    echo 2 >kept && "$@" commit -qam second
    echo 3 >edited && echo new >new && "$@" add new && echo untracked >untracked
    rm gone && "$@" mv moved d/moved
    "$@" switch other 2>/dev/null
    "$@" switch other 2>/dev/null
    "$@" switch -q - 2>/dev/null
    "$@" checkout -b fresh 2>/dev/null
    "$@" checkout --detach other 2>/dev/null
    "$@" checkout -f other 2>/dev/null
  }
  git config --global user.email a@example.org && git config --global user.name A
  git config --global init.defaultBranch main
  mkdir ../ours ../gits
  (cd ../ours && walk vstore >../ours.txt)
  (cd ../gits && walk git >../gits.txt)
  diff ../gits.txt ../ours.txt
  grep -q $'^M\tedited' ../ours.txt
}

@test "checkout HEAD stays on the branch, as in git" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first
  for words in 'HEAD' '@' '-f HEAD' 'HEAD --'; do
    run vstore checkout $words
    expect 0
    run vstore branch --show-current
    is main
  done
  run vstore checkout -q --detach HEAD
  run vstore branch --show-current
  is ''
}

@test "leaving commits that are on no branch is said" {
  vstore init -q && echo 1 >f && vstore add f && vstore commit -qm first
  vstore checkout -q --detach HEAD && echo 2 >f && vstore commit -qam lost
  run vstore switch main
  expect 0 'you are leaving 1 commit behind, on no branch:' ' lost' 'vstore branch NEW-BRANCH'
  vstore switch -q --detach @{-1} && vstore branch kept
  run vstore switch main
  [[ $output != *leaving* ]]
}

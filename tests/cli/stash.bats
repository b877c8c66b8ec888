# stash: local changes go away and come back.
load helper

changed() {
  two_commits
  echo staged >a.txt && vstore add a.txt && echo more >>data/b.csv && echo new >new && vstore add new && echo loose >loose
}

@test "stash and pop: everything comes back, unstaged, new files staged" {
  changed
  run vstore stash
  expect 0 'Saved working directory and index state WIP on main: '
  [[ $(cat a.txt) == two && ! -e new && -e loose && $(wc -l <data/b.csv) == 2 ]]
  run vstore status -s
  is '?? loose'
  run vstore stash
  expect 0 'No local changes to save'
  run vstore stash pop
  expect 0 'modified:   a.txt' 'Dropped stash@{0} ('
  run vstore status -s
  is $' M a.txt\n M data/b.csv\nA  new\n?? loose'
  run vstore stash pop
  expect 1 'no stash entries found'
}

@test "stash -u takes untracked files, pop --index restores the stage" {
  changed
  vstore stash -q -u
  [[ ! -e loose ]]
  run vstore status -s
  is ''
  vstore stash pop -q --index
  run vstore status -s
  is $'M  a.txt\n M data/b.csv\nA  new\n?? loose'
}

@test "stash -k, stash PATH, messages, and names in revisions" {
  changed
  vstore stash -q -m 'only data' -- data
  run vstore status -s
  is $'M  a.txt\nA  new\n?? loose'
  vstore stash -q -k
  run vstore status -s
  is $'M  a.txt\nA  new\n?? loose'
  run vstore stash list
  [[ ${lines[0]} == 'stash@{0}: WIP on main: '* && ${lines[1]} == 'stash@{1}: On main: only data' ]]
  run vstore show 'stash@{1}:data/b.csv'
  expect 0 more
  run vstore stash show 1
  is $'M\tdata/b.csv'
  vstore stash drop -q 'stash@{0}'
  run vstore stash list
  is 'stash@{0}: On main: only data'
  run jq -r .name < <(vstore stash list --json)
  is 'stash@{0}'
  vstore stash clear
  run vstore stash list
  is ''
  run vstore stash apply 3
  expect 1 'no stash entries'
}

@test "stash apply on another version, and a conflict keeps the stash" {
  two_commits
  echo mine >a.txt
  vstore stash -q
  echo theirs >a.txt && vstore commit -qam theirs
  run vstore stash pop
  expect 1 'CONFLICT (content): Merge conflict in a.txt' 'kept in case you need it again'
  grep -q '<<<<<<< Updated upstream' a.txt && grep -q '>>>>>>> Stashed changes' a.txt
  run vstore status -s
  is 'UU a.txt'
  run vstore commit -m no
  expect 1 'is in conflict'
  echo both >a.txt && vstore add a.txt
  run vstore status -s
  is 'M  a.txt'
  vstore commit -qm both
  [[ $(vstore log -1 --format=%s) == both && $(vstore stash list | wc -l) == 1 ]]
}

@test "stash refuses to overwrite, and undo brings back what it put away" {
  changed
  vstore stash -q
  echo other >a.txt
  run vstore stash pop
  expect 1 'local changes' 'would be overwritten' a.txt
  vstore restore a.txt
  vstore undo -q
  run vstore status -s
  is $'M  a.txt\n M data/b.csv\nA  new\n?? loose'
  run vstore stash list
  is ''
}

@test "undo and redo take a stash and a pop back in one step, wherever the changes were" {
  changed
  state() { vstore status -s; sha256sum a.txt data/b.csv; cat new loose 2>&1 || true; vstore stash list; }
  state >../before
  for options in '' -u -k '-- data'; do
    vstore stash -q $options
    state >../stashed
    vstore undo -q && state | diff ../before -
    vstore redo -q && state | diff ../stashed -
    vstore undo -q && state | diff ../before -
  done
  vstore stash -q -u && state >../stashed
  vstore stash pop -q && state >../popped
  vstore undo -q && state | diff ../stashed -
  vstore redo -q && state | diff ../popped -
  vstore undo -q && vstore gc >/dev/null && vstore stash apply -q && vstore gc >/dev/null
  vstore undo -q && state | diff ../stashed -
  vstore stash pop -q
  echo 'edited since' >>a.txt
  run vstore undo
  expect 1 a.txt --keep-files
  run vstore fsck
  expect 0
}

@test "stash: wrong words" {
  two_commits
  run vstore stash fly
  expect 2 "unknown subcommand 'fly'"
  run vstore stash pop one
  expect 2 "'one' is not a stash"
  echo x >a.txt && vstore stash -q
  run vstore stash apply 1
  expect 1 'stash@{1} does not exist'
}

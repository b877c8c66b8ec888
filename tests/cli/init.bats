load helper

@test "init makes a workspace, and again is harmless" {
  run vstore init
  is "Initialized empty vstore workspace in $PWD/.vstore/"
  echo x >f
  vstore add f && vstore commit -qm x
  run vstore init
  is "Reinitialized existing vstore workspace in $PWD/.vstore/"
  run vstore status -s
  is ''
  run vstore branch
  is '* main'
}

@test "init DIR makes the directory; -q prints nothing" {
  run vstore init -q a/b
  is ''
  run vstore -C a/b status
  expect 0 'On branch main' 'No commits yet'
}

@test "init -b and init.defaultBranch name the first branch" {
  vstore init -q -b trunk one
  run vstore -C one branch --show-current
  is trunk
  vstore config --global init.defaultBranch develop
  vstore init -q two
  run vstore -C two branch --show-current
  is develop
  run vstore init -b 'no good' three
  expect 2 "'no good' is not a valid branch name"
}

@test "init --store: workspaces share a store elsewhere" {
  vstore init -q --store store one
  echo x >one/f
  vstore -C one add f
  vstore -C one commit -qm first
  [[ ! -e one/.vstore/packs ]]
  vstore init -q --store store two
  vstore -C two switch -q -c other main
  run vstore -C one branch
  is $'* main\n  other'
  [[ -f two/f ]]
}

@test "init --store with versions: nothing is checked out yet, and status and commit say how" {
  vstore init -q --store store one
  echo x >one/f && vstore -C one add f && vstore -C one commit -qm first
  vstore init -q --store store two
  cd two
  run vstore status
  is $'On branch main\nNothing is checked out here yet.\nhint: \'vstore switch main\' (or \'vstore reset --hard\') writes the files'
  run vstore status -s
  is ''
  run vstore status --json
  expect 0 '"nothing_checked_out":true' '"base_moved":false'
  run vstore commit -m second
  expect 1 'nothing is checked out here yet' "hint: 'vstore switch main' (or 'vstore reset --hard') writes the files"
  echo new >g && vstore add g
  run vstore status -s
  is 'A  g'
  run vstore commit -m second
  expect 1 'nothing is checked out here yet'
  vstore switch -q main
  [[ $(cat f g) == $'x\nnew' ]]
  run vstore status -s
  is 'A  g'
  vstore commit -qm second
}

@test "a copied workspace of a shared store takes the stage over only while it is the copy's" {
  vstore init -q --store store one
  echo 1 >one/f && echo 1 >one/g && vstore -C one add . && vstore -C one commit -qm first
  echo 2 >one/g && vstore -C one add .
  cp -a one early
  cp -a one late
  run vstore -C early status -s
  is 'M  g'
  echo 2 >one/f && vstore -C one add . && vstore -C one commit -qm second

  # The files are those of "first": neither are they taken for changes, nor can they be committed over "second".
  run vstore -C late status
  expect 0 'Nothing is checked out here yet.'
  echo new >late/new && vstore -C late add new
  run vstore -C late commit -m third
  expect 1 'nothing is checked out here yet'
  run vstore -C one log --oneline
  [[ ${#lines[@]} -eq 2 ]]
  run vstore -C early commit -m third
  expect 4
}

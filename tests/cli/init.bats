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

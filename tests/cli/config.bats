load helper

@test "config: set, get, list, unset; the store's value wins over the user's" {
  vstore init -q
  vstore config --global user.name Everywhere
  run vstore config user.name
  is Everywhere
  vstore config user.name Here
  run vstore config --get user.name
  is Here
  run vstore config --global user.name
  is Everywhere
  run vstore config --get-all user.name
  is $'Everywhere\nHere'
  run vstore config --list --local
  expect 0 'user.name=Here'
  vstore config --unset user.name
  run vstore config user.name
  is Everywhere
  run vstore config no.such
  expect 1
  is ''
}

@test "config: the newer spelling" {
  vstore init -q
  vstore config set a.b 'some value'
  run vstore config get a.b
  is 'some value'
  run vstore config list --local
  expect 0 'a.b=some value'
  vstore config unset a.b
  run vstore config get a.b
  expect 1
}

@test "config: outside of a workspace only the user's" {
  vstore config --global user.email me@example.org
  run vstore config user.email
  is me@example.org
  run vstore config user.email other
  expect 2 'not a vstore workspace'
}

@test "config: bad keys and surplus words" {
  vstore init -q
  run vstore config nodot value
  expect 2
  run vstore config a.b c d
  expect 2 "unexpected argument 'd'"
  run vstore config
  expect 2 'missing argument: KEY'
}

@test "user.name and user.email sign commits when the environment does not" {
  unset VSTORE_AUTHOR_NAME VSTORE_AUTHOR_EMAIL VSTORE_COMMITTER_NAME VSTORE_COMMITTER_EMAIL
  vstore config --global user.name 'Grace Hopper'
  vstore config --global user.email grace@example.org
  vstore init -q
  echo x >f && vstore add f && vstore commit -qm x
  vstore tag t -m message
  run vstore tag --json
  expect 0 '"tagger":{"name":"Grace Hopper","email":"grace@example.org"}'
}

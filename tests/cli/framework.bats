load helper

@test "version: prints the version, as text and as JSON, and --version does too" {
  run vstore version
  expect 0
  [[ $output =~ ^vstore\ version\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  local text=$output
  run vstore --version
  is "$text"
  run vstore version --json
  is "{\"version\":\"${text##* }\"}"
  run vstore --json version
  is "{\"version\":\"${text##* }\"}"
}

@test "no command: a hint, exit code 2" {
  run vstore
  expect 2 'no command given' 'hint: '
}

@test "unknown command: the nearest one is offered" {
  run vstore comit
  expect 2 "'comit' is not a vstore command" "the most similar command is 'commit'"
  run vstore frobnicate
  expect 2 "'frobnicate' is not a vstore command" "'vstore help' lists the commands"
}

@test "unknown options: one line, a hint, exit code 2" {
  run vstore restore --stagd x
  expect 2 "unknown option '--stagd'" "did you mean '--staged'?"
  run vstore add -X
  expect 2 "unknown option '-X'" "'vstore add --help' lists what there is"
  run vstore --frob status
  expect 2 "unknown option '--frob'"
  [[ ${#lines[@]} -eq 2 ]]
}

@test "an option without its value, a surplus and a missing argument" {
  run vstore commit -m
  expect 2 "needs a value"
  run vstore version surplus
  expect 2 "unexpected argument 'surplus'"
  run vstore mv one
  expect 2 'missing argument: PATH'
}

@test "messages go to standard error, standard output stays empty" {
  run --separate-stderr vstore frob
  expect 2
  [[ -z $output && -n $stderr ]]
}

@test "every command explains itself with --help and -h, and through help" {
  for command in $(vstore help --all); do
    run vstore "$command" --help
    expect 0 "usage: vstore $command" 'options:' '--help'
    local text=$output
    run vstore help "$command"  # which can't point at itself
    is "${text%$'\n\nThe manual: '*}"
  done
  run vstore help
  expect 0 'commit' 'options before the command' '--no-pager'
  run vstore help nothing
  expect 1 "no help on 'nothing'"
}

@test "-C changes the directory, repeatedly; --store and VSTORE_DIR name the store" {
  mkdir -p one/two
  vstore -C one init -q
  echo x >one/two/f
  vstore -C one -C two add .
  run vstore -C one status --short
  is 'A  two/f'
  run vstore --store one/.vstore status --short
  expect 0
  VSTORE_DIR=$PWD/one run vstore config user.name
  expect 1
  run vstore -C nowhere status
  expect 5 "cannot change to 'nowhere'"
}

@test "outside of a workspace: exit code 2 and a hint" {
  for command in status "add ." "commit -m x" branch "tag v1" "switch main" "rm x" "restore x" "reset"; do
    run vstore $command
    expect 2 'not a vstore workspace' 'hint: '
  done
}

@test "closed standard descriptors do no harm" {
  vstore init -q
  echo x >f
  "$VSTORE" add f <&- >&- 2>&-
  run vstore status -s
  is 'A  f'
}

@test "full standard output: exit code 5" {
  [[ -e /dev/full ]] || skip 'no /dev/full'
  run bash -c '"$0" help >/dev/full' "$VSTORE"
  expect 5 "cannot write 'standard output'"
}

@test "a reader that goes away ends vstore quietly" {
  run bash -c 'trap "" PIPE; { "$0" help; echo "$?" >code; } | true; cat code' "$VSTORE"
  lacks 'Broken pipe'
  run bash -c '{ "$0" completion zsh; echo "$?" >code; } | sleep 0.2; cat code' "$VSTORE"
  expect 0
}

@test "colours: never on a pipe, always on request, NO_COLOR wins over auto" {
  vstore init -q
  echo x >f
  run vstore status
  lacks $'\x1b['
  run vstore --color=always status
  expect 0 $'\x1b[31m'
  NO_COLOR=1 run vstore --color=auto status
  lacks $'\x1b['
  run vstore --color=sometimes status
  expect 2 "'sometimes' is not one of auto, always, never"
}

@test "completion: scripts that the shells accept, with every command" {
  vstore completion bash >c.bash
  bash -n c.bash
  run bash -c 'source ./c.bash; COMP_WORDS=(vstore comm); COMP_CWORD=1; _vstore; echo "${COMPREPLY[@]}"'
  is 'commit commit-tree'
  run bash -c 'source ./c.bash; COMP_WORDS=(vstore -C x commit --am); COMP_CWORD=4; _vstore; echo "${COMPREPLY[@]}"'
  is --amend
  two_commits && vstore tag v1 && vstore branch side
  export VSTORE
  complete_with() { bash -c 'vstore() { "$VSTORE" "$@"; }; source ./c.bash; COMP_WORDS=(vstore "$@" ""); COMP_CWORD=3; _vstore; echo "${COMPREPLY[@]}"' - "$@"; }
  run complete_with branch -d
  is 'main side'
  run complete_with tag -d
  is v1
  vstore completion zsh >c.zsh
  if command -v zsh; then zsh -n c.zsh; fi
  vstore completion fish >c.fish
  if command -v fish; then fish --no-execute c.fish; fi
  for command in $(vstore help --all); do
    grep -q "^    $command) options=" c.bash
    grep -q "^        $command) _arguments" c.zsh
    grep -q -- "-a $command " c.fish
  done
  run vstore completion tcsh
  expect 2 "no completion for the shell 'tcsh'"
}

@test "start-up does not look at the store: version works in a damaged workspace" {
  mkdir .vstore
  echo nonsense >.vstore/root
  run vstore version
  expect 0
}

@test "the pager: the first that is set counts; set to nothing, there is none" {
  two_commits
  on_terminal() { TERM=xterm script -qec "'$VSTORE' log --format=%s" /dev/null </dev/null | tr -d '\r'; }
  PAGER='sed s/^/common:/' run on_terminal
  is $'common:second\ncommon:first'
  PAGER='sed s/^/common:/' VSTORE_PAGER='sed s/^/own:/' run on_terminal
  is $'own:second\nown:first'
  PAGER='sed s/^/common:/' VSTORE_PAGER='' run on_terminal
  is $'second\nfirst'
  PAGER='' run on_terminal
  is $'second\nfirst'
}

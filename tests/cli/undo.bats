load helper

@test "restore brings files back from the stage" {
  two_commits
  echo broken >a.txt && rm -r data
  vstore restore a.txt data
  run vstore status -s
  is ''
  [[ $(cat a.txt) == two ]]
}

@test "restore --staged unstages, the file stays" {
  two_commits
  echo three >a.txt && vstore add a.txt
  vstore restore --staged a.txt
  run vstore status -s
  is ' M a.txt'
  [[ $(cat a.txt) == three ]]
}

@test "restore --source takes any version; with --staged --worktree both" {
  two_commits
  vstore restore --source HEAD~1 a.txt
  [[ $(cat a.txt) == one ]]
  run vstore status -s
  is ' M a.txt'
  vstore restore -s HEAD~1 -SW .
  run vstore status -s
  is $'M  a.txt\nM  data/b.csv'
}

@test "restore: unknown path, unknown revision" {
  two_commits
  run vstore restore nothing
  expect 1 "'nothing' did not match any file"
  run vstore restore -s nowhere a.txt
  expect 1 "'nowhere'"
}

@test "restore --staged before the first commit" {
  vstore init -q
  echo x >f && vstore add f
  vstore restore --staged f
  run vstore status -s
  is '?? f'
}

@test "reset PATH unstages; reset alone unstages everything" {
  two_commits
  echo 3 >a.txt && echo 3 >>data/b.csv && vstore add .
  run vstore reset -- a.txt
  expect 0 'Unstaged changes after reset:' $'M\ta.txt'
  run vstore status -s
  is $' M a.txt\nM  data/b.csv'
  vstore reset -q
  run vstore status -s
  is $' M a.txt\n M data/b.csv'
}

@test "reset --soft, --mixed and --hard" {
  two_commits
  vstore reset --soft HEAD~1
  run vstore status -s
  is $'M  a.txt\nM  data/b.csv'
  vstore commit -qm again
  run vstore reset HEAD~1
  expect 0 'Unstaged changes after reset:'
  run vstore status -s
  is $' M a.txt\n M data/b.csv'
  run vstore reset --hard
  expect 0 'HEAD is now at ' ' first'
  run vstore status -s
  is ''
  [[ $(cat a.txt) == one ]]
  run vstore reset --hard --soft
  expect 2 'exclude each other'
  run vstore reset --hard a.txt
  expect 2 'cannot be used with paths'
}

@test "rm removes from stage and disk, --cached from the stage only" {
  two_commits
  run vstore rm a.txt
  is "rm 'a.txt'"
  [[ ! -e a.txt ]]
  run vstore rm --cached data/b.csv
  is "rm 'data/b.csv'"
  run vstore status -s
  is $'D  a.txt\nD  data/b.csv\n?? data/'
}

@test "rm refuses what would be lost, needs -r for directories" {
  two_commits
  echo changed >a.txt
  run vstore rm a.txt
  expect 1 'a.txt' 'hint: '
  [[ $(cat a.txt) == changed ]]
  run vstore rm -f a.txt
  expect 0 "rm 'a.txt'"
  run vstore rm data
  expect 1 '-r'
  run vstore rm -r -n data
  is "rm 'data/b.csv'"
  run vstore rm -r -q data
  is ''
  [[ ! -e data ]]
  run vstore rm nothing
  expect 1 "'nothing' did not match any file"
  run vstore rm --ignore-unmatch nothing
  expect 0
}

@test "mv renames in stage and on disk, files and directories" {
  two_commits
  vstore mv a.txt b.txt
  vstore mv data table
  run vstore status -s
  is $'R  a.txt -> b.txt\nR  data/b.csv -> table/b.csv'
  [[ -f b.txt && -f table/b.csv && ! -e data ]]
  run vstore mv -n b.txt table
  is 'Renaming b.txt to table/b.txt'
  run vstore mv b.txt table/b.csv
  expect 1 'exists'
  run vstore mv nothing x
  expect 1
  vstore mv -f b.txt table/b.csv
  [[ $(cat table/b.csv) == two ]]
}

@test "rm of a file with staged changes says so in plain words" {
  two_commits
  echo three >a.txt && vstore add a.txt
  run vstore rm a.txt
  expect 1 "'a.txt' has changes in the stage" 'hint: use --cached'
}

@test "commit --amend drops nothing that was committed while the editor was open" {
  two_commits
  printf '#!/bin/sh\necho x >other.txt\n"%s" add other.txt\n"%s" commit -qm other\necho amended >"$1"\n' "$VSTORE" "$VSTORE" >../ed
  chmod +x ../ed
  EDITOR=$PWD/../ed run vstore commit --amend
  expect 4 'HEAD is not the commit any more' 'hint: '
  run vstore log -1 --format=%s
  is other
}

@test "mv: what fails after the stage is published takes nothing back" {
  command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'
  vstore init -q; echo 1 >a; echo 2 >b; vstore add .; vstore commit -qm x
  run strace -qq -f -o /dev/null -e trace=unlinkat -e inject=unlinkat:error=EIO "$VSTORE" mv -f a b
  expect 0
  [[ ! -e a && $(cat b) == 1 ]]
  run vstore status -s
  is $'D  a\nM  b'
}

@test "mv -f that is killed leaves a file at the destination" {
  command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'
  vstore init -q; echo 1 >a; vstore add .; vstore commit -qm x; echo untracked >u
  run strace -qq -f -o /dev/null -e trace=renameat,linkat -e inject=renameat:signal=KILL:when=1 "$VSTORE" mv -f a u
  [[ $status -eq 137 && -e u && $(cat u) == untracked ]]
}

load helper

@test "the walk: add, commit, change, commit -am" {
  vstore init -q
  echo one >a.txt
  mkdir data && echo x >data/b
  run vstore add .
  is ''
  run vstore commit -m first
  expect 0 '[main (root-commit) ' '] first' ' 2 files changed (2 added), +6 B'
  echo two >a.txt && rm -r data
  run vstore commit -am second
  expect 0 '[main ' '] second' ' 2 files changed (1 modified, 1 deleted), -2 B'
  run vstore status
  is $'On branch main\nnothing to commit, working tree clean'
}

@test "add: nothing specified" {
  vstore init -q
  run vstore add
  expect 0 'Nothing specified, nothing added.'
}

@test "add -n and -v name the files, -n stages nothing" {
  vstore init -q
  echo x >f
  run vstore add -n .
  is "add 'f'"
  run vstore status -s
  is '?? f'
  run vstore add -v .
  is "add 'f'"
  rm f
  run vstore add -v -A
  is "remove 'f'"
}

@test "add -u takes tracked files only, -A everything, paths only themselves" {
  two_commits
  echo 3 >a.txt && echo new >new && rm -r data
  vstore add -u
  run vstore status -s
  is $'M  a.txt\nD  data/b.csv\n?? new'
  vstore add -A
  run vstore status -s
  is $'M  a.txt\nD  data/b.csv\nA  new'
  vstore reset -q
  vstore add a.txt
  run vstore status -s
  is $'M  a.txt\n D data/b.csv\n?? new'
}

@test "add: patterns, from a sub-directory, after --" {
  vstore init -q
  mkdir -p d && touch d/a.csv d/b.txt -- -odd
  (cd d && vstore add '*.csv')
  run vstore status -s -uall
  is $'A  d/a.csv\n?? -odd\n?? d/b.txt'
  vstore add -- -odd
  run vstore status -s -uall
  is $'A  -odd\nA  d/a.csv\n?? d/b.txt'
}

@test "add: a path that matches nothing, a path outside" {
  vstore init -q
  run vstore add nothing
  expect 1 "'nothing' did not match any files"
  run vstore add ../home
  expect 2 'outside'
  run vstore add '*.none'
  expect 1 "'*.none' did not match any files"
}

@test "add: ignored files only with -f" {
  vstore init -q
  echo '*.log' >.vstoreignore
  touch x.log
  vstore add .
  run vstore status -s --ignored
  is $'A  .vstoreignore\n!! x.log'
  vstore add -f x.log
  run vstore status -s
  is $'A  .vstoreignore\nA  x.log'
}

@test "add: an unreadable file is named, the others are staged, exit code 5" {
  [[ $EUID -ne 0 ]] || skip 'root reads everything'
  vstore init -q
  echo x >good && echo y >bad && chmod 0 bad
  run vstore add .
  expect 5 'bad' 'Permission denied'
  run vstore status -s
  expect 5 'A  good'
}

@test "add: a FIFO is passed over, unless it is named or stands for a tracked file" {
  vstore init -q
  mkdir d && mkfifo pipe d/pipe && echo x >f
  run vstore add pipe
  expect 1
  is "vstore: 'pipe' is not a regular file, symbolic link or directory"
  run vstore status -s
  is '?? f'
  run vstore add .
  expect 0
  is ''
  run vstore status -s -uall
  is 'A  f'
  rm f && mkfifo f
  run vstore add .
  expect 1
  is "vstore: 'f' is not a regular file, symbolic link or directory"
}

@test "names with newlines, control bytes and invalid UTF-8 come back as they were" {
  vstore init -q
  printf 1 >$'new\nline' && printf 2 >$'bell\a' && printf 3 >$'bad\xff'
  vstore add . && vstore commit -qm odd
  run vstore status -s
  is ''
  rm -f ./*
  run vstore status -s
  expect 0 '"new\nline"' '"bell\a"' '"bad\377"'
  vstore restore .
  [[ $(cat $'new\nline')$(cat $'bell\a')$(cat $'bad\xff') == 123 ]]
}

@test "commit: nothing to commit, exit code 1" {
  vstore init -q
  run vstore commit -m x
  expect 1 'nothing to commit (create/copy files and use "vstore add" to track)'
  two_commits
  run vstore commit -m x
  expect 1 'nothing to commit, working tree clean'
  echo more >>a.txt
  run vstore commit -m x
  expect 1 'no changes added to commit'
}

@test "commit: several -m are paragraphs, -F reads a file or standard input" {
  two_commits
  echo 1 >f1 && vstore add f1 && vstore commit -qm title -m 'body  ' -m last
  vstore tag -n9 -l || true
  vstore tag t1
  run vstore tag -n9
  is $'t1               title\n    \n    body\n    \n    last'
  echo 'from a file' >../message
  echo 2 >f2 && vstore add f2
  run vstore commit -F ../message
  expect 0 '] from a file'
  echo 3 >f3 && vstore add f3
  run vstore commit -F - <<<'from standard input'
  expect 0 '] from standard input'
  run vstore commit -m a -F ../message --allow-empty
  expect 2 '-m and -F exclude each other'
}

@test "commit -A takes new files too, -a does not" {
  two_commits
  echo new >new
  run vstore commit -am x
  expect 1 'untracked files present'
  run vstore commit -Am x
  expect 0 '1 file changed (1 added)'
}

@test "commit PATH commits that path only" {
  two_commits
  echo 3 >a.txt && echo 3 >>data/b.csv
  run vstore commit -m part -- a.txt
  expect 0 '1 file changed (1 modified)'
  run vstore status -s
  is ' M data/b.csv'
  vstore add data/b.csv
  echo 4 >a.txt && echo 4 >>data/b.csv
  run vstore commit -m part a.txt
  expect 0 '1 file changed (1 modified)'
  run vstore status -s
  is 'MM data/b.csv'
  [[ $(vstore cat HEAD:a.txt) == 4 && $(vstore cat HEAD:data/b.csv) == $'x,y\n1,2' ]]
}

@test "commit PATH: new, removed and replaced files; what else is staged stays staged" {
  two_commits
  echo n >new && echo o >other && vstore add new other && vstore rm -q a.txt
  vstore commit -qm 'one new' -- new
  run vstore status -s
  is $'D  a.txt\nA  other'
  vstore commit -qm 'one gone' -- a.txt
  run vstore status -s
  is 'A  other'
  rm -r new && mkdir new && echo x >new/x && vstore add new && echo y >new/y && vstore add new/y
  vstore commit -qm 'a directory for a file' -- new/x
  run vstore ls -r
  is $'data/b.csv\nnew/x'
  run vstore status -s
  is $'A  new/y\nA  other'
  vstore commit -q --amend --no-edit -- new/y
  run vstore show --name-status --format=%s HEAD
  is $'a directory for a file\n\nD\tnew\nA\tnew/x\nA\tnew/y'
}

@test "commit PATH: a path that is not known, and one that did not change" {
  two_commits
  echo n >new
  run vstore commit -m x -- new
  expect 1 "pathspec 'new' did not match any files known to vstore" 'hint: '
  run vstore commit -m x -- a.txt
  expect 1 'nothing added to commit'
  run vstore commit -Am x -- new
  expect 0 '1 file changed (1 added)'
}

@test "commit PATH: the editor is shown what goes along" {
  two_commits
  echo 3 >a.txt && echo 3 >data/b.csv && vstore add data/b.csv
  cat >../editor <<'END'
#!/bin/sh
cp "$1" ../template
echo message >"$1"
END
  chmod +x ../editor
  EDITOR=$PWD/../editor TERM=xterm run vstore commit a.txt
  expect 0 '] message'
  grep -q 'a\.txt' ../template
  ! grep -q 'b\.csv' ../template
}

@test "commit --amend replaces the last commit and keeps its author" {
  two_commits
  VSTORE_AUTHOR_NAME=Bob run vstore commit --allow-empty -m 'by bob'
  expect 0 ' Author: Bob <ada@example.org>'
  echo 3 >a.txt && vstore add a.txt
  run vstore commit --amend --no-edit
  expect 0 '] by bob' ' Author: Bob <ada@example.org>' '1 file changed'
  run vstore commit --amend -m 'better' --author 'Eve <eve@example.org>'
  expect 0 '] better' ' Author: Eve <eve@example.org>'
  mkdir ../empty && cd ../empty && vstore init -q
  run vstore commit --amend -m x
  expect 1 'there is nothing yet to amend'
}

@test "commit: empty messages and empty commits only on request" {
  two_commits
  run vstore commit --allow-empty -m ''
  expect 1 'the message is empty' 'hint: '
  run vstore commit --allow-empty --allow-empty-message -m ''
  expect 0 '[main '
}

@test "commit: bad --author, --date and --meta change nothing" {
  two_commits
  echo 3 >a.txt
  run vstore commit -am x --author nobody
  expect 2 "'nobody' is not of the form 'Name <email>'"
  run vstore commit -am x --date 'the day after never'
  expect 2
  run vstore commit -am x --meta a=b --meta a=c
  expect 2 "--meta gives the key 'a' twice"
  run vstore commit -am x --meta novalue
  expect 2 "'novalue' is not of the form KEY=VALUE"
  run vstore status -s
  is ' M a.txt'
}

@test "commit asks the editor, with the status as comment" {
  two_commits
  echo 3 >a.txt
  cat >../editor <<'END'
#!/bin/sh
cp "$1" ../template
sed -i '1s/.*/from the editor/' "$1"
END
  chmod +x ../editor
  EDITOR=$PWD/../editor TERM=xterm run vstore commit -a
  expect 0 '] from the editor'
  grep -q '^# Changes to be committed:' ../template
  grep -q $'^#\tmodified:   a.txt' ../template
  echo 4 >a.txt
  EDITOR=true run vstore commit -a
  expect 1 'the message is empty'
  EDITOR=false run vstore commit -a
  expect 1 "the editor 'false' failed"
  run vstore commit -a
  expect 2 'no message given'
}

@test "two processes committing at once: both succeed or one is told to try again" {
  vstore init -q --store ../store
  echo 1 >f && vstore add f && vstore commit -qm base
  for n in 1 2 3 4; do
    (cd .. && vstore init -q --store store "w$n" && cd "w$n" && vstore switch -q -c "b$n" main && echo "by $n" >f && vstore add f)
  done
  pids=()
  for n in 1 2 3 4; do (cd "../w$n" && vstore commit -qm "c$n") & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || [[ $? -eq 4 ]]; done
  for n in 1 2 3 4; do [[ $(cd "../w$n" && vstore status -s && cat f) == "by $n" ]]; done
}

@test "two workspaces on one branch: the second is told, nothing is lost" {
  vstore init -q --store ../store
  echo 1 >f && vstore add f && vstore commit -qm base
  (cd .. && vstore init -q --store store other && cd other && vstore switch -q main)
  echo 2 >f && vstore commit -qam here
  cd ../other
  echo 3 >f
  run vstore commit -am there
  expect 4 'hint: '
  [[ $(cat f) == 3 ]]
}

@test "commit PATTERN: what is staged and not matched stays staged" {
  two_commits
  echo 3 >a.txt; echo 3 >data/b.csv; vstore add .
  run vstore commit -qm x -- '*.csv'
  expect 0
  run vstore status -s
  is 'M  a.txt'
}

@test "add: what is beyond a symbolic link is no path of the workspace; the way to the workspace may have some" {
  vstore init -q
  mkdir d && echo x >d/f && ln -s d link
  run vstore add link/f
  expect 1 "'link/f' is beyond the symbolic link 'link'" 'hint: '
  ln -s work ../way
  run vstore add "$PWD/../way/d/f"
  expect 0
  run vstore add "${PWD%/work}/way/link"
  expect 0
  run vstore status -s
  is $'A  d/f\nA  link'
  run vstore hash-object link/f d/../d/f
  expect 0 "$(vstore hash-object d/f)"
  ln -s d/f file-link
  [[ $(vstore hash-object file-link) == "$(vstore hash-object d/f)" ]]
}

@test "add: an ignored path is said to be ignored, vstore's own directory to be vstore's" {
  vstore init -q
  echo '*.tmp' >.vstoreignore && echo 1 >a.tmp && mkdir d && echo 2 >d/b.tmp
  run vstore add a.tmp d/b.tmp
  expect 1 'the following paths are ignored by one of your .vstoreignore files: a.tmp, d/b.tmp' 'hint: use -f'
  run vstore add none.tmp
  expect 1 "'none.tmp' did not match any files"
  vstore add -f a.tmp
  run vstore add -f .vstore
  expect 1 "'.vstore' belongs to vstore itself"
}

@test "add . in an empty workspace is no error, as in git" {
  vstore init -q
  run vstore add .
  is ''
  run vstore rm -r .
  expect 1 "pathspec '.' did not match any files"
}

@test "commit says so where nobody said who commits" {
  vstore init -q && echo 1 >f && vstore add f
  run env -u VSTORE_COMMITTER_NAME -u VSTORE_COMMITTER_EMAIL -u VSTORE_AUTHOR_NAME -u VSTORE_AUTHOR_EMAIL "$VSTORE" commit -m first
  expect 0 'Your name and address were taken from this machine: ' "hint: 'vstore config --global user.name NAME'"
  vstore config --global user.name Ada && vstore config --global user.email ada@example.org && echo 2 >f
  run env -u VSTORE_COMMITTER_NAME -u VSTORE_COMMITTER_EMAIL "$VSTORE" commit -am second
  [[ $output != *'this machine'* ]]
}

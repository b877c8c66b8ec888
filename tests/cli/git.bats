# vstore import-git and export-git: round trips, increments, what one of them can't hold.
load helper

setup_file() { command -v git >/dev/null || skip 'no git'; }

a_git() { git -C old -c user.name=Ada -c user.email=ada@example.org "$@"; }

# trees of all commits of a git repository in topological order, with authors, dates and messages
git_history() { git -C "$1" log --topo-order --format='%T %an <%ae> %ad %cd %s' --date=raw "$2"; }

a_repository() {
  git init -q -b main old
  mkdir old/dir && echo one >old/dir/a && echo run >old/tool && chmod +x old/tool && ln -s dir/a old/link
  printf 'x\n' >"old/dir/na me ü" && head -c 300000 /dev/urandom >old/big
  a_git add . && a_git commit -qm 'first ü' --date='2020-02-03 04:05:06 +0130'
  a_git switch -qc side && echo side >old/s && a_git add . && a_git commit -qm 'on the side'
  a_git switch -q main && rm -r old/dir && echo file >old/dir && a_git add -A && a_git commit -qm 'a directory becomes a file'
  a_git merge -q --no-edit side && a_git tag light && a_git tag -am 'annotated' v1
  rm old/dir && mkdir -p old/dir/deep && echo back >old/dir/deep/f && a_git add -A && a_git commit -qm 'and a directory again'
}

@test "import-git: every commit, with its files, authors, times, merges and tags" {
  a_repository
  vstore init -q new && cd new
  run vstore import-git ../old
  expect 0 'imported 5 commits' 'refs/heads/main' 'refs/heads/side' 'refs/tags/v1' 'refs/tags/light'
  vstore switch -q main
  diff -r --no-dereference --exclude=.git --exclude=.vstore ../old .
  [[ -x tool && -L link ]]
  run vstore log --format='%an <%ae> %ai %s' HEAD~3
  expect 0 'first ü' 'Ada <ada@example.org>' '2020' '+0130'
  run vstore rev-list --count --merges HEAD
  is 1
  run vstore log --oneline --meta "git-commit=$(git -C ../old rev-parse light)"
  expect 0 "Merge branch 'side'"
  run vstore for-each-ref refs/imports
  is ''
}

@test "import-git again takes what is new, and moves branches forward only" {
  a_repository
  vstore init -q new && cd new && vstore import-git -q ../old
  run vstore import-git ../old
  is 'already up to date'
  (cd .. && echo more >old/more && a_git add -A && a_git commit -qm more)
  run vstore import-git ../old
  expect 0 'imported 1 commit'
  run vstore cat main:more
  is more
  (cd .. && a_git commit -q --amend -m 'more, amended')
  run vstore import-git ../old
  expect 1 "'refs/heads/main' has other commits here than in git" 'use --force'
  run vstore import-git --force ../old
  expect 0 'refs/heads/main'
  run vstore log --format=%s -1 main
  is 'more, amended'
}

@test "export-git and back: identical trees, authors and times" {
  a_repository
  vstore init -q new && vstore -C new import-git -q ../old
  run vstore -C new export-git ../copy.git
  expect 0 'exported 5 commits'
  [[ $(git_history copy.git main) == "$(git_history old main)" ]]
  [[ $(git_history copy.git side) == "$(git_history old side)" ]]
  [[ $(git -C copy.git cat-file -t v1) == tag && $(git -C copy.git cat-file -t light) == commit ]]
  git -C copy.git fsck --no-progress
  run vstore -C new export-git ../copy.git
  is 'no new commits'
  vstore -C new switch -q main && echo new >new/n && vstore -C new add n && vstore -C new commit -qm 'one more'
  run vstore -C new export-git ../copy.git
  expect 0 'exported 1 commit'
  run git -C copy.git show main:n
  is new
  vstore init -q again && vstore -C again import-git -q ../copy.git
  run vstore -C again rev-parse main^{tree}
  is "$(vstore -C new rev-parse main^{tree})"
}

@test "import-git and export-git: bad input" {
  vstore init -q new && cd new
  run vstore import-git ../nothing
  [[ $status -eq 1 ]]
  run vstore import-git
  expect 2 'missing argument: REPO'
  git init -q -b main ../old && echo x >../old/f
  mkdir -p ../old/sub && echo y >../old/sub/.vstore
  (cd .. && a_git add . && a_git commit -qm bad)
  run vstore import-git ../old
  expect 2 "cannot import the path 'sub/.vstore'"
  run vstore for-each-ref
  is ''
  mkdir empty && vstore add . && vstore commit -qm 'an empty directory'
  run vstore export-git ../copy.git
  expect 0 'warning: 1 empty directory left out'
  run vstore export-git --ref nothing ../copy.git
  expect 1 "no branch or tag 'nothing'"
}

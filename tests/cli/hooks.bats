# Hooks: programs in .vstore/hooks that are asked before something changes and told afterwards.
load helper

# Hooks find the same vstore.
PATH=$(cd "$(dirname "$VSTORE")" && pwd):$PATH

# hook NAME: from standard input, to .vstore/hooks of the workspace (or of the store $STORE).
hook() {
  mkdir -p "${STORE:-.vstore}/hooks"
  { echo '#!/bin/bash'; cat; } >"${STORE:-.vstore}/hooks/$1"
  chmod +x "${STORE:-.vstore}/hooks/$1"
}

# record NAME: the hook notes what it is given in NAME.json beside the workspace.
record() { hook "$1" <<<"cat >>'$PWD/../$1.json'"; }

@test "pre-commit: gets the change, its failure stops the commit and loses nothing" {
  two_commits
  record pre-commit
  echo three >a.txt && echo new >new && rm -r data
  vstore commit -qAm third
  run jq -c '[.hook, .ref, (.parents | length), .message, .amend, [.changes[] | [.status, .path]]]' ../pre-commit.json
  is '["pre-commit","refs/heads/main",1,"third\n",false,[["modified","a.txt"],["deleted","data/b.csv"],["added","new"]]]'
  hook pre-commit <<<'echo "no tables today"; exit 3'
  echo four >a.txt && vstore add a.txt
  run --separate-stderr vstore commit -m fourth
  [[ $status == 1 && -z $output && $stderr == *'no tables today'* && $stderr == *"the hook 'pre-commit' refused the change (exit code 3)"* ]]
  run vstore status -s
  is 'M  a.txt'
  [[ $(vstore log -1 --format=%s) == third ]]
  vstore commit -qnm fourth
  vstore commit -q --amend --no-verify -m better
  [[ $(vstore log -1 --format=%s) == better ]]
}

@test "pre-commit may read and change the stage, as git's may" {
  two_commits
  hook pre-commit <<<'[[ $(vstore cat :a.txt) == three ]] && echo tidy >tidy && vstore add tidy && pwd >"$VSTORE_DIR/../where"'
  echo three >a.txt
  mkdir -p deep && cd deep
  vstore commit -qam third
  cd ..
  [[ $(vstore ls HEAD | paste -sd' ') == 'a.txt data/ tidy' && $(cat ../where) == "$PWD" ]]
}

@test "pre-commit sees merges and what scripts write" {
  two_commits
  vstore branch side HEAD~1 && echo x | vstore put -q side:c.txt
  record pre-commit
  vstore merge -q side
  run jq -c '[(.parents | length), .message, [.changes[].path]]' ../pre-commit.json
  is '[2,"Merge branch '"'side'"' into main\n",["c.txt"]]'
  hook pre-commit <<<'exit 1'
  before=$(vstore rev-parse side)
  for command in 'put side:d' 'rm --ref side a.txt' 'batch --ref side' 'import --ref side data'; do
    run vstore $command <<<'{"op": "delete", "path": "a.txt"}'
    expect 1 'pre-commit'
    [[ $(vstore rev-parse side) == "$before" ]]
  done
  run vstore merge --into side -m no main
  [[ $(vstore rev-parse side) == "$(vstore rev-parse main)" ]]  # forward: no commit
  vstore put -q --no-verify side:d <a.txt
  vstore branch other HEAD~1 && vstore put -q --no-verify other:e <a.txt
  run vstore merge --into side other
  expect 1 'pre-commit'
  run vstore merge --into side --no-verify other
  expect 0
  vstore switch -q -c mine && echo y >mine && vstore add mine && vstore commit -qnm mine
  run vstore merge side
  expect 1 'pre-commit'
  run vstore status -s
  is ''
  [[ ! -e e ]]
  vstore merge -q --no-commit side
  run vstore merge --continue
  expect 1 'pre-commit'
  run vstore merge --continue --no-verify
  expect 0
}

@test "pre-ref-update: one change, all its refs, and the commits that are new" {
  two_commits
  record pre-ref-update
  echo three >a.txt && vstore commit -qam third
  run jq -c '[.hook, .command, .operation, [.refs[] | [.ref, (.before.commit | length), (.after.commit | length)]], [.commits[].message]]' ../pre-ref-update.json
  is '["pre-ref-update","commit -qam third",null,[["refs/heads/main",64,64]],["third\n"]]'
  [[ $(jq -r '.refs[0].after.commit' ../pre-ref-update.json) == $(vstore rev-parse HEAD) ]]
  [[ $(jq -r '.commits[0].id' ../pre-ref-update.json) == $(vstore rev-parse HEAD) ]]
  rm ../pre-ref-update.json
  vstore add . && vstore status -s && vstore log -1 >/dev/null
  [[ ! -e ../pre-ref-update.json ]]
  printf '%s\n' 'create refs/heads/x HEAD' 'create refs/tags/y HEAD~1' | vstore update-ref --stdin
  run jq -c '[[.refs[].ref], .commits]' ../pre-ref-update.json
  is '[["refs/heads/x","refs/tags/y"],[]]'
}

@test "pre-ref-update stops every command that changes refs, and files stay as they are" {
  two_commits
  vstore branch fix HEAD~1 && vstore tag t && vstore switch -q fix && echo c >c && vstore add c && vstore commit -qm c && vstore switch -q main
  echo local >a.txt && vstore stash -q && vstore hold add h
  vstore branch side HEAD~1
  state() { vstore show-ref; vstore symbolic-ref HEAD; vstore status -s; find . -name .vstore -prune -o -type f -exec sha256sum {} + | sort; }
  state >../before
  hook pre-ref-update <<<'exit 1'
  echo x >../x
  while IFS= read -r command; do
    run vstore $command <../x
    expect 1 'pre-ref-update' 'refused'
    state | diff ../before - || { echo "changed by: $command"; false; }
  done <<'END'
commit --allow-empty -m no
commit --amend -m no
branch new
branch -D fix
branch -m fix fixed
tag new
tag -d t
switch fix
switch -c new
checkout --detach HEAD
checkout -f fix
reset --hard HEAD~1
reset --soft HEAD~1
merge fix
merge --no-ff fix
merge --into side fix
cherry-pick fix
cherry-pick --into side main
revert HEAD
rebase fix
rebase --into side fix
stash pop
stash drop
stash clear
hold add new
hold rm h
put side:f
import --ref side data
rm --ref side a.txt
update-ref refs/heads/new HEAD
update-ref -d refs/heads/fix
symbolic-ref refs/heads/new refs/heads/fix
undo
op restore @--
END
  run vstore batch --ref side <<<'{"op": "delete", "path": "a.txt"}'
  expect 1 'pre-ref-update'
  echo local >a.txt
  run vstore stash
  expect 1 'pre-ref-update'
  [[ $(cat a.txt) == local ]]
  rm .vstore/hooks/pre-ref-update
  run vstore fsck
  expect 0
}

@test "post-commit and post-ref-update: told once all is done, their failure is a warning" {
  two_commits
  record post-commit; record post-ref-update
  echo three >a.txt
  run --separate-stderr vstore commit --json -am third
  [[ $(jq -r .commit <<<"$output") == "$(vstore rev-parse HEAD)" ]]
  run jq -c '[.hook, .commit.message, .commit.id]' ../post-commit.json
  is '["post-commit","third\n","'"$(vstore rev-parse HEAD)"'"]'
  [[ $(jq -r '.operation' ../post-ref-update.json) == "$(vstore op log --json -n1 | jq -r .id)" ]]
  # A hook may use the workspace, and does not call itself.
  hook post-commit <<<'echo mirrored; vstore tag -f last && echo more >more && vstore add more && vstore commit -qm "by the hook"'
  echo four >a.txt
  run --separate-stderr vstore commit -qam fourth
  [[ $status == 0 && -z $output && $stderr == mirrored ]]
  [[ $(vstore log -2 --format=%s | paste -sd,) == 'by the hook,fourth' && $(vstore rev-parse last) == "$(vstore rev-parse HEAD~1)" ]]
  hook post-commit <<<'exit 7'
  echo five >a.txt
  run vstore commit -qam fifth
  expect 0 "the hook 'post-commit' failed (exit code 7); the change stands"
  rm ../post-commit.json 2>/dev/null || true
  record post-commit
  vstore branch side HEAD~2 && vstore cherry-pick --into side HEAD >/dev/null && echo x | vstore put -q side:p
  [[ $(jq -s length ../post-commit.json) == 2 ]]
}

@test "hooks that cannot run, do not read, are not executable or not there" {
  two_commits
  hook pre-commit <<<'exit 0'
  for i in {1..3000}; do echo $i >many-$i; done
  vstore commit -qAm many
  chmod -x .vstore/hooks/pre-commit
  echo x >a.txt
  run vstore commit -qam x
  expect 0 'is not executable'
  echo 'echo no shebang' >.vstore/hooks/pre-commit && chmod +x .vstore/hooks/pre-commit
  echo y >a.txt
  run vstore commit -qam y
  [[ $status != 0 && $output == *pre-commit* ]]
  [[ $(vstore log -1 --format=%s) == x ]]
}

@test "hooks belong to the store that they lie in: workspaces share them, backups do not have them" {
  mkdir one two && cd one
  vstore init -q --store ../store
  STORE=../store hook pre-commit <<<'pwd; exit 1'
  echo a >a && vstore add a
  run vstore commit -m no
  expect 1 "$PWD"
  cd ../two && vstore init -q --store ../store && echo b >b && vstore add b
  run vstore commit -m no
  expect 1 "$PWD"
  echo c | vstore --store ../store put -q --no-verify fresh:c
  run vstore --store ../store put fresh:d <b
  expect 1 "$(cd ../store && pwd)"
  vstore backup -q ../copy
  [[ ! -e ../copy/hooks ]]
}

# vstore diff: what is compared, and that the output is git's where both can say it.
load helper

# The same two versions in a vstore workspace and in a git repository (./, ../git).
both_histories() {
  mkdir ../git && git -C ../git init -q -b main
  vstore init -q
  seq 200 >long.txt && mkdir dir && seq 30 >dir/moved.txt && printf 'no newline' >tail && echo mode >script
  printf 'a\0b' >binary && echo gone >gone && ln -s long.txt link && echo 'one two' >'with space'
  save 1
  sed -i 's/^7$/seven/; s/^9$/nine/; s/^150$/x\ny/' long.txt && mv dir/moved.txt dir/new.txt && echo 31 >>dir/new.txt
  echo 'a newline' >tail && chmod +x script && printf 'a\0bc' >binary && rm gone link && echo link >link
  echo 'one three' >'with space' && echo new >new
  save 2
}

git_here() { git --git-dir=../git/.git --work-tree=. "$@"; }
save() {
  vstore add -A && vstore commit -qm "$1"
  git_here add -A -- . ':!.vstore'
  git_here -c user.name=A -c user.email=a@b commit -qm "$1"
}

# Lines on which git and vstore differ by design: ids, text behind @@, the byte counts of binaries.
normal() {
  sed -E 's/^index [0-9a-f]+\.\.[0-9a-f]+/index/; s/^(@@ .* @@).*/\1/; s/^(Binary files .* differ).*/\1/; s/similarity index .*/similarity/; s/^R[0-9]+/R/'
}

same_as_git() {
  diff <(git_here diff "$@" HEAD~ HEAD | normal) <(vstore diff "$@" HEAD~ HEAD | normal)
}

@test "patches and tables are git's" {
  both_histories
  for format in -p -U0 -U10 --stat --shortstat --numstat --name-only --name-status --no-renames; do
    run same_as_git $format
    expect 0
  done
  run same_as_git --stat -p
  expect 0
  run same_as_git --numstat -z
  expect 0
}

@test "git can apply a patch of vstore's" {
  both_histories
  vstore diff HEAD~ HEAD -- long.txt dir 'with space' tail script new gone >../patch
  mkdir ../apply && vstore ls -r HEAD~ | while read -r f; do
    mkdir -p "../apply/$(dirname "$f")" && vstore cat "HEAD~:$f" >"../apply/$f"
  done
  chmod -x ../apply/script
  (cd ../apply && git apply ../patch)
  for f in long.txt dir/new.txt 'with space' tail new; do cmp "$f" "../apply/$f"; done
  [[ -x ../apply/script && ! -e ../apply/gone ]]
}

@test "stage, files, versions" {
  two_commits
  echo three >a.txt && vstore add a.txt && echo four >a.txt
  run vstore diff -U0
  expect 0 -three +four
  run vstore diff --staged -U0
  expect 0 -two +three
  run vstore diff --cached HEAD~ -U0
  expect 0 -one +three
  run vstore diff HEAD -U0
  expect 0 -two +four
  run vstore diff HEAD~ --name-only
  is $'a.txt\ndata/b.csv'
  run vstore diff HEAD~..HEAD --name-only -- data
  is data/b.csv
  run vstore diff HEAD~:a.txt HEAD:a.txt -U0
  expect 0 -one +two
  echo two >a.txt
  run vstore diff HEAD
  is ''
}

@test "A...B compares with where they parted" {
  two_commits
  vstore switch -q -c side HEAD~ && echo side >side && vstore add side && vstore commit -qm side
  run vstore diff --name-only main...side
  is side
  run vstore diff --name-only main..side
  is $'a.txt\ndata/b.csv\nside'
}

@test "exit codes: --exit-code, --quiet, mistakes" {
  two_commits
  run vstore diff --exit-code
  expect 0
  run vstore diff --exit-code HEAD~ HEAD --stat
  expect 1 'files changed'
  run vstore diff --quiet HEAD~ HEAD
  expect 1
  is ''
  run vstore diff HEAD HEAD~ HEAD
  expect 2 'unexpected revision'
  run vstore diff nonsense
  expect 1 'unknown revision' ', nor is there a path of that name' "hint: use '--'"
  run vstore diff HEAD~9
  expect 1 "unknown revision 'HEAD~9': the history ends after " ', nor is there a path of that name'
  run vstore diff HEAD..HEAD~9
  expect 1 "unknown revision 'HEAD~9': "
  run vstore diff -Mmany HEAD
  expect 2 'not a percentage'
}

@test "binary files: sizes, and how much of the old one is still there" {
  vstore init -q
  head -c 2000000 /dev/urandom >big && vstore add . && vstore commit -qm one
  printf 'tail' >>big && vstore commit -qam two
  run vstore diff HEAD~ HEAD
  expect 0 'Binary files a/big and b/big differ: 2000000 -> 2000004 bytes, ' '% in chunks of the old file'
  run vstore diff --stat HEAD~ HEAD
  expect 0 ' big | Bin 2000000 -> 2000004 bytes'
}

@test "--stat counts the lines of large texts too, in versions and on disk" {
  vstore init -q
  seq 1 400000 >big && vstore add . && vstore commit -qm one
  sed -i '1000d; 200000s/.*/changed/; $a one more' big && vstore commit -qam two
  run vstore diff --numstat HEAD~ HEAD
  is $'2\t2\tbig'
  run vstore show --numstat HEAD~
  expect 0 $'400000\t0\tbig'
  sed -i '300000d' big
  run vstore diff --numstat
  is $'0\t1\tbig'
}

@test "before the first commit; a file that is not tracked is no difference" {
  vstore init -q && echo x >f && echo u >u && vstore add f
  run vstore diff --staged --name-status
  is $'A\tf'
  run vstore diff
  is ''
}

@test "--stat and --numstat of a renamed binary: Bin, as git" {
  vstore init -q
  head -c 3000 /dev/zero >a.bin && echo text >a.txt && vstore add . && vstore commit -qm x
  vstore mv a.bin b.bin && vstore mv a.txt b.txt
  run vstore diff --staged --stat
  is $' a.bin => b.bin | Bin\n a.txt => b.txt |   0\n 2 files changed, 0 insertions(+), 0 deletions(-)'
  run vstore diff --staged --numstat
  is $'-\t-\ta.bin => b.bin\n0\t0\ta.txt => b.txt'
}

@test "a text larger than 64 MiB: hunks by the pieces that differ, located by byte" {
  vstore init -q
  seq 10000000 19000000 >big && vstore add big && vstore commit -qm first
  sed -i '8000001s/$/ changed/; 8500001d' big && vstore add big
  run vstore diff --staged
  expect 0 '@@ -@71999973,7 +@71999973,7 @@' '-18000000' '+18000000 changed' ' 17999998' \
    '@@ -@76499973,7 +@76499981,6 @@' '-18500000'
  run vstore diff --staged --numstat
  is $'1\t2\tbig'
}

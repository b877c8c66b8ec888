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

# Lines on which git and vstore differ by design: ids, the byte counts of binaries, colours that end where none began.
normal() {
  sed -E $'s/^(\033\\[1m)?index [0-9a-f]+\\.\\.[0-9a-f]+/\\1index/; s/^(Binary files .* differ).*/\\1/; s/^([^\033]*)\033\\[m$/\\1/'
}

same_as_git() {
  diff <(git_here diff "$@" HEAD~ HEAD | normal) <(vstore diff "$@" HEAD~ HEAD | normal)
}

# Git before 2.44 does not count the bytes behind the last newline, so --dirstat counts lines and files here.
@test "patches and tables are git's" {
  both_histories
  for format in -p -U0 -U10 --stat --shortstat --numstat --name-only --name-status --no-renames --summary \
    --dirstat=lines,0 --dirstat=files,cumulative,1 -w -b --ignore-blank-lines --word-diff --color-words \
    --word-diff=porcelain --word-diff-regex=. --color-words=[a-z]+ -C '-C -C --name-status' --find-copies-harder; do
    # shellcheck disable=SC2086
    run same_as_git $format
    expect 0
  done
  run same_as_git --stat --summary --dirstat=files,0 -p
  expect 0
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

# random_lines N: lines of words of which many are the same.
random_lines() {
  local i
  for ((i = 0; i < $1; ++i)); do
    case $((RANDOM % 6)) in
      0) echo ;;
      1) echo "  indented $((RANDOM % 5))" ;;
      *) echo "word$((RANDOM % 7)) word$((RANDOM % 7))  and $((RANDOM % 40)); end" ;;
    esac
  done
}

# mutated FILE: some lines gone, come, or spaced in another way.
mutated() {
  local line
  while IFS= read -r line; do
    case $((RANDOM % 16)) in
      0) ;;
      1) echo "$line"; random_lines 1 ;;
      2) echo "${line// /  }" ;;
      3) echo "${line/word/term}" ;;
      4) echo "$line " ;;
      *) echo "$line" ;;
    esac
  done <"$1"
}

# A step from one random version to the next: files edited, copied, moved, removed, made executable.
random_step() {
  local file other
  for file in $(find . -path ./.vstore -prune -o -type f -print | LC_ALL=C sort); do
    other=d$((RANDOM % 3))/e$((RANDOM % 2))/f$((RANDOM % 9))
    mkdir -p "$(dirname "$other")"
    case $((RANDOM % 9)) in
      0) mutated "$file" >../new && cat ../new >"$file" ;;
      1) [[ $file -ef $other ]] || cp "$file" "$other" ;;
      2) [[ $file -ef $other ]] || mv "$file" "$other" ;;
      3) mutated "$file" >../new && rm "$file" && cp ../new "$other" ;;
      4) mutated "$file" >../new && cp ../new "$other" ;;
      5) rm "$file" ;;
      6) chmod +x "$file" ;;
    esac
  done
  random_lines $((20 + RANDOM % 40)) >"made$RANDOM"
  no_empty_directories
}

# Git does not know any.
no_empty_directories() { find . -mindepth 1 -depth -type d -empty -not -path './.vstore*' -delete; }

@test "random versions: every format is git's" {
  seed=${VSTORE_TEST_SEED:-$((RANDOM * 32768 + RANDOM))}
  echo "seed $seed"
  RANDOM=$seed
  mkdir ../git && git -C ../git init -q -b main
  vstore init -q
  mkdir d0 d1 && for i in 1 2 3 4 5; do random_lines $((30 + RANDOM % 60)) >"d$((RANDOM % 2))/f$i"; done
  no_empty_directories
  save start
  for i in 1 2 3 4; do
    random_step
    save "step $i"
    for format in -p '-C -p' '-C -C --summary' -w -b --ignore-space-at-eol --ignore-blank-lines '-w --stat' '-U0 --word-diff' \
      --word-diff=porcelain '--dirstat=0 --no-renames' '--dirstat=lines,0,cumulative' '--numstat -C' '-M90% --name-status'; do
      # shellcheck disable=SC2086
      same_as_git $format || { echo "seed $seed, step $i, format $format"; return 1; }
    done
  done
}

@test "white space that does not count: exit codes, and which files show" {
  vstore init -q
  printf 'a b\n' >spaced && echo x >other && vstore add . && vstore commit -qm one
  printf 'a  b \n' >spaced
  run vstore diff -b --exit-code
  expect 0
  is ''
  run vstore diff -w --stat
  is ''
  run vstore diff --ignore-space-at-eol --quiet
  expect 1
  run vstore diff -w --name-only
  is spaced
  run vstore diff --word-diff=sometimes
  expect 2 "unknown mode 'sometimes'"
  run vstore diff --word-diff-regex='('
  expect 2 'not a regular expression'
  run vstore diff --dirstat=many
  expect 2 "unknown parameter 'many'"
}

@test "a large file that was edited and moved, or copied and edited, is found by its chunks" {
  vstore init -q
  head -c 20000000 /dev/urandom >big.bin && vstore add . && vstore commit -qm one
  mkdir moved && cp big.bin copy.bin && printf edited | dd of=copy.bin bs=1 seek=5000000 conv=notrunc status=none
  mv big.bin moved/large.bin && printf tail >>moved/large.bin && vstore add -A
  run sed -E 's/09[0-9]//' < <(vstore diff --staged --name-status -C)
  is $'C\tbig.bin\tcopy.bin\nR\tbig.bin\tmoved/large.bin'
  run vstore diff --staged --json -C
  expect 0 '"status":"copied"' '"old_path":"big.bin"' '"shared_bytes":19'
}

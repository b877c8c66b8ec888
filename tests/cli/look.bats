# Looking at versions without checking them out: ls, cat, du, and the low-level commands.
load helper

@test "ls: names, long, recursive, one directory, one file" {
  two_commits
  mkdir -p data/deep/er empty && echo x >data/deep/er/f && vstore add . && vstore commit -qm third
  run vstore ls
  is $'a.txt\ndata/\nempty/'
  run vstore ls -r
  is $'a.txt\ndata/b.csv\ndata/deep/er/f\nempty/'
  run vstore ls HEAD:data/
  is $'b.csv\ndeep/'
  run vstore ls -l
  is "100644 $(vstore rev-parse HEAD:a.txt | cut -c1-10)            4 a.txt
040000 2 files              10 data/
040000 0 files               0 empty/"
  run vstore ls -d data
  is data/
  run vstore ls HEAD~2:a.txt
  is a.txt
  run vstore ls HEAD~2 data a.txt
  is $'HEAD~2:\na.txt\ndata/\n\ndata:\nb.csv\ndeep/\na.txt'
  run vstore ls HEAD:nothing
  expect 1 'does not exist'
}

@test "cat: files of any version, and parts of them" {
  two_commits
  run vstore cat HEAD~:a.txt HEAD:a.txt
  is $'one\ntwo'
  run vstore cat data/b.csv
  is $'x,y\n1,2'
  seq 200000 >big && vstore add big && vstore commit -qm big
  cmp <(vstore cat HEAD:big) big
  cmp <(vstore cat HEAD:big --offset 700000 --length 300000) <(tail -c +700001 big | head -c 300000)
  run vstore cat HEAD:big --offset 9m
  is ''
  run vstore cat HEAD:data
  expect 2 'is a directory'
}

@test "a part of a large file is read without the rest: damage elsewhere does not matter" {
  vstore init -q && head -c 20000000 /dev/urandom >big && vstore add big && vstore commit -qm big
  pack=$(find .vstore -type f -size +10M)
  chmod u+w "$pack" && printf 'damage!' | dd of="$pack" bs=1 seek=2000000 conv=notrunc status=none
  run vstore cat HEAD:big
  expect 3
  cmp <(vstore cat HEAD:big --offset 15000000 --length 1000) <(tail -c +15000001 big | head -c 1000)
}

@test "du: each directory below what is in it" {
  two_commits
  mkdir -p data/deep && echo 12345 >data/deep/f && vstore add . && vstore commit -qm third
  run vstore du
  is $'6\tdata/deep\n14\tdata\n18\t.'
  run vstore du -s HEAD~
  is $'12\t.'
  run vstore du -d 1
  is $'14\tdata\n18\t.'
  run vstore du -h HEAD:data/deep
  is $'6 B\tdata/deep'
}

@test "cat-file: type, size, content, existence" {
  two_commits
  vstore tag -m note v2
  for pair in HEAD:commit v2:tag 'HEAD^{tree}:tree'; do
    run vstore cat-file -t "${pair%:*}"
    is "${pair##*:}"
  done
  run vstore cat-file -t HEAD:a.txt
  is chunk
  run vstore cat-file -p HEAD:a.txt
  is two
  run vstore cat-file -s HEAD:a.txt
  is 4
  run vstore cat-file chunk HEAD:a.txt
  is two
  run vstore cat-file commit HEAD:a.txt
  expect 2 'is a chunk, not a commit'
  run jq -r .message < <(vstore cat-file -p HEAD)
  is second
  run vstore cat-file -p 'HEAD^{tree}'
  is "100644 $(vstore rev-parse HEAD:a.txt) 4"$'\ta.txt\n'"100644 $(vstore rev-parse HEAD:data/b.csv) 8"$'\tdata/b.csv'
  vstore cat-file -e HEAD
  run vstore cat-file -e 0123456789
  expect 1
  run vstore cat-file HEAD
  expect 2
}

@test "hash-object prints what b3sum prints, and what add stores" {
  echo hello >f
  run vstore hash-object f
  is "$(b3sum --no-names f)"
  run vstore hash-object --stdin <f
  is "$(b3sum --no-names f)"
  head -c 3000000 /dev/urandom >big
  vstore init -q && vstore add big
  run vstore hash-object big
  is "$(vstore rev-parse :big)"
  cat big >copy
  run bash -c "cat copy | '$VSTORE' hash-object --stdin"
  is "$(vstore rev-parse :big)"
  run vstore hash-object nothing
  expect 1 "no such file: 'nothing'"
}

@test "rev-parse" {
  two_commits
  vstore tag v1 HEAD~
  head=$(vstore rev-parse HEAD) first=$(vstore rev-parse v1)
  [[ ${#head} -eq 64 ]]
  run vstore rev-parse main @ "${head:0:12}"
  is "$head"$'\n'"$head"$'\n'"$head"
  run vstore rev-parse v1..HEAD
  is "$head"$'\n'"^$first"
  run vstore rev-parse --short=6 HEAD
  is "${head:0:6}"
  run vstore rev-parse --abbrev-ref HEAD
  is main
  run vstore rev-parse --symbolic-full-name HEAD v1
  is $'refs/heads/main\nrefs/tags/v1'
  run vstore rev-parse --verify -q nonsense
  expect 1
  is ''
  run vstore rev-parse nonsense
  expect 1 "unknown revision 'nonsense'"
  cd data
  run vstore rev-parse --show-toplevel --show-prefix --vstore-dir --is-inside-work-tree
  is "$BATS_TEST_TMPDIR/work"$'\ndata/\n'"$BATS_TEST_TMPDIR/work/.vstore"$'\ntrue'
  cd / && run vstore rev-parse --is-inside-work-tree
  is false
}

@test "ls-files" {
  two_commits
  echo '*.log' >.vstoreignore && echo n >noise.log && echo u >u && rm a.txt && echo 3 >>data/b.csv
  run vstore ls-files
  is $'a.txt\ndata/b.csv'
  run vstore ls-files -s a.txt
  is "100644 $(vstore rev-parse :a.txt) 0"$'\ta.txt'
  run vstore ls-files -m
  is $'a.txt\ndata/b.csv'
  run vstore ls-files -d
  is a.txt
  run vstore ls-files -o --exclude-standard
  is $'.vstoreignore\nu'
  run vstore ls-files -o -i
  is noise.log
  run vstore ls-files '*.csv'
  is data/b.csv
  cd data
  run vstore ls-files
  is b.csv
}

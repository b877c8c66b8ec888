# Writing without a workspace: put, rm --ref, import, batch, export, update-ref, symbolic-ref; and the recipes of
# docs/scripting.md.
load helper

# A store alone, with the branch main at one commit.
store() {
  vstore init -q seed && cd seed || return
  echo one >a.txt && mkdir d && echo x >d/x && vstore add . && vstore commit -qm first && vstore tag v1
  vstore branch work
  at_minute 1
}

@test "put: from a file, from standard input, nothing new, a new branch" {
  store
  echo two >../two
  id=$(vstore put -m 'second' work:a.txt ../two)
  [[ $(vstore rev-parse work) == "$id" && $(vstore cat work:a.txt) == two && $(vstore log -1 --format=%s work) == second ]]
  [[ $(vstore put work:a.txt ../two) == "$id" ]]
  head -c 300000 /dev/urandom >../big
  vstore put -q work:d/big <../big
  cmp <(vstore cat work:d/big) ../big
  vstore put -q -x fresh:tool ../two
  [[ $(vstore ls -l fresh) == 100755* ]]
  run jq -rc '[.ref, .changed]' < <(vstore put --json work:e ../two)
  is '["refs/heads/work",true]'
  run vstore put main:a.txt ../two
  expect 1 'is checked out'
  run vstore put work:../x ../two
  expect 2 'cannot be a path'
  run vstore put work:a.txt/below ../two
  expect 2
  run vstore put work:n ../nothing
  expect 5 'cannot read'
  run vstore put work ../two
  expect 2 'give REF:PATH'
}

@test "--expect: compare and swap, exit code 4" {
  store
  run vstore put --expect v1 work:b <a.txt
  expect 0
  before=$(vstore rev-parse work)
  for command in 'put work:c' 'rm --ref work a.txt' 'import --ref work d' 'batch --ref work'; do
    run vstore $command --expect v1 </dev/null
    expect 4 'no longer at'
    run vstore $command --expect '' </dev/null
    expect 4 'is there already'
  done
  [[ $(vstore rev-parse work) == "$before" ]]
  vstore put -q --expect '' new:c <a.txt
  run vstore put --lock-timeout 1 work:c <a.txt
  expect 0
}

@test "rm --ref: files and directories" {
  store
  run vstore rm --ref work d
  expect 2 'is a directory'
  vstore rm -q -r --ref work d
  [[ $(vstore ls -r work) == a.txt && $(vstore log -1 --format=%s work) == 'Remove d' && -e d/x ]]
  run vstore rm --ref work nothing
  expect 1 'nothing'
  run vstore rm --expect v1 a.txt
  expect 2 'need --ref'
}

@test "import: exactly the directory, the same is no version, export gives it back" {
  store
  mkdir -p ../in/deep/er ../in/empty && echo 1 >../in/deep/er/one && ln -s deep ../in/link && echo '*' >../in/.vstoreignore
  printf '#!/bin/sh\n' >../in/run && chmod +x ../in/run && seq 20000 >../in/rows
  id=$(vstore import --ref in -m imported ../in)
  [[ $(vstore import --ref in ../in) == "$id" ]]
  vstore export -q in ../out
  diff -r ../in ../out && [[ -x ../out/run && -L ../out/link && -d ../out/empty ]]
  rm ../in/rows && vstore import -q --ref in ../in
  run vstore ls -r in
  lacks rows
  run vstore export in ../out
  expect 1 'is not empty'
  run vstore import ../in
  expect 2 '--ref'
  mkfifo ../in/pipe
  run vstore import --ref in ../in
  expect 5 pipe
}

@test "export --tar: what tar unpacks, always the same bytes" {
  store
  long=$(printf 'long/%.0s' {1..30})
  mkdir -p ../in/"$long" && echo deep >../in/"$long"/file && ln -s ../target ../in/link && mkdir ../in/empty
  printf 'x' >../in/run && chmod +x ../in/run && head -c 200000 /dev/urandom >../in/data
  vstore import -q --ref in ../in
  vstore export --tar in >../one.tar
  at_minute 9
  vstore export --tar in | cmp - ../one.tar
  mkdir ../unpacked && tar -xf ../one.tar -C ../unpacked
  diff -r ../in ../unpacked && [[ -x ../unpacked/run ]]
  run tar -tf <(vstore export --tar v1:d) --force-local
  is x
}

@test "import: tar archives of every form, hard links, empty directories, long names" {
  store
  long=$(printf 'long-name-of-a-directory/%.0s' {1..12})
  mkdir -p ../in/"$long" ../in/empty ../in/d && cd ../in
  echo deep >"$long/file" && ln -s "../$long/target" link && printf 'x' >run && chmod +x run && : >nothing
  head -c 3000000 /dev/urandom >d/large && seq 9000 >d/rows && ln d/rows d/same && printf 'Grüße' >'Grüße'
  cd ../seed
  vstore import -q --ref dir ../in
  for form in ustar pax gnu v7; do
    what=.
    [[ $form != ustar && $form != v7 ]] || what='empty d run nothing Grüße'
    tar --format=$form -C ../in -cf ../a.tar $what
    vstore import -q --ref $form ../a.tar
    [[ $(vstore cat $form:run) == x ]] && cmp <(vstore cat $form:d/large) ../in/d/large
    [[ $what != . ]] || [[ $(vstore rev-parse "$form^{tree}") == "$(vstore rev-parse 'dir^{tree}')" ]]
  done
  id=$(tar -C ../in -c . | vstore import --ref pax -)
  [[ $id == "$(vstore rev-parse pax)" && $(vstore log --format=%s pax | wc -l) == 1 ]]
  # What export writes comes back as the same files.
  vstore export --tar dir | vstore import -q --ref back -
  [[ $(vstore rev-parse 'back^{tree}') == "$(vstore rev-parse 'dir^{tree}')" ]]
  # Of two entries the last counts; .vstore stays behind.
  mkdir ../b && echo second >../b/run && mkdir ../b/.vstore && echo no >../b/.vstore/x
  tar -C ../in -cf ../a.tar ./run && tar -C ../b -rf ../a.tar ./run ./.vstore
  vstore import -q --ref twice ../a.tar
  [[ $(vstore cat twice:run) == second && $(vstore ls -r twice) == run ]]
}

@test "import: hostile and broken archives are refused, with nothing changed" {
  store
  python3 - <<'END'
import io, tarfile
def make(name, *members, fmt=tarfile.PAX_FORMAT):
    with tarfile.open(f"../{name}.tar", "w", format=fmt) as tar:
        for path, kind, target in members:
            info = tarfile.TarInfo(path)
            info.type, info.linkname = kind, target
            data = b"x" if kind == tarfile.REGTYPE else b""
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
F, L, H, D = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE
make("absolute", ("/etc/passwd", F, ""))
make("outside", ("ok", F, ""), ("a/../../x", F, ""))
make("device", ("null", tarfile.CHRTYPE, ""))
make("pipe", ("p", tarfile.FIFOTYPE, ""))
make("hidden", ("d/.VSTORE/config", F, ""))
make("through", ("a", L, "/etc"), ("a/passwd", F, ""))
make("nolink", ("a", H, "b"))
make("linkout", ("a", H, "../../etc/passwd"))
make("both", ("a", F, ""), ("a", D, ""))
make("good", ("a", F, ""), ("b", F, ""))
END
  head -c 700 ../good.tar >../short.tar
  head -c 2048 ../good.tar >../noend.tar
  cp ../good.tar ../sum.tar && printf X | dd of=../sum.tar bs=1 seek=3 conv=notrunc status=none
  gzip -k ../good.tar
  before=$(vstore rev-parse work)
  while read -r name code text; do
    run vstore import --ref work ../"$name"
    expect "$code" "$text"
    [[ $(vstore rev-parse work) == "$before" ]]
  done <<'END'
absolute.tar 1 leads outside
outside.tar 1 leads outside
device.tar 1 a device
pipe.tar 1 a named pipe
hidden.tar 1 cannot be a path
through.tar 2 'a
nolink.tar 1 does not have before it
linkout.tar 1 leads outside
both.tar 1 as a file and as a directory
short.tar 5 ends
noend.tar 5 ends early
sum.tar 5 checksum
good.tar.gz 1 gzip -dc
nothing.tar 5 cannot read
END
  run vstore import --ref work - </dev/null
  expect 5 'ends early'
  vstore import -q --ref work ../good.tar
}

@test "ls-tree and commit-tree, as scripts for git use them" {
  store
  mkdir -p e/f && echo y >e/f/y && chmod +x a.txt && ln -s a.txt link && mkdir empty && vstore add . && vstore commit -qm second
  git init -q ../git && cp -r a.txt d e link ../git && git -C ../git add . && git -C ../git -c user.name=a -c user.email=b commit -qm x
  for options in '' '-r' '-d' '-r -t' '-d -r' '--name-only -r' '-r -z'; do
    diff <(git -C ../git ls-tree $options HEAD | tr '\0' '\n' | sed -E 's/ [0-9a-f]{40}\t/\t/') \
         <(vstore ls-tree $options HEAD | tr '\0' '\n' | sed -E 's/ ([0-9a-f]{64}|-)\t/\t/' | grep -v 'empty$')
  done
  for paths in d d/ 'e/ a.txt' e/f nothing; do
    diff <(git -C ../git ls-tree --name-only HEAD $paths) <(vstore ls-tree --name-only HEAD $paths)
  done
  run vstore ls-tree -r HEAD:e
  is "100644 blob $(vstore rev-parse HEAD:e/f/y)	f/y"
  run vstore ls-tree -l HEAD d
  is '040000 tree -       -	d'
  run jq -rc '[.path, .size]' < <(vstore ls-tree --json HEAD a.txt)
  is '["a.txt",4]'
  a=$(echo 'first of all' | vstore commit-tree v1)
  b=$(vstore commit-tree -p "$a" -m next HEAD:e)
  [[ $(vstore log --format=%s "$b" | paste -sd,) == 'next,first of all' && $(vstore ls -r "$b") == f/y ]]
  vstore commit-tree --ref made --expect '' -p "$b" -m named HEAD >/dev/null
  [[ $(vstore rev-parse made~1) == "$b" ]]
  run vstore commit-tree --ref made --expect v1 -m no HEAD
  expect 4 'no longer at'
  run vstore commit-tree --ref main -m no HEAD
  expect 1 'checked out'
  run vstore commit-tree -m no HEAD:a.txt
  expect 2 'is a file'
  run vstore undo
  expect 0
  run vstore rev-parse -q --verify made
  expect 1
}

@test "batch: changes see one another, bytes of the stream, all or none" {
  store
  {
    echo '{"op": "put", "path": "text", "text": "hello\n"}'
    printf '{"op": "put", "path": "raw", "bytes": 4, "executable": true}\n\0\n\1\2{"op": "copy", "from": "text", "to": "copied"}\n'
    echo '{"op": "move", "from": "d", "to": "e/f"}'
    echo '{"op": "put", "path": "file", "file": "a.txt"}'
    echo '{"op": "delete", "path": "a.txt"}'
  } | vstore batch -q --ref work -m 'in one go'
  [[ $(vstore ls -r work | paste -sd' ') == 'copied e/f/x file raw text' && $(vstore cat work:copied) == hello ]]
  cmp <(vstore cat work:raw) <(printf '\0\n\1\2')
  [[ $(vstore log --format=%s work | paste -sd,) == 'in one go,first' ]]
  before=$(vstore rev-parse work)
  run vstore batch --ref work < <(printf '%s\n' '{"op": "delete", "path": "text"}' '{"op": "delete", "path": "text"}')
  expect 1 'line 2' "no file or directory 'text'"
  run vstore batch --ref work <<<'{"op": "fly"}'
  expect 2 "unknown op 'fly'"
  run vstore batch --ref work <<<'[1'
  expect 2 'line 1 is not what batch understands'
  run vstore batch --ref work <<<'{"op": "put", "path": "x", "bytes": 100}'
  expect 2 'ends within'
  run vstore batch --ref work <<<'{"op": "put", "path": "text/below", "text": ""}'
  expect 2
  [[ $(vstore rev-parse work) == "$before" ]]
}

@test "--expect and --lock-timeout on merges, picks and symbolic refs" {
  store
  vstore put -q work:b <a.txt && vstore branch side v1 && vstore put -q side:c <a.txt
  before=$(vstore rev-parse side)
  for command in 'merge --into side --expect v1 work' 'cherry-pick --into side --expect v1 work' 'revert --into side --expect v1 side' \
                 'rebase --into side --expect v1 work' 'merge --into side --expect= work'; do
    run vstore $command
    expect 4
    [[ $(vstore rev-parse side) == "$before" ]]
  done
  vstore merge -q --into side --expect side --lock-timeout 5 work
  vstore merge -q --into fresh --expect '' side work
  vstore merge -q --into squashed --squash -m 'In one' v1 side
  [[ $(vstore log --format=%s squashed | paste -sd,) == 'In one,first' ]]
  [[ $(vstore rev-parse 'squashed^{tree}') == "$(vstore rev-parse 'side^{tree}')" ]]
  vstore symbolic-ref --expect '' refs/heads/alias refs/heads/work
  run vstore symbolic-ref --expect '' refs/heads/alias refs/heads/side
  expect 4
  vstore symbolic-ref --expect refs/heads/work --lock-timeout 5 refs/heads/alias refs/heads/side
  run vstore symbolic-ref --expect refs/heads/work refs/heads/alias
  expect 2
}

@test "update-ref: one, many, all or none" {
  store
  vstore put -q work:b <a.txt
  vstore update-ref refs/heads/x v1
  vstore update-ref refs/heads/x work v1
  run vstore update-ref refs/heads/x v1 v1
  expect 4 'no longer at'
  run vstore update-ref refs/heads/x v1 ''
  expect 4 'is there already'
  run vstore update-ref --stdin < <(printf '%s\n' 'create refs/heads/y v1' 'update refs/heads/x v1 v1')
  expect 4
  run vstore rev-parse --verify y
  expect 1
  printf '%s\n' 'verify refs/tags/v1 v1' 'create refs/heads/y v1' 'update refs/heads/x v1 work' | vstore update-ref --stdin
  [[ $(vstore rev-parse x) == "$(vstore rev-parse v1)" && $(vstore rev-parse y) == "$(vstore rev-parse v1)" ]]
  vstore tag -a -m annotated v2 work && vstore update-ref refs/tags/v3 v2
  [[ $(vstore cat-file -t v3) == tag ]]
  vstore update-ref -d refs/heads/y v1
  run vstore update-ref -d refs/heads/y
  expect 1 'no ref'
  run vstore update-ref --stdin <<<'make it so'
  expect 2 'line not understood'
  run vstore update-ref HEAD v1
  expect 2 'not the full name'
  run vstore update-ref refs/heads/z v1:a.txt
  expect 2 'neither a commit nor a tag'
}

@test "symbolic-ref" {
  store
  run vstore symbolic-ref HEAD
  is refs/heads/main
  run vstore symbolic-ref --short HEAD
  is main
  run vstore symbolic-ref HEAD refs/heads/work
  expect 1 'moves with its files'
  run vstore symbolic-ref -q refs/heads/main
  expect 1
  is ''
  vstore symbolic-ref refs/heads/alias refs/heads/work
  [[ $(vstore rev-parse alias) == "$(vstore rev-parse work)" ]]
}

# extract PAGE DIRECTORY: the recipes as N.sh, and what they must print as N.prints.
extract() {
  awk -v dir="$2" '
    /^<!-- example -->$/ { wanted = 1; ++n; next }
    /^<!-- prints / { print substr($0, 13, length($0) - 16) > (dir "/" n ".prints"); next }
    /^```/ { inside = wanted && !inside; if (!inside) wanted = 0; next }
    inside { print > (dir "/" n ".sh") }' "$1"
}

recipe() (
  mkdir "$1" && cd "$1" && mkdir delivery data && echo new >delivery/file && mkdir ws && cd ws || exit
  vstore init -q && mkdir data raw && printf 'London,1\n' >data/cities.csv && echo r >raw/r && vstore add . && vstore commit -qm first
  vstore tag v1 && vstore branch fix && echo 'Paris,2' >>data/cities.csv && vstore commit -qam second && vstore tag v2
  bash -euo pipefail -c "vstore() { \"$VSTORE\" \"\$@\"; }; . '$2'"
)

@test "the recipes of the manual run" {
  mkdir recipes && extract "$BATS_TEST_DIRNAME/../../docs/scripting.md" recipes
  [[ $(ls recipes/*.sh | wc -l) -ge 8 ]]
  for script in "$PWD"/recipes/*.sh; do
    run recipe "$BATS_TEST_TMPDIR/$(basename "$script")" "$script"
    expect 0
    [[ ! -e ${script%.sh}.prints ]] || while IFS= read -r line; do expect 0 "$line"; done <"${script%.sh}.prints"
  done
}

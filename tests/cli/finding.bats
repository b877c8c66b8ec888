load helper

# A history with two authors, a merge-free branch, a rename, tags and meta data.
story() {
  vstore init -q
  printf 'one\ntwo\nthree\n' >poem.txt; mkdir -p data; echo 1 >data/a.csv
  vstore add . && vstore commit -qm 'Begin' && vstore tag -m 'first release' v1
  at_minute 1; printf 'one\nTWO\nthree\n' >poem.txt
  VSTORE_AUTHOR_NAME='Bob' vstore commit -qam 'Louder' --meta source=api
  at_minute 2; vstore mv poem.txt verse.txt; vstore commit -qm 'Rename the poem'
  at_minute 3; printf 'zero\none\nTWO\nthree\n' >verse.txt; vstore commit -qam 'Count from zero' && vstore tag light
}

@test "log -S and -G, --meta, --merges and --no-merges" {
  story
  [[ $(vstore log --format=%s -S TWO) == Louder && $(vstore log --format=%s -G '^z.ro$') == 'Count from zero' ]]
  [[ $(vstore log --format=%s -G 'NOTHING') == '' && $(vstore log --format=%s -i -S two -- poem.txt) == $'Rename the poem\nBegin' ]]
  [[ $(vstore log --format=%s --meta source) == Louder && $(vstore log --format=%s --meta source=api) == Louder ]]
  run vstore log --format=%s --meta source=web
  is ''
  run vstore log --merges
  is ''
  [[ $(vstore log --no-merges --format=%s | wc -l) == 4 ]]
  run vstore log --merges --no-merges
  expect 2 'exclude each other'
}

@test "log --format: git's placeholders, and meta" {
  story
  run vstore log -1 --format='%al|%ai|%aD|%as|%at|%f|%D|%x41%Cred%C(bold)|%(meta:source)|%(meta:none)|%q' HEAD~2
  is 'ada|2026-05-01 12:01:00 +0200|Fri, 1 May 2026 12:01:00 +0200|2026-05-01|1777629660|Louder||A|api||%q'
  [[ $(vstore log -1 --format=%D) == 'HEAD -> main, tag: light' ]]
  VSTORE_AUTHOR_DATE='3 weeks ago' vstore commit -qm later --allow-empty
  [[ $(vstore log -1 --format=%ar) == '3 weeks ago' && $(vstore --color=always log -1 --format=%Cred) == $'\033[31m' ]]
}

@test "log --follow goes on under the old name" {
  story
  [[ $(vstore log --format=%s -- verse.txt) == $'Count from zero\nRename the poem' ]]
  [[ $(vstore log --format=%s --follow verse.txt) == $'Count from zero\nRename the poem\nLouder\nBegin' ]]
  run vstore log --follow --name-only --format=%s verse.txt
  expect 0 $'Louder\n\npoem.txt'
  run vstore log --follow
  expect 2 'exactly one PATH'
}

@test "rev-list, its counts and parents" {
  story
  [[ $(vstore rev-list HEAD) == $(vstore log --format=%H) && $(vstore rev-list --count v1..) == 3 ]]
  [[ $(vstore rev-list --parents -n 1 HEAD) == "$(vstore rev-parse HEAD) $(vstore rev-parse HEAD~)" ]]
  [[ $(vstore rev-list --reverse HEAD | head -1) == $(vstore rev-parse 'v1^{commit}') ]]
  run vstore rev-list
  expect 2 'missing argument'
}

@test "shortlog" {
  story
  run vstore shortlog
  is $'Ada Lovelace (3):\n      Begin\n      Rename the poem\n      Count from zero\n\nBob (1):\n      Louder'
  run vstore shortlog -s -e
  is $'     3\tAda Lovelace <ada@example.org>\n     1\tBob <ada@example.org>'
}

@test "merge-base" {
  story
  vstore switch -q -c side HEAD~2 && echo 2 >data/a.csv && vstore commit -qam side
  run vstore merge-base main side
  is "$(vstore rev-parse main~2)"
  run vstore merge-base --is-ancestor v1 side
  expect 0
  run vstore merge-base --is-ancestor main side
  expect 1
  run vstore merge-base main
  expect 2
}

@test "describe, and what it prints is a revision" {
  story
  run vstore describe
  [[ $output == v1-3-g* && $(vstore rev-parse "$output") == $(vstore rev-parse HEAD) ]]
  [[ $(vstore describe --tags) == light && $(vstore describe v1) == v1 && $(vstore describe --tags --long) == light-0-g* ]]
  [[ $(vstore describe --abbrev 0 HEAD) == v1 ]]
  run vstore describe --exact-match
  expect 1 'no tag is at'
  run vstore describe --match 'x*'
  expect 1 'no tag leads to'
  [[ $(vstore describe --match 'x*' --always) == $(vstore rev-parse --short HEAD) ]]
}

@test "name-rev" {
  story
  run vstore name-rev HEAD~1 v1
  is $'HEAD~1 tags/light~1\nv1 tags/v1'
  vstore tag -d light && vstore tag -d v1
  [[ $(vstore name-rev --name-only HEAD~2) == main~2 && $(vstore name-rev --tags --name-only HEAD) == undefined ]]
}

@test "show-ref" {
  story
  run vstore show-ref
  is "$(vstore rev-parse main) refs/heads/main
$(vstore rev-parse light) refs/tags/light
$(vstore rev-parse v1) refs/tags/v1"
  run vstore show-ref --tags -d v1
  is "$(vstore rev-parse v1) refs/tags/v1
$(vstore rev-parse 'v1^{}') refs/tags/v1^{}"
  [[ $(vstore show-ref -s main) == $(vstore rev-parse main) ]]
  run vstore show-ref nothing
  expect 1
  run vstore show-ref --verify -q refs/heads/main
  is ''
  run vstore show-ref --verify main
  expect 1 'not a ref'
}

@test "for-each-ref" {
  story
  run vstore for-each-ref
  is "$(vstore rev-parse main) commit"$'\t'"refs/heads/main
$(vstore rev-parse light) commit"$'\t'"refs/tags/light
$(vstore rev-parse v1) tag"$'\t'"refs/tags/v1"
  run vstore for-each-ref --format '%(HEAD)%(refname:short)%09%(subject)%00%%' refs/heads
  [[ $output == $'*main\tCount from zero'* ]]
  [[ $(vstore for-each-ref --sort=-creatordate --format='%(refname:short)' refs/tags) == $'light\nv1' ]]
  [[ $(vstore for-each-ref --format='%(*objectname)' refs/tags/v1) == $(vstore rev-parse 'v1^{}') ]]
  [[ $(vstore for-each-ref --format='%(authorname) %(authordate:short)' --count 1) == 'Ada Lovelace 2026-05-01' ]]
  [[ $(vstore for-each-ref --contains HEAD~1 --format='%(refname)') == $'refs/heads/main\nrefs/tags/light' ]]
  [[ $(vstore for-each-ref --merged v1 --format='%(refname)') == refs/tags/v1 ]]
  run vstore for-each-ref --format='%(nonsense)'
  expect 2 "unknown field 'nonsense'"
  run vstore for-each-ref --sort=size
  expect 2
}

@test "find" {
  story
  chmod +x data/a.csv && ln -s verse.txt link && head -c 5000 /dev/zero >data/big && vstore add . && vstore commit -qm more
  [[ $(vstore find) == $'data/a.csv\ndata/big\nlink\nverse.txt' && $(vstore find --name '*.csv') == data/a.csv ]]
  [[ $(vstore find --size +4k) == data/big && $(vstore find --size -3 HEAD~1) == data/a.csv && $(vstore find --size 5000) == data/big ]]
  [[ $(vstore find --type x) == data/a.csv && $(vstore find --type l) == link && $(vstore find v1 -- data) == data/a.csv ]]
  [[ $(vstore find --iname 'VERSE*' --long) == *' verse.txt' ]]
  run vstore find --size many
  expect 2
  run vstore find --type z
  expect 2
}

@test "grep" {
  story
  run vstore grep '^[oT]'
  is $'verse.txt:one\nverse.txt:TWO'
  run vstore grep -n -i two v1 HEAD
  is $'v1:poem.txt:2:two\nHEAD:verse.txt:3:TWO'
  [[ $(vstore grep -l one) == verse.txt && $(vstore grep -c e) == verse.txt:3 && $(vstore grep -F -w one) == verse.txt:one ]]
  [[ $(vstore grep -v . ; vstore grep -vc o) == $'data/a.csv:1\nverse.txt:2' ]]
  run vstore grep -w on
  expect 1
  run vstore grep one HEAD -- data
  expect 1
  run vstore grep '['
  expect 2 'bad regular expression'
  printf 'a\0one\n' >bin && vstore add bin && vstore commit -qm bin
  run vstore grep one -- bin
  expect 0 'Binary file bin matches'
}

@test "sample: the same seed gives the same files, all of them different" {
  vstore init -q && mkdir a b && for i in $(seq 40); do echo "$i" >"a/$i"; echo "$i" >"b/$i"; done
  vstore add . && vstore commit -qm x
  run vstore sample -n 10 --seed 7
  [[ $(sort -u <<<"$output" | wc -l) == 10 && $output == $(vstore sample -n 10 --seed 7) && $output != $(vstore sample -n 10 --seed 8) ]]
  [[ $(vstore sample -n 100 | wc -l) == 80 && $(vstore sample -n 100 -- a | grep -c '^a/') == 40 ]]
  [[ $(vstore sample -n 100 HEAD -- a | wc -l) == 40 && $(vstore sample | wc -l) == 1 ]]
}

@test "blame, through a rename" {
  story
  run vstore blame -s verse.txt
  is "$(vstore rev-parse --short HEAD) verse.txt 1) zero
^$(vstore rev-parse --short=9 'v1^{}') poem.txt  2) one
$(vstore rev-parse --short HEAD~2) poem.txt  3) TWO
^$(vstore rev-parse --short=9 'v1^{}') poem.txt  4) three"
  run vstore blame -L 3,+1 verse.txt
  is "$(vstore rev-parse --short HEAD~2) poem.txt (Bob 2026-05-01 12:01:00 +0200 3) TWO"
  run vstore blame -tfnb -L 1,2 verse.txt
  is "$(vstore rev-parse --short HEAD) verse.txt 1 (Ada Lovelace 1777629780 +0200 1) zero
           poem.txt  1 (Ada Lovelace 1777629600 +0200 2) one"
  run vstore blame HEAD~2 poem.txt
  expect 0 'two' || expect 0 'TWO'
  run vstore blame nothing
  expect 1 "no file 'nothing'"
  run vstore blame -L x verse.txt
  expect 2
}

@test "finding --json" {
  story
  run jq -rc 'keys' < <(vstore rev-list --json -n 1 HEAD)
  is '["id","parents"]'
  run vstore rev-list --json --count HEAD
  is '{"count":4}'
  run jq -rc '[.author, .count, .subjects[0]]' < <(vstore shortlog --json)
  is $'["Ada Lovelace",3,"Begin"]\n["Bob",1,"Louder"]'
  run jq -rc 'length' < <(vstore merge-base --json v1 HEAD)
  is 1
  run jq -rc '[.name, .ref, .ahead]' < <(vstore describe --json v1)
  is '["v1","refs/tags/v1",0]'
  run jq -rc '[keys, .name]' < <(vstore name-rev --json HEAD~1)
  is '[["commit","name","revision"],"tags/light~1"]'
  run jq -rc '[keys, .ref]' < <(vstore show-ref --json --branches)
  is '[["commit","id","ref"],"refs/heads/main"]'
  run jq -rc '[keys, .type]' < <(vstore for-each-ref --json refs/tags/v1)
  is '[["commit","id","ref","subject","type"],"tag"]'
  run jq -rc '[keys, .path]' < <(vstore find --json --name '*.csv')
  is '[["id","kind","path","size"],"data/a.csv"]'
  run jq -rc '[.revision, .path, .line, .text]' < <(vstore grep --json two v1)
  is '["v1","poem.txt",2,"two"]'
  run jq -rc 'keys' < <(vstore sample --json)
  is '["id","kind","path","size"]'
  run jq -rc '[.line, .original_line, .original_path, .text]' < <(vstore blame --json -L 3,3 verse.txt)
  is '[3,2,"poem.txt","TWO"]'
}

@test "shortlog -sn, by committer" {
  story
  run vstore shortlog -sn HEAD
  is $'     3\tAda Lovelace\n     1\tBob'
  run vstore shortlog -n -s --group=committer
  is "$(vstore shortlog -sc)"
  run vstore shortlog --group=month
  expect 2 "unknown group 'month'"
}

@test "log --format: layout, signs, trailers, colours, as git" {
  vstore init -q && git init -q -b main ../git
  commit_both() {
    vstore commit -qm "$1"
    GIT_DIR=../git/.git GIT_AUTHOR_NAME='Ada Lovelace' GIT_AUTHOR_EMAIL=ada@example.org GIT_AUTHOR_DATE=$VSTORE_AUTHOR_DATE \
      GIT_COMMITTER_NAME='Ada Lovelace' GIT_COMMITTER_EMAIL=ada@example.org GIT_COMMITTER_DATE=$VSTORE_COMMITTER_DATE \
      git commit -q --allow-empty -m "$1"
  }
  echo 1 >a && vstore add a && commit_both $'Déjà vu, a long subject line\n\nA body whose lines are to be wrapped, as they are\nrather long.\n\n- a list\n\nReviewed-by: Bob <b@example.org>\nSigned-off-by: Ada\n  Lovelace'
  echo 2 >a && vstore add a && at_minute 5 && commit_both 'No body'
  local format
  for format in '%an|%aN|%al|%aL|%ae|%ad|%aD|%ai|%aI|%as|%at|%ar' '%cn|%cD|%cs|%ah' '%s|%f|%e|%N|%m|%%|%x41' '%b%n--%n%B' '%+b|' '%-b%s' '% b|' \
    '%+s%+b' '%<(40)%s|' '%<(10,trunc)%s|' '%<(10,ltrunc)%s|' '%<(11,mtrunc)%s|' '%>(40)%s|' '%>(10)%s|' '%><(40)%s|' '%s %<|(50)%an|' \
    'xx   %>>(16)%an|' '%w(30,2,4)%s%n%b' '%w(20)%b' '%w(0,4,8)%b' '%w(30,2)%s%w()%n%b' '%(trailers)' '%(trailers:only)' '%(trailers:unfold)' \
    '%(trailers:key=Reviewed-by,valueonly)' '%(trailers:separator=%x2C ,keyonly)' '%(trailers:key_value_separator==,only,unfold)' \
    '%C(always,bold red blue)%s%C(always,reset)' '%C(always,#102030)x%C(always,200)y%C(always,brightgreen ul)z' '%Cred%s%Creset' '%C(auto)%s' \
    '%q|%<(x)|%(none)|%' '%gd|%gs|%G?|%GS' '%<(20)%C(always,red)%s%C(always,reset)|' format:%s tformat:%s; do
    diff <(git --git-dir=../git/.git log --format="$format") <(vstore log --format="$format") || { echo "format $format"; return 1; }
  done
}

@test "grep: several patterns, context, parts of lines, as git" {
  vstore init -q && git init -q -b main ../git
  seq 40 >a && printf 'alpha beta\nbeta\n\nalpha\n' >b && mkdir d && seq 5 9 >d/c && printf 'x\0alpha\n' >bin
  vstore add . && vstore commit -qm one
  git --git-dir=../git/.git --work-tree=. add -- a b d bin && git --git-dir=../git/.git -c user.name=A -c user.email=a@b commit -qm one
  local options
  for options in '-e alpha -e 7 HEAD' '-n -A1 7 HEAD' '-B2 -n 7 HEAD' '-C1 7 HEAD' '-A2 -B1 beta HEAD' '-h 7 HEAD' '-L alpha HEAD' '-c -m2 1 HEAD' \
    '-m 3 -n 1 HEAD' '-o -E [0-9]5 HEAD' '-on -E a[a-z] HEAD' '-l -e beta -e 39 HEAD' '-v -C1 -n -E [0-9] HEAD' '-hn 7 HEAD -- d' '-w -o beta HEAD'; do
    # shellcheck disable=SC2086
    diff <(git --git-dir=../git/.git grep $options) <(vstore grep $options) || { echo "options $options"; return 1; }
  done
  echo 'alpha staged' >b && vstore add b
  run vstore grep --cached staged
  is 'b:alpha staged'
  run vstore grep --cached staged HEAD
  expect 2
  run vstore grep
  expect 2 'missing argument: PATTERN'
}

@test "log --format: newlines taken away before a text that is wrapped" {
  vstore init -q && echo 1 >a && vstore add a && vstore commit -qm 'Only a subject'
  run vstore log --format='%s%n%n%w(30,2)%-b%an'
  is 'Only a subject  Ada Lovelace'
}

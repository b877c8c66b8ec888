load helper

# One of each: staged new, changed, deleted, renamed; changed after staging; untracked; ignored.
everything() {
  vstore init -q
  for f in changed deleted renamed both gone; do echo "content of $f" >$f; done
  echo '*.log' >.vstoreignore
  vstore add . && vstore commit -qm first
  echo more >>changed && rm deleted && echo new >new && mv renamed moved && echo 1 >>both
  vstore add -A
  echo 2 >>both && rm gone
  mkdir dir && echo u >dir/untracked && echo i >noise.log
}

@test "status --short and --porcelain" {
  everything
  run vstore status -s
  is $'MM both\nM  changed\nD  deleted\n D gone\nR  renamed -> moved\nA  new\n?? dir/'
  local text=$output
  run vstore status --porcelain
  is "$text"
  run vstore status --porcelain -b --ignored -uall
  is $'## main\n'"${text%$'\n'*}"$'\n?? dir/untracked\n!! noise.log'
  run vstore status --porcelain=v7
  expect 2 'unknown porcelain version'
}

@test "status, the long text" {
  everything
  run vstore status --ignored
  expect 0 'On branch main' 'Changes to be committed:' $'\tmodified:   changed' $'\tdeleted:    deleted' \
    $'\trenamed:    renamed -> moved' $'\tnew file:   new' 'Changes not staged for commit:' \
    $'\tdeleted:    gone' 'Untracked files:' $'\tdir/' 'Ignored files:' $'\tnoise.log'
}

@test "status -z: NUL at the ends, paths as they are, the old name after the new" {
  everything
  vstore status -z | tr '\0' '\n' >../out
  run cat ../out
  is $'MM both\nM  changed\nD  deleted\n D gone\nR  moved\nrenamed\nA  new\n?? dir/'
}

@test "status -u and its modes" {
  everything
  run vstore status -s -uno
  lacks '??'
  run vstore status -s -u
  expect 0 '?? dir/untracked'
  run vstore status -s --untracked-files=normal
  expect 0 '?? dir/'
  run vstore status -usome
  expect 2 "unknown mode 'some'"
}

@test "status --json says the same" {
  everything
  vstore status --json --ignored >../out.json
  python3 - ../out.json <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["branch"] == "main" and len(d["head"]) == 64 and d["base_moved"] is False and d["problems"] == []
got = {e["path"]: (e["staged"], e["unstaged"]) for e in d["entries"]}
assert got == {"both": ("modified", "modified"), "changed": ("modified", "none"), "deleted": ("deleted", "none"),
               "gone": ("none", "deleted"), "moved": ("renamed", "none"), "new": ("added", "none"),
               "dir/": ("none", "untracked"), "noise.log": ("none", "ignored")}, got
assert [e["old_path"] for e in d["entries"] if "old_path" in e] == ["renamed"]
END
}

@test "status shows paths as seen from here, porcelain from the root" {
  two_commits
  echo 3 >a.txt && echo 3 >>data/b.csv
  cd data
  run vstore status -s
  is $' M ../a.txt\n M b.csv'
  run vstore status --porcelain
  is $' M a.txt\n M data/b.csv'
  run vstore status -s .
  is ' M b.csv'
}

@test "status before the first commit and on a detached HEAD" {
  vstore init -q
  run vstore status
  is $'On branch main\n\nNo commits yet\n\nnothing to commit (create/copy files and use "vstore add" to track)'
  echo x >f
  vstore add f
  run vstore status -sb
  is $'## No commits yet on main\nA  f'
  vstore commit -qm x
  vstore checkout -q --detach
  run vstore status
  expect 0 'HEAD detached at '
  run vstore status -sb
  is '## HEAD (no branch)'
}

@test "a change that keeps size and time is noticed" {
  vstore init -q
  echo one >f
  vstore add f && vstore commit -qm x
  touch -r f stamp
  echo two >f && touch -r stamp f && rm stamp
  run vstore status -s
  is ' M f'
}

@test "mode and type changes" {
  vstore init -q
  echo x >f && echo y >g
  vstore add . && vstore commit -qm x
  chmod +x f && rm g && ln -s f g
  run vstore status -s
  is $' M f\n T g'
}

@test "status -s and --porcelain quote names with spaces, -z does not" {
  vstore init -q
  echo 1 >'x y' && vstore add . && vstore commit -qm x
  vstore mv 'x y' 'p -> q'
  echo 2 >'sp ace' && echo 3 >'qu"ote d'
  for format in -s --porcelain; do
    run vstore status $format
    is $'R  "x y" -> "p -> q"\n?? "qu\\"ote d"\n?? "sp ace"'
  done
  vstore status -z | tr '\0' '\n' >../out
  run cat ../out
  is $'R  p -> q\nx y\n?? qu"ote d\n?? sp ace'
}

@test "HEAD detached at a tag: its name" {
  two_commits
  vstore tag v1 HEAD~ && vstore tag -m note v2
  vstore checkout -q v1
  run vstore status
  expect 0 $'HEAD detached at v1\n'
  run vstore branch
  expect 0 '* (HEAD detached at v1)'
  vstore checkout -q v2
  run vstore status
  expect 0 $'HEAD detached at v2\n'
}

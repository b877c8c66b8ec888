# Each shape in docs/json.md, checked with jq: the fields that are there, in whatever order, and no others.
load helper

# shape JQ-PROGRAM FIELDS: the keys of what the program selects from stdin.
shape() { jq -rc "$1 | keys_unsorted | sort | join(\" \")" | sort -u; }

history() {
  two_commits
  vstore tag v1 HEAD~ && vstore tag -m 'a release' v2
}

@test "commit --json" {
  vstore init -q && echo 1 >f && vstore add f
  run vstore commit -m first --json
  [[ $(jq -r .commit <<<"$output") == $(vstore rev-parse HEAD) ]]
  [[ $(jq -c '[.branch,.parents,.added,.modified,.deleted,.bytes_before,.bytes_after]' <<<"$output") == '["main",[],1,0,0,0,2]' ]]
}

@test "log --json: commits" {
  history
  run shape . < <(vstore log --json)
  is 'author author_time commit_time committer id message meta parents refs tree'
  run shape . < <(vstore log --json --stat)
  is 'author author_time changes commit_time committer id message meta parents refs tree'
  run jq -r '[.message, .author_time, (.parents | length), (.refs | join(","))] | @tsv' < <(vstore log --json)
  is $'second\\n\t2026-05-01T12:01:00+02:00\t1\tHEAD,refs/heads/main,refs/tags/v2\nfirst\\n\t2026-05-01T12:00:00+02:00\t0\trefs/tags/v1'
  run shape .author < <(vstore log --json)
  is 'email name'
}

@test "log --json: meta values" {
  vstore init -q && echo x >f && vstore add f && vstore commit -qm x --meta source=api
  run jq -r .meta.source < <(vstore log --json)
  is api
}

@test "diff --json: changes" {
  history
  vstore mv a.txt b.txt && vstore commit -qam third
  run shape . < <(vstore diff --json HEAD~2 HEAD~)
  is 'after before path shared_bytes status'
  run shape . < <(vstore diff --json HEAD~ HEAD)
  is 'after before old_path path shared_bytes similarity status'
  run jq -rc '[.status, .old_path, .path, .similarity, .shared_bytes == .after.size]' < <(vstore diff --json HEAD~ HEAD)
  is '["renamed","a.txt","b.txt",100,true]'
  run shape .after < <(vstore diff --json HEAD~2 HEAD~)
  is 'id kind size'
  echo new >new && vstore add new
  run jq -rc '[.status, .before, .shared_bytes]' < <(vstore diff --json --staged)
  is '["added",null,null]'
}

@test "paths that are not UTF-8 come in base64 too" {
  vstore init -q && echo x >$'caf\xe9' && vstore add .
  run jq -r .path_base64 < <(vstore diff --staged --json)
  is 'Y2Fm6Q=='
}

@test "show --json: commits, tags, directories, files" {
  history
  run shape . < <(vstore show --json v2 | head -1)
  is 'message name tag tagger target target_type time'
  run jq -r '.changes | length' < <(vstore show --json v2 | tail -1)
  is 2
  run jq -c '[.path, [.entries[].name]]' < <(vstore show --json HEAD:)
  is '["",["a.txt","data/"]]'
  run shape . < <(vstore show --json HEAD:a.txt)
  is 'id kind path size'
}

@test "ls, du, cat-file, hash-object, rev-parse, ls-files --json" {
  history
  run jq -rc 'select(.kind == "file") | keys' < <(vstore ls --json)
  is '["id","kind","path","size"]'
  run jq -c 'select(.kind == "directory") | [.path, .size, .files, (keys | length)]' < <(vstore ls --json)
  is '["data",8,1,4]'
  run vstore du --json
  is $'{"path":"data","bytes":8,"files":1}\n{"path":"","bytes":12,"files":2}'
  run shape . < <(vstore cat-file --json HEAD)
  is 'id size type'
  [[ $(vstore cat-file --json -t HEAD)$(vstore --json cat-file -s HEAD) == "$(vstore cat-file --json HEAD)$(vstore cat-file --json HEAD)" ]]
  run vstore cat-file --json -p HEAD
  expect 2 "--json gives an object's type and size" 'hint: '
  run jq -rc '[.path, (.id | length)]' < <(vstore hash-object --stdin --json a.txt <a.txt)
  is $'[null,64]\n["a.txt",64]'
  run jq -c '[.revision, .type, .ref, .excluded]' < <(vstore rev-parse --json v2 v1..HEAD)
  is $'["v2","tag","refs/tags/v2",false]\n["HEAD","commit","HEAD",false]\n["v1","commit","refs/tags/v1",true]'
  run jq -c '[.path, .state, .kind, .size]' < <(vstore ls-files --json)
  is $'["a.txt","cached","file",4]\n["data/b.csv","cached","file",8]'
  echo y >>a.txt && echo u >u
  run vstore ls-files -m -o --json
  is $'{"path":"a.txt","state":"modified"}\n{"path":"u","state":"untracked"}'
}

@test "status, branch and tag --json" {
  history
  run shape . < <(vstore status --json)
  is 'base_moved branch entries head merge nothing_checked_out problems'
  run shape '.[]' < <(vstore branch --json)
  is 'commit current name ref'
  run shape '.[]' < <(vstore tag --json)
  is $'annotated commit message name ref tag tagger time\nannotated commit name ref'
}

@test "config and version --json" {
  vstore init -q && vstore config user.name Ada
  run shape '.[]' < <(vstore config --list --json)
  is 'file key value'
  run jq -rc 'map([.key, .value])' < <(vstore config --json user.name)
  is '[["user.name","Ada"]]'
  run vstore config --json user.nothing
  expect 1
  is '[]'
  run shape . < <(vstore version --json)
  is version
}

@test "fsck --json" {
  history
  run shape . < <(vstore fsck --json)
  is 'bytes bytes_stored complete damage frames generation notes objects operations packs refs sound'
  printf X | dd of=.vstore/format bs=1 seek=3 conv=notrunc status=none
  run shape '.damage[]' < <(vstore fsck --json)
  is 'file hits hits_total kind object type what'
  run jq -rc '[.sound, .damage[0].kind, .damage[0].file]' < <(vstore fsck --json)
  is '[false,"format","format"]'
  run shape . < <(vstore fsck --repair --json)
  is 'actions after before generation_lost lost moved objects_healed objects_salvaged sound'
}

@test "backup --json" {
  history
  run jq -c '[.created, .up_to_date, .packs_kept]' < <(vstore backup --json ../copy)
  is '[true,false,0]'
  run shape . < <(vstore backup --json ../copy)
  is 'bytes_copied created generation packs_copied packs_kept up_to_date'
}

@test "gc, hold, stats and du --unique" {
  history
  run shape . < <(vstore gc --json)
  is 'bytes_after bytes_before changed chunks_cooled commits_removed dry_run leftovers_removed operations_expired operations_kept packs_after packs_before packs_rewritten removed'
  run shape . < <(vstore gc --json --dry-run)
  is 'bytes_after bytes_before changed chunks_cooled commits_removed dry_run leftovers_removed operations operations_expired operations_kept packs_after packs_before packs_rewritten refs removed'
  run shape '.refs[]' < <(vstore gc --json --dry-run)
  is 'bytes id objects ref stored_bytes'
  run shape '.operations[]' < <(vstore gc --json --dry-run)
  is 'bytes command id objects stored_bytes'
  vstore hold add keep v1
  run shape '.[]' < <(vstore hold list --json)
  is 'commit name ref'
  run shape . < <(vstore stats --json)
  is 'compression_ratio dedup_ratio frames garbage_bytes objects pack_bytes packs version_bytes versions'
  run shape '.objects[], .frames[]' < <(vstore stats --json | jq '.frames |= with_entries(.value |= del(.frames)) | .objects |= with_entries(.value |= del(.objects))')
  is 'bytes stored_bytes'
  run shape . < <(vstore du --unique --json v1)
  is 'bytes objects revision stored_bytes'
}

@test "cherry-pick, stash list and put --json" {
  history
  vstore switch -q -c other HEAD~1
  run shape . < <(vstore cherry-pick --json main)
  is 'commits conflicts head outcome stopped_at'
  echo changed >a.txt && vstore stash -q
  run shape . < <(vstore stash list --json)
  is 'commit message name ref time'
  run shape . < <(echo x | vstore put --json fresh:x)
  is 'before changed commit ref'
}

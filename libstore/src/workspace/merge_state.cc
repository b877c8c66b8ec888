// workspace/merge_state.cc - the refs below workspaces/<id>/merge/.
//
//  1. `state` is there while anything is pending; all are written and cleared together.
//  2. `base`, `ours` and `theirs` hold nothing but unresolved paths, so the union of their keys is the list of
//     conflicts. Each is a part of a whole snapshot: no path in it stands above another.
#include "workspace/merge_state.h"

#include <algorithm>
#include <array>
#include <map>

#include "history/whole_file.h"

namespace vstore {
namespace {

struct KindName {
  MergeKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 6> kKinds{{{MergeKind::merge, "merge"},
                                          {MergeKind::squash, "squash"},
                                          {MergeKind::cherry_pick, "cherry-pick"},
                                          {MergeKind::revert, "revert"},
                                          {MergeKind::rebase, "rebase"},
                                          {MergeKind::apply, "apply"}}};

MergeKind kind_from(const std::string& name) {
  for (const KindName& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  throw Error(ErrorCode::unsupported, "a merge of the unknown kind '" + name + "' is under way",
              "finish it with the vstore that began it");
}

Id tree_at(const Workspace::Impl& ws, const Snapshot& snapshot, std::string_view name) {
  const auto value = snapshot.ref(ws.ref(name));
  return value ? value->id : empty_tree_id();
}

std::string field(const Tree& fields, std::string_view name) {
  const auto entry = fields.get(name);
  return entry ? read_whole(fields.reader(), entry->id) : std::string();
}

Entry text_entry(Transaction& txn, std::string_view text) {
  return {Kind::file, text.size(), write_whole(txn, txn, text)};
}

constexpr std::string_view setting_prefix = "setting/";

Id encode_fields(Transaction& txn, const MergeState& state) {
  TreeBuilder fields(txn);
  fields.add("kind", text_entry(txn, to_string(state.kind)));
  fields.add("message", text_entry(txn, state.message));
  for (const auto& [name, value] : state.settings) {
    fields.add(std::string(setting_prefix) + name, text_entry(txn, value));
  }
  return fields.finish();
}

std::map<std::string, std::string> decode_settings(const Tree& fields) {
  std::map<std::string, std::string> settings;
  for (TreeCursor at = fields.seek(setting_prefix); at.valid() && at.key().starts_with(setting_prefix); at.next()) {
    const std::string key(at.key());
    settings[key.substr(setting_prefix.size())] = field(fields, key);
  }
  return settings;
}

/// "merge/todo/000001": refs, so that the commits stay as long as somebody waits for them.
std::string todo_name(std::size_t n) {
  std::string number = std::to_string(n);
  return "merge/todo/" + std::string(6 - std::min<std::size_t>(6, number.size()), '0') + number;
}

void set(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot, std::string_view name,
         std::optional<RefValue> value) {
  const std::string ref = ws.ref(name);
  txn.set_ref(ref, snapshot.ref(ref), std::move(value));
}

/// Makes `refs` all that there is below merge/.
void replace_refs(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot,
                  const std::map<std::string, RefValue>& refs) {
  for (const Ref& old : snapshot.refs(ws.ref("merge/"))) {
    if (!refs.contains(old.name)) txn.set_ref(old.name, old.value, std::nullopt);
  }
  for (const auto& [name, value] : refs) txn.set_ref(name, snapshot.ref(name), value);
}

/// Walks the three maps in step.
class ConflictCursor {
 public:
  ConflictCursor(const Snapshot& snapshot, const MergeState& state)
      : sides_{snapshot.tree(state.base).begin(), snapshot.tree(state.ours).begin(),
               snapshot.tree(state.theirs).begin()} {}

  std::optional<UnresolvedPath> next() {
    std::string_view first;
    bool any = false;
    for (const TreeCursor& side : sides_) {
      if (side.valid() && (!any || side.key() < first)) first = side.key();
      any |= side.valid();
    }
    if (!any) return std::nullopt;
    UnresolvedPath path{std::string(first), false, false, false};
    path.base = take(sides_[0], path.path);
    path.ours = take(sides_[1], path.path);
    path.theirs = take(sides_[2], path.path);
    return path;
  }

 private:
  static bool take(TreeCursor& side, const std::string& key) {
    if (!side.valid() || side.key() != key) return false;
    side.next();
    return true;
  }
  std::array<TreeCursor, 3> sides_;
};

Tree tree_of(const Workspace::Impl& ws, const ObjectReader& reader, const RefLookup& refs, std::string_view name) {
  const auto value = refs(ws.ref(name));
  return Tree(reader, value ? value->id : empty_tree_id());
}

using Edits = std::map<std::string, std::optional<Entry>>;

Id edited(const Tree& tree, ObjectWriter& writer, const Edits& edits) {
  if (edits.empty()) return tree.root();
  auto at = edits.begin();
  return edit_tree(tree, writer, [&]() -> std::optional<TreeEdit> {
    if (at == edits.end()) return std::nullopt;
    TreeEdit edit{at->first, at->second};
    ++at;
    return edit;
  });
}

Id without(Transaction& txn, const Id& root, const std::vector<std::string>& paths) {
  auto at = paths.begin();
  return edit_tree(Tree(txn, root), txn, [&]() -> std::optional<TreeEdit> {
    if (at == paths.end()) return std::nullopt;
    return TreeEdit{*at++, std::nullopt};
  });
}

}  // namespace

std::string_view to_string(MergeKind kind) {
  for (const KindName& known : kKinds) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

std::optional<MergeState> read_merge_state(const Workspace::Impl& ws, const Snapshot& snapshot) {
  const auto fields = snapshot.ref(ws.ref("merge/state"));
  if (!fields) return std::nullopt;
  const Tree tree = snapshot.tree(fields->id);
  MergeState state;
  state.kind = kind_from(field(tree, "kind"));
  state.message = field(tree, "message");
  state.settings = decode_settings(tree);
  if (const auto head = snapshot.ref(ws.ref("merge/head"))) state.other = head->id;
  if (const auto original = snapshot.ref(ws.ref("merge/original"))) state.original = original->id;
  if (const auto onto = snapshot.ref(ws.ref("merge/onto"))) state.onto = onto->id;
  if (const auto branch = snapshot.ref(ws.ref("merge/branch"))) state.branch = branch->target;
  for (const Ref& ref : snapshot.refs(ws.ref("merge/todo/"))) state.todo.push_back(ref.value.id);
  state.files = tree_at(ws, snapshot, "merge/files");
  state.base = tree_at(ws, snapshot, "merge/base");
  state.ours = tree_at(ws, snapshot, "merge/ours");
  state.theirs = tree_at(ws, snapshot, "merge/theirs");
  state.beside = tree_at(ws, snapshot, "merge/beside");
  return state;
}

std::vector<UnresolvedPath> unresolved_paths(const Snapshot& snapshot, const MergeState& state) {
  std::vector<UnresolvedPath> paths;
  ConflictCursor cursor(snapshot, state);
  while (auto path = cursor.next()) paths.push_back(std::move(*path));
  return paths;
}

PendingMerge pending_of(const Snapshot& snapshot, const MergeState& state) {
  PendingMerge pending{state.kind, state.other, state.message, {}, state.todo, state.branch, state.onto, state.settings};
  for (UnresolvedPath& path : unresolved_paths(snapshot, state))
    pending.conflicts.push_back(std::move(path.path));
  return pending;
}

void write_merge_state(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot,
                       const MergeState& state) {
  std::map<std::string, RefValue> refs;
  const auto commit = [&](std::string_view name, const std::optional<Id>& id) {
    if (id) refs.emplace(ws.ref(name), RefValue::commit(*id));
  };
  const auto tree = [&](std::string_view name, const Id& root) { refs.emplace(ws.ref(name), RefValue::tree(root)); };
  tree("merge/state", encode_fields(txn, state));
  commit("merge/head", state.other);
  commit("merge/original", state.original);
  commit("merge/onto", state.onto);
  if (state.branch) refs.emplace(ws.ref("merge/branch"), RefValue::symbolic(*state.branch));
  for (std::size_t i = 0; i < state.todo.size(); ++i) commit(todo_name(i + 1), state.todo[i]);
  tree("merge/files", state.files);
  tree("merge/base", state.base);
  tree("merge/ours", state.ours);
  tree("merge/theirs", state.theirs);
  tree("merge/beside", state.beside);
  replace_refs(ws, txn, snapshot, refs);
}

void clear_merge_state(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot) {
  replace_refs(ws, txn, snapshot, {});
}

void set_conflicts(Transaction& txn, const std::vector<MergeConflict>& conflicts, MergeState& state) {
  TreeBuilder base(txn), ours(txn), theirs(txn);
  std::map<std::string, Entry> beside;
  for (const MergeConflict& c : conflicts) {
    if (c.base) base.add(c.path, *c.base);
    if (c.ours) ours.add(c.path, *c.ours);
    if (c.theirs) theirs.add(c.path, *c.theirs);
    if (c.other_path.empty() || c.reason == ConflictReason::renamed_apart) continue;
    if (const auto entry = Tree(txn, state.files).get(c.other_path)) beside.emplace(c.other_path, *entry);
  }
  TreeBuilder kept(txn);
  for (const auto& [path, entry] : beside) kept.add(path, entry);
  state.beside = kept.finish();
  state.base = base.finish();
  state.ours = ours.finish();
  state.theirs = theirs.finish();
}

bool resolve_conflicts(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot,
                       const std::function<bool(std::string_view)>& resolved) {
  const auto state = read_merge_state(ws, snapshot);
  if (!state) return false;
  std::vector<std::string> paths;
  for (UnresolvedPath& path : unresolved_paths(snapshot, *state)) {
    if (resolved(path.path)) paths.push_back(std::move(path.path));
  }
  if (paths.empty()) return false;
  const bool all = paths.size() == unresolved_paths(snapshot, *state).size();
  if (all && state->kind == MergeKind::apply) {  // nothing is left to be remembered
    clear_merge_state(ws, txn, snapshot);
    return true;
  }
  set(ws, txn, snapshot, "merge/base", RefValue::tree(without(txn, state->base, paths)));
  set(ws, txn, snapshot, "merge/ours", RefValue::tree(without(txn, state->ours, paths)));
  set(ws, txn, snapshot, "merge/theirs", RefValue::tree(without(txn, state->theirs, paths)));
  return true;
}

void demand_resolved(const WorkState& state, const MergeState& merge) {
  const auto unresolved = unresolved_paths(state.snapshot, merge);
  if (unresolved.empty()) return;
  throw Error(ErrorCode::refused, "cannot commit: '" + unresolved.front().path + "' is in conflict" +
                                      (unresolved.size() > 1 ? ", and " + std::to_string(unresolved.size() - 1) + " more" : ""),
              "mend the files and mark them with 'vstore add' or 'vstore rm'; 'vstore status' lists them");
}

void credit(const Snapshot& snapshot, const MergeState& merge, Commit& commit) {
  if ((merge.kind != MergeKind::cherry_pick && merge.kind != MergeKind::rebase) || !merge.other) return;
  const Commit picked = snapshot.commit(*merge.other);
  commit.author = picked.author;
  commit.author_time = picked.author_time;
  if (commit.meta.empty()) commit.meta = picked.meta;
}

Id stage_with_conflicts(const Workspace::Impl& ws, const ObjectReader& reader, ObjectWriter& writer, const RefLookup& refs) {
  const Tree files = tree_of(ws, reader, refs, "merge/files");
  Edits edits;
  for (const std::string_view side : {"merge/base", "merge/ours", "merge/theirs"}) {
    const Tree paths = tree_of(ws, reader, refs, side);
    for (TreeCursor at = paths.begin(); at.valid(); at.next()) edits[std::string(at.key())] = files.get(at.key());
  }
  return edited(tree_of(ws, reader, refs, "stage"), writer, edits);
}

Id written_files(const Workspace::Impl& ws, const ObjectReader& reader, ObjectWriter& writer, const RefLookup& refs) {
  const Tree stage(reader, stage_with_conflicts(ws, reader, writer, refs));
  const Tree beside = tree_of(ws, reader, refs, "merge/beside");
  Edits edits;
  for (TreeCursor at = beside.begin(); at.valid(); at.next()) {
    if (!stage.get(at.key())) edits[std::string(at.key())] = at.entry();
  }
  return edited(stage, writer, edits);
}

void demand_no_merge(const Workspace::Impl& ws, const Snapshot& snapshot, const char* what) {
  const auto state = read_merge_state(ws, snapshot);
  if (!state || (state->kind == MergeKind::squash && unresolved_paths(snapshot, *state).empty())) return;
  if (state->kind == MergeKind::apply) {
    throw Error(ErrorCode::refused, "cannot " + std::string(what) + ": files are in conflict",
                "mend them and mark them with 'vstore add' or 'vstore rm', or give them up with 'vstore reset --hard'");
  }
  const std::string kind(state->kind == MergeKind::squash ? "merge" : to_string(state->kind));
  throw Error(ErrorCode::refused, "cannot " + std::string(what) + ": a " + kind + " is not finished",
              (state->in_sequence() ? "go on with 'vstore " + kind + " --continue'" : std::string("commit it")) +
                  ", or take it back with 'vstore " + kind + " --abort'");
}

}  // namespace vstore

// history/tree_merge.cc - three-way merge of snapshots, as edits of ours.
//
// One walk over what differs from the base. What only they changed is an edit at once; what both changed in
// different ways waits: first for renames (a file deleted here and changed there may have moved), then for its
// contents to be merged. The result is ours with the edits, so its cost is that of the changes.
//
//  1. `edits_` ascend and hold only what needs no decision; `decided_` overrides them.
//  2. A path that stands above another in the result ("a" and "a/x", rule 21 of protocol.md) can only come from
//     two different sides, and each of the two differs from the base: a snapshot has no such pair, and what
//     one side left alone the other has replaced. So looking at the walk's own keys finds all of them. An
//     empty directory gives way to what stands in it; a file gets another name, as in git.
//  3. `files` holds every version that a conflict is about: nothing is lost by it.
#include "history/tree_merge.h"

#include <algorithm>
#include <map>

#include "history/entry_merge.h"
#include "history/merge_renames.h"
#include "tree/key_order.h"
#include "tree/merge_walk.h"

namespace vstore {
namespace {

using Edits = std::map<std::string, std::optional<Entry>>;

class TreeMerger {
 public:
  TreeMerger(const ObjectReader& reader, ObjectWriter& writer, const Id& base, const Id& ours, const Id& theirs,
             const MergeOptions& options, unsigned depth)
      : reader_(reader),
        writer_(writer),
        base_(reader, base),
        ours_(reader, ours),
        theirs_(reader, theirs),
        options_(options),
        depth_(depth) {}

  TreeMerge run() {
    collect();
    if (options_.find_renames) join_renames();
    for (const MergeItem& item : open_) resolve(item);
    for (const auto& [upper, lower] : clashes_) clear(upper, lower);
    write();
    return std::move(result_);
  }

 private:
  void collect() {
    MergeWalk walk(base_, ours_, theirs_);
    while (auto item = walk.next()) {
      if (survives(*item)) note_clash(item->key);
      both_deleted_ |= item->base && !item->ours && !item->theirs;
      if (item->stands()) continue;
      if (item->only_theirs()) edits_.push_back({std::move(item->key), item->theirs});
      else open_.push_back(std::move(*item));
    }
    result_.nodes_read = walk.nodes_read();
  }

  static bool survives(const MergeItem& item) {
    if (item.stands()) return item.ours.has_value();
    return item.only_theirs() ? item.theirs.has_value() : true;
  }

  void note_clash(const std::string& key) {
    const std::size_t upper = chain_.push(key, shared_prefix(last_, key));
    if (upper > 0) clashes_.emplace_back(key.substr(0, upper), key);
    else last_ = key;
  }

  /// A file that one side moved and the other changed is merged where it lies now.
  void join_renames() {
    const bool deleted_and_changed = std::any_of(open_.begin(), open_.end(), [](const MergeItem& item) {
      return !item.ours || !item.theirs || !item.base;
    });
    if (!deleted_and_changed && !both_deleted_) return;
    const MergeRenames renames(reader_, base_, ours_, theirs_);
    for (MergeItem& item : open_) {
      std::optional<MergeItem> moved = renames.moved(item);
      if (!moved) continue;
      if (moved->key != item.key) decided_[item.key] = std::nullopt;
      item = std::move(*moved);
    }
    std::erase_if(open_, [&](const MergeItem& item) { return join_collision(renames, item); });
    if (depth_ > 0) return;
    for (const MergeRenames::Deleted& gone : renames.deleted()) {
      const ConflictReason reason = gone.by_us ? ConflictReason::deleted_by_us : ConflictReason::deleted_by_them;
      conflict({gone.to, {}, reason, base_.get(gone.from), ours_.get(gone.to), theirs_.get(gone.to)});
    }
    for (const MergeRenames::Apart& apart : renames.apart()) {
      conflict({apart.ours, apart.theirs, ConflictReason::renamed_apart, base_.get(apart.from), ours_.get(apart.ours),
                theirs_.get(apart.theirs)});
    }
  }

  /// A file that one side moved to where the other added one takes the other's changes along, and meets it there.
  bool join_collision(const MergeRenames& renames, const MergeItem& item) {
    const auto found = renames.collision(item);
    if (!found) return false;
    const auto there = std::find_if(open_.begin(), open_.end(), [&](const MergeItem& other) { return other.key == found->to; });
    if (there == open_.end()) return false;
    std::optional<Entry>& moved = found->we_moved ? there->ours : there->theirs;
    MergeItem along = item;
    (found->we_moved ? along.ours : along.theirs) = moved;
    moved = merge_entries(reader_, writer_, along, options_, depth_).file;
    decided_[item.key] = std::nullopt;
    return true;
  }

  void resolve(const MergeItem& item) {
    EntryMerge merged = merge_entries(reader_, writer_, item, options_, depth_);
    if (merged.merged_text) result_.merged_texts.push_back(item.key);
    decided_[item.key] = merged.file;
    if (!merged.reason) return;
    MergeConflict found{item.key, {}, *merged.reason, item.base, item.ours, item.theirs};
    if (merged.other) {
      found.other_path = free_name(item.key, options_.theirs_label);
      decided_[found.other_path] = merged.other;
    }
    conflict(std::move(found));
  }

  void conflict(MergeConflict&& found) { result_.conflicts.push_back(std::move(found)); }

  // -------------------------------------------------------------------------- "a" beside "a/x" --

  void clear(const std::string& upper, const std::string& lower) {
    const std::optional<Entry> above = merged(upper);
    if (!above || !merged(lower)) return;
    decided_[upper] = std::nullopt;
    if (above->kind == Kind::empty_directory) return;
    const bool is_ours = ours_.get(upper).has_value();
    if (depth_ > 0) return;  // a base can do without it
    const std::string name = free_name(upper, is_ours ? options_.ours_label : options_.theirs_label);
    decided_[name] = above;
    move_conflict(upper, name, above, is_ours);
  }

  void move_conflict(const std::string& from, const std::string& to, const std::optional<Entry>& file, bool is_ours) {
    for (MergeConflict& known : result_.conflicts) {
      if (known.path == from) {
        known.path = to;
        return;
      }
    }
    conflict({to, {}, ConflictReason::directory_in_place, {}, is_ours ? file : std::nullopt, is_ours ? std::nullopt : file});
  }

  /// What the result has at a path, as far as it is decided.
  std::optional<Entry> merged(const std::string& key) const {
    if (const auto at = decided_.find(key); at != decided_.end()) return at->second;
    const auto at = std::lower_bound(edits_.begin(), edits_.end(), key,
                                     [](const TreeEdit& edit, const std::string& k) { return edit.key < k; });
    if (at != edits_.end() && at->key == key) return at->entry;
    return ours_.get(key);
  }

  /// "path~label", or "path~label_0" and so on.
  std::string free_name(const std::string& path, std::string label) const {
    std::replace(label.begin(), label.end(), '/', '_');
    const std::string name = path + "~" + label;
    const auto taken = [&](const std::string& candidate) {
      return merged(candidate) || ours_.get(candidate) || theirs_.get(candidate) || ours_.has_directory(candidate) ||
             theirs_.has_directory(candidate);
    };
    if (!taken(name)) return name;
    for (unsigned n = 0;; ++n) {
      if (const std::string numbered = name + "_" + std::to_string(n); !taken(numbered)) return numbered;
    }
  }

  // ----------------------------------------------------------------------------------- result --

  void write() {
    std::sort(result_.conflicts.begin(), result_.conflicts.end(),
              [](const MergeConflict& a, const MergeConflict& b) { return a.path < b.path; });
    result_.files = edited(decided_);
    if (result_.conflicts.empty()) {
      result_.stage = result_.files;
      return;
    }
    Edits staged = decided_;
    for (const MergeConflict& c : result_.conflicts) {
      if (!c.other_path.empty()) staged[c.other_path] = std::nullopt;
      staged[c.path] = ours_.get(c.path);
    }
    result_.stage = edited(staged);
  }

  /// Ours with `edits_` and `over`, which wins.
  Id edited(const Edits& over) {
    auto a = edits_.begin();
    auto b = over.begin();
    return edit_tree(ours_, writer_, [&]() -> std::optional<TreeEdit> {
      if (a == edits_.end() && b == over.end()) return std::nullopt;
      if (b == over.end() || (a != edits_.end() && a->key < b->first)) return *a++;
      if (a != edits_.end() && a->key == b->first) ++a;
      TreeEdit edit{b->first, b->second};
      ++b;
      return edit;
    });
  }

  const ObjectReader& reader_;
  ObjectWriter& writer_;
  const Tree base_, ours_, theirs_;
  const MergeOptions& options_;
  const unsigned depth_;

  std::vector<TreeEdit> edits_;
  std::vector<MergeItem> open_;
  bool both_deleted_ = false;
  Edits decided_;
  PrefixChain chain_;
  std::string last_;
  std::vector<std::pair<std::string, std::string>> clashes_;
  TreeMerge result_;
};

}  // namespace

TreeMerge merge_trees_at(const ObjectReader& reader, ObjectWriter& writer, const Id& base, const Id& ours,
                         const Id& theirs, const MergeOptions& options, unsigned depth) {
  return TreeMerger(reader, writer, base, ours, theirs, options, depth).run();
}

TreeMerge merge_trees(const ObjectReader& reader, ObjectWriter& writer, const Id& base, const Id& ours,
                      const Id& theirs, const MergeOptions& options) {
  return merge_trees_at(reader, writer, base, ours, theirs, options, 0);
}

}  // namespace vstore

// Pass 5: whom does the damage hit? Walks from the refs, then through their history, then through the
// operations, into those subtrees only that hold something damaged. What a newer version was named for is not
// named again for the older ones that share it.
#include <unordered_map>
#include <unordered_set>

#include "store/fsck_run.h"
#include "tree/list_node.h"
#include "tree/tree_node.h"

namespace vstore {
namespace {

std::string short_name(std::string_view ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  }
  return std::string(ref);
}

class Hits {
 public:
  Hits(FsckRun& run, const Snapshot& snapshot) : run_(run), snapshot_(snapshot) {
    for (Damage& damage : run.report.damage) {
      if (damage.object) bad_[*damage.object].push_back(&damage);
    }
  }

  bool nothing_to_find() const { return bad_.empty(); }

  void visit_refs(const Id& view, const std::string& of_operation) {
    if (!tainted_view(view, of_operation)) return;
    for (auto cursor = snapshot_.tree(view).begin(); cursor.valid(); cursor.next())
      visit_ref(of_operation + short_name(cursor.key()), cursor.entry(), of_operation.empty());
  }

  void visit_history() {
    while (!pending_.empty()) {
      const auto [commit, ref] = pending_.back();
      pending_.pop_back();
      visit_commit(commit, commit.abbrev(), ref);
    }
  }

  void visit_operations() {
    Id next = snapshot_.operation();
    for (bool newest = true; !next.is_null(); newest = false) {
      run_.check_cancelled();
      const std::string label = "operation " + next.abbrev();
      if (hit(next, label) || !snapshot_.find(next)) return;
      if (!newest) visit_refs(snapshot_.operation(next).view, label + ": ");
      visit_history();
      const std::vector<Id> parents = snapshot_.parents(next);
      next = parents.empty() ? Id{} : parents.front();
    }
  }

 private:
  bool is_bad(const Id& id) const { return bad_.contains(id); }

  /// Notes that `label` needs `id`; false if nothing is wrong with it.
  bool hit(const Id& id, const std::string& label) {
    const auto found = bad_.find(id);
    if (found == bad_.end()) return false;
    for (Damage* damage : found->second) {
      if (damage->hits.size() < run_.options.hits_max) damage->hits.push_back(label);
      ++damage->hits_total;
    }
    return true;
  }

  /// Whether the view can be walked; a view that cannot is a hit of its own.
  bool tainted_view(const Id& view, const std::string& of_operation) {
    if (!views_.insert(view).second) return false;
    if (!tainted_node(view)) return true;
    visit_node(view, of_operation.empty() ? "the refs" : of_operation + "the refs", {});
    return false;
  }

  void visit_ref(const std::string& label, const Entry& entry, bool is_tip) {
    if (entry.kind == Kind::ref_symbolic) return void(hit(entry.id, label));
    if (entry.kind == Kind::ref_tree) return visit_tree(entry.id, label);
    Id commit = entry.id;
    if (entry.kind == Kind::ref_tag) {
      const auto target = tag_target(entry.id, label);
      if (!target) return;
      commit = *target;
    }
    tip_ = is_tip;
    visit_commit(commit, label, label);
    tip_ = false;
  }

  std::optional<Id> tag_target(const Id& id, const std::string& label) {
    if (hit(id, label) || !snapshot_.find(id)) return std::nullopt;
    const Tag tag = snapshot_.tag(id);
    if (tag.target_type == ObjectType::tag) return tag_target(tag.target, label);
    if (tag.target_type == ObjectType::commit) return tag.target;
    if (tag.target_type == ObjectType::tree)
      visit_tree(tag.target, label);
    else
      hit(tag.target, label);
    return std::nullopt;
  }

  /// A tip is named once for each ref, a commit of the history once.
  void visit_commit(const Id& id, const std::string& label, const std::string& ref) {
    run_.check_cancelled();
    const bool first = commits_.insert(id).second;
    if (!first && !tip_) return;
    if (hit(id, label == ref ? label : "history of " + ref) || !snapshot_.find(id)) return;
    const Commit commit = snapshot_.commit(id);
    visit_tree(commit.tree, label);
    if (!first) return;
    for (const Id& parent : commit.parents) pending_.emplace_back(parent, ref);
  }

  void visit_tree(const Id& root, const std::string& label) {
    if (tainted_node(root)) visit_node(root, label, {});
  }

  void visit_node(const Id& id, const std::string& label, const std::string& range) {
    if (hit(id, label + range) || !snapshot_.find(id)) return;
    TreeNode node;
    load_node(snapshot_, id, node);
    for (std::size_t i = 0; i < node.count(); ++i) {
      if (node.is_leaf())
        visit_entry(node, i, label);
      else if (tainted_node(node.id(i)))
        visit_node(node.id(i), label, range_of(node, i));
    }
  }

  /// The paths below a child that cannot be read.
  static std::string range_of(const TreeNode& node, std::size_t i) {
    std::string text = " (" + std::to_string(node.totals(i).count) + " paths";
    if (i > 0) text += " after '" + std::string(node.key(i - 1)) + "'";
    return text + " up to '" + std::string(node.key(i)) + "')";
  }

  void visit_entry(const TreeNode& node, std::size_t i, const std::string& label) {
    const Entry entry = node.entry(i);
    if (entry.kind == Kind::empty_directory || !tainted_content(entry.id)) return;
    if (!tip_ && !told_.insert(std::string(node.key(i)) + '\0' + entry.id.hex()).second) return;
    if (tip_) told_.insert(std::string(node.key(i)) + '\0' + entry.id.hex());
    visit_content(entry.id, label + ":" + std::string(node.key(i)));
  }

  void visit_content(const Id& id, const std::string& label) {
    if (hit(id, label) || !is_list(id)) return;
    ListNode node;
    load_list_node(snapshot_, id, node);
    for (std::size_t i = 0; i < node.count(); ++i) {
      if (tainted_content(node.entry(i).id)) visit_content(node.entry(i).id, label);
    }
  }

  bool is_list(const Id& id) const {
    const auto info = snapshot_.find(id);
    return info && info->type == ObjectType::list;
  }

  /// Whether something damaged is in the content or below the node. Remembered for nodes, not for chunks.
  bool tainted_content(const Id& id) {
    if (is_bad(id)) return true;
    if (!is_list(id)) return false;
    return remembered(id, [&] {
      ListNode node;
      load_list_node(snapshot_, id, node);
      for (std::size_t i = 0; i < node.count(); ++i) {
        if (tainted_content(node.entry(i).id)) return true;
      }
      return false;
    });
  }

  bool tainted_node(const Id& id) {
    if (is_bad(id)) return true;
    if (!snapshot_.find(id)) return false;
    return remembered(id, [&] {
      TreeNode node;
      load_node(snapshot_, id, node);
      for (std::size_t i = 0; i < node.count(); ++i) {
        if (!node.is_leaf() ? tainted_node(node.id(i)) : tainted_content(node.id(i))) return true;
      }
      return false;
    });
  }

  template <class Find>
  bool remembered(const Id& id, Find&& find) {
    if (const auto known = tainted_.find(id); known != tainted_.end()) return known->second;
    bool result = false;
    try {
      result = find();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
    }
    tainted_.emplace(id, result);
    return result;
  }

  FsckRun& run_;
  const Snapshot& snapshot_;
  std::unordered_map<Id, std::vector<Damage*>> bad_;
  std::unordered_map<Id, bool> tainted_;
  std::unordered_set<Id> commits_;
  std::unordered_set<Id> views_;
  std::unordered_set<std::string> told_;  // path and content
  std::vector<std::pair<Id, std::string>> pending_;
  bool tip_ = false;
};

}  // namespace

void fsck_hits(FsckRun& run) {
  if (!run.root) return;
  const Snapshot snapshot(std::make_shared<const Snapshot::State>(*run.root, run.packs));
  Hits hits(run, snapshot);
  if (hits.nothing_to_find()) return;
  if (run.options.progress) run.options.progress->phase("finding what is hit", 0, 0);
  try {
    if (snapshot.find(snapshot.operation()))
      hits.visit_refs(snapshot.operation(snapshot.operation()).view, "");
    hits.visit_history();
    hits.visit_operations();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    run.note(std::string("not all that is hit could be found: ") + error.what());
  }
}

}  // namespace vstore

// A level of a tree is a list of node ids in key order. Those that the other tree has on the same level are
// dropped, with all below them; what stays is read, and its children are the next level's lists.
#include "vstore/node_diff.h"

#include <unordered_set>
#include <vector>

#include "tree/tree_node.h"

namespace vstore {
namespace {

class Side {
 public:
  Side(const Tree& tree, char sign) : reader_(tree.reader()), sign_(sign) {
    load_node(reader_, tree.root(), node_);
    level_ = node_.level();
    nodes_.push_back(
        {sign_, level_, tree.root(), node_.count() > 0 ? std::string(node_.last_key()) : "", node_.totals()});
  }

  unsigned level() const { return level_; }
  const std::vector<DifferingNode>& nodes() const { return nodes_; }

  void drop_shared(const Side& other) {
    std::unordered_set<Id> theirs;
    for (const DifferingNode& node : other.nodes_) theirs.insert(node.id);
    shared_.clear();
    for (const DifferingNode& node : nodes_) {
      if (theirs.contains(node.id)) shared_.insert(node.id);
    }
  }
  void settle() {
    std::erase_if(nodes_, [&](const DifferingNode& node) { return shared_.contains(node.id); });
  }

  /// Goes on to the children.
  void descend() {
    std::vector<DifferingNode> children;
    for (const DifferingNode& parent : nodes_) {
      load_node(reader_, parent.id, node_);
      for (std::size_t i = 0; i < node_.count(); ++i) {
        children.push_back({sign_, level_ - 1, node_.id(i), std::string(node_.key(i)), node_.totals(i)});
      }
    }
    nodes_ = std::move(children);
    --level_;
  }

 private:
  const ObjectReader& reader_;
  const char sign_;
  unsigned level_ = 0;
  std::vector<DifferingNode> nodes_;
  std::unordered_set<Id> shared_;
  TreeNode node_;
};

}  // namespace

void for_each_differing_node(const Tree& before, const Tree& after,
                             const std::function<bool(const DifferingNode&)>& visit) {
  Side from(before, '-'), to(after, '+');
  for (unsigned level = std::max(from.level(), to.level());; --level) {
    const bool both = from.level() == level && to.level() == level;
    if (both) {
      from.drop_shared(to);
      to.drop_shared(from);
      from.settle();
      to.settle();
    }
    for (Side* side : {&from, &to}) {
      if (side->level() != level) continue;
      for (const DifferingNode& node : side->nodes()) {
        if (!visit(node)) return;
      }
      if (level > 0) side->descend();
    }
    if (level == 0) return;
  }
}

}  // namespace vstore

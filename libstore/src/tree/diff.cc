// tree/diff.cc - compares two maps without reading what they share.
//
// Two walks go forward in step. Each stands before an item: an entry, or a whole subtree not yet read.
// Where both stand before the same subtree, both step over it; else the higher item is opened. Between
// two changes the walks are at the same key, and since equal entries are cut into equal nodes soon after
// a change, they meet again at subtrees that are equal, whatever the levels and shapes above them.
//
// One walk may open a subtree that the other reaches only later (when entries stand before it there).
// As long as the first has taken nothing out of it, it can still step over the whole.
#include <vector>

#include "tree/tree_node.h"
#include "vstore/tree.h"

namespace vstore {
namespace {

/// A walk over entries and unread subtrees of those keys that begin with a prefix.
class SubtreeWalk {
 public:
  SubtreeWalk(Tree tree, const std::string& prefix) : tree_(tree), prefix_(prefix) {}

  void start() {
    push(tree_.root());
    load_node(tree_.reader(), tree_.root(), top().node);
    ++nodes_read_;
    enter();
    if (top().at == top().node.count()) depth_ = 0;
    end_past_prefix();
  }

  bool done() const noexcept { return depth_ == 0; }
  /// 0: the item is an entry. n > 0: it is a subtree whose root is on level n - 1.
  unsigned height() const noexcept { return top().node.level(); }
  std::string_view key() const noexcept { return top().node.key(top().at); }
  Entry entry() const noexcept { return top().node.entry(top().at); }
  Id id() const noexcept { return top().node.id(top().at); }
  std::uint64_t nodes_read() const noexcept { return nodes_read_; }

  /// Steps over the item.
  void skip() {
    if (!top().node.key(top().at).starts_with(prefix_)) {
      depth_ = 0;  // it ended past the prefix
      return;
    }
    while (depth_ > 0 && ++top().at == top().node.count()) --depth_;
    end_past_prefix();
  }

  /// Reads the subtree before which the walk stands and goes to its first item.
  void open() {
    const Id child = id();
    push(child);
    Frame& up = frames_[depth_ - 2];
    load_child(tree_.reader(), up.node, up.at, top().node);
    ++nodes_read_;
    enter();
    end_past_prefix();
  }

  /// If the walk stands at the very beginning of an opened subtree `id` with its root on `level`: steps
  /// over that subtree.
  bool skip_opened(const Id& id, unsigned level) {
    for (std::size_t i = depth_; i-- > 1 && frames_[i].at == frames_[i].begin;) {
      if (frames_[i].node.level() != level) continue;
      if (frames_[i].id != id) return false;
      depth_ = i;
      skip();
      return true;
    }
    return false;
  }

 private:
  struct Frame {
    TreeNode node;
    Id id;
    std::size_t begin = 0;  // first item with the prefix
    std::size_t at = 0;
  };

  Frame& top() noexcept { return frames_[depth_ - 1]; }
  const Frame& top() const noexcept { return frames_[depth_ - 1]; }

  void push(const Id& id) {
    if (frames_.size() == depth_) frames_.emplace_back();
    frames_[depth_++].id = id;
  }
  void enter() noexcept { top().begin = top().at = top().node.lower_bound(prefix_); }
  void end_past_prefix() noexcept {
    if (depth_ > 0 && height() == 0 && !key().starts_with(prefix_)) depth_ = 0;
  }

  Tree tree_;
  const std::string& prefix_;
  std::vector<Frame> frames_;  // those below depth_ are only buffers
  std::size_t depth_ = 0;
  std::uint64_t nodes_read_ = 0;
};

}  // namespace

struct TreeDiff::State {
  State(Tree before, Tree after, std::string p)
      : prefix(std::move(p)), a(before, prefix), b(after, prefix) {
    if (before.root() == after.root()) return;
    a.start();
    b.start();
  }

  std::optional<TreeChange> next() {
    while (!a.done() && !b.done()) {
      if (skip_equal()) continue;
      const unsigned height = std::max(a.height(), b.height());
      if (height == 0) return take_smaller();
      const bool open_a = a.height() == height;
      const bool open_b = b.height() == height;
      if (open_a) a.open();
      if (open_b) b.open();
    }
    if (!a.done()) return drain(a, true);
    if (!b.done()) return drain(b, false);
    return std::nullopt;
  }

  bool skip_equal() {
    if (a.height() == b.height()) {
      const bool equal = a.id() == b.id() && (a.height() > 0 || (a.key() == b.key() && a.entry() == b.entry()));
      if (!equal) return false;
      a.skip();
      b.skip();
      return true;
    }
    SubtreeWalk& high = a.height() > b.height() ? a : b;
    SubtreeWalk& low = a.height() > b.height() ? b : a;
    if (!low.skip_opened(high.id(), high.height() - 1)) return false;
    high.skip();
    return true;
  }

  TreeChange take_smaller() {
    const auto order = a.key() <=> b.key();
    TreeChange change{std::string(order <= 0 ? a.key() : b.key()), {}, {}};
    if (order <= 0) change.before = a.entry();
    if (order >= 0) change.after = b.entry();
    if (order <= 0) a.skip();
    if (order >= 0) b.skip();
    return change;
  }

  std::optional<TreeChange> drain(SubtreeWalk& walk, bool is_before) {
    while (!walk.done() && walk.height() > 0) walk.open();
    if (walk.done()) return std::nullopt;
    TreeChange change{std::string(walk.key()), {}, {}};
    (is_before ? change.before : change.after) = walk.entry();
    walk.skip();
    return change;
  }

  std::string prefix;
  SubtreeWalk a;
  SubtreeWalk b;
};

TreeDiff::TreeDiff(Tree before, Tree after, std::string prefix)
    : state_(std::make_unique<State>(before, after, std::move(prefix))) {}
TreeDiff::TreeDiff(TreeDiff&&) noexcept = default;
TreeDiff::~TreeDiff() = default;

std::optional<TreeChange> TreeDiff::next() { return state_->next(); }
std::uint64_t TreeDiff::nodes_read() const noexcept {
  return state_->a.nodes_read() + state_->b.nodes_read();
}

}  // namespace vstore

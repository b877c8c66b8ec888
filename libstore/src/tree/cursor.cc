// tree/cursor.cc - walks a map: the nodes from the root to a leaf, and a position in each.
//
// The decoded nodes of the path are the only cache. Moving to the next leaf decodes it into the same
// buffers, so a walk allocates nothing.
#include <vector>

#include "tree/tree_node.h"
#include "vstore/tree.h"

namespace vstore {

struct TreeCursor::State {
  explicit State(const Tree& tree) : reader(&tree.reader()) {
    levels.resize(1);
    load_node(*reader, tree.root(), levels[0].node, &order);
    const unsigned height = levels[0].node.level();
    Level root = std::move(levels[0]);
    levels.resize(height + 1);
    levels[height] = std::move(root);
  }

  struct Level {
    TreeNode node;
    std::size_t at = 0;
    bool is_last() const noexcept { return at + 1 >= node.count(); }
  };

  const ObjectReader* reader;
  std::vector<Level> levels;  // [0] is the leaf
  KeyOrder order;             // over leaves read one after the other
  Entry entry;                // at the position

  unsigned height() const noexcept { return static_cast<unsigned>(levels.size()) - 1; }
  bool valid() const noexcept { return levels[0].at < levels[0].node.count(); }
  void settle() {
    if (valid()) entry = levels[0].node.entry(levels[0].at);
  }

  // Reads the child below the position of `level + 1`. Only leaves that follow each other are checked
  // for order across nodes.
  void load(unsigned level, bool follows) {
    if (level == 0 && !follows) order.clear();
    const Level& up = levels[level + 1];
    load_child(*reader, up.node, up.at, levels[level].node, level == 0 ? &order : nullptr);
  }

  void descend_first(unsigned level, bool follows) {
    while (level-- > 0) {
      load(level, follows);
      levels[level].at = 0;
    }
  }

  // Positions `level`, whose node must hold a key >= `key`, and everything below it.
  void descend_to(unsigned level, std::string_view key, std::size_t from) {
    levels[level].at = levels[level].node.lower_bound(key, from);
    while (level-- > 0) {
      load(level, false);
      levels[level].at = levels[level].node.lower_bound(key);
    }
  }

  void descend_nth(std::uint64_t k) {
    for (unsigned level = height();; --level) {
      Level& here = levels[level];
      here.at = 0;
      while (k >= here.node.totals(here.at).count) k -= here.node.totals(here.at++).count;
      if (level == 0) return;
      load(level - 1, false);
    }
  }

  void past_the_end() noexcept { levels[0].at = levels[0].node.count(); }

  // An upper node's positions can't be "past the end" while its leaf is valid, so the leaf alone says
  // where the walk ends.
  bool make_end_if(bool nothing_left) noexcept {
    if (nothing_left) past_the_end();
    return nothing_left;
  }
};

TreeCursor::TreeCursor(std::unique_ptr<State> state) : state_(std::move(state)) { state_->settle(); }
TreeCursor::TreeCursor(TreeCursor&&) noexcept = default;
TreeCursor& TreeCursor::operator=(TreeCursor&&) noexcept = default;
TreeCursor::TreeCursor(const TreeCursor& other) : state_(std::make_unique<State>(*other.state_)) {}
TreeCursor::~TreeCursor() = default;

TreeCursor Tree::begin() const {
  auto state = std::make_unique<TreeCursor::State>(*this);
  if (state->height() > 0) state->descend_first(state->height(), false);
  return TreeCursor(std::move(state));
}

TreeCursor Tree::seek(std::string_view key) const {
  auto state = std::make_unique<TreeCursor::State>(*this);
  const TreeNode& root = state->levels.back().node;
  if (!state->make_end_if(root.count() == 0 || root.last_key() < key)) {
    state->descend_to(state->height(), key, 0);
  }
  return TreeCursor(std::move(state));
}

TreeCursor Tree::nth(std::uint64_t k) const {
  auto state = std::make_unique<TreeCursor::State>(*this);
  if (!state->make_end_if(k >= state->levels.back().node.totals().count)) state->descend_nth(k);
  return TreeCursor(std::move(state));
}

bool TreeCursor::valid() const noexcept { return state_->valid(); }

std::string_view TreeCursor::key() const noexcept {
  return state_->levels[0].node.key(state_->levels[0].at);
}

const Entry& TreeCursor::entry() const noexcept { return state_->entry; }

void TreeCursor::next() {
  State& s = *state_;
  unsigned level = 0;
  while (level < s.height() && s.levels[level].is_last()) ++level;
  // At the end of the root, too, the leaf is left standing past its end.
  if (level > 0 && s.levels[level].is_last()) level = 0;
  ++s.levels[level].at;
  s.descend_first(level, true);
  s.settle();
}

void TreeCursor::seek_forward(std::string_view key) {
  State& s = *state_;
  if (!s.valid() || this->key() >= key) return;
  unsigned level = 0;
  while (level < s.height() && s.levels[level].node.last_key() < key) ++level;
  if (s.make_end_if(s.levels[level].node.last_key() < key)) return;
  s.descend_to(level, key, s.levels[level].at);
  s.settle();
}

}  // namespace vstore

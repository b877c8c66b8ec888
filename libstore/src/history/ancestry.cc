// history/ancestry.cc - what two commits have in common.
//
// Two colours flow from the two commits towards their ancestors, newest commits first. A commit that
// gets both is a common ancestor; what lies below it is common too, and `stale`: no better than the
// commit itself. Once only stale commits wait, nothing that matters can be found any more.
//
// That holds if no commit is older than its parents. Clocks being what they are, a wrong one may let a
// worse common ancestor through, so several are checked against each other; and counting goes on for
// a while among the stale.
#include "history/ancestry.h"

#include <algorithm>

#include "history/commit_graph.h"
#include "vstore/history.h"

namespace vstore {
namespace {

enum : std::uint32_t { kFromA = 1, kFromB = 2, kBoth = 3, kStale = 4, kResult = 8, kColours = 7 };

class Painter {
 public:
  explicit Painter(const ObjectReader& reader) : graph_(reader) {}

  CommitNode& start(const Id& id, std::uint32_t colour) {
    CommitNode& node = graph_.read(id);
    paint(node, colour);
    return node;
  }

  bool done() const noexcept { return fresh_ == 0; }
  bool empty() const noexcept { return queue_.empty(); }
  const CommitNode& top() const { return queue_.top(); }

  /// Takes the newest waiting commit and passes its colours on.
  CommitNode& step() {
    CommitNode& node = queue_.pop();
    if ((node.flags & kStale) == 0) --fresh_;
    node.flags &= ~kWaiting;
    std::uint32_t colours = node.flags & kColours;
    if (colours == kBoth) {
      node.flags |= kResult;
      colours |= kStale;
    }
    for (std::size_t i = 0; i < node.parents_count; ++i) paint(graph_.read(graph_.parent(node, i)), colours);
    return node;
  }

  CommitGraph& graph() noexcept { return graph_; }

 private:
  static constexpr std::uint32_t kWaiting = 16;

  void paint(CommitNode& node, std::uint32_t colours) {
    if ((node.flags & colours) == colours) return;
    const bool was_fresh = (node.flags & kWaiting) != 0 && (node.flags & kStale) == 0;
    node.flags |= colours;
    if (was_fresh) --fresh_;
    if ((node.flags & kStale) == 0) ++fresh_;
    if ((node.flags & kWaiting) != 0) return;
    node.flags |= kWaiting;
    queue_.push(node);
  }

  CommitGraph graph_;
  CommitQueue queue_;
  std::size_t fresh_ = 0;  // waiting commits that are not stale
};

/// Common ancestors, newest first, among them all the best ones.
std::vector<Id> common_ancestors(const ObjectReader& reader, const Id& a, const Id& b) {
  Painter painter(reader);
  painter.start(a, kFromA);
  painter.start(b, kFromB);
  std::vector<const CommitNode*> common;
  while (!painter.done()) {
    const CommitNode& node = painter.step();
    if ((node.flags & kResult) != 0) common.push_back(&node);
  }
  std::erase_if(common, [](const CommitNode* node) { return (node->flags & kStale) != 0; });
  std::stable_sort(common.begin(), common.end(),
                   [](const CommitNode* x, const CommitNode* y) { return x->time > y->time; });
  std::vector<Id> ids;
  for (const CommitNode* node : common) ids.push_back(node->id);
  return ids;
}

bool reaches(const ObjectReader& reader, const Id& ancestor, const Id& descendant) {
  Painter painter(reader);
  const CommitNode& goal = painter.start(ancestor, kFromA);
  painter.start(descendant, kFromB);
  while (!painter.done() && (goal.flags & kFromB) == 0) painter.step();
  return (goal.flags & kFromB) != 0;
}

}  // namespace

std::vector<Id> merge_bases_of(const ObjectReader& reader, const Id& a, const Id& b) {
  std::vector<Id> bases = common_ancestors(reader, a, b);
  for (std::size_t i = 0; bases.size() > 1 && i < bases.size();) {
    const Id candidate = bases[i];
    const bool worse = std::any_of(bases.begin(), bases.end(), [&](const Id& other) {
      return other != candidate && reaches(reader, candidate, other);
    });
    if (worse) {
      bases.erase(bases.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return bases;
}

std::vector<Id> merge_bases(const Snapshot& snapshot, const Id& a, const Id& b) { return merge_bases_of(snapshot, a, b); }

bool is_ancestor(const Snapshot& snapshot, const Id& ancestor, const Id& descendant) {
  return reaches(snapshot, ancestor, descendant);
}

AheadBehind ahead_behind(const Snapshot& snapshot, const Id& a, const Id& b) {
  Painter painter(snapshot);
  std::int64_t oldest = std::min(painter.start(a, kFromA).time, painter.start(b, kFromB).time);
  while (!painter.empty() && (!painter.done() || painter.top().time >= oldest)) {
    const CommitNode& node = painter.step();
    if ((node.flags & kBoth) != kBoth) oldest = std::min(oldest, node.time);
  }
  AheadBehind counts;
  for (const CommitNode& node : painter.graph().nodes()) {
    if ((node.flags & kBoth) == kFromA) ++counts.ahead;
    if ((node.flags & kBoth) == kFromB) ++counts.behind;
  }
  return counts;
}

}  // namespace vstore

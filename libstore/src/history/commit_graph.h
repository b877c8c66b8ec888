// history/commit_graph.h - the commits that a walk has met, as nodes that know their parents.
//
// Walks mark nodes with flags and put them in queues; so each commit is read once a walk, and compared
// by address from then on. Nodes live as long as the graph. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

#include "vstore/object.h"

namespace vstore {

struct CommitNode {
  Id id;
  Id tree;                     ///< once read
  std::int64_t time = 0;       ///< commit time, once read
  std::uint32_t flags = 0;     ///< the walk's own
  std::uint32_t children = 0;  ///< for topological order
  bool read = false;
  std::unique_ptr<Commit> body;     ///< if the graph keeps bodies, until someone takes it
  std::uint32_t parents_begin = 0;  ///< in the graph's pool; a walk may narrow the range
  std::uint32_t parents_count = 0;
};

class CommitGraph {
 public:
  /// With `keep_bodies`, a node that is read keeps the whole commit; else only what it has fields for.
  explicit CommitGraph(const ObjectReader& reader, bool keep_bodies = false)
      : reader_(reader), keep_bodies_(keep_bodies) {}

  CommitNode& node(const Id& id);
  /// The same, with the commit read. Throws `damaged` if it is missing.
  CommitNode& read(const Id& id) { return read(node(id)); }
  CommitNode& read(CommitNode& node);
  /// The whole commit: the body that was kept, or read again.
  Commit take_body(CommitNode& node);

  /// Nodes that may not have been read yet. The span dies when another node is read.
  std::span<CommitNode* const> parents(const CommitNode& node) const {
    return {pool_.data() + node.parents_begin, node.parents_count};
  }
  CommitNode& parent(const CommitNode& node, std::size_t i) const { return *pool_[node.parents_begin + i]; }
  /// From now on the node has only this one of its parents.
  static void keep_parent(CommitNode& node, std::size_t i) {
    node.parents_begin += static_cast<std::uint32_t>(i);
    node.parents_count = 1;
  }

  std::deque<CommitNode>& nodes() noexcept { return nodes_; }

 private:
  const ObjectReader& reader_;
  bool keep_bodies_;
  std::deque<CommitNode> nodes_;
  std::unordered_map<Id, CommitNode*> by_id_;
  std::vector<CommitNode*> pool_;
};

/// Newest first; of the same second, first come, first served.
class CommitQueue {
 public:
  void push(CommitNode& node) { heap_.push({node.time, ~sequence_++, &node}); }
  CommitNode& pop() {
    CommitNode& node = *heap_.top().node;
    heap_.pop();
    return node;
  }
  const CommitNode& top() const { return *heap_.top().node; }
  bool empty() const noexcept { return heap_.empty(); }

 private:
  struct Item {
    std::int64_t time;
    std::uint64_t order;
    CommitNode* node;
    bool operator<(const Item& other) const noexcept {
      return time != other.time ? time < other.time : order < other.order;
    }
  };
  std::priority_queue<Item> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace vstore

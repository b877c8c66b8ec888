#include "history/commit_graph.h"

#include <utility>

namespace vstore {
namespace {

Commit load(const ObjectReader& reader, const Id& id) {
  return decode_commit(reader.read(id, ObjectType::commit).text());
}

}  // namespace

CommitNode& CommitGraph::node(const Id& id) {
  const auto [it, is_new] = by_id_.try_emplace(id, nullptr);
  if (is_new) {
    it->second = &nodes_.emplace_back();
    it->second->id = id;
  }
  return *it->second;
}

CommitNode& CommitGraph::read(CommitNode& node) {
  if (node.read) return node;
  Commit commit = load(reader_, node.id);
  node.tree = commit.tree;
  node.time = commit.commit_time.seconds;
  node.parents_begin = static_cast<std::uint32_t>(pool_.size());
  node.parents_count = static_cast<std::uint32_t>(commit.parents.size());
  for (const Id& parent : commit.parents) pool_.push_back(&this->node(parent));
  node.read = true;
  if (keep_bodies_) node.body = std::make_unique<Commit>(std::move(commit));
  return node;
}

Commit CommitGraph::take_body(CommitNode& node) {
  if (!node.body) return load(reader_, node.id);
  return std::move(*std::exchange(node.body, nullptr));
}

}  // namespace vstore

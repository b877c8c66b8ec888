#include "store/lineage.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "store/empty_tree.h"
#include "store/snapshot_state.h"
#include "tree/tree_node.h"
#include "vstore/error.h"
#include "vstore/file.h"

namespace vstore {
namespace {

class LineageWalk {
 public:
  LineageWalk(const PackSet& packs, const LineageOptions& options) : packs_(packs), options_(options) {
    seen_.cover(packs);
  }

  void version(const Id& tree, std::uint32_t age) {
    age_ = age;
    if (!is_empty_tree(tree)) node(tree);
  }

  std::vector<PlacedChunk> finish() {
    rank_paths();
    std::ranges::sort(chunks_, [](const PlacedChunk& a, const PlacedChunk& b) {
      return std::tie(a.path, a.place, a.age, a.id) < std::tie(b.path, b.place, b.age, b.id);
    });
    return std::move(chunks_);
  }

 private:
  bool meet(const PackSet::Found& found) { return seen_.set(found.pack, found.position); }

  PackSet::Found find(const Id& id) const {
    if (const auto found = packs_.locate(id)) return *found;
    throw Error(ErrorCode::damaged, "object '" + id.hex() + "' is missing",
                "run 'vstore fsck' to see what is affected; nothing was removed");
  }

  void node(const Id& id) {
    if (!meet(find(id))) return;
    if (options_.progress && options_.progress->cancelled())
      throw Error(ErrorCode::refused, "interrupted", "nothing was removed");
    TreeNode decoded;
    load_node(packs_, id, decoded);
    for (std::size_t i = 0; i < decoded.count(); ++i) {
      if (!decoded.is_leaf())
        node(decoded.id(i));
      else if (const Entry entry = decoded.entry(i); entry.kind != Kind::empty_directory)
        content(decoded.key(i), entry);
    }
  }

  void content(std::string_view path, const Entry& entry) {
    if (options_.parts > 1 && std::hash<std::string_view>()(path) % options_.parts != options_.part) return;
    const PackSet::Found found = find(entry.id);
    if (!meet(found)) return;
    if (found.location.type == ObjectType::chunk) return add(path, 0, entry.id, found.location.size);
    list(path, entry.id);
  }

  /// What was inserted or removed since moved all that follows: a chunk that newer versions have, too, says
  /// how far.
  void list(std::string_view path, const Id& content) {
    std::uint64_t shift = 0;  // to be added; wraps around
    FileReader(packs_, content).visit_chunks([&](const ChunkRef& chunk) {
      if (const auto known = places_.find(chunk.id); known != places_.end()) {
        shift = known->second - chunk.offset;
        return true;
      }
      const std::uint64_t place = chunk.offset + shift;
      places_.emplace(chunk.id, place);
      if (meet(find(chunk.id))) add(path, place, chunk.id, chunk.size);
      return true;
    });
  }

  void add(std::string_view path, std::uint64_t place, const Id& id, std::uint32_t size) {
    const auto number = static_cast<std::uint32_t>(paths_.size());
    const auto known = paths_.try_emplace(std::string(path), number).first;
    chunks_.push_back({id, place, known->second, age_, size});
  }

  static std::string_view extension(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
  }

  void rank_paths() {
    std::vector<std::pair<std::string_view, std::uint32_t>> order(paths_.begin(), paths_.end());
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      const auto kind_a = extension(a.first), kind_b = extension(b.first);
      return std::tie(kind_a, a.first) < std::tie(kind_b, b.first);
    });
    std::vector<std::uint32_t> rank(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i].second] = i;
    for (PlacedChunk& chunk : chunks_) chunk.path = rank[chunk.path];
  }

  const PackSet& packs_;
  const LineageOptions& options_;
  LiveMarks seen_;
  std::uint32_t age_ = 0;
  std::unordered_map<std::string, std::uint32_t> paths_;
  std::unordered_map<Id, std::uint64_t> places_;  // of chunks of lists
  std::vector<PlacedChunk> chunks_;
};

struct DatedTree {
  std::int64_t seconds;
  Id tree;
};

std::vector<DatedTree> latest_first(const Snapshot& snapshot, const std::vector<Id>& commits) {
  std::vector<DatedTree> trees;
  for (const Id& id : commits) {
    const Commit commit = snapshot.commit(id);
    trees.push_back({commit.commit_time.seconds, commit.tree});
  }
  std::ranges::sort(trees, [](const DatedTree& a, const DatedTree& b) {
    return std::tie(b.seconds, b.tree) < std::tie(a.seconds, a.tree);
  });
  return trees;
}

}  // namespace

std::vector<PlacedChunk> list_lineage(const Snapshot& snapshot, const std::vector<Id>& commits,
                                      const LineageOptions& options) {
  LineageWalk walk(*snapshot.state().packs, options);
  for (const char* prefix : {"refs/heads/", "workspaces/"}) {
    for (const Ref& ref : snapshot.refs(prefix)) {
      if (ref.value.kind == Kind::ref_tree) walk.version(ref.value.id, 0);
      if (ref.value.kind == Kind::ref_commit) walk.version(snapshot.commit(ref.value.id).tree, 0);
    }
  }
  std::uint32_t age = 0;
  for (const DatedTree& version : latest_first(snapshot, commits)) walk.version(version.tree, ++age);
  return walk.finish();
}

}  // namespace vstore

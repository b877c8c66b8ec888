// history/describe.cc - from a commit down to the nearest tag, and from tags down to a commit.
#include "vstore/describe.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "history/commit_graph.h"

namespace vstore {
namespace {

/// git's number: more would hardly find a nearer one.
constexpr std::size_t kCandidatesMax = 10;
/// A commit this much older than the one sought cannot be its descendant, clocks being nearly right.
constexpr std::int64_t kClockSlack = 86'400;

/// Of two refs at one commit the annotated tag names it, then the first by name.
bool names_better(const Ref& a, const Ref& b) {
  const bool a_tag = a.value.kind == Kind::ref_tag, b_tag = b.value.kind == Kind::ref_tag;
  return a_tag != b_tag ? a_tag : a.name < b.name;
}

using RefAt = std::unordered_map<Id, Ref>;

RefAt refs_by_commit(const Snapshot& snapshot, const std::function<bool(const Ref&)>& is_candidate) {
  RefAt found;
  for (Ref& ref : snapshot.refs("refs/")) {
    if (!is_candidate(ref)) continue;
    const auto commit = snapshot.ref_commit(ref.name);
    if (!commit) continue;
    const auto [at, is_new] = found.try_emplace(*commit, ref);
    if (!is_new && names_better(ref, at->second)) at->second = std::move(ref);
  }
  return found;
}

// ------------------------------------------------------------------------------------------ naming --

/// How a commit is reached from a ref: along first parents, and through other parents of merges.
struct Way {
  const Ref* ref = nullptr;
  std::string steps;             ///< up to the last merge: "~3^2"
  std::uint64_t generation = 0;  ///< first parents since
  std::uint64_t distance = 0;
  bool is_tag = false;

  bool operator<(const Way& other) const {
    if (is_tag != other.is_tag) return is_tag;
    if (distance != other.distance) return distance < other.distance;
    return ref->name < other.ref->name;
  }
};

constexpr std::uint64_t kMergeDistance = 65'535;  // git's weight

std::string with_generation(const Way& way) {
  if (way.generation == 0) return way.steps;
  return way.steps + "~" + (way.generation == 1 ? std::string("1") : std::to_string(way.generation));
}

Way to_parent(const Way& way, std::size_t number) {
  Way next = way;
  if (number == 0) {
    ++next.generation;
    ++next.distance;
    return next;
  }
  next.steps = with_generation(way) + "^" + std::to_string(number + 1);
  next.generation = 0;
  next.distance += kMergeDistance;
  return next;
}

class Namer {
 public:
  Namer(const Snapshot& snapshot, const Id& goal) : graph_(snapshot), goal_(graph_.read(goal)) {}

  void start(const Ref& ref, const Id& commit) {
    Way way;
    way.ref = &ref;
    way.is_tag = ref.name.starts_with("refs/tags/");
    offer(graph_.read(commit), std::move(way));
  }

  std::optional<std::string> run() {
    while (!open_.empty()) {
      const Open next = open_.top();
      open_.pop();
      if (next.node == &goal_) break;  // ways come in order: no better one follows
      if (best_.at(next.node) < next.way) continue;
      for (std::size_t i = 0; i < next.node->parents_count; ++i) {
        offer(graph_.read(graph_.parent(*next.node, i)), to_parent(next.way, i));
      }
    }
    const auto found = best_.find(&goal_);
    if (found == best_.end()) return std::nullopt;
    return found->second.ref->name.substr(5) + with_generation(found->second);
  }

 private:
  struct Open {
    Way way;
    CommitNode* node;
    bool operator<(const Open& other) const { return other.way < way; }
  };

  void offer(CommitNode& node, Way way) {
    if (node.time < goal_.time - kClockSlack) return;
    const auto [at, is_new] = best_.try_emplace(&node, way);
    if (!is_new && !(way < at->second)) return;
    at->second = way;
    open_.push({std::move(way), &node});
  }

  CommitGraph graph_;
  CommitNode& goal_;
  std::unordered_map<const CommitNode*, Way> best_;
  std::priority_queue<Open> open_;
};

}  // namespace

std::optional<Description> describe(const Snapshot& snapshot, const Id& commit,
                                    const std::function<bool(const Ref&)>& is_candidate) {
  const RefAt refs = refs_by_commit(snapshot, is_candidate);
  if (const auto exact = refs.find(commit); exact != refs.end()) return Description{exact->second.name, 0};
  if (refs.empty()) return std::nullopt;
  LogOptions options;
  options.set.include = {commit};
  LogWalk walk(snapshot, std::move(options));
  std::optional<Description> best;
  std::size_t candidates = 0;
  while (const auto entry = walk.next()) {
    const auto found = refs.find(entry->id);
    if (found == refs.end()) continue;
    const std::uint64_t ahead = ahead_behind(snapshot, commit, entry->id).ahead;
    if (!best || ahead < best->ahead) best = Description{found->second.name, ahead};
    if (++candidates == kCandidatesMax) break;
  }
  return best;
}

std::optional<std::string> name_from_refs(const Snapshot& snapshot, const Id& commit,
                                          const std::function<bool(const Ref&)>& is_candidate) {
  Namer namer(snapshot, commit);
  const std::vector<Ref> refs = snapshot.refs("refs/");
  for (const Ref& ref : refs) {
    if (!is_candidate(ref)) continue;
    if (const auto tip = snapshot.ref_commit(ref.name)) namer.start(ref, *tip);
  }
  return namer.run();
}

}  // namespace vstore

// history/log_walk.cc - commits in the order of a log.
//
// Two ways of walking. If nothing is left out and no topological order is asked for, commits are shown
// as they leave the queue: the first comes at once, however long the history is. Otherwise the walk
// first collects: what is excluded flows from the range's lower edge towards the ancestors, beside what
// is included, until nothing included waits any more; then it sorts and shows.
#include <algorithm>
#include <limits>

#include "history/commit_match.h"
#include "history/simplify.h"
#include "vstore/history.h"

namespace vstore {
namespace {

/// After the last included commit has left the queue, so many excluded ones more are followed: clocks that
/// went backwards may have let a commit in too early.
constexpr int kSlop = 5;

}  // namespace

struct LogWalk::State {
  State(Snapshot s, LogOptions o)
      : snapshot(std::move(s)),
        options(std::move(o)),
        collects(options.topo_order || !options.set.exclude.empty()),
        match(options),
        graph(snapshot, !collects || !match.empty()),
        paths(snapshot, graph, options.paths, options.first_parent) {}

  void start() {
    for (const Id& id : options.set.exclude) {
      CommitNode& node = load(graph.node(id));
      node.flags |= kLogBottom;
      exclude(node);
      tips.push_back(&node);
    }
    for (const Id& id : options.set.include) tips.push_back(&load(graph.node(id)));
    for (CommitNode* tip : tips) enqueue(*tip);
    if (!collects) return;
    collect();
    if (options.topo_order) sort_topologically();
  }

  std::optional<LogEntry> next() {
    if (!started) start();
    started = true;
    return collects ? next_collected() : next_streamed();
  }

  // -- commits and the queue --

  CommitNode& load(CommitNode& node) {
    if (node.read) return node;
    graph.read(node);
    if (match.empty()) return node;
    if (!match.matches(*node.body)) node.flags |= kLogMismatch;
    if (collects) node.body.reset();
    return node;
  }

  void enqueue(CommitNode& node) {
    if ((node.flags & kLogSeen) != 0) return;
    node.flags |= kLogSeen | kLogQueued;
    if ((node.flags & kLogExcluded) == 0) ++included_waiting;
    queue.push(node);
  }

  CommitNode& dequeue() {
    CommitNode& node = queue.pop();
    node.flags &= ~kLogQueued;
    if ((node.flags & kLogExcluded) == 0) --included_waiting;
    return node;
  }

  /// Marks the commit and all its ancestors as far as they have been read. An ancestor that was marked
  /// before it was read is marked again when it is, so that its own parents learn of it.
  void exclude(CommitNode& first) {
    mark_excluded(first);
    std::vector<CommitNode*> pending{&first};
    while (!pending.empty()) {
      const CommitNode& node = *pending.back();
      pending.pop_back();
      if (!node.read) continue;
      for (CommitNode* parent : graph.parents(node)) {
        if (mark_excluded(*parent)) pending.push_back(parent);
      }
    }
  }

  /// True if the mark is new.
  bool mark_excluded(CommitNode& node) {
    if ((node.flags & kLogExcluded) != 0) return false;
    if ((node.flags & kLogQueued) != 0) --included_waiting;
    node.flags |= kLogExcluded;
    return true;
  }

  void expand(CommitNode& node) {
    if ((node.flags & kLogExpanded) != 0) return;
    node.flags |= kLogExpanded;
    const bool excluded = (node.flags & kLogExcluded) != 0;
    if (!excluded && !options.paths.empty()) simplify(node);
    for (std::size_t i = 0; i < node.parents_count; ++i) {
      if (!excluded && options.first_parent && i > 0) break;
      CommitNode& parent = load(graph.parent(node, i));
      if (excluded) exclude(parent);
      enqueue(parent);
    }
  }

  void simplify(CommitNode& node) {
    for (std::size_t i = 0; i < node.parents_count; ++i) load(graph.parent(node, i));
    paths.simplify(node);
  }

  bool is_shown(const CommitNode& node) const {
    if ((node.flags & (kLogExcluded | kLogMismatch)) != 0) return false;
    if (collects && (node.flags & kLogListed) == 0) return false;
    if (options.until && node.time > *options.until) return false;
    return options.paths.empty() || (node.flags & kLogSame) == 0;
  }

  // -- streaming --

  std::optional<LogEntry> next_streamed() {
    while (!queue.empty()) {
      CommitNode& node = dequeue();
      if (options.since && node.time < *options.since) continue;
      expand(node);
      if (is_shown(node)) return entry(node);
      node.body.reset();
    }
    return std::nullopt;
  }

  LogEntry entry(CommitNode& node) {
    LogEntry shown{node.id, graph.take_body(node), {}};
    shown.shown_parents = options.topo_order ? shown_parents(node) : shown.commit.parents;
    return shown;
  }

  std::vector<Id> shown_parents(const CommitNode& node) const {
    std::vector<Id> shown;
    for (CommitNode* parent : graph.parents(node)) {
      if (!options.paths.empty()) parent = paths.nearest_change(parent);
      const bool is_new = parent != nullptr && is_shown(*parent) &&
                          std::find(shown.begin(), shown.end(), parent->id) == shown.end();
      if (is_new) shown.push_back(parent->id);
      if (options.first_parent) break;
    }
    return shown;
  }

  // -- collecting --

  void collect() {
    std::int64_t last_time = std::numeric_limits<std::int64_t>::max();
    int slop = kSlop;
    while (!queue.empty()) {
      CommitNode& node = dequeue();
      if (options.since && node.time < *options.since) exclude(node);
      expand(node);
      if ((node.flags & kLogExcluded) != 0) {
        const bool more = !queue.empty() && (last_time <= queue.top().time || included_waiting > 0);
        slop = more ? kSlop : slop - 1;
        if (queue.empty() || slop == 0) break;
        continue;
      }
      if (options.until && node.time > *options.until) continue;
      last_time = node.time;
      node.flags |= kLogListed;
      list.push_back(&node);
    }
  }

  /// No parent before all its children, and lines of development kept together: a commit follows as soon
  /// as the last of its children has been shown.
  void sort_topologically() {
    for (CommitNode* node : list) node->children = 1;
    for (const CommitNode* node : list) {
      for (CommitNode* parent : graph.parents(*node)) parent->children += parent->children > 0 ? 1 : 0;
    }
    std::vector<CommitNode*> ready;
    std::copy_if(list.begin(), list.end(), std::back_inserter(ready),
                 [](const CommitNode* node) { return node->children == 1; });
    std::reverse(ready.begin(), ready.end());
    std::size_t sorted = 0;
    while (!ready.empty()) {
      CommitNode* node = ready.back();
      ready.pop_back();
      for (CommitNode* parent : graph.parents(*node)) {
        if (parent->children > 0 && --parent->children == 1) ready.push_back(parent);
      }
      node->children = 0;
      list[sorted++] = node;
    }
  }

  std::optional<LogEntry> next_collected() {
    while (at < list.size()) {
      CommitNode& node = *list[at++];
      if (is_shown(node)) return entry(node);
    }
    return std::nullopt;
  }

  Snapshot snapshot;
  LogOptions options;
  bool collects;
  CommitMatch match;
  CommitGraph graph;
  PathHistory paths;
  CommitQueue queue;
  std::size_t included_waiting = 0;
  std::vector<CommitNode*> tips;
  std::vector<CommitNode*> list;
  std::size_t at = 0;
  bool started = false;
};

LogWalk::LogWalk(Snapshot snapshot, LogOptions options)
    : state_(std::make_unique<State>(std::move(snapshot), std::move(options))) {}
LogWalk::LogWalk(LogWalk&&) noexcept = default;
LogWalk::~LogWalk() = default;

std::optional<LogEntry> LogWalk::next() { return state_->next(); }

}  // namespace vstore

#include "vstore/history.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

#include "history/similarity.h"

namespace vstore {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool is_regular(Kind kind) { return kind == Kind::file || kind == Kind::executable; }

/// One side of a possible rename.
struct Candidate {
  std::size_t change;  // position among the changes
  std::string_view path;
  Entry entry;
  bool taken = false;
};

/// Candidates with equal keys may be renames of each other.
struct ContentKey {
  Id id;
  bool is_link;
  std::string_view name;
  std::size_t candidate;
  bool operator<(const ContentKey& o) const {
    return std::tie(id, is_link, name, candidate) < std::tie(o.id, o.is_link, o.name, o.candidate);
  }
  int compare_content(const ContentKey& o) const {
    const auto a = std::tie(id, is_link, name);
    const auto b = std::tie(o.id, o.is_link, o.name);
    return a < b ? -1 : (b < a ? 1 : 0);
  }
};

struct Pair {
  std::size_t source;
  std::size_t target;
  int similarity;
  bool same_name;
};

class RenameFinder {
 public:
  RenameFinder(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes)
      : options_(options), changes_(changes), similarity_(reader) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const Change& change = changes[i];
      const std::optional<Entry>& entry = change.before ? change.before : change.after;
      if (entry->kind == Kind::empty_directory) continue;
      if (change.status == ChangeStatus::deleted) sources_.push_back({i, change.old_path, *entry});
      if (change.status == ChangeStatus::added) targets_.push_back({i, change.new_path, *entry});
    }
  }

  void run() {
    if (sources_.empty() || targets_.empty()) return;
    pair_equal_contents(true);
    pair_equal_contents(false);
    if (options_.rename_similarity_min < 100) {
      drop_unsuitable();
      pair_unique_names();
      pair_most_alike();
    }
    apply();
  }

 private:
  // -- equal contents --

  void pair_equal_contents(bool same_name) {
    const std::vector<ContentKey> from = content_keys(sources_, same_name);
    const std::vector<ContentKey> to = content_keys(targets_, same_name);
    for (std::size_t s = 0, t = 0; s < from.size() && t < to.size();) {
      const int order = from[s].compare_content(to[t]);
      if (order == 0) take({from[s].candidate, to[t].candidate, 100, same_name});
      s += order <= 0 ? 1 : 0;
      t += order >= 0 ? 1 : 0;
    }
  }

  static std::vector<ContentKey> content_keys(const std::vector<Candidate>& side, bool with_name) {
    std::vector<ContentKey> keys;
    for (std::size_t i = 0; i < side.size(); ++i) {
      if (side[i].taken) continue;
      const std::string_view name = with_name ? file_name(side[i].path) : std::string_view();
      keys.push_back({side[i].entry.id, side[i].entry.kind == Kind::symlink, name, i});
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  // -- alike contents --

  void drop_unsuitable() {
    const auto unsuitable = [](const Candidate& c) { return !is_regular(c.entry.kind) || c.entry.size == 0; };
    for (Candidate& source : sources_) source.taken |= unsuitable(source);
    for (Candidate& target : targets_) target.taken |= unsuitable(target);
  }

  /// A name that only one deleted and one added file have is a strong hint: most moves of whole
  /// directories end here, without comparing everything with everything.
  void pair_unique_names() {
    const int similarity_min = (options_.rename_similarity_min + 100) / 2;
    const auto from = unique_names(sources_);
    for (const auto& [name, target] : unique_names(targets_)) {
      const auto source = from.find(name);
      if (target == kSeveral || source == from.end() || source->second == kSeveral) continue;
      const int alike = similarity(source->second, target, similarity_min);
      if (alike >= similarity_min) take({source->second, target, alike, true});
    }
  }

  static constexpr std::size_t kSeveral = SIZE_MAX;

  static std::unordered_map<std::string_view, std::size_t> unique_names(const std::vector<Candidate>& side) {
    std::unordered_map<std::string_view, std::size_t> names;
    for (std::size_t i = 0; i < side.size(); ++i) {
      if (side[i].taken) continue;
      const auto [it, is_new] = names.try_emplace(file_name(side[i].path), i);
      if (!is_new) it->second = kSeveral;
    }
    return names;
  }

  void pair_most_alike() {
    const std::size_t max = options_.rename_candidates_max;
    const std::vector<std::size_t> from = left(sources_);
    const std::vector<std::size_t> to = left(targets_);
    if (from.empty() || to.empty() || from.size() > max * max / to.size()) return;
    std::vector<Pair> pairs;
    for (const std::size_t target : to) add_best_pairs(from, target, pairs);
    std::stable_sort(pairs.begin(), pairs.end(), better);
    for (const Pair& pair : pairs) {
      if (!sources_[pair.source].taken && !targets_[pair.target].taken) take(pair);
    }
  }

  static std::vector<std::size_t> left(const std::vector<Candidate>& side) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < side.size(); ++i) {
      if (!side[i].taken) all.push_back(i);
    }
    return all;
  }

  /// Keeps the four best sources of a target: the best may go to another target.
  void add_best_pairs(const std::vector<std::size_t>& from, std::size_t target, std::vector<Pair>& pairs) {
    constexpr std::size_t kKept = 4;
    std::vector<Pair> best;
    for (const std::size_t source : from) {
      const int alike = similarity(source, target, options_.rename_similarity_min);
      if (alike < options_.rename_similarity_min) continue;
      const bool same_name = file_name(sources_[source].path) == file_name(targets_[target].path);
      const Pair pair{source, target, alike, same_name};
      best.insert(std::upper_bound(best.begin(), best.end(), pair, better), pair);
      if (best.size() > kKept) best.pop_back();
    }
    pairs.insert(pairs.end(), best.begin(), best.end());
  }

  static bool better(const Pair& a, const Pair& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.same_name > b.same_name;
  }

  int similarity(std::size_t source, std::size_t target, int at_least) {
    const Entry& a = sources_[source].entry;
    const Entry& b = targets_[target].entry;
    return similarity_.percent(a, b, at_least);
  }

  // -- results --

  void take(const Pair& pair) {
    sources_[pair.source].taken = targets_[pair.target].taken = true;
    found_.push_back(pair);
  }

  void apply() {
    std::vector<bool> gone(changes_.size(), false);
    for (const Pair& pair : found_) {
      Change& from = changes_[sources_[pair.source].change];
      Change& to = changes_[targets_[pair.target].change];
      to.status = ChangeStatus::renamed;
      to.old_path = from.old_path;
      to.before = from.before;
      to.similarity = pair.similarity;
      gone[sources_[pair.source].change] = true;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (gone[i]) continue;
      if (kept != i) changes_[kept] = std::move(changes_[i]);
      ++kept;
    }
    changes_.resize(kept);
  }

  const CompareOptions& options_;
  std::vector<Change>& changes_;
  Similarity similarity_;
  std::vector<Candidate> sources_;  // deleted
  std::vector<Candidate> targets_;  // added
  std::vector<Pair> found_;
};

}  // namespace

void find_renames(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes) {
  RenameFinder(reader, options, changes).run();
}

}  // namespace vstore

#include <algorithm>
#include <unordered_map>

#include "history/scratch_objects.h"
#include "history/similarity.h"
#include "history/whole_file.h"
#include "vstore/history.h"
#include "vstore/tree.h"

namespace vstore {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool is_regular(Kind kind) { return kind == Kind::file || kind == Kind::executable; }

/// A content that may have gone elsewhere.
struct Source {
  static constexpr std::size_t unchanged = SIZE_MAX;
  std::size_t change;  // position among the changes
  std::string path;
  Entry entry;
  std::size_t used = 0;  // how many files it is now; one whose path still exists is used by itself
};

/// An added file.
struct Target {
  std::size_t change;
  std::string path;
  Entry entry;
  bool taken = false;
};

struct Pair {
  std::size_t source;
  std::size_t target;
  int score;
  bool same_name;
};

/// Follows git's diffcore-rename.c in the order in which pairs are looked at, as it decides among equals.
class RenameFinder {
 public:
  RenameFinder(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes)
      : options_(options),
        changes_(changes),
        score_min_(options.rename_similarity_min * (Similarity::same / 100)),
        similarity_(reader) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const Change& change = changes[i];
      const Entry& entry = change.before ? *change.before : *change.after;
      if (entry.kind == Kind::empty_directory) continue;
      if (change.status == ChangeStatus::added)
        targets_.push_back({i, change.new_path, entry});
      else if (change.status == ChangeStatus::deleted)
        sources_.push_back({i, change.old_path, entry});
      else if (copies())
        sources_.push_back({i, change.old_path, entry, 1});
    }
  }

  bool wants_sources() const { return !targets_.empty() && options_.copies == FindCopies::among_all; }

  /// Adds the files that did not change as sources of copies.
  void add_unchanged(const Tree& before) {
    std::vector<Source> all;
    auto changed = sources_.begin();
    for (TreeCursor cursor = before.begin(); cursor.valid(); cursor.next()) {
      if (changed != sources_.end() && changed->path == cursor.key())
        all.push_back(std::move(*changed++));
      else if (cursor.entry().kind != Kind::empty_directory)
        all.push_back({Source::unchanged, std::string(cursor.key()), cursor.entry(), 1});
    }
    sources_ = std::move(all);
  }

  void run() {
    if (sources_.empty() || targets_.empty()) return;
    pair_equal_contents();
    if (score_min_ < Similarity::same) {
      if (!copies()) pair_unique_names();
      pair_most_alike();
    }
    apply();
  }

 private:
  bool copies() const { return options_.copies != FindCopies::no; }
  bool usable(const Source& source) const { return source.used == 0 || copies(); }

  // -- equal contents --

  using Group = std::vector<std::size_t>;  // sources of equal content, the last one first

  void pair_equal_contents() {
    std::unordered_map<Id, Group> groups;
    for (std::size_t s = sources_.size(); s-- > 0;) groups[sources_[s].entry.id].push_back(s);
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const auto group = groups.find(targets_[t].entry.id);
      if (group != groups.end()) take_best(group->second, t);
    }
  }

  /// Prefers what is not used yet, then an equal file name, then the first; of very many it looks at some.
  void take_best(Group& group, std::size_t target) {
    constexpr std::size_t looked_at_max = 102;
    const Target& to = targets_[target];
    std::size_t best = SIZE_MAX, looked_at = 0;
    int best_score = -1;
    for (std::size_t i = group.size(); i-- > 0 && looked_at < looked_at_max && best_score < 2;) {
      const Source& from = sources_[group[i]];
      if (!same_kind(from.entry, to.entry)) continue;
      ++looked_at;
      const int score = (from.used == 0) + (file_name(from.path) == file_name(to.path));
      if (score > best_score) best = i, best_score = score;
    }
    if (best == SIZE_MAX) return;
    take({group[best], target, Similarity::same, false});
    if (!copies()) group.erase(group.begin() + static_cast<std::ptrdiff_t>(best));
  }

  static bool same_kind(const Entry& a, const Entry& b) {
    return is_regular(a.kind) && is_regular(b.kind) ? true : a.kind == b.kind;
  }

  // -- alike contents --

  static bool comparable(const Entry& entry) { return is_regular(entry.kind) && entry.size > 0; }

  /// A name that only one deleted and one added file have is a strong hint: most moves of whole
  /// directories end here, without comparing everything with everything.
  void pair_unique_names() {
    const int score_min = score_min_ + (Similarity::same - score_min_) / 2;
    const auto from = unique_names(sources_, [](const Source& source) { return source.used == 0; });
    const auto to = unique_names(targets_, [](const Target& target) { return !target.taken; });
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const auto source = from.find(file_name(sources_[s].path));
      if (sources_[s].used > 0 || source->second == several) continue;
      const auto target = to.find(source->first);
      if (target == to.end() || target->second == several) continue;
      const int score = score_of(s, target->second, score_min);
      if (score >= score_min) take({s, target->second, score, true});
    }
  }

  static constexpr std::size_t several = SIZE_MAX;

  template <class Side, class IsOpen>
  static std::unordered_map<std::string_view, std::size_t> unique_names(const std::vector<Side>& side,
                                                                        IsOpen is_open) {
    std::unordered_map<std::string_view, std::size_t> names;
    for (std::size_t i = 0; i < side.size(); ++i) {
      if (!is_open(side[i])) continue;
      const auto [it, is_new] = names.try_emplace(file_name(side[i].path), i);
      if (!is_new) it->second = several;
    }
    return names;
  }

  void pair_most_alike() {
    const std::vector<std::size_t> to = open_targets();
    std::vector<std::size_t> from = open_sources(true);
    if (too_many(from.size(), to.size())) from = open_sources(false);
    if (from.empty() || to.empty() || too_many(from.size(), to.size())) return;
    std::vector<Pair> pairs;
    for (const std::size_t target : to) add_best_pairs(from, target, pairs);
    std::stable_sort(pairs.begin(), pairs.end(), better);
    take_all(pairs, false);
    if (copies()) take_all(pairs, true);
  }

  bool too_many(std::size_t from, std::size_t to) const {
    const std::size_t max = options_.rename_candidates_max;
    return to > 0 && from > max * max / to;
  }

  std::vector<std::size_t> open_sources(bool with_unchanged) const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Source& source = sources_[i];
      if (source.change == Source::unchanged && !with_unchanged) continue;
      if (usable(source) && comparable(source.entry)) open.push_back(i);
    }
    return open;
  }

  std::vector<std::size_t> open_targets() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!targets_[i].taken && comparable(targets_[i].entry)) open.push_back(i);
    }
    return open;
  }

  /// Keeps the four best sources of a target: the best may go to another target. One that is better than the
  /// worst of four stands in its place, which decides among equals later.
  void add_best_pairs(const std::vector<std::size_t>& from, std::size_t target, std::vector<Pair>& pairs) {
    constexpr std::size_t kept = 4;
    std::vector<Pair> best;
    for (const std::size_t source : from) {
      const bool same_name = file_name(sources_[source].path) == file_name(targets_[target].path);
      const Pair pair{source, target, score_of(source, target, score_min_), same_name};
      if (best.size() < kept) {
        best.push_back(pair);
        continue;
      }
      const auto worst = std::max_element(best.begin(), best.end(), better);
      if (better(pair, *worst)) *worst = pair;
    }
    for (const Pair& pair : best) {
      if (pair.score >= score_min_) pairs.push_back(pair);
    }
  }

  static bool better(const Pair& a, const Pair& b) {
    return a.score != b.score ? a.score > b.score : a.same_name > b.same_name;
  }

  int score_of(std::size_t source, std::size_t target, int at_least) {
    const Entry& from = sources_[source].entry;
    const Entry& to = targets_[target].entry;
    return comparable(from) && comparable(to) ? similarity_.score(from, to, at_least) : 0;
  }

  void take_all(const std::vector<Pair>& pairs, bool again) {
    for (const Pair& pair : pairs) {
      if (!targets_[pair.target].taken && (again || sources_[pair.source].used == 0)) take(pair);
    }
  }

  // -- results --

  void take(const Pair& pair) {
    targets_[pair.target].taken = true;
    ++sources_[pair.source].used;
    found_.push_back(pair);
  }

  /// Of several files that come from a deleted one, the last in path order is the renamed one.
  void apply() {
    std::sort(found_.begin(), found_.end(), [](const Pair& a, const Pair& b) { return a.target < b.target; });
    std::vector<bool> gone(changes_.size(), false);
    for (const Pair& pair : found_) {
      Source& source = sources_[pair.source];
      Change& to = changes_[targets_[pair.target].change];
      to.status = --source.used > 0 ? ChangeStatus::copied : ChangeStatus::renamed;
      to.old_path = source.path;
      to.before = source.entry;
      to.similarity = pair.score / (Similarity::same / 100);
      if (to.status == ChangeStatus::renamed) gone[source.change] = true;
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
  const int score_min_;
  Similarity similarity_;
  std::vector<Source> sources_;
  std::vector<Target> targets_;
  std::vector<Pair> found_;
};

}  // namespace

void find_renames(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes,
                  const Tree* before) {
  RenameFinder finder(reader, options, changes);
  if (before && finder.wants_sources()) finder.add_unchanged(*before);
  finder.run();
}

std::uint64_t changed_bytes(const ObjectReader& reader, const Change& change) {
  const auto size = [](const std::optional<Entry>& entry) { return entry ? entry->size : 0; };
  if (!change.before || !change.after) return size(change.before) + size(change.after);
  if (change.before->id == change.after->id) return 0;
  const std::uint64_t shared = std::min(
      {Similarity(reader).shared(*change.before, *change.after), change.before->size, change.after->size});
  return std::max<std::uint64_t>(1, change.before->size - shared + (change.after->size - shared));
}

std::uint64_t changed_bytes(const ObjectReader& reader, const Change& change, std::string_view after) {
  ScratchObjects objects(reader);
  Change stored = change;
  stored.after = Entry{Kind::file, after.size(), write_whole(objects, objects, after)};
  return changed_bytes(objects, stored);
}

}  // namespace vstore

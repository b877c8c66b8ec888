// history/find_entries.cc - entries of a version by name, size and kind, and at random.
#include <algorithm>
#include <set>

#include "history/path_set.h"
#include "history/wildmatch.h"
#include "vstore/search.h"

namespace vstore {
namespace {

std::string_view last_component(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

bool name_matches(const FindOptions& options, std::string_view path) {
  if (options.names.empty()) return true;
  const std::string_view name = last_component(path);
  return std::any_of(options.names.begin(), options.names.end(), [&](const std::string& pattern) {
    return options.ignore_case ? wildmatch(lower_case(pattern), lower_case(name), Wild::any)
                               : wildmatch(pattern, name, Wild::any);
  });
}

bool matches(const FindOptions& options, std::string_view path, const Entry& entry) {
  if (options.size_min && entry.size < *options.size_min) return false;
  if (options.size_max && entry.size > *options.size_max) return false;
  const bool kind_matches = options.kinds.empty() || std::count(options.kinds.begin(), options.kinds.end(), entry.kind) > 0;
  return kind_matches && name_matches(options, path);
}

__extension__ using Wide = unsigned __int128;

/// The generator of the sample: SplitMix64, whose every seed is good. Part of the contract of sample_entries().
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  /// Uniform in [0, bound), by Lemire's method.
  std::uint64_t below(std::uint64_t bound) {
    for (;;) {
      const auto product = static_cast<Wide>(next()) * bound;
      if (static_cast<std::uint64_t>(product) >= -bound % bound) return static_cast<std::uint64_t>(product >> 64);
    }
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

/// Floyd's algorithm: `count` different numbers below `bound`, every set of them equally likely.
std::set<std::uint64_t> choose(std::uint64_t count, std::uint64_t bound, std::uint64_t seed) {
  SplitMix random(seed);
  std::set<std::uint64_t> chosen;
  for (std::uint64_t last = bound - std::min(count, bound); last < bound; ++last) {
    const std::uint64_t pick = random.below(last + 1);
    chosen.insert(chosen.contains(pick) ? last : pick);
  }
  return chosen;
}

}  // namespace

void find_entries(const Tree& tree, const FindOptions& options, const std::function<bool(const FoundEntry&)>& visit) {
  PathSet(options.paths).for_each_difference(Tree(tree.reader(), empty_tree_id()), tree, [&](TreeChange&& change) {
    if (!matches(options, change.key, *change.after)) return true;
    return visit({std::move(change.key), *change.after});
  });
}

std::vector<FoundEntry> sample_entries(const Tree& tree, std::uint64_t count, std::uint64_t seed, std::string_view prefix) {
  const std::uint64_t first = prefix.empty() ? 0 : tree.rank(prefix);
  std::vector<FoundEntry> sample;
  for (const std::uint64_t k : choose(count, tree.totals_prefix(prefix).count, seed)) {
    const TreeCursor at = tree.nth(first + k);
    sample.push_back({std::string(at.key()), at.entry()});
  }
  return sample;
}

}  // namespace vstore

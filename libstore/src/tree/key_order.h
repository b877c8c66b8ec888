// tree/key_order.h - the two rules on the keys of a map, checked in one pass over its sorted keys:
//
//  1. Keys ascend strictly, as unsigned bytes.
//  2. No key is a '/'-prefix of another ("a" and "a/x"), and "k/", an empty directory, excludes "k" and
//     everything below "k/".
//
// Rule 2 can't be checked by looking at the neighbour alone, since "a-b" stands between "a" and "a/x".
// But all keys that begin with a key s follow it in one run. So the checker keeps the chain of earlier
// keys that are string prefixes of the present one (their lengths suffice), and whoever leaves the run
// of s drops it. The byte after s, new only where the common prefix with the predecessor is s itself,
// decides: one comparison a key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

/// Length of the common prefix of two keys.
inline std::size_t shared_prefix(std::string_view a, std::string_view b) noexcept {
  const std::size_t limit = a.size() < b.size() ? a.size() : b.size();
  std::size_t n = 0;
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

/// True if `lower` stands below `upper` or in its place, seen as paths ("a" above "a/x", "a/" and "a",
/// "a/" above "a/x"), given that the string `upper` is a proper prefix of the string `lower`.
inline bool is_path_prefix(std::string_view upper, std::string_view lower) noexcept {
  return upper.back() == '/' || lower[upper.size()] == '/';
}

/// Rule 2. Knows nothing but lengths: the caller has the keys.
class PrefixChain {
 public:
  void clear() noexcept { lengths_.clear(); }

  /// Takes the next key of an ascending run; `shared` is the length of its common prefix with the one
  /// before (anything for the first). Returns 0, or the length of the earlier key it conflicts with.
  std::size_t push(std::string_view key, std::size_t shared) {
    while (!lengths_.empty() && lengths_.back() > shared) lengths_.pop_back();
    if (!lengths_.empty() && lengths_.back() == shared && is_path_prefix(key.substr(0, shared), key)) {
      return shared;
    }
    lengths_.push_back(static_cast<std::uint32_t>(key.size()));
    return 0;
  }

 private:
  std::vector<std::uint32_t> lengths_;
};

/// Both rules over keys that come from different nodes: remembers the last key.
struct KeyOrder {
  PrefixChain chain;
  std::string last;

  void clear() noexcept {
    chain.clear();
    last.clear();
  }
};

}  // namespace vstore

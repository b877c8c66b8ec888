// history/path_filter.h - which paths a commit may have changed: a Bloom filter of the changed paths and the
// directories above them. About one time in a hundred it says "perhaps" of a path that was not changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "vstore/bytes.h"

namespace vstore {

/// A path hashed, to be asked of many filters.
struct PathHash {
  explicit PathHash(std::string_view path) noexcept;
  std::uint64_t first, step;
};

inline constexpr std::size_t filter_bits_per_path = 10;
inline constexpr int filter_probes = 7;

/// Collects what one commit changed.
class PathFilterBuilder {
 public:
  /// With more paths than this (directories included) a filter costs more than it saves.
  static constexpr std::size_t paths_max = 512;

  /// False once there are too many.
  bool add(std::string_view path);
  bool too_many() const noexcept { return paths_.size() > paths_max; }
  /// Empty if nothing was added.
  Bytes finish() const;

 private:
  std::set<std::string, std::less<>> paths_;
};

/// False: surely not among the paths of the filter. An empty filter has none.
bool may_contain(ByteView filter, const PathHash& path) noexcept;

}  // namespace vstore

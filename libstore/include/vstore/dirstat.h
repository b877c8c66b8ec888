// vstore/dirstat.h - how a change is spread over directories.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vstore {

struct FileDamage {
  std::string path;
  std::uint64_t damage = 0;  ///< how much was changed, in whatever unit
};

struct DirectoryShare {
  std::string directory;   ///< ends in '/'
  std::uint64_t permille;  ///< of all damage, rounded down
};

/// Directories that have at least `permille_min` of the damage below them, but not all of it from a single
/// directory; those inside before those around them. What a directory was listed for does not count again for
/// those around it, unless `cumulative`. As git diff --dirstat.
std::vector<DirectoryShare> directory_shares(std::vector<FileDamage> files, unsigned permille_min = 30,
                                             bool cumulative = false);

}  // namespace vstore

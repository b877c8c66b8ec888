#include "vstore/dirstat.h"

#include <algorithm>

namespace vstore {
namespace {

std::uint64_t per_mille(std::uint64_t part, std::uint64_t whole) {
  const bool overflows = part > UINT64_MAX / 1000;
  return overflows ? part / (whole / 1000) : part * 1000 / whole;
}

class Gatherer {
 public:
  Gatherer(const std::vector<FileDamage>& files, unsigned permille_min, bool cumulative)
      : files_(files), permille_min_(permille_min), cumulative_(cumulative) {
    for (const FileDamage& file : files) all_ += file.damage;
  }

  std::vector<DirectoryShare> run() {
    if (all_ > 0) gather("");
    return std::move(shares_);
  }

 private:
  /// Damage below a directory (its name ends in '/') that is not accounted for yet.
  std::uint64_t gather(const std::string& directory) {
    std::uint64_t sum = 0;
    std::size_t subdirectories = 0, own_files = 0;
    while (at_ < files_.size() && files_[at_].path.starts_with(directory)) {
      const std::string& path = files_[at_].path;
      const std::size_t slash = path.find('/', directory.size());
      if (slash == path.npos) {
        sum += files_[at_++].damage;
        ++own_files;
      } else {
        sum += gather(path.substr(0, slash + 1));
        ++subdirectories;
      }
    }
    const bool says_something = own_files > 0 || subdirectories != 1;
    if (directory.empty() || !says_something || sum == 0) return sum;
    const std::uint64_t permille = per_mille(sum, all_);
    if (permille < permille_min_) return sum;
    shares_.push_back({directory, permille});
    return cumulative_ ? sum : 0;
  }

  const std::vector<FileDamage>& files_;
  const std::uint64_t permille_min_;
  const bool cumulative_;
  std::uint64_t all_ = 0;
  std::size_t at_ = 0;
  std::vector<DirectoryShare> shares_;
};

}  // namespace

std::vector<DirectoryShare> directory_shares(std::vector<FileDamage> files, unsigned permille_min,
                                             bool cumulative) {
  std::sort(files.begin(), files.end(),
            [](const FileDamage& a, const FileDamage& b) { return a.path < b.path; });
  return Gatherer(files, permille_min, cumulative).run();
}

}  // namespace vstore

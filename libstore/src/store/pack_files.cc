#include "store/pack_files.h"

namespace vstore {

std::vector<PackName> packs_present(os::Fs& fs, const StorePaths& paths) {
  constexpr std::string_view ending = ".pack";
  std::vector<PackName> names;
  for (const std::string& file : fs.list(paths.packs()).value_or(std::vector<std::string>{})) {
    if (!file.ends_with(ending)) continue;
    const auto name = PackName::from_hex(std::string_view(file).substr(0, file.size() - ending.size()));
    if (name) names.push_back(*name);
  }
  return names;
}

std::set<PackName> packs_named(const LoadedRoot& root) {
  std::set<PackName> names;
  for (const RootPack& pack : root.live()) names.insert(pack.summary.name);
  for (const CondemnedPack& pack : root.root.condemned) names.insert(pack.name);
  if (root.root.second_carrier) names.insert(*root.root.second_carrier);
  return names;
}

}  // namespace vstore

#include "store/root_search.h"

#include <algorithm>

#include "os/mapped.h"
#include "pack/format.h"
#include "pack/pack_reader.h"
#include "store/pack_files.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// A root of a thousand packs has 60 KB; this is looked through in a pack whose footer does not tell.
constexpr std::size_t tail_max = 1u << 20;

/// A version that is not ours is damage here: a root from the future has a sound footer, and is refused
/// elsewhere.
std::optional<Root> try_decode(ByteView blob) {
  try {
    return decode_root(blob);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::unsupported) throw;
    return std::nullopt;
  }
}

/// The root lies right before the footer, so its place is where a root begins that ends there.
std::optional<LoadedRoot> root_before_footer(os::Fs& fs, const std::string& path, const PackName& name) {
  const auto file = fs.open_read(path);
  if (!file || file->size() < pack_format::footer_size) return std::nullopt;
  const std::uint64_t end = file->size() - pack_format::footer_size;
  Bytes tail(static_cast<std::size_t>(std::min<std::uint64_t>(end, tail_max)));
  file->pread(end - tail.size(), tail);
  const ByteView all(tail);
  for (std::size_t at = 0; at + 4 <= all.size(); ++at) {
    if (as_text(all.subspan(at, 4)) != "vsRT") continue;
    if (auto root = try_decode(all.subspan(at))) {
      return LoadedRoot{std::move(*root), hash_root(all.subspan(at)), {name, file->size(), 0, {}}};
    }
  }
  return std::nullopt;
}

std::optional<LoadedRoot> root_of(os::Fs& fs, const std::string& path, const PackName& name) {
  try {
    const auto pack = PackReader::open(fs, path);
    if (!pack || pack->root_blob().empty()) return std::nullopt;
    auto root = try_decode(pack->root_blob());
    if (!root) return std::nullopt;
    return LoadedRoot{std::move(*root), hash_root(pack->root_blob()), pack->summary()};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::unsupported) throw;
    return root_before_footer(fs, path, name);
  }
}

}  // namespace

std::vector<LoadedRoot> roots_in_packs(os::Fs& fs, const StorePaths& paths, const std::optional<Nonce>& id) {
  std::vector<LoadedRoot> roots;
  for (const PackName& name : packs_present(fs, paths)) {
    auto root = root_of(fs, paths.pack(name), name);
    if (!root || root->root.carrier != name || (id && root->root.store_id != *id)) continue;
    roots.push_back(std::move(*root));
  }
  std::ranges::sort(
      roots, [](const LoadedRoot& a, const LoadedRoot& b) { return a.root.generation > b.root.generation; });
  return roots;
}

}  // namespace vstore

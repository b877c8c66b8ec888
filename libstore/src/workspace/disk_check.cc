#include "workspace/disk_check.h"

#include <algorithm>

#include "store/ingest.h"
#include "vstore/file.h"
#include "vstore/names.h"
#include "workspace/hash_content.h"
#include "workspace/input_file.h"
#include "workspace/stat_cache.h"

namespace vstore {
namespace {

bool kind_fits(const os::EntryStat& stat, Kind kind) {
  return stat.type != os::FileType::other && kind_on_disk(stat) == kind;
}

}  // namespace

std::optional<os::EntryStat> DiskCheck::stat(std::string_view path) {
  if (!path_problem(path).empty()) return std::nullopt;  // of a hostile snapshot: never looked for on disk
  const auto [parent, name] = split_path(path.substr(0, path.size() - path.ends_with('/')));
  std::shared_ptr<const os::Dir> dir;
  try {
    dir = dirs_.open(parent, false);
  } catch (const Error&) {
    return std::nullopt;  // a parent is no directory
  }
  return dir ? dir->stat(std::string(name)) : std::nullopt;
}

bool DiskCheck::equals(const std::string& path, const os::EntryStat& stat, const Entry& entry) {
  if (!kind_fits(stat, entry.kind)) return false;
  if (entry.kind == Kind::empty_directory) return true;
  if (stat.size != entry.size) return false;
  if (const auto record = ws_.stat_cache().find(path); record && vouches(*record, stat)) return record->id == entry.id;
  try {
    return hash_content(top_, path, entry.kind == Kind::symlink) == entry.id;
  } catch (const Error&) {
    return false;  // it changed meanwhile, or can't be read: then it is not known to be equal
  }
}

bool DiskCheck::is_prefix_of(const std::string& path, const os::EntryStat& stat, const Entry& entry,
                             const ObjectReader& reader) {
  if (stat.type != os::FileType::regular || stat.size >= entry.size) return false;
  if (entry.kind != Kind::file && entry.kind != Kind::executable) return false;
  os::EntryStat opened;
  const auto file = open_disk_file(top_, path, opened);
  Bytes buffer;
  bool same = true;
  std::uint64_t left = stat.size;
  FileReader(reader, entry.id).visit([&](ByteView bytes) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left)));
    same = file->read(buffer) == buffer.size() && std::equal(buffer.begin(), buffer.end(), bytes.begin());
    left -= buffer.size();
    return same && left > 0;
  });
  return same;
}

}  // namespace vstore

#include "workspace/metadata.h"

#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "base/utf8.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr int workspace_format = 1;
constexpr const char* file_name = "/workspace";

[[noreturn]] void damaged(const std::string& path) {
  throw Error(ErrorCode::damaged, "damaged workspace file '" + path + "'",
              "make the workspace anew with 'vstore init --store', or restore the file from a backup");
}

}  // namespace

std::optional<WorkspaceMetadata> read_workspace_metadata(os::Fs& fs, const std::string& directory) {
  const std::string path = directory + file_name;
  auto file = fs.open_read(path);
  if (!file) return std::nullopt;
  std::string text(std::min<std::uint64_t>(file->size(), 64 * 1024), '\0');
  file->pread(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer()) damaged(path);
  if (json["format"].get<int>() > workspace_format) {
    throw Error(ErrorCode::unsupported, "workspace '" + directory + "' was made by a newer vstore",
                "use that version, or a newer one");
  }
  WorkspaceMetadata metadata;
  try {
    metadata.id = json.at("id").get<std::string>();
    metadata.store = json.value("store", "");
    metadata.root = json.value("root", "");
    metadata.inode = json.value("inode", std::uint64_t{0});
  } catch (const nlohmann::json::exception&) {
    damaged(path);
  }
  std::uint8_t id_bytes[16];
  if (!from_hex(metadata.id, id_bytes)) damaged(path);
  return metadata;
}

void write_workspace_metadata(os::Fs& fs, const std::string& directory, const WorkspaceMetadata& metadata) {
  nlohmann::json json{{"format", workspace_format}, {"id", metadata.id}, {"inode", metadata.inode}};
  if (!metadata.store.empty()) json["store"] = metadata.store;
  if (is_utf8(metadata.root)) json["root"] = metadata.root;  // else there is the inode alone to go by
  const std::string text = json.dump() + "\n";
  const std::string path = directory + file_name;
  const std::string temporary = path + ".new";
  fs.unlink(temporary);
  {
    auto file = fs.create(temporary);
    file->pwrite(0, as_bytes(text));
    file->datasync();
  }
  fs.rename(temporary, path);
  fs.sync_directory(directory);
}

std::string new_workspace_id(os::Fs& fs) {
  std::uint8_t bytes[16];
  fs.random(bytes);
  return to_hex(bytes);
}

}  // namespace vstore

#include "store/backup_origin.h"

#include "base/hex.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr std::uint64_t size_max = 4096;

std::string path_of(const StorePaths& paths) { return paths.directory + "/origin"; }

/// As the file `format`, in one spelling and with a checksum.
std::string encode(const BackupOrigin& origin) {
  const std::string text =
      "vstore backup 1\nsource " + origin.store_id + "\noperation " + origin.operation.hex() + "\n";
  return text + "check " + hash_object(ObjectType::chunk, as_bytes(text)).abbrev(16) + "\n";
}

std::string_view word_after(std::string_view text, std::string_view label, std::size_t size) {
  const std::size_t at = text.find(label);
  return at == text.npos ? std::string_view{} : text.substr(at + label.size(), size);
}

}  // namespace

std::optional<BackupOrigin> read_origin(os::Fs& fs, const StorePaths& paths) {
  const auto file = fs.open_read(path_of(paths));
  if (!file) return std::nullopt;
  Bytes bytes(static_cast<std::size_t>(std::min(file->size(), size_max)));
  file->pread(0, bytes);
  const std::string_view text = as_text(bytes);
  BackupOrigin origin{std::string(word_after(text, "\nsource ", 32)),
                      Id::from_hex(word_after(text, "\noperation ", 64)).value_or(Id{})};
  if (encode(origin) == text) return origin;
  throw Error(ErrorCode::damaged, "damaged file '" + path_of(paths) + "'",
              "make the backup anew in another directory");
}

void write_origin(os::Fs& fs, const StorePaths& paths, const BackupOrigin& origin) {
  const std::string temporary = path_of(paths) + ".new";
  fs.unlink(temporary);
  {
    const auto file = fs.create(temporary);
    file->pwrite(0, as_bytes(encode(origin)));
    file->datasync();
  }
  fs.rename(temporary, path_of(paths));
  fs.sync_directory(paths.directory);
}

}  // namespace vstore

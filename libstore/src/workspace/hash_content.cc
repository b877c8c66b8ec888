#include "workspace/hash_content.h"

#include <optional>

#include "store/ingest.h"
#include "vstore/workspace.h"
#include "workspace/dir_stack.h"
#include "workspace/input_file.h"

namespace vstore {
namespace {

class OneFile final : public IngestSource {
 public:
  OneFile(const os::Dir& top, const std::string& path, bool is_symlink, std::uint64_t size)
      : top_(top), path_(path), is_symlink_(is_symlink), size_(size) {}

  std::optional<IngestItem> next() override {
    if (given_) return std::nullopt;
    given_ = true;
    IngestItem item;
    item.size_hint = size_;
    return item;
  }
  std::unique_ptr<InputFile> open(const IngestItem&) override {
    os::EntryStat stat;
    return is_symlink_ ? open_symlink(top_, path_, stat) : open_disk_file(top_, path_, stat);
  }
  void done(const IngestItem&, const IngestResult& result) override { content = result.content; }
  void failed(const IngestItem&, const Error& why) override { error = why; }

  Id content;
  std::optional<Error> error;

 private:
  const os::Dir& top_;
  const std::string& path_;
  bool is_symlink_;
  std::uint64_t size_;
  bool given_ = false;
};

}  // namespace

Id hash_content(const os::Dir& top, const std::string& path, bool is_symlink) {
  const auto [parent, name] = split_path(path);
  const auto dir = top.open_beneath(std::string(parent));
  const auto stat = dir ? dir->stat(std::string(name)) : std::nullopt;
  OneFile source(top, path, is_symlink, stat ? stat->size : 0);
  ingest(source, nullptr, {});
  if (source.error) throw Error(*source.error);
  return source.content;
}

Id hash_file(const std::string& path) {
  const auto [parent, name] = split_path(path);
  const std::string directory(parent.empty() ? (path.starts_with('/') ? "/" : ".") : parent);
  return hash_content(os::Dir::open(directory), std::string(name), false);
}

}  // namespace vstore

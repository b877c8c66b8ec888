#include "workspace/hash_content.h"

#include <cerrno>
#include <optional>

#include "store/hash_input.h"
#include "store/ingest.h"
#include "vstore/workspace.h"
#include "workspace/dir_stack.h"
#include "workspace/input_file.h"

namespace vstore {
namespace {

// Up to this size the threads of the pipeline gain less than it takes to start it.
constexpr std::uint64_t hashed_alone_max = 8u << 20;

class OneFile final : public IngestSource {
 public:
  OneFile(std::unique_ptr<InputFile> input, std::uint64_t size)
      : input_(std::move(input)), size_(size) {}

  std::optional<IngestItem> next() override {
    if (given_) return std::nullopt;
    given_ = true;
    IngestItem item;
    item.size_hint = size_;
    return item;
  }
  std::unique_ptr<InputFile> open(const IngestItem&) override { return std::move(input_); }
  void done(const IngestItem&, const IngestResult& result) override { content = result.content; }
  void failed(const IngestItem&, const Error& why) override { error = why; }

  Id content;
  std::optional<Error> error;

 private:
  std::unique_ptr<InputFile> input_;
  std::uint64_t size_;
  bool given_ = false;
};

}  // namespace

Id hash_content(const os::Dir& top, const std::string& path, bool is_symlink) {
  os::EntryStat opened;
  auto input = is_symlink ? open_symlink(top, path, opened) : open_disk_file(top, path, opened);
  if (opened.size <= hashed_alone_max) return hash_input(std::move(input)).content;
  OneFile source(std::move(input), opened.size);
  ingest(source, nullptr, {});
  if (source.error) throw Error(*source.error);
  return source.content;
}

Id hash_file(const std::string& path) {
  const auto [parent, name] = split_path(path);
  const std::string directory(parent.empty() ? (path.starts_with('/') ? "/" : ".") : parent);
  const os::Dir top = os::Dir::open(directory);
  const auto stat = top.stat(std::string(name));
  if (!stat) throw_errno(ENOENT, "read", path);
  if (stat->type != os::FileType::regular) {
    const bool is_directory = stat->type == os::FileType::directory;
    const std::string what = is_directory ? "a directory" : stat->type == os::FileType::symlink ? "a symbolic link" : "a special file";
    throw Error(ErrorCode::io, "cannot read '" + path + "': it is " + what + ", not a regular file",
                "name a regular file");
  }
  return hash_content(top, std::string(name), false);
}

}  // namespace vstore

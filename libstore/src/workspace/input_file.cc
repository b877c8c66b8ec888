#include "workspace/input_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "workspace/dir_stack.h"

namespace vstore {
namespace {

[[noreturn]] void changed(const std::string& path) {
  throw Error(ErrorCode::lost_race, "'" + path + "' changed while it was read", "run the command again when it is quiet");
}

[[noreturn]] void vanished(const std::string& path) {
  throw Error(ErrorCode::lost_race, "'" + path + "' vanished while it was added", "run the command again");
}

class DiskFile final : public InputFile {
 public:
  DiskFile(os::OpenedFile file, const std::string& path) : file_(std::move(file)), path_(path) {}

  std::size_t read(std::span<std::uint8_t> out) override {
    std::size_t filled = 0;
    while (filled < out.size()) {
      const ssize_t n = ::read(file_.fd.get(), out.data() + filled, out.size() - filled);
      if (n < 0) {
        if (errno == EINTR) continue;
        throw_errno("read", path_);
      }
      filled += static_cast<std::size_t>(n);
      offset_ += static_cast<std::uint64_t>(n);
      // At the size it had when opened a short read is the end; finish() finds out if it has grown.
      if (n == 0 || offset_ >= file_.stat.size) break;
    }
    return filled;
  }

  void finish() override {
    if (offset_ != file_.stat.size || os::stat_descriptor(file_.fd.get(), path_) != file_.stat) changed(path_);
  }

 private:
  os::OpenedFile file_;
  const std::string& path_;  // the caller's item outlives the input
  std::uint64_t offset_ = 0;
};

class TextInput final : public InputFile {
 public:
  explicit TextInput(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min(out.size(), text_.size() - at_);
    std::memcpy(out.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<InputFile> open_disk_file(const os::Dir& top, const std::string& path, os::EntryStat& stat) {
  auto file = top.open_file(path);
  if (!file) vanished(path);
  stat = file->stat;
  return std::make_unique<DiskFile>(std::move(*file), path);
}

std::unique_ptr<InputFile> open_symlink(const os::Dir& top, const std::string& path, os::EntryStat& stat) {
  const auto [parent, name] = split_path(path);
  const auto dir = top.open_beneath(std::string(parent));
  const std::string link_name(name);
  if (!dir || !dir->stat(link_name.c_str(), stat) || stat.type != os::FileType::symlink) vanished(path);
  return std::make_unique<TextInput>(dir->read_link(link_name));
}

}  // namespace vstore

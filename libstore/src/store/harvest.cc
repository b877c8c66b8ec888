#include "store/harvest.h"

#include <unistd.h>

#include "object/chunker.h"
#include "os/dir.h"
#include "vstore/error.h"
#include "vstore/file.h"
#include "vstore/tree.h"

namespace vstore {
namespace {

constexpr std::size_t buffer_size = 4u << 20;

class Harvest {
 public:
  Harvest(ObjectWriter& writer, Progress* progress) : writer_(writer), progress_(progress), tree_(writer) {}

  void visit(const os::Dir& dir, const std::string& prefix) {
    if (progress_ && progress_->cancelled()) throw Error(ErrorCode::refused, "interrupted");
    os::DirNames names;
    dir.read_names(names);
    find_types(dir, names);
    names.sort_as_keys();
    bool any = false;
    for (const os::DirNames::Name& name : names.names()) {
      const std::string text(names.text(name));
      if (text == ".vstore") continue;
      any = true;
      pass_over_failures([&] { visit_name(dir, text, name.type, prefix); });
    }
    if (!any && !prefix.empty()) tree_.add(prefix, {Kind::empty_directory, 0, {}});
  }

  void finish() { tree_.finish(); }

 private:
  template <class Action>
  static void pass_over_failures(Action&& action) {
    try {
      action();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io && error.code() != ErrorCode::usage) throw;
    }
  }

  static void find_types(const os::Dir& dir, os::DirNames& names) {
    for (os::DirNames::Name& name : names.names()) {
      os::EntryStat stat;
      if (name.type == os::FileType::unknown && dir.stat(names.c_str(name), stat)) name.type = stat.type;
      if (name.type == os::FileType::unknown) name.type = os::FileType::other;  // it went away
    }
  }

  void visit_name(const os::Dir& dir, const std::string& name, os::FileType type, const std::string& prefix) {
    if (type == os::FileType::directory) {
      if (const auto below = dir.open_beneath(name)) visit(*below, prefix + name + "/");
    } else if (type == os::FileType::symlink) {
      const std::string target = dir.read_link(name);
      const Id id = writer_.put(ObjectType::chunk, as_bytes(target));
      tree_.add(prefix + name, {Kind::symlink, target.size(), id});
    } else if (type == os::FileType::regular) {
      if (const auto file = dir.open_file(name)) visit_file(*file, prefix + name);
    }
  }

  void visit_file(const os::OpenedFile& file, const std::string& key) {
    ListBuilder list(writer_);
    std::uint64_t size = 0;
    buffer_.resize(buffer_size);
    for (std::size_t filled = 0, at_end = 0;;) {
      if (!at_end) at_end = !fill(file, key, filled);
      const std::size_t used = cut(list, filled, at_end != 0, size == 0);
      size += used;
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(used),
                buffer_.begin() + static_cast<std::ptrdiff_t>(filled), buffer_.begin());
      filled -= used;
      if (at_end && filled == 0) break;
    }
    const Kind kind = (file.stat.mode & 0100) != 0 ? Kind::executable : Kind::file;
    tree_.add(key, {kind, size, list.finish()});
    if (progress_) progress_->advance(1, size);
  }

  /// False at the end of the file.
  bool fill(const os::OpenedFile& file, const std::string& key, std::size_t& filled) {
    while (filled < buffer_.size()) {
      const ssize_t n = ::read(file.fd.get(), buffer_.data() + filled, buffer_.size() - filled);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw_errno("read", key);
      if (n == 0) return false;
      filled += static_cast<std::size_t>(n);
    }
    return true;
  }

  /// Hands on as many chunks as can be told; returns their bytes.
  std::size_t cut(ListBuilder& list, std::size_t filled, bool at_end, bool at_start) {
    std::size_t at = 0;
    while (at < filled || (at_end && at_start && filled == 0)) {
      const ByteView rest = ByteView(buffer_).subspan(at, filled - at);
      const std::size_t length = next_cut(rest, at_end, ChunkerParams{});
      if (length == 0 && !rest.empty()) break;
      list.add(writer_.put(ObjectType::chunk, rest.first(length)), static_cast<std::uint32_t>(length));
      at += length;
      if (rest.empty()) break;
    }
    return at;
  }

  ObjectWriter& writer_;
  Progress* progress_;
  TreeBuilder tree_;
  Bytes buffer_;
};

}  // namespace

void harvest(const std::string& directory, ObjectWriter& writer, Progress* progress) {
  Harvest files(writer, progress);
  files.visit(os::Dir::open(directory), "");
  files.finish();
}

}  // namespace vstore

// Precedence, highest first: the `.vstoreignore` of the path's own directory, those of its parents,
// `.vstore/info/exclude`, the user's global file. In each, the last matching line decides.
#include "workspace/ignore.h"

#include <fcntl.h>
#include <strings.h>

#include <optional>

#include "os/posix.h"
#include "vstore/error.h"
#include "workspace/ignore_file.h"

namespace vstore {
namespace {

constexpr std::uint64_t ignore_file_size_max = 64 << 20;

std::string read_all(int fd, std::uint64_t size, const std::string& path) {
  if (size > ignore_file_size_max) {
    throw Error(ErrorCode::refused, "cannot use the ignore file '" + path + "': it is larger than 64 MiB");
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  const std::int64_t n = os::read_at(fd, 0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (n < 0) throw_errno("read", path);
  text.resize(static_cast<std::size_t>(n));
  return text;
}

bool is_metadata_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.size() == 7 && ::strncasecmp(name.data(), ".vstore", 7) == 0;
}

}  // namespace

/// A link in the chain from a directory's file up to the global one.
class IgnoreRules::Level {
 public:
  Level(std::shared_ptr<const Level> outer, std::string_view text, std::string base)
      : outer_(std::move(outer)), file_(text, std::move(base)) {}

  std::optional<bool> decide(std::string_view path, bool is_directory) const {
    for (const Level* level = this; level != nullptr; level = level->outer_.get()) {
      if (const auto decision = level->file_.decide(path, is_directory)) return decision;
    }
    return std::nullopt;
  }

 private:
  std::shared_ptr<const Level> outer_;
  IgnoreFile file_;
};

struct IgnoreRules::State {
  os::Dir top_directory;
  std::shared_ptr<const Level> top;
};

namespace {

using LevelPtr = std::shared_ptr<const IgnoreRules::Level>;

/// Adds the rules of a file anywhere (the global file may be a symlink); none if it can't be opened.
LevelPtr add_file(LevelPtr outer, const std::string& path) {
  if (path.empty()) return outer;
  const os::UniqueFd fd = os::open_path(path, O_RDONLY);
  if (!fd && os::is_absent(errno)) return outer;
  if (!fd) throw_errno("read", path);
  const os::EntryStat stat = os::stat_descriptor(fd.get(), path);
  if (stat.type != os::FileType::regular) return outer;
  return std::make_shared<IgnoreRules::Level>(std::move(outer), read_all(fd.get(), stat.size, path), "");
}

}  // namespace

IgnoreRules::IgnoreRules(const os::Dir& top, const std::string& exclude_file, const std::string& global_file)
    : state_(new State{top.duplicate(), nullptr}) {
  LevelPtr level = std::make_shared<Level>(nullptr, "", "");
  level = add_file(std::move(level), global_file);
  level = add_file(std::move(level), exclude_file);
  state_->top = enter(level, "", top);
}

IgnoreRules::~IgnoreRules() = default;

std::shared_ptr<const IgnoreRules::Level> IgnoreRules::top() const { return state_->top; }

std::shared_ptr<const IgnoreRules::Level> IgnoreRules::enter(const std::shared_ptr<const Level>& parent,
                                                             std::string_view directory,
                                                             const os::Dir& handle) const {
  const auto file = handle.open_file(std::string(ignore_file_name));  // no symlink: it may point anywhere
  if (!file) return parent;
  std::string base(directory);
  if (!base.empty()) base.push_back('/');
  const std::string text = read_all(file->fd.get(), file->stat.size, base + std::string(ignore_file_name));
  return std::make_shared<Level>(parent, text, std::move(base));
}

bool IgnoreRules::ignored(const Level& level, std::string_view path, bool is_directory) {
  return is_metadata_name(path) || level.decide(path, is_directory).value_or(false);
}

bool IgnoreRules::ignored(std::string_view path, bool is_directory) const {
  while (path.ends_with('/')) path.remove_suffix(1);
  std::shared_ptr<const Level> level = state_->top;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const std::string directory(path.substr(0, slash));
    if (ignored(*level, directory, true)) return true;
    if (const auto handle = state_->top_directory.open_beneath(directory)) {
      level = enter(level, directory, *handle);
    }
  }
  return ignored(*level, path, is_directory);
}

}  // namespace vstore

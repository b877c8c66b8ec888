#include "os/mem_fs.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/check.h"
#include "vstore/error.h"

namespace vstore::os {

/// A file or directory. Guarded by State::mutex, but for `inode` and `is_directory`, which never change.
struct MemFs::Node {
  std::uint64_t inode;
  bool is_directory;
  Bytes bytes;
  std::int64_t mtime_ns = 0;
  unsigned shared_locks = 0;
  bool exclusive_lock = false;
};

struct MemFs::State {
  explicit State(std::uint64_t seed) : random(seed) {}
  std::mutex mutex;
  std::condition_variable unlocked;
  std::map<std::string, std::shared_ptr<Node>> nodes;  ///< by normalised path
  std::uint64_t next_inode = 1;
  std::int64_t ticks = 0;
  std::mt19937_64 random;

  std::shared_ptr<Node> find(const std::string& path) const {
    const auto it = nodes.find(path);
    return it == nodes.end() ? nullptr : it->second;
  }
  std::shared_ptr<Node> add(const std::string& path, bool is_directory) {
    const auto node = std::make_shared<Node>(Node{next_inode++, is_directory, {}});
    node->mtime_ns = ++ticks;
    nodes[path] = node;
    return node;
  }
  /// Throws unless the directory that is to hold `path` exists.
  void check_parent(const std::string& path, const char* verb) const {
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash);
    const auto node = find(parent);
    if (!node) throw_errno(ENOENT, verb, path);
    if (!node->is_directory) throw_errno(ENOTDIR, verb, path);
  }
};

namespace {

/// One spelling for each path: no leading, trailing or double '/', no "." components.
std::string normalize(const std::string& path) {
  std::string out;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part(path.data() + begin, end - begin);
    VSTORE_CHECK(part != "..");
    if (!part.empty() && part != ".") {
      if (!out.empty()) out.push_back('/');
      out.append(part);
    }
    begin = end + 1;
  }
  return out;
}

class MemFile final : public File {
 public:
  MemFile(std::string path, std::shared_ptr<MemFs::State> state, std::shared_ptr<MemFs::Node> node)
      : path_(std::move(path)), state_(std::move(state)), node_(std::move(node)) {}
  ~MemFile() override { release(); }

  const std::string& path() const override { return path_; }
  std::uint64_t size() const override {
    const std::lock_guard hold(state_->mutex);
    return node_->bytes.size();
  }
  void pread(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (pread_some(offset, out) != out.size()) {
      throw Error(ErrorCode::io, "cannot read '" + path_ + "': it ends too early");
    }
  }
  std::size_t pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::lock_guard hold(state_->mutex);
    if (offset >= node_->bytes.size()) return 0;
    const std::size_t n = std::min<std::size_t>(out.size(), node_->bytes.size() - offset);
    if (n != 0) std::memcpy(out.data(), node_->bytes.data() + offset, n);
    return n;
  }
  void pwrite(std::uint64_t offset, ByteView bytes) override {
    const std::lock_guard hold(state_->mutex);
    if (bytes.empty()) return;
    if (node_->bytes.size() < offset + bytes.size()) node_->bytes.resize(offset + bytes.size());
    std::memcpy(node_->bytes.data() + offset, bytes.data(), bytes.size());
    node_->mtime_ns = ++state_->ticks;
  }
  void preallocate(std::uint64_t size, bool keep_size) override {
    if (!keep_size && this->size() < size) truncate(size);
  }
  void truncate(std::uint64_t size) override {
    const std::lock_guard hold(state_->mutex);
    node_->bytes.resize(size);
    node_->mtime_ns = ++state_->ticks;
  }
  void datasync() override {}

  /// The state's mutex must be held. At most one lock is held through one File.
  bool try_lock(LockMode mode) {
    if (node_->exclusive_lock || (mode == LockMode::exclusive && node_->shared_locks > 0)) return false;
    if (mode == LockMode::exclusive) {
      node_->exclusive_lock = true;
    } else {
      ++node_->shared_locks;
    }
    held_ = mode;
    return true;
  }
  bool holds_lock() const { return held_.has_value(); }

 private:
  void release() {
    const std::lock_guard hold(state_->mutex);
    if (!held_) return;
    if (*held_ == LockMode::exclusive) {
      node_->exclusive_lock = false;
    } else {
      --node_->shared_locks;
    }
    state_->unlocked.notify_all();
  }

  std::string path_;
  std::shared_ptr<MemFs::State> state_;
  std::shared_ptr<MemFs::Node> node_;
  std::optional<LockMode> held_;
};

class MemLock final : public Lock {
 public:
  explicit MemLock(std::unique_ptr<MemFile> file) : file_(std::move(file)) {}
  File& file() override { return *file_; }

 private:
  std::unique_ptr<MemFile> file_;
};

class MemMap final : public MappedFile {
 public:
  MemMap(std::string path, Bytes bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}
  ByteView bytes() const override { return bytes_; }
  const std::string& path() const override { return path_; }

 private:
  std::string path_;
  Bytes bytes_;
};

}  // namespace

namespace {

std::string boot_id_of(std::uint64_t seed) {
  const std::string digits = std::to_string(seed);
  return "00000000-0000-" + std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

MemFs::MemFs(std::uint64_t seed) : boot_id_(boot_id_of(seed)), state_(std::make_shared<State>(seed)) {
  state_->add("", true);
}

MemFs::MemFs(Image image, const std::string& root, std::uint64_t seed) : MemFs(seed) {
  const std::string top = normalize(root);
  for (std::size_t slash = 0; slash != std::string::npos;) {
    slash = top.find('/', slash + 1);
    make_directory(top.substr(0, slash));
  }
  const std::string below = top.empty() ? top : top + "/";
  for (const std::string& path : image.directories) state_->add(below + path, true);
  for (auto& [path, bytes] : image.files) state_->add(below + path, false)->bytes = std::move(bytes);
}

MemFs::~MemFs() = default;

std::unique_ptr<File> MemFs::open_existing(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const auto node = state_->find(normalize(path));
  if (!node) return nullptr;
  if (node->is_directory) throw_errno(EISDIR, "open", path);
  return std::make_unique<MemFile>(path, state_, node);
}

std::unique_ptr<File> MemFs::open_read(const std::string& path) { return open_existing(path); }
std::unique_ptr<File> MemFs::open_write(const std::string& path) { return open_existing(path); }

std::unique_ptr<File> MemFs::create(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const std::string name = normalize(path);
  state_->check_parent(name, "create");
  if (state_->find(name)) throw_errno(EEXIST, "create", path);
  return std::make_unique<MemFile>(path, state_, state_->add(name, false));
}

std::shared_ptr<const MappedFile> MemFs::map(const std::string& path) {
  const auto file = open_existing(path);
  if (!file) return nullptr;
  Bytes bytes(file->size());
  file->pread(0, bytes);
  return std::make_shared<MemMap>(path, std::move(bytes));
}

void MemFs::move(const std::string& from, const std::string& to, bool replace) {
  const std::lock_guard hold(state_->mutex);
  const std::string old_name = normalize(from);
  const std::string new_name = normalize(to);
  const auto node = state_->find(old_name);
  if (!node) throw_errno(ENOENT, "rename", from);
  VSTORE_CHECK(!node->is_directory);  // the store renames files only
  state_->check_parent(new_name, "rename");
  const auto there = state_->find(new_name);
  if (there && !replace) throw_errno(EEXIST, "rename", from + "' to '" + to);
  if (there && there->is_directory) throw_errno(EISDIR, "rename", from + "' to '" + to);
  state_->nodes.erase(old_name);
  state_->nodes[new_name] = node;
}

void MemFs::rename(const std::string& from, const std::string& to) { move(from, to, true); }
void MemFs::rename_noreplace(const std::string& from, const std::string& to) { move(from, to, false); }

bool MemFs::unlink(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const std::string name = normalize(path);
  const auto node = state_->find(name);
  if (!node) return false;
  if (node->is_directory) throw_errno(EISDIR, "remove", path);
  state_->nodes.erase(name);
  return true;
}

bool MemFs::make_directory(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const std::string name = normalize(path);
  if (const auto there = state_->find(name)) {
    if (!there->is_directory) throw_errno(EEXIST, "create directory", path);
    return false;
  }
  state_->check_parent(name, "create directory");
  state_->add(name, true);
  return true;
}

void MemFs::sync_directory(const std::string& path) {
  const auto there = stat(path);
  if (!there) throw_errno(ENOENT, "open", path);
  if (!there->is_directory) throw_errno(ENOTDIR, "open", path);
}

std::optional<std::vector<std::string>> MemFs::list(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const std::string name = normalize(path);
  const auto node = state_->find(name);
  if (!node || !node->is_directory) return std::nullopt;
  const std::string prefix = name.empty() ? "" : name + "/";
  std::vector<std::string> names;
  for (auto it = state_->nodes.lower_bound(prefix); it != state_->nodes.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    std::string rest = it->first.substr(prefix.size());
    if (!rest.empty() && rest.find('/') == std::string::npos) names.push_back(std::move(rest));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<FileStat> MemFs::stat(const std::string& path) {
  const std::lock_guard hold(state_->mutex);
  const auto node = state_->find(normalize(path));
  if (!node) return std::nullopt;
  return FileStat{node->bytes.size(), node->inode, 0, node->mtime_ns, node->is_directory, 0};
}

std::unique_ptr<Lock> MemFs::lock(const std::string& path, LockMode mode, int timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(std::max(timeout_ms, 0));
  std::unique_lock hold(state_->mutex);
  const std::string name = normalize(path);
  state_->check_parent(name, "open lock");
  auto node = state_->find(name);
  if (!node) node = state_->add(name, false);
  hold.unlock();
  auto file = std::make_unique<MemFile>(path, state_, node);
  hold.lock();
  const auto locked = [&] { return file->try_lock(mode); };
  bool got = true;
  if (timeout_ms < 0) {
    state_->unlocked.wait(hold, locked);
  } else {
    got = state_->unlocked.wait_until(hold, deadline, locked);
  }
  hold.unlock();
  return got ? std::make_unique<MemLock>(std::move(file)) : nullptr;
}

bool MemFs::try_lock_file(File& file) {
  auto* const own = dynamic_cast<MemFile*>(&file);
  VSTORE_CHECK(own != nullptr);
  const std::lock_guard hold(state_->mutex);
  return own->holds_lock() || own->try_lock(LockMode::exclusive);
}

std::int64_t MemFs::now_seconds() {
  const std::lock_guard hold(state_->mutex);
  return 1'700'000'000 + ++state_->ticks;
}

void MemFs::random(std::span<std::uint8_t> out) {
  const std::lock_guard hold(state_->mutex);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(state_->random());
}

}  // namespace vstore::os

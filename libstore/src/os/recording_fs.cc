#include "os/recording_fs.h"

#include "base/check.h"
#include "vstore/error.h"

namespace vstore::os {

struct RecordingFs::Log {
  mutable std::mutex mutex;
  std::string root;                            ///< with a trailing '/'
  Trace trace;                                 ///< guarded by mutex, as is what follows
  std::map<std::string, std::uint64_t> files;  ///< name -> number, as of now
  std::uint64_t next_file = 1;

  /// The path below the root; nullopt if it lies elsewhere.
  std::optional<std::string> relative(const std::string& path) const {
    if (path + "/" == root) return "";
    if (!path.starts_with(root)) return std::nullopt;
    return path.substr(root.size());
  }
  std::uint64_t number_of(const std::string& name) const {
    const auto it = files.find(name);
    VSTORE_CHECK(it != files.end());
    return it->second;
  }
  void add_file(const std::string& name) {
    files[name] = next_file;
    trace.ops.push_back({TraceOp::Kind::create, next_file, name});
    ++next_file;
  }
};

namespace {

using Kind = TraceOp::Kind;

class RecordingFile final : public File {
 public:
  RecordingFile(std::unique_ptr<File> inner, std::shared_ptr<RecordingFs::Log> log, std::uint64_t number)
      : inner_(std::move(inner)), log_(std::move(log)), number_(number) {}

  File& inner() { return *inner_; }
  const std::string& path() const override { return inner_->path(); }
  std::uint64_t size() const override { return inner_->size(); }
  void pread(std::uint64_t offset, std::span<std::uint8_t> out) const override { inner_->pread(offset, out); }
  std::size_t pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return inner_->pread_some(offset, out);
  }
  void pwrite(std::uint64_t offset, ByteView bytes) override {
    const std::lock_guard hold(log_->mutex);
    inner_->pwrite(offset, bytes);
    record({Kind::write, number_, {}, {}, offset, Bytes(bytes.begin(), bytes.end())});
  }
  void preallocate(std::uint64_t size, bool keep_size) override {
    const std::lock_guard hold(log_->mutex);
    const std::uint64_t before = inner_->size();
    inner_->preallocate(size, keep_size);
    if (inner_->size() != before) record({Kind::truncate, number_, {}, {}, inner_->size()});
  }
  void truncate(std::uint64_t size) override {
    const std::lock_guard hold(log_->mutex);
    inner_->truncate(size);
    record({Kind::truncate, number_, {}, {}, size});
  }
  void datasync() override {
    const std::lock_guard hold(log_->mutex);
    inner_->datasync();
    record({Kind::datasync, number_});
  }

 private:
  void record(TraceOp op) { log_->trace.ops.push_back(std::move(op)); }

  std::unique_ptr<File> inner_;
  std::shared_ptr<RecordingFs::Log> log_;
  std::uint64_t number_;
};

class RecordingLock final : public Lock {
 public:
  RecordingLock(std::unique_ptr<Lock> inner, std::shared_ptr<RecordingFs::Log> log, std::uint64_t number)
      : inner_(std::move(inner)), file_(std::make_unique<Borrowed>(*inner_), std::move(log), number) {}
  File& file() override { return file_; }

 private:
  /// Lets a RecordingFile own what belongs to the lock.
  class Borrowed final : public File {
   public:
    explicit Borrowed(Lock& lock) : lock_(lock) {}
    const std::string& path() const override { return lock_.file().path(); }
    std::uint64_t size() const override { return lock_.file().size(); }
    void pread(std::uint64_t at, std::span<std::uint8_t> out) const override { lock_.file().pread(at, out); }
    std::size_t pread_some(std::uint64_t at, std::span<std::uint8_t> out) const override {
      return lock_.file().pread_some(at, out);
    }
    void pwrite(std::uint64_t at, ByteView bytes) override { lock_.file().pwrite(at, bytes); }
    void preallocate(std::uint64_t size, bool keep) override { lock_.file().preallocate(size, keep); }
    void truncate(std::uint64_t size) override { lock_.file().truncate(size); }
    void datasync() override { lock_.file().datasync(); }

   private:
    Lock& lock_;
  };

  std::unique_ptr<Lock> inner_;
  RecordingFile file_;
};

}  // namespace

RecordingFs::RecordingFs(Fs& inner, std::string root) : inner_(inner), log_(std::make_shared<Log>()) {
  log_->root = root + "/";
  log_->trace.initial = Image::read(inner, root);
  for (const auto& [path, bytes] : log_->trace.initial.files) {
    log_->files[path] = log_->trace.initial_files[path] = log_->next_file++;
  }
}

RecordingFs::~RecordingFs() = default;

Trace RecordingFs::trace() const {
  const std::lock_guard hold(log_->mutex);
  return log_->trace;
}

std::size_t RecordingFs::position() const {
  const std::lock_guard hold(log_->mutex);
  return log_->trace.ops.size();
}

/// The mutex must be held.
std::unique_ptr<File> RecordingFs::wrap(std::unique_ptr<File> file, const std::string& path) {
  const auto name = log_->relative(path);
  if (!file || !name) return file;
  return std::make_unique<RecordingFile>(std::move(file), log_, log_->number_of(*name));
}

std::unique_ptr<File> RecordingFs::open_read(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  return wrap(inner_.open_read(path), path);
}

std::unique_ptr<File> RecordingFs::open_write(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  return wrap(inner_.open_write(path), path);
}

std::unique_ptr<File> RecordingFs::create(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  auto file = inner_.create(path);
  if (const auto name = log_->relative(path)) log_->add_file(*name);
  return wrap(std::move(file), path);
}

void RecordingFs::move(const std::string& from, const std::string& to, bool replace) {
  const std::lock_guard hold(log_->mutex);
  replace ? inner_.rename(from, to) : inner_.rename_noreplace(from, to);
  const auto old_name = log_->relative(from);
  const auto new_name = log_->relative(to);
  VSTORE_CHECK(old_name.has_value() == new_name.has_value());
  if (!old_name) return;
  const std::uint64_t number = log_->number_of(*old_name);
  log_->files.erase(*old_name);
  log_->files[*new_name] = number;
  log_->trace.ops.push_back({Kind::rename, number, *old_name, *new_name});
}

void RecordingFs::rename(const std::string& from, const std::string& to) { move(from, to, true); }
void RecordingFs::rename_noreplace(const std::string& from, const std::string& to) { move(from, to, false); }

bool RecordingFs::unlink(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  if (!inner_.unlink(path)) return false;
  if (const auto name = log_->relative(path)) {
    log_->files.erase(*name);
    log_->trace.ops.push_back({Kind::unlink, 0, *name});
  }
  return true;
}

bool RecordingFs::make_directory(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  if (!inner_.make_directory(path)) return false;
  if (const auto name = log_->relative(path)) log_->trace.ops.push_back({Kind::make_directory, 0, *name});
  return true;
}

void RecordingFs::sync_directory(const std::string& path) {
  const std::lock_guard hold(log_->mutex);
  inner_.sync_directory(path);
  if (const auto name = log_->relative(path)) log_->trace.ops.push_back({Kind::sync_directory, 0, *name});
}

std::unique_ptr<Lock> RecordingFs::lock(const std::string& path, LockMode mode, int timeout_ms) {
  auto lock = inner_.lock(path, mode, timeout_ms);  // may wait: not under the mutex
  const std::lock_guard hold(log_->mutex);
  const auto name = log_->relative(path);
  if (!lock || !name) return lock;
  if (!log_->files.contains(*name)) log_->add_file(*name);
  return std::make_unique<RecordingLock>(std::move(lock), log_, log_->number_of(*name));
}

bool RecordingFs::try_lock_file(File& file) {
  auto* const own = dynamic_cast<RecordingFile*>(&file);
  return inner_.try_lock_file(own ? own->inner() : file);
}

void RecordingFs::note(std::string_view text) {
  const std::lock_guard hold(log_->mutex);
  inner_.note(text);
  log_->trace.ops.push_back({Kind::note, 0, std::string(text)});
}

}  // namespace vstore::os

#include "os/fault_fs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include "vstore/error.h"

namespace vstore::os {
namespace {

constexpr const char* call_names[call_kinds] = {
    "open",   "create", "map",   "read",           "write",          "preallocate", "truncate", "sync",
    "rename", "remove", "mkdir", "sync directory", "list directory", "stat",        "lock",
};

}  // namespace

bool is_change(Call call) noexcept {
  switch (call) {
    case Call::create:
    case Call::write:
    case Call::preallocate:
    case Call::truncate:
    case Call::datasync:
    case Call::rename:
    case Call::unlink:
    case Call::make_directory:
    case Call::sync_directory:
      return true;
    default:
      return false;
  }
}

const char* to_string(Call call) noexcept { return call_names[static_cast<std::size_t>(call)]; }

struct FaultFs::Plan {
  /// A failure to come: counts down at each matching call and strikes at zero.
  struct Fault {
    std::uint64_t left = 0;  ///< 0: none
    int err = 0;
    bool forever = false;

    /// The errno with which this call fails, or 0.
    int next() {
      if (left == 0) return 0;
      if (left > 1) return --left, 0;
      if (!forever) left = 0;
      return err;
    }
  };

  mutable std::mutex mutex;
  std::array<Fault, call_kinds> faults;  ///< guarded by mutex, as is what follows
  Fault change_fault;
  std::array<std::uint64_t, call_kinds> counts{};
  std::uint64_t changes = 0;
  std::uint64_t total = 0;
  std::size_t partial_write = 0;
  bool poisoned = false;
  std::function<void(const CallInfo&)> before;

  /// Counts the call and returns the errno with which it is to fail, or 0.
  int arrive(Call call, const std::string& path) {
    std::unique_lock hold(mutex);
    const auto kind = static_cast<std::size_t>(call);
    ++counts[kind];
    if (is_change(call)) ++changes;
    const std::uint64_t number = ++total;
    hold.unlock();
    if (before) before({call, path, number});
    hold.lock();
    if (poisoned && is_change(call)) return EIO;
    const int by_change = is_change(call) ? change_fault.next() : 0;
    const int by_kind = faults[kind].next();
    const int err = by_change != 0 ? by_change : by_kind;
    if (err != 0 && (call == Call::datasync || call == Call::sync_directory)) poisoned = true;
    return err;
  }
  void pass(Call call, const std::string& path) {
    if (const int err = arrive(call, path)) throw_errno(err, to_string(call), path);
  }
};

namespace {

class FaultFile final : public File {
 public:
  FaultFile(std::unique_ptr<File> inner, std::shared_ptr<FaultFs::Plan> plan)
      : inner_(std::move(inner)), target_(*inner_), plan_(std::move(plan)) {}
  FaultFile(File& borrowed, std::shared_ptr<FaultFs::Plan> plan)
      : target_(borrowed), plan_(std::move(plan)) {}

  File& inner() { return target_; }
  const std::string& path() const override { return target_.path(); }
  std::uint64_t size() const override { return target_.size(); }
  void pread(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    plan_->pass(Call::read, path());
    target_.pread(offset, out);
  }
  std::size_t pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    plan_->pass(Call::read, path());
    return target_.pread_some(offset, out);
  }
  void pwrite(std::uint64_t offset, ByteView bytes) override {
    if (const int err = plan_->arrive(Call::write, path())) {
      const std::size_t part = std::min(plan_->partial_write, bytes.size());
      if (part != 0) target_.pwrite(offset, bytes.first(part));
      throw_errno(err, to_string(Call::write), path());
    }
    target_.pwrite(offset, bytes);
  }
  void preallocate(std::uint64_t size, bool keep_size) override {
    plan_->pass(Call::preallocate, path());
    target_.preallocate(size, keep_size);
  }
  void truncate(std::uint64_t size) override {
    plan_->pass(Call::truncate, path());
    target_.truncate(size);
  }
  void datasync() override {
    plan_->pass(Call::datasync, path());
    target_.datasync();
  }

 private:
  std::unique_ptr<File> inner_;
  File& target_;
  std::shared_ptr<FaultFs::Plan> plan_;
};

class FaultLock final : public Lock {
 public:
  FaultLock(std::unique_ptr<Lock> inner, std::shared_ptr<FaultFs::Plan> plan)
      : inner_(std::move(inner)), file_(inner_->file(), std::move(plan)) {}
  File& file() override { return file_; }

 private:
  std::unique_ptr<Lock> inner_;
  FaultFile file_;
};

}  // namespace

FaultFs::FaultFs(Fs& inner) : inner_(inner), plan_(std::make_shared<Plan>()) {}
FaultFs::~FaultFs() = default;

void FaultFs::fail(Call call, std::uint64_t nth, int err, bool forever) {
  const std::lock_guard hold(plan_->mutex);
  plan_->faults[static_cast<std::size_t>(call)] = {nth, err, forever};
}

void FaultFs::fail_change(std::uint64_t nth, int err, bool forever) {
  const std::lock_guard hold(plan_->mutex);
  plan_->change_fault = {nth, err, forever};
}

void FaultFs::set_partial_write(std::size_t bytes) {
  const std::lock_guard hold(plan_->mutex);
  plan_->partial_write = bytes;
}

void FaultFs::clear() {
  const std::lock_guard hold(plan_->mutex);
  plan_->faults = {};
  plan_->change_fault = {};
  plan_->partial_write = 0;
  plan_->poisoned = false;
}

void FaultFs::before_each(std::function<void(const CallInfo&)> callback) {
  plan_->before = std::move(callback);
}

std::uint64_t FaultFs::count(Call call) const {
  const std::lock_guard hold(plan_->mutex);
  return plan_->counts[static_cast<std::size_t>(call)];
}

std::uint64_t FaultFs::changes() const {
  const std::lock_guard hold(plan_->mutex);
  return plan_->changes;
}

std::unique_ptr<File> FaultFs::wrap(std::unique_ptr<File> file) {
  if (!file) return nullptr;
  return std::make_unique<FaultFile>(std::move(file), plan_);
}

std::unique_ptr<File> FaultFs::open_read(const std::string& path) {
  plan_->pass(Call::open, path);
  return wrap(inner_.open_read(path));
}

std::unique_ptr<File> FaultFs::open_write(const std::string& path) {
  plan_->pass(Call::open, path);
  return wrap(inner_.open_write(path));
}

std::unique_ptr<File> FaultFs::create(const std::string& path) {
  plan_->pass(Call::create, path);
  return wrap(inner_.create(path));
}

std::shared_ptr<const MappedFile> FaultFs::map(const std::string& path) {
  plan_->pass(Call::map, path);
  return inner_.map(path);
}

void FaultFs::rename(const std::string& from, const std::string& to) {
  plan_->pass(Call::rename, from);
  inner_.rename(from, to);
}

void FaultFs::rename_noreplace(const std::string& from, const std::string& to) {
  plan_->pass(Call::rename, from);
  inner_.rename_noreplace(from, to);
}

bool FaultFs::unlink(const std::string& path) {
  plan_->pass(Call::unlink, path);
  return inner_.unlink(path);
}

bool FaultFs::make_directory(const std::string& path) {
  plan_->pass(Call::make_directory, path);
  return inner_.make_directory(path);
}

void FaultFs::sync_directory(const std::string& path) {
  plan_->pass(Call::sync_directory, path);
  inner_.sync_directory(path);
}

std::optional<std::vector<std::string>> FaultFs::list(const std::string& path) {
  plan_->pass(Call::list, path);
  return inner_.list(path);
}

std::optional<FileStat> FaultFs::stat(const std::string& path) {
  plan_->pass(Call::stat, path);
  return inner_.stat(path);
}

std::unique_ptr<Lock> FaultFs::lock(const std::string& path, LockMode mode, int timeout_ms) {
  plan_->pass(Call::lock, path);
  auto lock = inner_.lock(path, mode, timeout_ms);
  if (!lock) return nullptr;
  return std::make_unique<FaultLock>(std::move(lock), plan_);
}

bool FaultFs::try_lock_file(File& file) {
  auto* const own = dynamic_cast<FaultFile*>(&file);
  return inner_.try_lock_file(own ? own->inner() : file);
}

bool FaultFs::poisoned() const {
  const std::lock_guard hold(plan_->mutex);
  return plan_->poisoned || inner_.poisoned();
}

}  // namespace vstore::os

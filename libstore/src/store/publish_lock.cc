#include "store/publish_lock.h"

#include "base/hex.h"
#include "vstore/error.h"

namespace vstore {
namespace {

// The mark is overwritten in place, never truncated: a fixed size, padded with blanks.
constexpr std::size_t mark_size = 160;

std::string pad(std::string text) {
  text.resize(mark_size - 1, ' ');
  return text + "\n";
}

std::unique_ptr<os::Lock> acquire(os::Fs& fs, const std::string& path, os::LockMode mode, int timeout_ms) {
  if (auto lock = fs.lock(path, mode, timeout_ms)) return lock;
  fail_lock_timeout(path);
}

}  // namespace

void fail_lock_timeout(const std::string& path) {
  throw Error(ErrorCode::lost_race, "timed out waiting for the store's lock '" + path + "'",
              "another process is writing to the store; try again");
}

std::optional<std::string> trusted_mark(os::Fs& fs, const std::string& path) {
  const std::string boot_id = fs.boot_id();
  const auto file = fs.stat(path);
  // Without a boot id a mark from before a power cut would look like one of today.
  if (boot_id == "unknown" || !file) return std::nullopt;
  return "clean " + boot_id + " " + std::to_string(file->device) + ":" + std::to_string(file->inode) + " ";
}

PublishLock::PublishLock(os::Fs& fs, const std::string& path, int timeout_ms)
    : PublishLock(fs, path, acquire(fs, path, os::LockMode::exclusive, timeout_ms)) {}

std::optional<PublishLock> PublishLock::try_take(os::Fs& fs, const std::string& path) {
  auto lock = fs.lock(path, os::LockMode::exclusive, 0);
  return lock ? std::optional(PublishLock(fs, path, std::move(lock))) : std::nullopt;
}

PublishLock::PublishLock(os::Fs& fs, const std::string& path, std::unique_ptr<os::Lock> lock)
    : lock_(std::move(lock)), trusted_(trusted_mark(fs, path)) {
  Bytes found(mark_size);
  found.resize(lock_->file().pread_some(0, found));
  mark_ = as_text(found);
}

bool PublishLock::vouches_for(const Slot& slot) const { return trusted_ && mark_ == clean_text(slot); }

void PublishLock::blank() { write(pad("")); }

void PublishLock::mark_clean(const Slot& slot) noexcept {
  try {
    if (trusted_) write(clean_text(slot));
  } catch (const Error&) {
  }
}

std::string PublishLock::clean_text(const Slot& slot) const {
  return pad(*trusted_ + std::to_string(slot.generation) + " " + to_hex(slot.nonce));
}

void PublishLock::write(std::string text) {
  if (text == mark_) return;
  lock_->file().pwrite(0, as_bytes(text));
  mark_ = std::move(text);
}

std::unique_ptr<os::Lock> lock_shared(os::Fs& fs, const std::string& path, int timeout_ms) {
  return acquire(fs, path, os::LockMode::shared, timeout_ms);
}

}  // namespace vstore

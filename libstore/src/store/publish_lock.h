// store/publish_lock.h - the short lock under which roots are switched, and the mark that tells the next
// holder whether the last one finished (protocol.md rules 5 and 6).
//
// 1. The mark says `clean <boot id> <file> <generation> <nonce>` only while the slot with these values is
//    known to be durable and nobody has changed packs/ or root since.
// 2. A holder blanks it before its first change, and writes it again after its slot's sync.
// 3. A holder that does not find the newest slot's values there recovers first: the slot it sees may have
//    been written by somebody who was killed before the sync.
// 4. The mark names the lock file's own device and inode: in a copy of the store it vouches for nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "os/fs.h"
#include "store/root.h"

namespace vstore {

class PublishLock {
 public:
  /// Waits up to timeout_ms, then throws `lost_race`.
  PublishLock(os::Fs& fs, const std::string& path, int timeout_ms);
  /// Does not wait; nullopt if somebody else holds it.
  static std::optional<PublishLock> try_take(os::Fs& fs, const std::string& path);

  /// True if the mark that was found on taking the lock vouches for this slot.
  bool vouches_for(const Slot& slot) const;
  /// To be called before the first change to packs/ or root.
  void blank();
  /// Never throws: a mark that could not be written costs the next holder a recovery, no more.
  void mark_clean(const Slot& slot) noexcept;

 private:
  PublishLock(os::Fs& fs, const std::string& path, std::unique_ptr<os::Lock> lock);
  std::string clean_text(const Slot& slot) const;
  void write(std::string text);

  std::unique_ptr<os::Lock> lock_;
  std::optional<std::string> trusted_;
  std::string mark_;
};

/// What a mark begins with that was written since the last boot and to this very file; nullopt if that cannot
/// be known.
std::optional<std::string> trusted_mark(os::Fs& fs, const std::string& path);

/// The error of whoever has waited for the lock too long.
[[noreturn]] void fail_lock_timeout(const std::string& path);

/// Waits for the lock in shared mode, for readers to whom a slot looks bad (rule 8).
std::unique_ptr<os::Lock> lock_shared(os::Fs& fs, const std::string& path, int timeout_ms);

}  // namespace vstore

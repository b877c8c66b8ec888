// store/store_impl.h - what the files of this folder share about one open store.
#pragma once

#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/format.h"
#include "store/publish_lock.h"
#include "store/root_file.h"
#include "store/snapshot_state.h"
#include "vstore/ref_update.h"
#include "vstore/store.h"

namespace vstore {

class Mailbox;

/// Thread-safe.
struct Store::Impl {
  Impl(os::Fs& file_system, StoreOptions opts, StorePaths where, StoreFormat what);
  ~Impl();

  os::Fs& fs;
  const StoreOptions options;
  const StorePaths paths;
  const StoreFormat format;
  const Nonce id;
  RootFile root_file;
  const std::shared_ptr<FrameCache> cache;
  RefWatch watch;  ///< set before the handle is shared

  using StatePtr = std::shared_ptr<const Snapshot::State>;

  /// The newest published state, without a lock (protocol.md rule 8).
  StatePtr newest();
  /// Opens a root, reusing what the state opened last has open, and remembers it as the last.
  StatePtr open(LoadedRoot root);

  /// Waits for the publish lock; refuses where this handle may not write.
  PublishLock lock();
  /// Does not wait; nullopt if somebody else holds it.
  std::optional<PublishLock> try_lock();
  /// A mailbox that nobody else uses; to be given back, empty or with a wish that was answered.
  std::unique_ptr<Mailbox> mailbox();
  void give_back(std::unique_ptr<Mailbox> mailbox);
  /// Throws unless this handle may be used by this process (rule 5: not across fork).
  void check_process() const;
  /// Throws unless this handle may write: no failed sync before (rule 15), no network file system.
  void check_writable() const;
  void warn(const std::string& line) const;

 private:
  StatePtr try_newest();
  StatePtr newest_under_lock();

  const pid_t pid_ = ::getpid();
  std::mutex latest_mutex_;
  StatePtr latest_;  // guarded by latest_mutex_
  std::mutex mailboxes_mutex_;
  std::vector<std::unique_ptr<Mailbox>> mailboxes_;  // guarded by mailboxes_mutex_
};

os::Fs& fs_of(const StoreOptions& options);
Nonce random_nonce(os::Fs& fs);

}  // namespace vstore

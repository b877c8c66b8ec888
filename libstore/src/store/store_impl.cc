#include "store/store_impl.h"

#include "base/hex.h"
#include "store/mailbox.h"
#include "store/settle.h"

namespace vstore {
namespace {

// A slot tears while it is written, and a pack disappears when a fold overtakes a reader: both pass.
constexpr int attempts_without_lock = 3;

Nonce parse_nonce(const std::string& hex) {
  Nonce nonce;
  from_hex(hex, nonce);
  return nonce;
}

}  // namespace

os::Fs& fs_of(const StoreOptions& options) { return options.fs ? *options.fs : os::real_fs(); }

Nonce random_nonce(os::Fs& fs) {
  Nonce nonce;
  fs.random(nonce);
  return nonce;
}

Store::Impl::Impl(os::Fs& file_system, StoreOptions opts, StorePaths where, StoreFormat what)
    : fs(file_system),
      options(std::move(opts)),
      paths(std::move(where)),
      format(std::move(what)),
      id(parse_nonce(format.store_id)),
      root_file(fs, paths.root(), id),
      cache(std::make_shared<FrameCache>(options.frame_cache_bytes)) {}

Store::Impl::~Impl() = default;

void Store::Impl::check_process() const {
  if (::getpid() == pid_) return;
  throw Error(ErrorCode::usage, "store '" + paths.directory + "' was opened before a fork",
              "open the store again in the child process");
}

void Store::Impl::check_writable() const {
  check_process();
  if (fs.poisoned()) {
    throw Error(ErrorCode::io, "cannot write to store '" + paths.directory + "': an earlier sync failed",
                "check the device and the system's log, then run the command again");
  }
  if (!options.allow_network && fs.is_network(paths.directory)) {
    throw Error(ErrorCode::refused, "store '" + paths.directory + "' is on a network file system",
                "its locks may not exclude other machines; keep the store on a local disk, or allow it "
                "explicitly if only one machine ever writes");
  }
}

PublishLock Store::Impl::lock() {
  check_writable();
  return PublishLock(fs, paths.lock(), options.lock_timeout_ms);
}

std::optional<PublishLock> Store::Impl::try_lock() {
  check_writable();
  return PublishLock::try_take(fs, paths.lock());
}

std::unique_ptr<Mailbox> Store::Impl::mailbox() {
  {
    std::lock_guard lock(mailboxes_mutex_);
    if (!mailboxes_.empty()) {
      auto mailbox = std::move(mailboxes_.back());
      mailboxes_.pop_back();
      return mailbox;
    }
  }
  return std::make_unique<Mailbox>(fs, paths);
}

void Store::Impl::give_back(std::unique_ptr<Mailbox> mailbox) {
  std::lock_guard lock(mailboxes_mutex_);
  mailboxes_.push_back(std::move(mailbox));
}

void Store::Impl::warn(const std::string& line) const {
  if (options.warn) options.warn(line);
}

Store::Impl::StatePtr Store::Impl::open(LoadedRoot root) {
  StatePtr previous;
  {
    std::lock_guard lock(latest_mutex_);
    previous = latest_;
  }
  if (previous && previous->root.hash == root.hash) return previous;
  StatePtr state = open_state(fs, paths, std::move(root), previous.get(), cache);
  std::lock_guard lock(latest_mutex_);
  // Another thread may have seen a later one meanwhile.
  if (!latest_ || latest_->root.root.generation <= state->root.root.generation) latest_ = state;
  return state;
}

Store::Impl::StatePtr Store::Impl::newest() {
  check_process();
  for (int attempt = 0; attempt < attempts_without_lock; ++attempt) {
    if (StatePtr state = try_newest()) return state;
  }
  return newest_under_lock();
}

/// nullptr if what was read may have been overtaken by a writer.
Store::Impl::StatePtr Store::Impl::try_newest() {
  const TwoSlots slots = root_file.read_slots();
  if (!slots.both_sound()) return nullptr;
  const int position = *slots.newest();
  const Slot& slot = *slots.at[static_cast<std::size_t>(position)];
  {
    std::lock_guard lock(latest_mutex_);
    if (latest_ && latest_->root.hash == slot.root_hash) return latest_;
  }
  try {
    return open(load_root(fs, paths, root_file, position, slot));
  } catch (const MissingPack&) {
    return nullptr;
  }
}

Store::Impl::StatePtr Store::Impl::newest_under_lock() {
  const auto held = lock_shared(fs, paths.lock(), options.lock_timeout_ms);
  Settled settled = settle(fs, paths, root_file);
  if (settled.bad) {
    warn(settled.holder ? "one slot of the store's root is damaged; the other one holds the newest state"
                        : "the newest slot of the store's root is damaged; its state was found in the packs");
  }
  return open(std::move(settled.root));
}

}  // namespace vstore

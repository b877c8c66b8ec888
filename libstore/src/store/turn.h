// store/turn.h - waiting for the publish lock, or for being published by whoever has it.
#pragma once

#include <optional>

#include "store/mailbox.h"
#include "store/publish_lock.h"
#include "store/recover.h"
#include "store/transaction_impl.h"

namespace vstore {

/// A transaction's turn to publish. Gets the lock at once if it is free; else posts a small change as a wish
/// and waits for what comes first, the lock or the answer. Belongs to one thread.
class Turn {
 public:
  /// Returns with lock() or with published(). Throws what the answer to the wish says; `lost_race` when the
  /// time is up.
  Turn(Transaction::Impl& txn, const PublishInfo& info);
  ~Turn();

  const std::optional<Published>& published() const { return published_; }
  PublishLock& lock() { return *lock_; }
  const Nonce& nonce() const { return nonce_; }

  /// With the lock held: what a holder that died had published of it (protocol.md rule 14).
  std::optional<Published> found_in(const Current& current) const;

 private:
  bool post(const PublishInfo& info);
  void wait();
  bool take_answer();
  void give_up();

  Transaction::Impl& txn_;
  Store::Impl& store_;
  const Nonce nonce_;
  std::optional<PublishLock> lock_;
  std::unique_ptr<Mailbox> mailbox_;
  std::optional<Published> published_;
};

/// The transaction as a wish with this nonce; nullopt if it is too much for one. It stays as it is.
std::optional<Wish> wish_of(const Transaction::Impl& txn, const PublishInfo& info, const Nonce& nonce);

/// The operation with this nonce in the log of `now`, looked for as far back as `since`.
std::optional<Id> operation_with(const Snapshot& now, const Nonce& nonce, const Id& since);

}  // namespace vstore

#include "store/turn.h"

#include <chrono>
#include <thread>

#include "base/hex.h"

namespace vstore {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr microseconds pause_min{100};
constexpr microseconds pause_max{1000};  // a publish takes about as long

}  // namespace

Turn::Turn(Transaction::Impl& txn, const PublishInfo& info)
    : txn_(txn), store_(*txn.store), nonce_(random_nonce(store_.fs)), lock_(store_.try_lock()) {
  if (lock_) return;
  if (!post(info)) {
    lock_.emplace(store_.lock());
    return;
  }
  wait();
}

Turn::~Turn() {
  if (mailbox_) store_.give_back(std::move(mailbox_));
}

bool Turn::post(const PublishInfo& info) {
  if (store_.options.lock_timeout_ms == 0) return false;
  const auto wish = wish_of(txn_, info, nonce_);
  if (!wish) return false;
  mailbox_ = store_.mailbox();
  return mailbox_->post(*wish);
}

void Turn::wait() {
  const int limit_ms = store_.options.lock_timeout_ms;
  const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms);
  for (microseconds pause = pause_min; !take_answer(); pause = std::min(pause * 2, pause_max)) {
    if ((lock_ = store_.try_lock())) {
      if (take_answer())
        lock_.reset();
      else
        mailbox_->withdraw();
      return;
    }
    if (limit_ms >= 0 && Clock::now() >= deadline) return give_up();
    std::this_thread::sleep_for(pause);
  }
}

/// False as long as there is none.
bool Turn::take_answer() {
  auto answer = mailbox_->answer();
  if (!answer) return false;
  if (!answer->published) {
    lock_.reset();
    throw Error(answer->code, answer->what, answer->hint);
  }
  published_ = *answer->published;
  return true;
}

void Turn::give_up() {
  const bool certain = mailbox_->withdraw();
  if (!certain && take_answer()) return;
  if (certain) fail_lock_timeout(store_.paths.lock());
  mailbox_.reset();  // who took it may still answer there
  throw Error(ErrorCode::lost_race,
              "outcome unknown: the process that holds the store's lock '" + store_.paths.lock() +
                  "' took this change along and does not go on",
              "look at the operation log when it has ended, before repeating the command");
}

std::optional<Published> Turn::found_in(const Current& current) const {
  if (!mailbox_ || !current.recovered) return std::nullopt;
  const Snapshot now(current.state);
  const auto found = operation_with(now, nonce_, txn_.base.operation());
  return found ? std::optional(Published{now.generation(), *found}) : std::nullopt;
}

std::optional<Wish> wish_of(const Transaction::Impl& txn, const PublishInfo& info, const Nonce& nonce) {
  auto frames = txn.objects.buffered_frames();
  if (!frames) return std::nullopt;
  Wish wish;
  wish.nonce = nonce;
  wish.epoch = txn.base.state().root.root.epoch;
  wish.base = txn.base.operation();
  wish.info = info;
  if (!wish.info.time) wish.info.time = Time{txn.store->fs.now_seconds(), 0};
  wish.refs = txn.refs;
  wish.frames = std::move(*frames);
  return wish;
}

std::optional<Id> operation_with(const Snapshot& now, const Nonce& nonce, const Id& since) {
  const std::string wanted = to_hex(nonce);
  for (Id at = now.operation(); at != since;) {
    if (now.operation(at).nonce == wanted) return at;
    const std::vector<Id> parents = now.parents(at);
    if (parents.empty()) return std::nullopt;
    at = parents[0];
  }
  return std::nullopt;
}

}  // namespace vstore

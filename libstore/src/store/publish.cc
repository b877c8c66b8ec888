#include "store/publish.h"

#include "base/hex.h"
#include "store/relied_on.h"
#include "store/switch_root.h"
#include "store/turn.h"

namespace vstore {
namespace {

// Waiting writers that are published along. More of them, or larger ones, wait for the next root.
constexpr std::size_t companions_max = 64;

/// The view as one change after the other is applied to it, and the operations that say so. Everything is
/// written to the objects of one transaction.
class Changes {
 public:
  Changes(NewObjects& objects, os::Fs& fs, const Snapshot& current)
      : objects_(objects), fs_(fs), view_(current.state().view()), operation_(current.operation()) {}

  const Id& operation() const { return operation_; }

  /// Throws unless the refs are as expected after the changes so far.
  void check(const RefChanges& refs) const {
    refs.check_expected(Tree(objects_, view_));
    refs.check_names(Tree(objects_, view_));
  }

  void apply(const RefChanges& refs, const PublishInfo& info, const Nonce& nonce) {
    const Id view = refs.apply(Tree(objects_, view_), objects_);
    operation_ = objects_.put(ObjectType::operation, as_bytes(encode(operation(info, view, nonce))));
    view_ = view;
  }

 private:
  Operation operation(const PublishInfo& info, const Id& view, const Nonce& nonce) const {
    Operation operation;
    operation.parents = {operation_};
    operation.view = view;
    operation.time = info.time.value_or(Time{fs_.now_seconds(), 0});
    operation.who = info.who;
    operation.command = info.command;
    operation.nonce = to_hex(nonce);
    operation.files = info.files;
    operation.undoes = info.undoes;
    return operation;
  }

  NewObjects& objects_;
  os::Fs& fs_;
  Id view_;
  Id operation_;
};

/// The writers that wait for the lock, as far as they can be published along (protocol.md rule 14).
class Companions {
 public:
  Companions(Store::Impl& store, const Current& current)
      : wishes_(take_wishes(store.fs, store.paths, companions_max)), answers_(wishes_.size()) {
    if (current.recovered) tell_published(Snapshot(current.state));
    for (std::size_t i = 0; i < wishes_.size(); ++i) {
      // With another epoch, what the writer relied on may be gone: it looks for itself, with the lock.
      if (!answers_[i] && wishes_[i].wish.epoch == current.state->root.root.epoch) join_.push_back(i);
    }
  }

  /// Each that can be joins the changes; the others get their errors when tell() is called.
  void join(Changes& changes, NewObjects& objects, std::uint64_t generation) {
    for (const std::size_t i : join_) {
      Wish& wish = wishes_[i].wish;
      try {
        changes.check(wish.refs);
      } catch (const Error& error) {
        answers_[i] = refusal(error);
        continue;
      }
      objects.adopt(std::move(wish.frames));
      try {
        changes.apply(wish.refs, wish.info, wish.nonce);
        answers_[i] = Answer{Published{generation, changes.operation()}, {}, {}, {}};
      } catch (const Error& error) {
        answers_[i] = refusal(error);
        if (!answers_[i]) throw;
      }
    }
  }

  /// Tells all of them what became of their changes; false if one could not be told.
  bool tell() {
    bool all = true;
    for (std::size_t i = 0; i < wishes_.size(); ++i) {
      if (answers_[i]) all = wishes_[i].answer(*answers_[i]) && all;
    }
    return all;
  }

 private:
  /// Errors that are its writer's business. With any other one it finds out for itself, with the lock.
  static std::optional<Answer> refusal(const Error& error) {
    const ErrorCode code = error.code();
    if (code != ErrorCode::lost_race && code != ErrorCode::refused && code != ErrorCode::usage)
      return std::nullopt;
    return Answer{std::nullopt, code, error.what(), error.hint()};
  }

  /// The last holder may have died after it had published them and before it could say so.
  void tell_published(const Snapshot& now) {
    for (std::size_t i = 0; i < wishes_.size(); ++i) {
      const Wish& wish = wishes_[i].wish;
      if (const auto found = operation_with(now, wish.nonce, wish.base)) {
        answers_[i] = Answer{Published{now.generation(), *found}, {}, {}, {}};
      }
    }
  }

  std::vector<TakenWish> wishes_;
  std::vector<std::optional<Answer>> answers_;
  std::vector<std::size_t> join_;
};

void add_packs(Root& next, const std::vector<std::unique_ptr<PrivatePack>>& bulk) {
  for (const auto& pack : bulk) next.packs.push_back({*pack->summary, std::nullopt});
}

}  // namespace

// The passes, as docs/architecture.md tells them. Until the last one nobody else can see anything of it.
Published publish_transaction(Transaction::Impl& txn, const PublishInfo& info) {
  Store::Impl& store = *txn.store;

  // What was gathered becomes frames; a large amount becomes a durable pack. No lock yet.
  store.check_writable();
  txn.objects.finish_bulk();

  // From here on one process at a time. Whoever must wait may be published by the one it waits for.
  Turn turn(txn, info);
  if (turn.published()) return *turn.published();

  // The state to build on is what the last holder left, recovered if that one did not finish.
  const Current on = current_under_lock(store, turn.lock());
  if (const auto found = turn.found_in(on)) return *found;
  const Snapshot current(on.state);

  // Compare-and-swap: refs that others moved meanwhile end it here, with nothing changed.
  txn.refs.check_expected(current.view());
  txn.refs.check_names(current.view());

  // New objects are based on, and looked up in, the current state. If a collector ran since the transaction
  // began, what it relied on without writing it is looked up again, and rewritten where it went away.
  txn.objects.rebase(on.state->packs);
  if (on.state->root.root.epoch != txn.base.state().root.root.epoch) rewrite_what_went_away(txn, current);

  // What depends on the current view: its nodes, the operation; then those of the writers that wait.
  Root next = successor(store, *on.state);
  Changes changes(txn.objects, store.fs, current);
  changes.apply(txn.refs, info, turn.nonce());
  const Published published{next.generation, changes.operation()};
  Companions companions(store, on);
  companions.join(changes, txn.objects, next.generation);
  next.operation = changes.operation();
  add_packs(next, txn.objects.bulk());
  txn.objects.flush();

  // Durable and visible when this returns: facts become final at the sync of the slot.
  switch_root(store, turn.lock(), on, std::move(next), txn.objects.final_pack(), txn.objects.bulk(),
              [&] { return companions.tell(); });
  return published;
}

}  // namespace vstore

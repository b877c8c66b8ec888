// vstore/store.h - a store: opening, snapshots of its state, transactions that change it.
//
//   auto store = vstore::Store::open("/data/.vstore");
//   vstore::Snapshot now = store.snapshot();                      // a value: never changes
//   vstore::Tree files(now, now.commit(*now.ref_commit("refs/heads/main")).tree);
//
//   auto txn = store.begin();
//   vstore::Id c = txn.put(vstore::ObjectType::commit, vstore::as_bytes(encode(commit)));
//   txn.set_ref("refs/heads/main", old, vstore::RefValue::commit(c));
//   txn.publish({.who = me, .command = "commit"});                // durable when it returns
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/error.h"
#include "vstore/id.h"
#include "vstore/object.h"
#include "vstore/tree.h"

namespace vstore {

namespace os {
class Fs;
}
struct GcOptions;
struct GcReport;

struct StoreOptions {
  std::size_t frame_cache_bytes = 64u << 20;
  int lock_timeout_ms = 30'000;      ///< waiting for the publish lock; then `lost_race`
  bool allow_network = false;        ///< write to a store on a network file system
  bool allow_other_owner = false;    ///< open a store that another user owns (safe.directory)
  os::Fs* fs = nullptr;              ///< tests give a twin; null: the real one
  /// Called when opening or locking had to recover or roll forward: one line for a person.
  std::function<void(std::string_view)> warn;
};

/// What a ref holds. Exactly one of id (kind ref_commit, ref_tag, ref_tree) and target (ref_symbolic).
struct RefValue {
  Kind kind = Kind::ref_commit;
  Id id;
  std::string target;

  static RefValue commit(const Id& id) { return {Kind::ref_commit, id, {}}; }
  static RefValue tag(const Id& id) { return {Kind::ref_tag, id, {}}; }
  static RefValue tree(const Id& id) { return {Kind::ref_tree, id, {}}; }
  static RefValue symbolic(std::string target) { return {Kind::ref_symbolic, {}, std::move(target)}; }
  friend bool operator==(const RefValue&, const RefValue&) = default;
};

struct Ref {
  std::string name;
  RefValue value;
};

/// The whole state of a store at one generation: every ref and every object. An immutable value, cheap
/// to copy, safe to use from any number of threads; stays readable whatever is published, folded or
/// collected meanwhile. Also an ObjectReader over everything visible in it.
class Snapshot final : public ObjectReader {
 public:
  std::uint64_t generation() const;
  /// Head of the operation log. The first operation is made by Store::create.
  Id operation() const;
  /// The map of all refs.
  Tree view() const;
  /// The same objects with the refs as `operation` left them; operation() is then that one. For reading only.
  Snapshot at(const Id& operation) const;

  std::optional<RefValue> ref(std::string_view name) const;
  /// Follows symbolic refs (at most five) to a value that is not symbolic; nullopt if unborn.
  std::optional<RefValue> resolve_ref(std::string_view name) const;
  /// The commit a ref leads to, through symbolic refs and annotated tags; nullopt if unborn.
  std::optional<Id> ref_commit(std::string_view name) const;
  /// All refs whose names begin with `prefix`, in name order.
  std::vector<Ref> refs(std::string_view prefix = {}) const;

  std::optional<ObjectInfo> find(const Id& id) const override;
  Blob read(const Id& id, ObjectType type) const override;
  /// Ids that begin with these hex digits, at most `limit`.
  std::vector<Id> find_prefix(std::string_view hex, std::size_t limit) const;

  Commit commit(const Id& id) const;
  Tag tag(const Id& id) const;
  Operation operation(const Id& id) const;
  /// The parents of an operation that are still retained: all of them, but none for the first operation
  /// and none for the horizon(). Whatever walks the operation log goes by this; a parent named here that
  /// is missing is damage.
  std::vector<Id> parents(const Id& operation) const;
  /// The oldest operation that the collector retained: those before it have expired, which is no damage
  /// (protocol.md rule 19). nullopt while none has.
  std::optional<Id> horizon() const;
  /// The generation in which the collector last published; 0 if it never did.
  std::uint64_t collected_generation() const;
  Tree tree(const Id& root) const { return Tree(*this, root); }

  struct State;
  explicit Snapshot(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  const State& state() const { return *state_; }
  std::shared_ptr<const State> state_ptr() const { return state_; }

 private:
  std::shared_ptr<const State> state_;
};

struct PublishInfo {
  Person who;
  std::string command;
  std::optional<Time> time;  ///< default: the file system's clock
  bool files = false;        ///< see Operation
  std::optional<Id> undoes = std::nullopt;  ///< see Operation
};

struct Published {
  std::uint64_t generation;
  Id operation;
};

/// Collects objects and ref changes and publishes them atomically. put() and find() are thread-safe;
/// the rest belongs to one thread. Dropping a transaction leaves no trace.
class Transaction final : public ObjectWriter, public ObjectReader {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction() override;

  /// The state this transaction began from.
  const Snapshot& base() const;

  Id put(ObjectType type, ByteView bytes, const Id* displaced = nullptr) override;
  /// Objects of the base and those put here.
  std::optional<ObjectInfo> find(const Id& id) const override;
  Blob read(const Id& id, ObjectType type) const override;

  /// Changes one ref at publish, if it then still has the value `expected` (nullopt: does not exist;
  /// default-constructed std::optional<std::optional<>>, i.e. std::nullopt of the outer: any value).
  /// `value` nullopt deletes. Throws `usage` for a bad name.
  void set_ref(std::string name, std::optional<std::optional<RefValue>> expected,
               std::optional<RefValue> value);
  /// Demands a value without changing it.
  void expect_ref(std::string name, std::optional<RefValue> expected);

  /// Publishes: durable and visible when it returns. Throws `lost_race` naming the ref if one moved or
  /// the lock timed out; nothing is published then. An `io` error whose outcome could not be
  /// determined says "outcome unknown". The transaction is spent afterwards.
  Published publish(const PublishInfo& info);

  struct Impl;
  explicit Transaction(std::unique_ptr<Impl> impl);
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// An open store. Thread-safe. A handle used in a forked child is refused (protocol.md rule 5).
class Store {
 public:
  /// Makes a new store in `directory` (created; must be absent or empty of store files) and publishes
  /// generation 1: an empty view with HEAD -> refs/heads/<initial_branch>.
  static Store create(const std::string& directory, const StoreOptions& options = {},
                      std::string_view initial_branch = "main");
  /// Opens an existing store. `usage` if `directory` holds none, `unsupported` if its format is newer,
  /// `damaged` if no root can be found.
  static Store open(const std::string& directory, const StoreOptions& options = {});
  /// True if the directory looks like a store.
  static bool is_store(const std::string& directory, const StoreOptions& options = {});

  const std::string& directory() const;
  /// Random, given at creation: 32 hex digits.
  std::string id() const;

  /// The newest published state. Takes no lock.
  Snapshot snapshot() const;
  /// Makes sure that the newest state is durable, whoever wrote it, and returns it (protocol.md rule 8).
  Snapshot durable_snapshot() const;
  /// Begins a transaction on the newest state.
  Transaction begin();

  /// Folds small packs if their number has grown; cheap when there is nothing to do. Called after
  /// publishing by whoever can afford it. Returns the number of packs folded.
  std::size_t fold();

  /// Removes what no ref, no hold, no workspace and no retained operation leads to (vstore/gc.h), folds
  /// packs, and gives the space back before it returns. Throws `damaged` if something that must be kept is
  /// missing or damaged, `refused` if the progress was cancelled; the store is as before then.
  GcReport collect(const GcOptions& options);

  struct Impl;

 private:
  explicit Store(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace vstore

// What the tests of the collector share: a store in memory, commits with based frames, what may remain.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <set>

#include "os/mem_fs.h"
#include "unit/store/fixture.h"
#include "vstore/gc.h"

namespace vstore::test {

struct MemStore {
  os::MemFs fs;
  StoreOptions options;
  Store store;
  static StoreOptions with(os::Fs& fs) {
    StoreOptions options;
    options.fs = &fs;
    options.allow_other_owner = true;
    return options;
  }
  MemStore() : options(with(fs)), store(Store::create("/s", options)) {}

  Store reopened() const { return Store::open("/s", options); }
  std::uint64_t bytes() {
    std::uint64_t total = 0;
    for (const char* directory : {"/s/packs", "/s/tmp"}) {
      for (const std::string& name : fs.list(directory).value_or(std::vector<std::string>{}))
        total += fs.stat(std::string(directory) + "/" + name)->size;
    }
    return total;
  }
};

inline constexpr std::int64_t never_ago = std::numeric_limits<std::int64_t>::max();
inline const GcOptions now_options{.operations_since = never_ago};

inline Id chunk_id(const std::string& text) { return hash_object(ObjectType::chunk, as_bytes(text)); }

/// Everything a look-up finds, bases and bitmaps included.
inline std::set<Id> visible(const Snapshot& snapshot) {
  std::set<Id> ids;
  for (const PackInSet& pack : snapshot.state().packs->packs()) {
    for (std::uint64_t i = 0; i < pack.reader->object_count(); ++i) {
      const Id id = pack.reader->id_at(i);
      if (snapshot.find(id)) ids.insert(id);
    }
  }
  return ids;
}

/// Nothing but what is reachable is visible, except for bitmaps and chunks that are bases.
inline void check_nothing_dead(const Snapshot& snapshot) {
  const auto live = closure_of(snapshot);
  std::set<Id> bases;
  for (const auto& [id, type] : live) {
    if (const auto base = snapshot.state().packs->base_of(id)) bases.insert(*base);
  }
  for (const Id& id : visible(snapshot)) {
    if (live.contains(id)) continue;
    const ObjectType type = snapshot.find(id)->type;
    const bool allowed = type == ObjectType::bitmap || (type == ObjectType::chunk && bases.contains(id));
    CHECK_MESSAGE(allowed, "still there: ", to_string(type), " ", id.hex());
  }
}

/// Does something at the beginning of a phase, or cancels there.
struct AtPhase final : Progress {
  AtPhase(std::string wanted_phase, std::function<void()> action)
      : wanted(std::move(wanted_phase)), act(std::move(action)) {}
  void phase(std::string_view name, std::uint64_t, std::uint64_t) override {
    if (name == wanted && act) std::exchange(act, {})();
  }
  void advance(std::uint64_t, std::uint64_t) override {}
  bool cancelled() const override { return stop; }
  std::string wanted;
  std::function<void()> act;
  bool stop = false;
};

/// Publishes `count` files of a tree to a ref, editing its last version, so that there are based frames.
inline Id commit_files(Store& store, const std::string& ref,
                       const std::map<std::string, std::string>& files) {
  Transaction txn = store.begin();
  const auto parent = txn.base().ref_commit(ref);
  const Tree old(txn, parent ? txn.base().commit(*parent).tree : empty_tree_id());
  auto next = files.begin();
  Commit commit;
  commit.tree = edit_tree(old, txn, [&]() -> std::optional<TreeEdit> {
    if (next == files.end()) return std::nullopt;
    const auto before = old.get(next->first);
    const Id id = txn.put(ObjectType::chunk, as_bytes(next->second), before ? &before->id : nullptr);
    TreeEdit edit{next->first, Entry{Kind::file, next->second.size(), id}};
    ++next;
    return edit;
  });
  if (parent) commit.parents = {*parent};
  commit.message = ref;
  const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
  txn.set_ref(ref, std::nullopt, RefValue::commit(id));
  txn.publish({{"tester", "t@example.org"}, "commit", Time{1, 0}});
  return id;
}

}  // namespace vstore::test

// Undo, redo and restore of refs: random changes, taken back and done again.
#include <doctest/doctest.h>

#include "support/error_code.h"
#include "support/random.h"
#include "unit/os/scratch.h"
#include "vstore/operations.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct Refs {
  Refs() : store(Store::create(scratch / "store")) {
    Transaction txn = store.begin();
    for (int i = 0; i < 4; ++i) {
      Commit commit;
      commit.tree = empty_tree_id();
      commit.message = std::to_string(i);
      commits.push_back(txn.put(ObjectType::commit, as_bytes(encode(commit))));
      txn.set_ref("refs/keep/" + std::to_string(i), std::nullopt, RefValue::commit(commits.back()));
    }
    txn.publish({{"t", "t@t"}, "begin"});
  }

  void publish(const std::vector<RefChange>& changes, std::optional<Id> undoes = std::nullopt) {
    Transaction txn = store.begin();
    set_refs(txn, changes);
    txn.publish({{"t", "t@t"}, "test", std::nullopt, false, undoes});
  }

  void change_some(Random& random) {
    const Snapshot now = store.snapshot();
    std::vector<RefChange> changes;
    for (const std::string name : {"refs/heads/a", "refs/heads/b", "refs/tags/c"}) {
      if (!changes.empty() && random.chance(60)) continue;
      const auto before = now.ref(name);
      const std::optional<RefValue> fresh = RefValue::commit(commits[random.below(commits.size())]);
      changes.push_back({name, before, before == fresh ? std::nullopt : fresh});
    }
    publish(changes);
  }

  bool undo() { return take_back(operation_to_undo(store.snapshot(), {})); }
  bool redo() { return take_back(operation_to_redo(store.snapshot(), {})); }
  bool take_back(const std::optional<Id>& operation) {
    if (operation) publish(undo_changes(store.snapshot(), *operation, {}), operation);
    return operation.has_value();
  }
  Id view() const { return store.snapshot().view().root(); }

  Scratch scratch;
  Store store;
  std::vector<Id> commits;
};

}  // namespace

TEST_CASE("undo goes back one state at a time, redo comes forward, whatever was undone and redone before") {
  Random random(test_seed());
  for (int round = 0; round < 10; ++round) {
    Refs refs;
    std::vector<Id> states{refs.view()};  // up to the present one
    std::vector<Id> undone;               // the next to be redone last
    for (int step = 0; step < 40; ++step) {
      const auto kind = random.below(10);
      if (kind < 4) {
        refs.change_some(random);
        states.push_back(refs.view());
        undone.clear();
      } else if (kind < 7 && states.size() > 1) {
        REQUIRE(refs.undo());
        undone.push_back(states.back());
        states.pop_back();
      } else {
        REQUIRE(refs.redo() == !undone.empty());
        if (!undone.empty()) {
          states.push_back(undone.back());
          undone.pop_back();
        }
      }
      REQUIRE(refs.view() == states.back());
    }
  }
}

TEST_CASE("an operation is taken back with its own refs only, and only while they are as it left them (protocol.md rule 13)") {
  Refs refs;
  const auto value = [&](std::size_t i) { return std::optional(RefValue::commit(refs.commits[i])); };
  refs.publish({{"refs/heads/a", std::nullopt, value(0)}});
  const Id first = refs.store.snapshot().operation();
  refs.publish({{"refs/heads/b", std::nullopt, value(1)}});
  const std::vector<RefChange> changes = undo_changes(refs.store.snapshot(), first, {});
  refs.publish({{"refs/heads/b", value(1), value(2)}});
  SUBCASE("another ref that moved on stays") {
    refs.publish(changes, first);
    CHECK_FALSE(refs.store.snapshot().ref("refs/heads/a"));
    CHECK(refs.store.snapshot().ref("refs/heads/b") == value(2));
  }
  SUBCASE("one of its own that moved on is in the way") {
    refs.publish({{"refs/heads/a", value(0), value(3)}});
    CHECK(code_of([&] { undo_changes(refs.store.snapshot(), first, {}); }) == ErrorCode::refused);
    CHECK(code_of([&] { refs.publish(changes, first); }) == ErrorCode::lost_race);  // it moved after it was looked at
    CHECK(refs.store.snapshot().ref("refs/heads/a") == value(3));
  }
}

TEST_CASE("restore brings back the refs after any operation") {
  Random random(test_seed());
  Refs refs;
  std::vector<std::pair<Id, Id>> states;  // operation and its view
  for (int i = 0; i < 15; ++i) {
    refs.change_some(random);
    states.emplace_back(refs.store.snapshot().operation(), refs.view());
  }
  for (int i = 0; i < 10; ++i) {
    const auto& [operation, view] = states[random.below(states.size())];
    refs.publish(restore_changes(refs.store.snapshot(), operation, {}));
    REQUIRE(refs.view() == view);
    REQUIRE(refs.store.snapshot().at(operation).view().root() == view);
  }
}

TEST_CASE("a reflog has each value once, newest first, with the operation that made it") {
  Random random(test_seed());
  Refs refs;
  std::vector<std::optional<RefValue>> values;
  for (int i = 0; i < 30; ++i) {
    refs.change_some(random);
    const auto value = refs.store.snapshot().ref("refs/heads/b");
    if (values.empty() ? value.has_value() : value != values.back()) values.push_back(value);
  }
  Reflog reflog(refs.store.snapshot(), "refs/heads/b");
  for (std::size_t i = values.size(); i-- > 0;) {
    const auto entry = reflog.next();
    REQUIRE(entry);
    CHECK(entry->value == values[i]);
    CHECK(refs.store.snapshot().at(entry->made_by.id).ref("refs/heads/b") == values[i]);
  }
  CHECK_FALSE(reflog.next());
}

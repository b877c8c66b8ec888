// What versions keep by themselves, and the store in numbers.
#include <doctest/doctest.h>

#include "os/mem_fs.h"
#include "unit/store/fixture.h"
#include "vstore/stats.h"
#include "vstore/unique.h"

using namespace vstore;
using namespace vstore::test;

namespace {

StoreOptions with(os::Fs& fs) {
  StoreOptions options;
  options.fs = &fs;
  options.allow_other_owner = true;
  return options;
}

Id tree_of(const Snapshot& snapshot, const Id& commit) { return snapshot.commit(commit).tree; }

}  // namespace

TEST_CASE("a version's unique size is what it shares with no other version") {
  os::MemFs fs;
  Store store = Store::create("/s", with(fs));
  Transaction txn = store.begin();
  const auto commit_of_two = [&](const std::string& a, const std::string& b) {
    TreeBuilder tree(txn);
    tree.add("a", {Kind::file, a.size(), txn.put(ObjectType::chunk, as_bytes(a))});
    tree.add("b", {Kind::file, b.size(), txn.put(ObjectType::chunk, as_bytes(b))});
    Commit commit;
    commit.tree = tree.finish();
    return txn.put(ObjectType::commit, as_bytes(encode(commit)));
  };
  const Id one = commit_of_two(text_of(1000, 1), text_of(2000, 2));
  const Id two = commit_of_two(text_of(1000, 1), text_of(4000, 3));
  const Id three = commit_of_two(text_of(8000, 4), text_of(4000, 3));
  txn.set_ref("refs/tags/1", std::nullopt, RefValue::commit(one));
  txn.set_ref("refs/tags/2", std::nullopt, RefValue::commit(two));
  txn.set_ref("refs/tags/3", std::nullopt, RefValue::commit(three));
  txn.publish({{"t", "t@example.org"}, "three", Time{1, 0}});

  const Snapshot now = store.snapshot();
  const auto node = [&](const Id& commit) { return now.find(tree_of(now, commit))->size; };
  const auto sizes = unique_sizes(now, {tree_of(now, three), tree_of(now, one), tree_of(now, two)});
  REQUIRE(sizes.size() == 3);
  CHECK(sizes[0].bytes == 8000 + node(three));
  CHECK(sizes[1].bytes == 2000 + node(one));
  CHECK(sizes[2].bytes == node(two));  // each of its files is in another one
  CHECK(sizes[0].objects == 2);
  CHECK(sizes[2].objects == 1);
  CHECK(sizes[0].stored > 0);

  // As roots with their history the commits themselves count, too.
  CHECK(unique_among(now, {one, two})[0].bytes == 2000 + node(one) + now.find(one)->size);
  CHECK(unique_among(now, {one, one})[1].objects == 0);
}

TEST_CASE("statistics: versions, objects, garbage") {
  os::MemFs fs;
  Store store = Store::create("/s", with(fs));
  commit_to(store, "refs/heads/x", text_of(5000, 1));
  commit_to(store, "refs/heads/x", text_of(7000, 2));
  const StoreStats stats = store_stats(store.snapshot());
  CHECK(stats.versions == 2);
  CHECK(stats.version_bytes == 12'000);
  CHECK(stats.objects.at(ObjectType::chunk).bytes >= 12'000);
  CHECK(stats.objects.at(ObjectType::commit).objects == 2);
  CHECK(stats.objects.at(ObjectType::operation).objects == 3);
  CHECK(stats.packs == store.snapshot().state().packs->packs().size());
  CHECK(stats.garbage_stored == 0);

  Transaction txn = store.begin();
  txn.put(ObjectType::chunk, as_bytes(text_of(9000, 3)));  // nothing names it
  txn.publish({{"t", "t@example.org"}, "waste", Time{1, 0}});
  CHECK(store_stats(store.snapshot()).garbage_stored > 1000);
}

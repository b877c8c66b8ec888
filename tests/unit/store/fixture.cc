#include "unit/store/fixture.h"

#include <random>

#include "store/references.h"

namespace vstore::test {

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.what()) + " / " + error.hint();
  }
  return {};
}

Id put_commit(Transaction& txn, const std::string& content, const std::vector<Id>& parents) {
  TreeBuilder tree(txn);
  tree.add("file", {Kind::file, content.size(), txn.put(ObjectType::chunk, as_bytes(content))});
  Commit commit;
  commit.tree = tree.finish();
  commit.parents = parents;
  commit.message = content.substr(0, 20);
  return txn.put(ObjectType::commit, as_bytes(encode(commit)));
}

Id commit_to(Store& store, const std::string& ref, const std::string& message) {
  Transaction txn = store.begin();
  const auto old = txn.base().ref(ref);
  const Id id = put_commit(txn, message, old ? std::vector{old->id} : std::vector<Id>{});
  txn.set_ref(ref, old, RefValue::commit(id));
  txn.publish({{"tester", "t@example.org"}, "commit", Time{1, 0}});
  return id;
}

void delete_ref(Store& store, const std::string& ref) {
  Transaction txn = store.begin();
  txn.set_ref(ref, std::nullopt, std::nullopt);
  txn.publish({{"tester", "t@example.org"}, "delete", Time{1, 0}});
}

std::string text_of(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += std::to_string(random()) + (random() % 8 == 0 ? "\n" : ",");
  text.resize(size);
  return text;
}

std::map<Id, ObjectType> closure_of(const Snapshot& snapshot) {
  std::map<Id, ObjectType> seen;
  std::vector<std::pair<Id, ObjectType>> pending = {{snapshot.operation(), ObjectType::operation}};
  while (!pending.empty()) {
    const auto [id, type] = pending.back();
    pending.pop_back();
    if (!seen.emplace(id, type).second) continue;
    visit_references(type, snapshot.read(id, type), [&](const Id& named, std::optional<ObjectType> known) {
      const auto info = snapshot.find(named);
      if (!info) throw Error(ErrorCode::damaged, "missing from the closure: " + named.hex());
      pending.emplace_back(named, known.value_or(info->type));
    });
  }
  return seen;
}

void read_everything(const Snapshot& snapshot) {
  for (const auto& [id, type] : closure_of(snapshot)) snapshot.read(id, type);
}

Store::Impl& impl_of(Store& store) { return *store.begin().impl().store; }

void collect(Store& store, const std::function<void(NewObjects&)>& more) {
  Store::Impl& impl = impl_of(store);
  const Snapshot from = store.snapshot();
  NewObjects kept(impl.fs, impl.paths, std::make_shared<const PackSet>(std::vector<PackInSet>{}, impl.cache),
                  impl.cache);
  for (const auto& [id, type] : closure_of(from)) kept.put_plain(type, id, from.read(id, type).bytes);
  if (more) more(kept);
  kept.flush();
  PublishLock lock = impl.lock();
  const Current on = current_under_lock(impl, lock);
  Root next = successor(impl, *on.state);
  next.epoch = random_nonce(impl.fs);
  next.horizon = from.operation();
  for (const RootPack& pack : next.packs) next.condemned.push_back({pack.summary.name, next.generation});
  next.packs.clear();
  switch_root(impl, lock, on, std::move(next), kept.final_pack(), {});
}

}  // namespace vstore::test

// What the store's tests share.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "vstore/store.h"

namespace vstore::test {

inline std::optional<ErrorCode> code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

/// Commits a tree of one file that holds the message to a ref; returns the commit.
inline Id commit_to(Store& store, const std::string& ref, const std::string& message) {
  Transaction txn = store.begin();
  const auto old = txn.base().ref(ref);
  TreeBuilder tree(txn);
  tree.add("file", {Kind::file, message.size(), txn.put(ObjectType::chunk, as_bytes(message))});
  Commit commit;
  commit.tree = tree.finish();
  if (old) commit.parents = {old->id};
  commit.message = message;
  const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
  txn.set_ref(ref, old, RefValue::commit(id));
  txn.publish({{"tester", "t@example.org"}, "commit", Time{1, 0}});
  return id;
}

}  // namespace vstore::test

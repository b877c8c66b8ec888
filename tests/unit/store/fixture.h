// What the store's tests share.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/switch_root.h"
#include "store/transaction_impl.h"
#include "support/error_code.h"
#include "vstore/store.h"

namespace vstore::test {

/// "what() / hint()", or "" if nothing was thrown.
std::string message_of(const std::function<void()>& call);

/// Adds a tree of one file with this content and a commit of it; returns the commit.
Id put_commit(Transaction& txn, const std::string& content, const std::vector<Id>& parents = {});
/// Commits one file that holds the message to a ref; returns the commit.
Id commit_to(Store& store, const std::string& ref, const std::string& message);
void delete_ref(Store& store, const std::string& ref);
/// Text that does not compress to nothing, `size` bytes of it.
std::string text_of(std::size_t size, unsigned seed);

/// Everything reachable from a snapshot's operation (without its parents), with types.
std::map<Id, ObjectType> closure_of(const Snapshot& snapshot);
/// Reads the whole closure; throws where something is missing or damaged.
void read_everything(const Snapshot& snapshot);

/// The parts below the public header.
Store::Impl& impl_of(Store& store);

/// What a collector does, in the simplest way: all that is reachable is copied, plain, into one pack, all
/// other packs are condemned, the epoch changes. `more` may add frames to the pack.
void collect(Store& store, const std::function<void(NewObjects&)>& more = {});

}  // namespace vstore::test

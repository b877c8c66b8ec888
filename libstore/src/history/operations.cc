// history/operations.cc - reading the operation log.
#include "vstore/operations.h"

#include "store/view.h"
#include "vstore/names.h"

namespace vstore {

std::optional<Id> previous_operation(const Snapshot& snapshot, const Id& operation) {
  const std::vector<Id> parents = snapshot.parents(operation);
  return parents.empty() ? std::nullopt : std::optional(parents.front());
}

OperationLog::OperationLog(Snapshot snapshot) : snapshot_(std::move(snapshot)), next_(snapshot_.operation()) {}

std::optional<OperationEntry> OperationLog::next() {
  if (!next_) return std::nullopt;
  OperationEntry entry{*next_, snapshot_.operation(*next_)};
  next_ = previous_operation(snapshot_, entry.id);
  return entry;
}

// ------------------------------------------------------------------------------------------ finding --

namespace {

[[noreturn]] void unknown(std::string_view text) {
  throw Error(ErrorCode::not_found, "unknown operation '" + escape_for_terminal(text) + "'",
              "'vstore op log' lists the operations");
}

Id find_operation(const Snapshot& snapshot, std::string_view text) {
  if (text == "@" || text.empty()) return snapshot.operation();
  constexpr std::size_t digits_min = 4, candidates_max = 64;
  if (text.size() < digits_min || text.size() > 64 || text.find_first_not_of("0123456789abcdef") != text.npos) unknown(text);
  std::optional<Id> found;
  for (const Id& id : snapshot.find_prefix(text, candidates_max)) {
    if (snapshot.find(id)->type != ObjectType::operation) continue;
    if (found) throw Error(ErrorCode::usage, "operation '" + std::string(text) + "' is ambiguous", "give more digits");
    found = id;
  }
  if (!found) unknown(text);
  return *found;
}

}  // namespace

Id resolve_operation(const Snapshot& snapshot, std::string_view text) {
  std::string_view name = text;
  while (name.ends_with('-')) name.remove_suffix(1);
  Id id = find_operation(snapshot, name);
  for (std::size_t steps = text.size() - name.size(); steps > 0; --steps) {
    const auto previous = previous_operation(snapshot, id);
    if (!previous) unknown(text);
    id = *previous;
  }
  return id;
}

Id operation_at(const Snapshot& snapshot, std::int64_t seconds) {
  OperationLog log(snapshot);
  while (const auto entry = log.next()) {
    if (entry->operation.time.seconds <= seconds) return entry->id;
  }
  throw Error(ErrorCode::not_found, "the operation log does not reach back to that time", "'vstore op log' shows how far it goes");
}

// ------------------------------------------------------------------------------------------ changes --

std::vector<RefChange> ref_changes(const Snapshot& snapshot, const Id& view_before, const Id& view_after) {
  const auto value = [&](const std::optional<Entry>& entry) {
    return entry ? std::optional(ref_value(snapshot, *entry)) : std::nullopt;
  };
  std::vector<RefChange> changes;
  TreeDiff diff(snapshot.tree(view_before), snapshot.tree(view_after));
  while (auto change = diff.next()) {
    changes.push_back({std::move(change->key), value(change->before), value(change->after)});
  }
  return changes;
}

std::vector<RefChange> operation_changes(const Snapshot& snapshot, const Id& operation) {
  const auto previous = previous_operation(snapshot, operation);
  return ref_changes(snapshot, previous ? snapshot.operation(*previous).view : empty_tree_id(), snapshot.operation(operation).view);
}

void set_refs(Transaction& transaction, const std::vector<RefChange>& changes) {
  for (const RefChange& change : changes) transaction.set_ref(change.name, change.before, change.after);
}

}  // namespace vstore

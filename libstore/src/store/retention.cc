#include "store/retention.h"

namespace vstore {
namespace {

/// The operation before, if it is retained.
std::optional<Id> before(const Snapshot& snapshot, const Id& operation) {
  const std::vector<Id> parents = snapshot.parents(operation);
  return parents.empty() ? std::nullopt : std::optional(parents.front());
}

}  // namespace

Retained retained_operations(const Snapshot& snapshot, std::optional<std::int64_t> since) {
  Retained retained;
  std::optional<Id> next = snapshot.operation();
  do {
    retained.operations.push_back(*next);
    next = before(snapshot, *next);
  } while (next && (!since || snapshot.operation(*next).time.seconds >= *since));
  if (next) {
    retained.horizon = retained.operations.back();
  } else if (const auto horizon = snapshot.horizon()) {
    retained.horizon = *horizon;
  }
  for (; next; next = before(snapshot, *next)) ++retained.expired;
  return retained;
}

}  // namespace vstore

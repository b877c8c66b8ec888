// history/reflog.cc - the values that a ref had, found by looking it up in one view after the other.
#include "vstore/names.h"
#include "vstore/operations.h"

namespace vstore {

Reflog::Reflog(Snapshot snapshot, std::string ref) : snapshot_(std::move(snapshot)), ref_(std::move(ref)), log_(snapshot_) {
  at_ = log_.next();
  if (at_) value_ = value_in(at_->id);
}

Reflog::Value Reflog::value_in(const Id& operation) const {
  const Snapshot then = snapshot_.at(operation);
  return {then.ref(ref_), then.ref_commit(ref_)};
}

// The operation that made a value is the oldest in a row of those that have it.
std::optional<ReflogEntry> Reflog::next() {
  while (at_) {
    OperationEntry made_by = *std::move(at_);
    Value value = std::move(value_);
    at_ = log_.next();
    if (!at_ && !value.ref) return std::nullopt;
    if (at_) value_ = at_->operation.view == made_by.operation.view ? value : value_in(at_->id);
    if (at_ && value_ == value) continue;
    return ReflogEntry{std::move(made_by), std::move(value.ref), value.commit};
  }
  return std::nullopt;
}

std::optional<std::string> expand_ref_ever(const Snapshot& snapshot, const RevisionContext& context, std::string_view name) {
  if (auto full = expand_ref(snapshot, context, name)) return full;
  if (name == "HEAD" || name == "@") return context.head;
  for (const std::string_view prefix : {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"}) {
    std::string full = std::string(prefix).append(name);
    if (ref_name_problem(full).empty() && Reflog(snapshot, full).next()) return full;
  }
  return std::nullopt;
}

namespace {

/// True if the operation moved HEAD itself rather than the commit it is at: to a branch, from a branch, or, detached,
/// by a command that switches (committing on a detached HEAD moves it too).
bool is_switch(const RefChange& head, const Operation& operation) {
  const bool to_or_from_branch = head.before->kind == Kind::ref_symbolic || head.after->kind == Kind::ref_symbolic;
  return to_or_from_branch || operation.command.starts_with("switch") || operation.command.starts_with("checkout");
}

}  // namespace

std::optional<PreviousHead> previous_head(const Snapshot& snapshot, const std::string& head, std::uint64_t n) {
  OperationLog log(snapshot);
  auto entry = log.next();
  std::optional<RefValue> after = snapshot.ref(head);
  while (entry) {
    auto earlier = log.next();
    if (!earlier) return std::nullopt;
    const Snapshot then = snapshot.at(earlier->id);
    std::optional<RefValue> before = then.ref(head);
    if (before && after && before != after && is_switch({head, before, after}, entry->operation) && --n == 0) {
      if (before->kind == Kind::ref_symbolic) return PreviousHead{before->target, then.ref_commit(head)};
      return PreviousHead{std::nullopt, before->id};
    }
    after = std::move(before);
    entry = std::move(earlier);
  }
  return std::nullopt;
}

}  // namespace vstore

#include "workspace/file_move.h"

#include "workspace/stage_edit.h"

namespace vstore {
namespace {

/// The stage after moving from one snapshot to another: local staging is carried along.
Id carry_stage(Transaction& txn, const CheckoutPlan& plan, const Id& stage, const Id& from, const Id& to) {
  if (plan.stage_is_source) return to;
  StageEdit edit(txn, stage);
  TreeDiff diff(Tree(txn, from), Tree(txn, to));
  const Tree staged(txn, stage);
  while (auto change = diff.next()) {
    if (staged.get(change->key) == change->before) edit.put(change->key, change->after);
  }
  return edit.finish();
}

}  // namespace

// Streams what is to be written, so that a checkout of millions of files holds none of them in memory.
CheckoutResult write_plan(Workspace::Impl& ws, const ObjectReader& reader, const CheckoutPlan& plan,
                          const Id& from, const Id& to) {
  TreeDiff diff(Tree(reader, from), Tree(reader, to));
  return apply_files(
      ws, reader, plan.removals,
      [&]() -> std::optional<WriteItem> {
        while (auto change = diff.next()) {
          if (!change->after || plan.leave.contains(change->key)) continue;
          const bool replace = change->before.has_value() || plan.overwrite.contains(change->key);
          return WriteItem{std::move(change->key), *change->after, replace};
        }
        return std::nullopt;
      },
      plan.writes);
}

FileMove move_files(Workspace::Impl& ws, Transaction& txn, const Id& from, const Id& to, const Id& stage,
                    CheckoutMark& mark) {
  const CheckoutPlan plan = plan_checkout(ws, txn, from, to, stage, mark.earlier_was_cut_short());
  demand_allowed(plan);
  FileMove move{carry_stage(txn, plan, stage, from, to), {}};
  mark.begin();
  move.result = write_plan(ws, txn, plan, from, to);
  throw_first(move.result.problems);
  return move;
}

}  // namespace vstore

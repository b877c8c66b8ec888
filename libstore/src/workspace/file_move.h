// workspace/file_move.h - files and stage go from one snapshot to another and carry local changes along.
#pragma once

#include "workspace/apply_files.h"
#include "workspace/checkout_plan.h"
#include "workspace/workspace_impl.h"

namespace vstore {

/// Carries an allowed plan out: what goes, then what comes. Publishes nothing.
CheckoutResult write_plan(Workspace::Impl& ws, const ObjectReader& reader, const CheckoutPlan& plan, const Id& from,
                          const Id& to);

struct FileMove {
  Id stage;
  CheckoutResult result;
};

/// Git's two-way merge: what `from` and `to` agree on stays as it is, staged or not. `refused`, with nothing
/// changed, if something is in the way. `to` may be new in `txn`. Begins `mark`; the caller finishes it when
/// the result is published.
FileMove move_files(Workspace::Impl& ws, Transaction& txn, const Id& from, const Id& to, const Id& stage,
                    CheckoutMark& mark);

}  // namespace vstore

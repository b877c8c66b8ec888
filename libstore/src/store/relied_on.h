// store/relied_on.h - what a transaction names without having written it, checked again when a collector
// ran meanwhile (protocol.md rules 10 and 11).
//
// Every visible object has its whole closure visible (rule 9), so a look-up in the state being published on
// stands for the closure; only what is missing there is descended into, and rewritten from the packs that
// the transaction has held open since it began.
#pragma once

#include "store/transaction_impl.h"

namespace vstore {

/// Under the publish lock, with the objects rebased on `current`. Throws `lost_race` if something went away
/// that the transaction cannot read any more.
void rewrite_what_went_away(Transaction::Impl& txn, const Snapshot& current);

}  // namespace vstore

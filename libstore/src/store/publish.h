// store/publish.h - making a transaction's objects and ref changes the newest state.
#pragma once

#include "store/transaction_impl.h"

namespace vstore {

Published publish_transaction(Transaction::Impl& txn, const PublishInfo& info);

}  // namespace vstore

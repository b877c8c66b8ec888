// store/ref_watch.h - what publishing asks and tells (vstore/ref_update.h).
#pragma once

#include "vstore/ref_update.h"

namespace vstore {

/// Publishes, asking before and telling afterwards.
Published publish_watched(Transaction& txn, const PublishInfo& info);

}  // namespace vstore

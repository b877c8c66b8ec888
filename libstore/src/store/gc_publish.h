// store/gc_publish.h - the collector: marks, sweeps, publishes.
#pragma once

#include "store/store_impl.h"
#include "vstore/gc.h"

namespace vstore {

/// See Store::collect.
GcReport collect_store(Store::Impl& store, const GcOptions& options);

}  // namespace vstore

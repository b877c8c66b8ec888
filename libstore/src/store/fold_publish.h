// store/fold_publish.h - folding small packs together and publishing the result.
#pragma once

#include "store/store_impl.h"

namespace vstore {

/// See Store::fold.
std::size_t fold_store(Store::Impl& store);

}  // namespace vstore

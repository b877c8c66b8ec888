// store/hash_input.h - the content id of one input, computed by the calling thread alone.
#pragma once

#include <memory>

#include "store/ingest.h"

namespace vstore {

/// What ingest() would give, without its threads: for a file that is not worth waking them. Throws what the input
/// throws.
IngestResult hash_input(std::unique_ptr<InputFile> input);

}  // namespace vstore

// os/trace.h - what a RecordingFs saw: the changes made to a file system, in order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "os/image.h"
#include "vstore/bytes.h"

namespace vstore::os {

/// One change. Files have numbers, because a write goes to a file whatever its name is by now. Paths are
/// relative to the recorded root.
struct TraceOp {
  enum class Kind {
    create,          ///< file, path
    write,           ///< file, offset, data
    truncate,        ///< file, offset = the new size (larger, too: then zeros follow)
    datasync,        ///< file
    rename,          ///< file, path -> to; replaces what `to` was
    unlink,          ///< path
    make_directory,  ///< path
    sync_directory,  ///< path ("" is the root)
    note,            ///< path = the text
  };
  Kind kind;
  std::uint64_t file = 0;
  std::string path = {};
  std::string to = {};
  std::uint64_t offset = 0;
  Bytes data = {};
};

struct Trace {
  /// What was there when recording began; taken to be durable.
  Image initial;
  /// Numbers of the files in `initial`.
  std::map<std::string, std::uint64_t> initial_files;
  std::vector<TraceOp> ops;
};

}  // namespace vstore::os

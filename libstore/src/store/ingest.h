// store/ingest.h - takes file contents in: read -> chunk -> hash -> look up -> compress -> pack, one
// bounded-memory pipeline over all cores (oneTBB).
//
// Small files travel in batches, each batch wholly inside one worker: it opens, reads, cuts, hashes and
// compresses them into shared frames. A large file is cut by the serial first stage into runs of chunks
// that the workers hash and compress; its list tree is strung together in order at the end.
//
// Memory: (tokens in flight) x (a run's buffer), a few tens of MiB whatever the input; and, for a file that
// displaces a large one, the list of the old one's chunks (store/displaced.h). A file that
// grew past its size hint, however far, is streamed by the worker that has it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "object/chunker.h"
#include "vstore/error.h"
#include "vstore/file.h"
#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

/// Sequential bytes of one opened file. Used by one thread at a time.
class InputFile {
 public:
  virtual ~InputFile() = default;
  /// Fills `out`; fewer bytes mean the end. Throws `io`.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
  /// Called after the last byte: throws `lost_race` if the file changed while it was read.
  virtual void finish() {}
};

/// One content to take in.
struct IngestItem {
  void* context = nullptr;          ///< the source's own
  std::uint64_t size_hint = 0;      ///< expected size; decides between batch and runs only
  std::optional<Id> displaced;      ///< content of the path's previous version
};

struct IngestResult {
  Id content;
  std::uint64_t size = 0;
};

/// Where the contents come from and where the results go.
class IngestSource {
 public:
  virtual ~IngestSource() = default;
  /// The next item, or nullopt at the end. One call at a time, on changing threads.
  virtual std::optional<IngestItem> next() = 0;
  /// Opens an item. Several threads at once. An Error thrown here or by the InputFile goes to failed().
  virtual std::unique_ptr<InputFile> open(const IngestItem& item) = 0;
  /// In the order of next(), one call at a time: exactly one of the two per item.
  virtual void done(const IngestItem& item, const IngestResult& result) = 0;
  virtual void failed(const IngestItem& item, const Error& error) = 0;
};

struct IngestOptions {
  unsigned threads = 0;             ///< 0: one per processor
  Progress* progress = nullptr;     ///< cancelled() is honoured between files and runs
};

/// Runs the pipeline to the end of the source. With a transaction, new chunks and list nodes go there;
/// without (null), contents are only hashed. Displaced contents are read from the transaction's base.
/// Errors of single files go to failed(); errors of the store (disk full) are thrown, and the
/// transaction must then be dropped.
void ingest(IngestSource& source, Transaction* transaction, const IngestOptions& options);

}  // namespace vstore

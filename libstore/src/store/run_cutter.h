// store/run_cutter.h - sequential input as runs of whole chunks, in bounded memory.
#pragma once

#include <memory>
#include <vector>

#include "store/ingest.h"

namespace vstore {

/// One thread at a time.
class RunCutter {
 public:
  /// `begun`: what was read of the input already; at most `begun_bytes_max`.
  explicit RunCutter(std::unique_ptr<InputFile> input, ByteView begun = {})
      : input_(std::move(input)), tail_(begun.begin(), begun.end()) {}

  static constexpr std::size_t begun_bytes_max = 2u << 20;

  /// Fills in the next run and the lengths of its chunks (one of 0 for an empty file). True: it was the last, and
  /// the input finished well. Throws what the input throws.
  bool next(Bytes& bytes, std::vector<std::uint32_t>& lengths);
  /// Where the next run begins in the file.
  std::uint64_t offset() const noexcept { return offset_; }

 private:
  std::unique_ptr<InputFile> input_;
  Bytes tail_;                // bytes after the last cut
  std::uint64_t offset_ = 0;  // of the tail, in the file
};

}  // namespace vstore

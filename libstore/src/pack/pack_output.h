// pack/pack_output.h - a file written front to back through a buffer, readable while it is written.
#pragma once

#include <exception>
#include <memory>

#include "os/fs.h"
#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore {

/// Not thread-safe, except that read_flushed() may run beside anything.
///
/// 1. Bytes below flushed() are in the file, those from flushed() to size() in the buffer.
/// 2. After a failed write the output is broken: every later write throws what the failed one threw: it may be heard first.
class PackOutput {
 public:
  PackOutput(std::unique_ptr<os::File> file) : file_(std::move(file)) {}

  void write(ByteView bytes);
  void flush();
  std::uint64_t size() const noexcept { return flushed_ + buffer_.size(); }
  std::uint64_t flushed() const noexcept { return flushed_; }

  /// Bytes [offset, offset + size) that are still in the buffer. Demands offset >= flushed().
  ByteView buffered(std::uint64_t offset, std::size_t size) const;
  /// Reads bytes that were flushed.
  void read_flushed(std::uint64_t offset, std::span<std::uint8_t> out) const { file_->pread(offset, out); }
  /// Plain BLAKE3 of a flushed range, read back from the file.
  Id hash_flushed(std::uint64_t offset, std::uint64_t size) const;

  /// Flushes, gives back what was preallocated beyond the end.
  void close_tail();
  void datasync() { file_->datasync(); }
  os::File& file() { return *file_; }

 private:
  void write_out(ByteView bytes);
  void reserve(std::uint64_t end);

  std::unique_ptr<os::File> file_;
  Bytes buffer_;
  std::uint64_t flushed_ = 0;
  std::uint64_t reserved_ = 0;
  std::exception_ptr failure_;  ///< of the first write that failed; whoever writes after it hears the same
};

}  // namespace vstore

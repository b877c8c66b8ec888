#include "pack/pack_output.h"

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr std::size_t buffer_max = 1u << 20;
/// Space is reserved in steps that grow with the file, so that a small pack costs no call and a large one
/// few.
constexpr std::uint64_t reserve_step_min = 8ull << 20;
constexpr std::uint64_t reserve_step_max = 256ull << 20;

}  // namespace

void PackOutput::write(ByteView bytes) {
  if (buffer_.size() + bytes.size() > buffer_max) flush();
  if (bytes.size() >= buffer_max) return write_out(bytes);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void PackOutput::flush() {
  if (buffer_.empty()) return;
  write_out(buffer_);
  buffer_.clear();
}

void PackOutput::write_out(ByteView bytes) {
  if (failure_) std::rethrow_exception(failure_);
  try {
    if (flushed_ + bytes.size() >= buffer_max / 2) reserve(flushed_ + bytes.size());
    file_->pwrite(flushed_, bytes);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
  flushed_ += bytes.size();
}

/// A step that does not fit is no failure: the bytes themselves may still fit, and their write tells.
void PackOutput::reserve(std::uint64_t end) {
  if (end <= reserved_) return;
  reserved_ = end + std::clamp(end, reserve_step_min, reserve_step_max);
  try {
    file_->preallocate(reserved_, /*keep_size=*/true);
  } catch (const Error& error) {
    const int code = error.sys_errno();
    if (code != ENOSPC && code != EDQUOT && code != EFBIG) throw;
  }
}

ByteView PackOutput::buffered(std::uint64_t offset, std::size_t size) const {
  VSTORE_CHECK(offset >= flushed_ && offset - flushed_ + size <= buffer_.size());
  return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - flushed_), size);
}

Id PackOutput::hash_flushed(std::uint64_t offset, std::uint64_t size) const {
  Hasher hasher;
  Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_max)));
  for (std::uint64_t done = 0; done < size;) {
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(size - done, piece.size()));
    file_->pread(offset + done, std::span(piece).first(n));
    hasher.update(ByteView(piece).first(n));
    done += n;
  }
  return hasher.finish();
}

void PackOutput::close_tail() {
  flush();
  if (reserved_ > flushed_) file_->truncate(flushed_);
  reserved_ = 0;
}

}  // namespace vstore

#include "store/run_cutter.h"

#include <algorithm>

#include "object/chunker.h"

namespace vstore {
namespace {

constexpr ChunkerParams chunking;  // those of store format 1 (store/format.h)
constexpr std::size_t run_bytes = RunCutter::begun_bytes_max + chunking.max;

}  // namespace

bool RunCutter::next(Bytes& bytes, std::vector<std::uint32_t>& lengths) {
  const std::size_t kept = tail_.size();
  bytes.resize(run_bytes);
  std::copy(tail_.begin(), tail_.end(), bytes.begin());
  const std::size_t wanted = bytes.size() - kept;
  const std::size_t got = input_->read({bytes.data() + kept, wanted});
  const bool at_end = got < wanted;
  bytes.resize(kept + got);
  lengths.clear();
  std::size_t at = 0;
  while (at < bytes.size() || (at_end && offset_ + at == 0)) {
    const std::size_t cut = next_cut(ByteView(bytes).subspan(at), at_end, chunking);
    if (cut == 0 && !at_end) break;
    lengths.push_back(static_cast<std::uint32_t>(cut));
    at += cut;
    if (cut == 0) break;  // the one chunk of an empty file
  }
  tail_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
  offset_ += at;
  bytes.resize(at);
  if (at_end) input_->finish();
  return at_end;
}

}  // namespace vstore

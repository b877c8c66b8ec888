#include "history/similarity.h"

#include <algorithm>
#include <string>
#include <utility>

#include "vstore/file.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

constexpr std::uint64_t kSmallBytesMax = 256u << 10;  // read whole, whatever they are
constexpr std::uint64_t kTextBytesMax = 8u << 20;     // read whole if they look like text
constexpr std::uint64_t kChunksBytesMax = 64u << 20;  // above, two lists are compared node by node
constexpr std::uint64_t kSampleBytes = 128u << 10;    // of text that are sketched without sampling
constexpr std::size_t kPieceBytesMin = 32;
constexpr std::size_t kPieceBytesMax = 256;

bool ends_piece(std::uint8_t byte, std::size_t length) {
  if (byte == '\n' || length == kPieceBytesMax) return true;
  return length >= kPieceBytesMin && (byte == ',' || byte == ';' || byte == '}' || byte == '>');
}

/// Spreads FNV's weak low bits, which sampling looks at.
std::uint64_t mixed(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93;
  return h ^ (h >> 32);
}

}  // namespace

int Similarity::score(const Entry& before, const Entry& after, int at_least) {
  const auto [smaller, larger] = std::minmax(before.size, after.size);
  if (larger == 0) return same;
  if (static_cast<double>(smaller) * same < static_cast<double>(larger) * at_least) return 0;
  const double part = static_cast<double>(std::min(shared(before, after), smaller));
  return static_cast<int>(part * same / static_cast<double>(larger));
}

std::uint64_t Similarity::shared(const Entry& before, const Entry& after) {
  if (before.id == after.id) return after.size;
  Content& x = content(before);
  Content& y = content(after);
  if (x.has_lines && y.has_lines) return shared_bytes(line_sketch(before, x), line_sketch(after, y));
  if (x.is_text && y.is_text) return shared_bytes(text_sketch(before, x), text_sketch(after, y));
  if (std::max(before.size, after.size) <= kChunksBytesMax) {
    return shared_bytes(chunk_sketch(before, x), chunk_sketch(after, y));
  }
  return compare_contents(reader_, before.id, after.id).shared_bytes;
}

Similarity::Content& Similarity::content(const Entry& entry) {
  Content& known = contents_[entry.id];
  if (known.decided) return known;
  known.decided = true;
  if (entry.size > kTextBytesMax) return known;
  std::string head(8000, '\0');
  head.resize(
      FileReader(reader_, entry.id).read(0, head.size(), reinterpret_cast<std::uint8_t*>(head.data())));
  const bool binary = looks_binary(head);
  known.is_text = entry.size <= kSmallBytesMax || !binary;
  known.has_lines = !binary && lines_are_usual(head);
  return known;
}

bool Similarity::lines_are_usual(std::string_view head) {
  constexpr std::ptrdiff_t mean_length_max = 200;
  const auto lines = 1 + std::count(head.begin(), head.end(), '\n');
  return std::ssize(head) <= lines * mean_length_max;
}

/// git's pieces (its diffcore-delta.c): lines, cut after 64 bytes; a carriage return before a newline does not count.
/// Its hash has few values, and so do ours: what collides there must collide here.
const Similarity::Sketch& Similarity::line_sketch(const Entry& entry, Content& content) {
  if (std::exchange(content.has_line_sketch, true)) return content.lines;
  constexpr std::size_t piece_max = 64;
  std::uint32_t low = 0, high = 0;
  std::size_t length = 0;
  bool pending_return = false;
  const auto end_piece = [&] {
    constexpr std::uint32_t values = 107927;
    content.lines.pieces.push_back({(low + high * 0x61) % values, length});
    low = high = 0;
    length = 0;
  };
  const auto take = [&](std::uint8_t byte) {
    const std::uint32_t old = low;
    low = ((low << 7) ^ (high >> 25)) + byte;
    high = (high << 7) ^ (old >> 25);
    if (++length == piece_max || byte == '\n') end_piece();
  };
  FileReader(reader_, entry.id).visit([&](ByteView bytes) {
    for (const std::uint8_t byte : bytes) {
      if (std::exchange(pending_return, false) && byte != '\n') take('\r');
      if (byte == '\r') pending_return = true;
      else take(byte);
    }
    return true;
  });
  if (pending_return) take('\r');
  if (length > 0) end_piece();
  settle(content.lines);
  return content.lines;
}

const Similarity::Sketch& Similarity::text_sketch(const Entry& entry, Content& content) {
  if (content.has_text) return content.text;
  content.has_text = true;
  Sketch& sketch = content.text;
  while (entry.size / sketch.sampled > kSampleBytes) sketch.sampled *= 2;
  constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325;
  std::uint64_t hash = kFnvBasis;
  std::size_t length = 0;
  const auto end_piece = [&] {
    const std::uint64_t final = mixed(hash);
    if ((final & (sketch.sampled - 1)) == 0) sketch.pieces.push_back({final, length});
    hash = kFnvBasis;
    length = 0;
  };
  FileReader(reader_, entry.id).visit([&](ByteView bytes) {
    for (const std::uint8_t byte : bytes) {
      hash = (hash ^ byte) * 0x100000001b3;
      if (ends_piece(byte, ++length)) end_piece();
    }
    return true;
  });
  if (length > 0) end_piece();
  settle(sketch);
  return sketch;
}

const Similarity::Sketch& Similarity::chunk_sketch(const Entry& entry, Content& content) {
  if (content.has_chunks) return content.chunks;
  content.has_chunks = true;
  FileReader(reader_, entry.id).visit_chunks([&](const ChunkRef& chunk) {
    content.chunks.pieces.push_back({chunk.id.prefix64(), chunk.size});
    return true;
  });
  settle(content.chunks);
  return content.chunks;
}

/// Sorts, and adds up what occurs several times.
void Similarity::settle(Sketch& sketch) {
  std::vector<Piece>& pieces = sketch.pieces;
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.hash < b.hash; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (kept > 0 && pieces[kept - 1].hash == pieces[i].hash) {
      pieces[kept - 1].bytes += pieces[i].bytes;
    } else {
      pieces[kept++] = pieces[i];
    }
  }
  pieces.resize(kept);
  pieces.shrink_to_fit();
}

std::uint64_t Similarity::shared_bytes(const Sketch& a, const Sketch& b) {
  const std::uint64_t sampled = std::max(a.sampled, b.sampled);
  std::uint64_t shared = 0;
  for (std::size_t i = 0, j = 0; i < a.pieces.size() && j < b.pieces.size();) {
    const Piece& x = a.pieces[i];
    const Piece& y = b.pieces[j];
    if (x.hash == y.hash && (x.hash & (sampled - 1)) == 0) shared += std::min(x.bytes, y.bytes);
    i += x.hash <= y.hash ? 1 : 0;
    j += y.hash <= x.hash ? 1 : 0;
  }
  return shared * sampled;
}

}  // namespace vstore

#include "history/similarity.h"

#include <algorithm>
#include <string>

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

int Similarity::percent(const Entry& a, const Entry& b, int at_least) {
  const auto [smaller, larger] = std::minmax(a.size, b.size);
  if (larger == 0) return 100;
  if (static_cast<double>(smaller) * 100 < static_cast<double>(larger) * at_least) return 0;
  Content& x = content(a);
  Content& y = content(b);
  std::uint64_t shared = 0;
  if (x.is_text && y.is_text) {
    shared = shared_bytes(text_sketch(a, x), text_sketch(b, y));
  } else if (larger <= kChunksBytesMax) {
    shared = shared_bytes(chunk_sketch(a, x), chunk_sketch(b, y));
  } else {
    shared = compare_contents(reader_, a.id, b.id).shared_bytes;
  }
  return static_cast<int>(static_cast<double>(std::min(shared, smaller)) * 100 / static_cast<double>(larger));
}

Similarity::Content& Similarity::content(const Entry& entry) {
  Content& known = contents_[entry.id];
  if (known.decided) return known;
  known.decided = true;
  known.is_text = entry.size <= kSmallBytesMax;
  if (!known.is_text && entry.size <= kTextBytesMax) {
    std::string head(8000, '\0');
    head.resize(
        FileReader(reader_, entry.id).read(0, head.size(), reinterpret_cast<std::uint8_t*>(head.data())));
    known.is_text = !looks_binary(head);
  }
  return known;
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

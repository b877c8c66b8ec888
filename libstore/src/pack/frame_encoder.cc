// Frames: compression.
//
// Measured on one core of an EPYC (zstd 1.5.4, docs/adr/0020-frame-compression.md): for a based frame the
// `fast` strategy with a minimum match of 7 and a hash table of a quarter of the window is both the
// fastest and the smallest, because nearly all of the input is one long match; higher levels only spend
// time indexing the base.
#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_c_literalCompressionMode
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "pack/frame.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Below this zstd's own header eats the gain.
constexpr std::size_t compress_min = 64;
/// A compressed frame must save at least this share of the raw bytes, else decoding is not worth it.
constexpr std::size_t saving_min_divisor = 32;
/// Frames at least this large are tried on a sample first.
constexpr std::size_t trial_min = 32 * 1024;
constexpr std::size_t trial_size = 16 * 1024;
/// Bits a byte. From here on entropy coding alone saves at most 1/40.
constexpr double trial_entropy = 7.8;
constexpr int trial_level = -4;
/// A delta below raw / 8 is kept without asking what a plain frame would cost.
constexpr std::size_t delta_clear_divisor = 8;
/// Otherwise it must be below 2/3 of the plain frame: reading it costs two frames.
constexpr std::size_t delta_keep_numerator = 2;
constexpr std::size_t delta_keep_denominator = 3;

bool saves_enough(std::size_t stored, std::size_t raw) { return stored <= raw - raw / saving_min_divisor; }

struct FreeCctx {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};
using Cctx = std::unique_ptr<ZSTD_CCtx, FreeCctx>;

void set(ZSTD_CCtx* c, ZSTD_cParameter parameter, int value) {
  VSTORE_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(c, parameter, value)));
}

/// The library's ids verify content, so frames carry no zstd checksum; and no dictionary id.
Cctx new_context(int level) {
  Cctx context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  set(context.get(), ZSTD_c_compressionLevel, level);
  set(context.get(), ZSTD_c_checksumFlag, 0);
  set(context.get(), ZSTD_c_dictIDFlag, 0);
  set(context.get(), ZSTD_c_contentSizeFlag, 1);
  return context;
}

/// For chunks of large files, each alone in its frame: a small hash table is cheaper to clear for each frame
/// and stays in the first-level cache. Literals are still entropy-coded, which `fast` with a target length
/// would leave out. Where a zstd does not know a parameter, its own choice stands.
Cctx new_alone_context(int level) {
  Cctx context = new_context(level);
  if (level != 1) return context;
  if (ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_literalCompressionMode, ZSTD_ps_enable)))
    return context;
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_hashLog, 12);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_minMatch, 7);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_targetLength, 2);
  return context;
}

constexpr std::size_t sample_piece = 1024;
constexpr std::size_t sample_size = 4 * sample_piece;

/// n * log2(n) for every count that a sample can have: the logarithms cost more than the sample otherwise.
const std::array<double, sample_size + 1>& count_bits() {
  static const auto table = [] {
    std::array<double, sample_size + 1> bits{};
    for (std::size_t n = 1; n < bits.size(); ++n)
      bits[n] = static_cast<double>(n) * std::log2(static_cast<double>(n));
    return bits;
  }();
  return table;
}

/// Order-0 entropy of a sample, in bits a byte.
double sample_entropy(ByteView raw) {
  std::uint16_t count[256] = {};
  for (std::size_t part = 0; part < 4; ++part) {
    const std::size_t begin = (raw.size() - sample_piece) / 3 * part;
    for (std::uint8_t b : raw.subspan(begin, sample_piece)) ++count[b];
  }
  const auto& bits = count_bits();
  double known = 0;
  for (std::uint16_t n : count) known += bits[n];
  return (bits[sample_size] - known) / static_cast<double>(sample_size);
}

/// Looks for repetitions only: of bytes with that much entropy, entropy coding saves less than a frame must.
Cctx new_trial_context() {
  Cctx context = new_context(trial_level);
  set(context.get(), ZSTD_c_hashLog, 12);
  return context;
}

}  // namespace

struct FrameEncoder::State {
  explicit State(int zstd_level)
      : level(zstd_level),
        plain(new_context(zstd_level)),
        alone(new_alone_context(zstd_level)),
        trial(new_trial_context()),
        based(new_context(zstd_level)) {}

  /// Compresses into `buffer`; the result lives until the next call.
  ByteView compress(ZSTD_CCtx* context, ByteView raw) {
    const std::size_t bound = ZSTD_compressBound(raw.size());
    if (buffer_size < bound) {
      buffer = std::make_unique_for_overwrite<std::uint8_t[]>(bound);
      buffer_size = bound;
    }
    const std::size_t n = ZSTD_compress2(context, buffer.get(), buffer_size, raw.data(), raw.size());
    if (ZSTD_isError(n)) throw std::bad_alloc();  // the only error that a sufficient buffer leaves
    return {buffer.get(), n};
  }

  bool looks_incompressible(ByteView raw) {
    if (raw.size() < trial_min || sample_entropy(raw) < trial_entropy) return false;
    return !saves_enough(compress(trial.get(), raw.first(trial_size)).size(), trial_size);
  }

  void prepare_based(ByteView base, std::size_t raw_size) {
    const int window = std::clamp(static_cast<int>(std::bit_width(base.size() + raw_size)), 10, 25);
    set(based.get(), ZSTD_c_windowLog, window);
    if (level <= 2) {
      set(based.get(), ZSTD_c_strategy, ZSTD_fast);
      set(based.get(), ZSTD_c_minMatch, 7);
      set(based.get(), ZSTD_c_hashLog, std::clamp(window - 2, 10, 21));
    }
    // A prefix lasts for one frame only, so it is set each time.
    VSTORE_CHECK(!ZSTD_isError(ZSTD_CCtx_refPrefix(based.get(), base.data(), base.size())));
  }

  int level;
  Cctx plain;
  Cctx alone;
  Cctx trial;
  Cctx based;
  std::unique_ptr<std::uint8_t[]> buffer;
  std::size_t buffer_size = 0;
};

FrameEncoder::FrameEncoder(int zstd_level) : state_(std::make_unique<State>(zstd_level)) {}
FrameEncoder::~FrameEncoder() = default;

namespace {

EncodedFrame make_frame(Codec codec, FrameClass frame_class, ByteView raw, ByteView stored,
                        std::vector<FrameObject> objects) {
  EncodedFrame frame;
  frame.codec = codec;
  frame.frame_class = frame_class;
  frame.raw_size = static_cast<std::uint32_t>(raw.size());
  frame.stored.assign(stored.begin(), stored.end());
  frame.objects = std::move(objects);
  return frame;
}

}  // namespace

EncodedFrame FrameEncoder::encode(ByteView raw, FrameClass frame_class, std::vector<FrameObject> objects) {
  VSTORE_CHECK(raw.size() <= frame_raw_max);
  if (raw.size() >= compress_min && !state_->looks_incompressible(raw)) {
    const bool alone =
        objects.size() == 1 && objects.front().type == ObjectType::chunk && raw.size() >= frame_solo_min;
    const ByteView stored = state_->compress(alone ? state_->alone.get() : state_->plain.get(), raw);
    if (saves_enough(stored.size(), raw.size()))
      return make_frame(Codec::zstd, frame_class, raw, stored, std::move(objects));
  }
  return make_frame(Codec::raw, frame_class, raw, raw, std::move(objects));
}

std::optional<EncodedFrame> FrameEncoder::encode_based(ByteView raw, FrameClass frame_class,
                                                       std::vector<FrameObject> objects, const Id& base_id,
                                                       ByteView base_bytes) {
  VSTORE_CHECK(raw.size() <= frame_raw_max);
  if (raw.size() < compress_min || base_bytes.empty()) return std::nullopt;
  state_->prepare_based(base_bytes, raw.size());
  const ByteView delta = state_->compress(state_->based.get(), raw);
  if (!saves_enough(delta.size(), raw.size())) return std::nullopt;
  const std::size_t delta_size = delta.size();
  EncodedFrame frame = make_frame(Codec::zstd, frame_class, raw, delta, std::move(objects));
  frame.base = base_id;
  if (delta_size < raw.size() / delta_clear_divisor) return frame;
  const std::size_t plain_size = state_->compress(state_->plain.get(), raw).size();
  if (delta_size * delta_keep_denominator >= plain_size * delta_keep_numerator) return std::nullopt;
  return frame;
}

}  // namespace vstore

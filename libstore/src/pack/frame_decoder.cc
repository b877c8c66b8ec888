// Frames: decompression. Everything a hostile frame could claim is checked before zstd sees the output
// buffer: it must be exactly one zstd frame, declare exactly the expected content size, and carry no
// dictionary id.
#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_getFrameHeader
#include <zstd.h>

#include <cstring>

#include "pack/frame.h"
#include "vstore/error.h"

namespace vstore {
namespace {

[[noreturn]] void fail(const char* why) {
  throw Error(ErrorCode::damaged, std::string("damaged frame: ") + why);
}

struct FreeDctx {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

ZSTD_DCtx* thread_context() {
  thread_local std::unique_ptr<ZSTD_DCtx, FreeDctx> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  return context.get();
}

void check_header(ByteView stored, std::size_t raw_size) {
  ZSTD_frameHeader header;
  if (ZSTD_getFrameHeader(&header, stored.data(), stored.size()) != 0) fail("its zstd header is not sound");
  if (header.frameType != ZSTD_frame || header.frameContentSize != raw_size)
    fail("it does not declare the size it must have");
  if (header.dictID != 0) fail("it asks for a dictionary");
  if (ZSTD_findFrameCompressedSize(stored.data(), stored.size()) != stored.size())
    fail("it is not exactly one zstd frame");
}

}  // namespace

void decode_frame(Codec codec, ByteView stored, ByteView base, std::span<std::uint8_t> out) {
  if (codec == Codec::raw) {
    if (stored.size() != out.size() || !base.empty()) fail("a raw frame has two sizes or a base");
    if (!out.empty()) std::memcpy(out.data(), stored.data(), out.size());
    return;
  }
  if (out.size() > frame_raw_max) fail("it claims too many bytes");
  check_header(stored, out.size());
  ZSTD_DCtx* context = thread_context();
  ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
  if (ZSTD_isError(ZSTD_DCtx_refPrefix(context, base.data(), base.size()))) fail("its base is not usable");
  const std::size_t n = ZSTD_decompressDCtx(context, out.data(), out.size(), stored.data(), stored.size());
  if (ZSTD_isError(n)) fail(ZSTD_getErrorName(n));
  if (n != out.size()) fail("it decodes to another size");
}

}  // namespace vstore

// A record of the stat cache, as it is and with its checksum made to fit.
#include <algorithm>

#include "base/coding.h"
#include "fuzz/fuzz.h"
#include "workspace/stat_record.h"

using namespace vstore;

namespace {

constexpr std::string_view path = "a/path";
constexpr std::uint64_t seed = 7;

void check(ByteView bytes) {
  StatRecord record;
  if (!decode_stat_record(path, bytes, seed, record)) return;
  StatRecordBytes again;
  encode_stat_record(path, record, seed, again);
  REQUIRE_THAT(std::ranges::equal(again, bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  Bytes bytes(data, data + size);
  bytes.resize(stat_record_size);
  constexpr std::size_t checked = stat_record_size - 8;
  store_u64(bytes.data() + checked, mix_hash(ByteView(bytes).first(checked), mix_hash(as_bytes(path), seed)));
  check(bytes);
  return 0;
}

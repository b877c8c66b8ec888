// A pack: footer, frame table, index, frames; as it is and with all its checksums made to fit. Whatever it claims,
// an object that is read has the id it was asked for.
#include "fuzz/fuzz.h"
#include "os/mem_fs.h"
#include "pack/pack_set.h"
#include "support/sign_pack.h"

using namespace vstore;
using namespace vstore::test;

namespace {

void read_frames(const PackReader& reader) {
  for (std::uint32_t f = 0; f < reader.frame_count() && f < 64; ++f) {
    accepts([&] { reader.verify_frame(f); });
    accepts([&] {
      const FrameInfo info = reader.frame(f);
      if (!info.base) REQUIRE_THAT(reader.decode(f, {}).bytes.size() == info.raw_size);
    });
  }
}

void read_objects(const PackSet& set, const PackReader& reader, bool is_sound) {
  for (std::uint64_t i = 0; i < reader.object_count() && i < 256; ++i) {
    const bool located = accepts([&] {
      const Location at = reader.location_at(i);
      const Id id = reader.id_at(i);
      if (is_sound) REQUIRE_THAT(reader.find(id).has_value());
      accepts([&] { REQUIRE_THAT(hash_object(at.type, set.read(id, at.type).bytes) == id); });
      accepts([&] { set.find_prefix(id.hex().substr(0, 5), 3); });
    });
    REQUIRE_THAT(located || !is_sound);
  }
}

void check(ByteView bytes) {
  os::MemFs fs;
  fs.create("/p")->pwrite(0, bytes);
  accepts([&] {
    const auto reader = PackReader::open(fs, "/p");
    accepts([&] { reader->root_blob(); });
    const bool is_sound = accepts([&] { reader->verify_structure(); });
    const bool is_whole = accepts([&] { reader->verify(); });
    REQUIRE_THAT(is_sound || !is_whole);
    read_frames(*reader);
    read_objects(PackSet({{reader, nullptr}}, nullptr), *reader, is_sound);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, data + size);
  check(bytes);
  sign_pack(bytes);
  check(bytes);
  return 0;
}

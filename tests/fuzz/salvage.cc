// A damaged pack, for what can still be read of it: every object has the id it is known by.
#include "fuzz/fuzz.h"
#include "os/mem_fs.h"
#include "store/salvaged_pack.h"
#include "support/sign_pack.h"

using namespace vstore;
using namespace vstore::test;

namespace {

void check(ByteView bytes) {
  os::MemFs fs;
  fs.create("/p")->pwrite(0, bytes);
  accepts([&] {
    const auto pack = SalvagedPack::open(fs, "/p", [](const Id&) { return std::optional<Blob>(); });
    std::vector<Id> ids;
    const auto all = [](const Id&) { return true; };
    pack->copy_frames(all, [&](EncodedFrame&& frame) {
      for (const FrameObject& object : frame.objects) ids.push_back(object.id);
    });
    for (const Id& id : ids) {
      const auto info = pack->find(id);
      REQUIRE_THAT(info.has_value());
      const auto read = pack->read(id);
      REQUIRE_THAT(read && hash_object(info->type, read->bytes) == id);
    }
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

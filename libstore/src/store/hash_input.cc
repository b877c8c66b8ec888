#include "store/hash_input.h"

#include "store/chunk_sink.h"
#include "store/run_cutter.h"

namespace vstore {

IngestResult hash_input(std::unique_ptr<InputFile> input) {
  RunCutter cutter(std::move(input));
  HashingWriter nowhere;
  ListBuilder list(nowhere);
  Bytes bytes;
  std::vector<std::uint32_t> lengths;
  for (bool last = false; !last;) {
    last = cutter.next(bytes, lengths);
    std::size_t at = 0;
    for (const std::uint32_t length : lengths) {
      list.add(hash_object(ObjectType::chunk, ByteView(bytes).subspan(at, length)), length);
      at += length;
    }
  }
  const std::uint64_t size = list.size();
  return {list.finish(), size};
}

}  // namespace vstore

// A node of the list of a large file's chunks.
#include <algorithm>

#include "base/coding.h"
#include "fuzz/fuzz.h"
#include "tree/list_node.h"
#include "tree/node_check.h"

using namespace vstore;

namespace {

Bytes encoded(const ListNode& node) {
  Bytes out{1, static_cast<std::uint8_t>(node.level())};
  put_varint(out, node.count());
  for (std::size_t i = 0; i < node.count(); ++i) put_varint(out, node.entry(i).bytes);
  for (std::size_t i = 0; node.level() > 0 && i < node.count(); ++i) put_varint(out, node.entry(i).chunks);
  for (std::size_t i = 0; i < node.count(); ++i) put_id(out, node.entry(i).id);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  test::accepts([&] {
    ListNode node;
    node.decode({bytes, nullptr});
    REQUIRE_THAT(std::ranges::equal(encoded(node), bytes));
    for (std::size_t i = 0; i < node.count(); ++i) REQUIRE_THAT(node.find(node.begin(i)) == i);
    REQUIRE_THAT(node.find(node.bytes()) == node.count());
    node_end(node);
  });
  return 0;
}

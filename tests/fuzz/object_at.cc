// Objects found in frames whose index is lost: what is found is a whole object.
#include "fuzz/fuzz.h"
#include "store/object_length.h"
#include "tree/list_node.h"
#include "tree/tree_node.h"
#include "vstore/object.h"

using namespace vstore;

namespace {

void decode(ObjectType type, ByteView bytes) {
  if (type == ObjectType::tree) return TreeNode().decode({bytes, nullptr});
  if (type == ObjectType::list) return ListNode().decode({bytes, nullptr});
  if (type == ObjectType::commit) return static_cast<void>(decode_commit(as_text(bytes)));
  if (type == ObjectType::operation) return static_cast<void>(decode_operation(as_text(bytes)));
  REQUIRE_THAT(type == ObjectType::tag);
  decode_tag(as_text(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = object_at({data, size});
  if (!found) return 0;
  REQUIRE_THAT(found->size > 0 && found->size <= size);
  REQUIRE_THAT(test::accepts([&] { decode(found->type, {data, found->size}); }));
  return 0;
}

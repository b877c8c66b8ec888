#include "tree/list_node.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/coding.h"
#include "tree/list_format.h"

namespace vstore {

using namespace list_format;

namespace {

// Shortest encoding of an entry: size and id.
constexpr std::size_t kEntryBytesMin = 1 + 32;

std::uint64_t positive(Decoder& in) {
  const std::uint64_t value = in.varint();
  if (value == 0) in.fail("an entry is empty");
  return value;
}

void add_checked(Decoder& in, std::uint64_t& total, std::uint64_t value) {
  if (__builtin_add_overflow(total, value, &total)) in.fail("its totals overflow");
}

[[noreturn]] void fail(const char* what, const Id& id) {
  throw Error(ErrorCode::damaged, std::string("damaged list node: ") + what + " ('" + id.hex() + "')");
}

}  // namespace

bool list_node_ends(unsigned level, std::size_t entries, const Id& id) noexcept {
  if (entries < kEntriesMin) return false;
  if (entries >= kEntriesMax) return true;
  return load_u64(id.bytes.data() + 8 * (level % 4)) < UINT64_MAX / kEntriesMean;
}

void ListNode::decode(Blob bytes) {
  bytes_ = std::move(bytes);
  Decoder in(bytes_.bytes, "list node");
  if (in.u8() != kVersion) in.fail("its version is unknown");
  level_ = in.u8();
  if (level_ > kLevelMax) in.fail("its level is too high");
  const std::size_t count = in.count(kEntryBytesMin);
  if (count == 0 || count > kEntriesMax) in.fail("its number of entries is out of range");
  begins_.resize(count + 1);
  begins_[0] = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t size = positive(in);
    if (level_ == 0 && size > UINT32_MAX) in.fail("a chunk is too large");
    begins_[i + 1] = begins_[i];
    add_checked(in, begins_[i + 1], size);
  }
  chunks_total_ = count;
  if (level_ > 0) {
    chunks_.resize(count);
    chunks_total_ = 0;
    for (std::uint64_t& n : chunks_) add_checked(in, chunks_total_, n = positive(in));
  }
  ids_ = in.bytes(32 * count).data();
  in.expect_done();
}

ListEntry ListNode::entry(std::size_t i) const noexcept {
  ListEntry entry{begins_[i + 1] - begins_[i], level_ == 0 ? 1 : chunks_[i], {}};
  std::memcpy(entry.id.bytes.data(), ids_ + 32 * i, 32);
  return entry;
}

std::size_t ListNode::find(std::uint64_t offset) const noexcept {
  const auto past = std::upper_bound(begins_.begin(), begins_.end(), offset);
  return static_cast<std::size_t>(past - begins_.begin()) - 1;
}

void load_list_node(const ObjectReader& reader, const Id& id, ListNode& node) {
  Blob bytes = reader.read(id, ObjectType::list);
  try {
    node.decode(std::move(bytes));
  } catch (const Error& error) {
    throw Error(error.code(), std::string(error.what()) + " ('" + id.hex() + "')", error.hint());
  }
}

bool list_child_fits(const ListNode& parent, std::size_t i, const ListNode& child) noexcept {
  const ListEntry entry = parent.entry(i);
  return child.level() + 1 == parent.level() && child.bytes() == entry.bytes && child.chunks() == entry.chunks;
}

void load_list_child(const ObjectReader& reader, const ListNode& parent, std::size_t i, ListNode& child) {
  const Id id = parent.entry(i).id;
  load_list_node(reader, id, child);
  if (!list_child_fits(parent, i, child)) fail("it is not what its parent says", id);
}

void load_content(const ObjectReader& reader, const Id& content, ContentRoot& out) {
  const std::optional<ObjectInfo> info = reader.find(content);
  if (!info) throw Error(ErrorCode::damaged, "missing object '" + content.hex() + "'");
  out.is_list = info->type == ObjectType::list;
  if (out.is_list) {
    load_list_node(reader, content, out.root);
    if (out.root.count() < 2) fail("a root has a single child", content);
    out.size = out.root.bytes();
  } else if (info->type == ObjectType::chunk && info->size <= UINT32_MAX) {
    out.size = info->size;
  } else {
    throw Error(ErrorCode::damaged, "object '" + content.hex() + "' is no content of a file");
  }
}

}  // namespace vstore

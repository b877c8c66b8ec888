#include "store/object_length.h"

#include "base/coding.h"
#include "tree/list_node.h"
#include "tree/tree_node.h"

namespace vstore {
namespace {

template <class Check>
bool succeeds(Check&& check) {
  try {
    check();
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return false;
  }
}

void skip_varints(Decoder& in, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) in.varint();
}

/// docs/format/tree.md: version, level, count, keys, kinds or counts, sizes, ids.
void skip_tree(Decoder& in) {
  in.u8();
  const bool is_leaf = in.u8() == 0;
  const std::size_t count = in.count(37);
  for (std::size_t i = 0; i < count; ++i) {
    in.varint();
    in.bytes(in.count(1));
  }
  if (is_leaf)
    in.bytes(count);
  else
    skip_varints(in, count);
  skip_varints(in, count);
  in.bytes(32 * count);
}

/// docs/format/list.md: version, level, count, sizes, numbers of chunks, ids.
void skip_list(Decoder& in) {
  in.u8();
  const bool is_leaf = in.u8() == 0;
  const std::size_t count = in.count(33);
  skip_varints(in, is_leaf ? count : 2 * count);
  in.bytes(32 * count);
}

/// One JSON object: up to the brace that closes it.
std::optional<std::size_t> json_length(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && c == '{')
      ++depth;
    else if (!quoted && c == '}' && --depth == 0)
      return i + 1;
  }
  return std::nullopt;
}

std::optional<FoundObject> json_at(ByteView bytes) {
  const auto size = json_length(as_text(bytes));
  if (!size) return std::nullopt;
  const std::string_view text = as_text(bytes.first(*size));
  if (succeeds([&] { decode_commit(text); })) return FoundObject{ObjectType::commit, *size};
  if (succeeds([&] { decode_operation(text); })) return FoundObject{ObjectType::operation, *size};
  if (succeeds([&] { decode_tag(text); })) return FoundObject{ObjectType::tag, *size};
  return std::nullopt;
}

template <class Skip>
std::optional<std::size_t> length_of(ByteView bytes, Skip&& skip) {
  Decoder in(bytes, "object");
  if (!succeeds([&] { skip(in); })) return std::nullopt;
  return bytes.size() - in.left();
}

}  // namespace

std::optional<FoundObject> object_at(ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  if (bytes[0] == '{') return json_at(bytes);
  const auto tree = length_of(bytes, skip_tree);
  if (tree && succeeds([&] { TreeNode().decode({bytes.first(*tree), nullptr}); }))
    return FoundObject{ObjectType::tree, *tree};
  const auto list = length_of(bytes, skip_list);
  if (list && succeeds([&] { ListNode().decode({bytes.first(*list), nullptr}); }))
    return FoundObject{ObjectType::list, *list};
  return std::nullopt;
}

}  // namespace vstore

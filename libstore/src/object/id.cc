#include "vstore/id.h"

#include <algorithm>

#include "base/coding.h"
#include "base/hex.h"

namespace vstore {
namespace {

constexpr std::array<std::string_view, 8> type_names = {"",       "chunk", "list",      "tree",
                                                        "commit", "tag",   "operation", "bitmap"};

}  // namespace

std::string_view to_string(ObjectType type) noexcept {
  const auto i = static_cast<std::size_t>(type);
  return i < type_names.size() ? type_names[i] : std::string_view{};
}

std::optional<ObjectType> object_type_from(std::string_view name) noexcept {
  for (std::size_t i = 1; i < type_names.size(); ++i) {
    if (type_names[i] == name) return static_cast<ObjectType>(i);
  }
  return std::nullopt;
}

std::string Id::hex() const { return to_hex(bytes); }

std::string Id::abbrev(std::size_t digits) const {
  std::string text = hex();
  text.resize(std::min(digits, text.size()));
  return text;
}

std::optional<Id> Id::from_hex(std::string_view text) noexcept {
  Id id;
  if (!vstore::from_hex(text, id.bytes)) return std::nullopt;
  return id;
}

std::uint64_t Id::prefix64() const noexcept { return load_u64be(bytes.data()); }

}  // namespace vstore

#include "base/hex.h"
#include "pack/pack_writer.h"

namespace vstore {

std::string PackName::hex() const { return to_hex(bytes); }

std::optional<PackName> PackName::from_hex(std::string_view text) {
  PackName name;
  if (!vstore::from_hex(text, name.bytes)) return std::nullopt;
  return name;
}

PackName PackName::random(os::Fs& fs) {
  PackName name;
  fs.random(name.bytes);
  return name;
}

}  // namespace vstore

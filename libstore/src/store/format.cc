// The text is canonical: decoding demands that encoding the result gives the same bytes, so there is one
// check for every way of being wrong, and a checksum line for what is well-formed but not what was written.
#include "store/format.h"

#include <charconv>

#include "base/hex.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr std::string_view first_words = "vstore store format ";

std::string checksum_line(std::string_view text) {
  return "check " + hash_object(ObjectType::chunk, as_bytes(text)).abbrev(16) + "\n";
}

/// The number that follows `label` in `text`; 0 if there is none.
std::uint64_t number_after(std::string_view text, std::string_view label) {
  const std::size_t at = text.find(label);
  std::uint64_t value = 0;
  if (at != text.npos) std::from_chars(text.data() + at + label.size(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string encode(const StoreFormat& format) {
  std::string text(first_words);
  text += std::to_string(store_format_version) + "\nid " + format.store_id;
  text += "\nchunker gear64 min " + std::to_string(format.chunking.min);
  text += " max " + std::to_string(format.chunking.max);
  text += " threshold " + std::to_string(format.chunking.threshold) + "\n";
  return text + checksum_line(text);
}

StoreFormat decode_store_format(std::string_view text, const std::string& subject) {
  if (text.starts_with(first_words) && number_after(text, first_words) > store_format_version) {
    throw Error(ErrorCode::unsupported,
                "store '" + subject + "' has format " + std::to_string(number_after(text, first_words)) +
                    ", this vstore knows formats up to " + std::to_string(store_format_version),
                "use a newer vstore");
  }
  StoreFormat format;
  const std::size_t id_at = text.find("\nid ");
  if (id_at != text.npos) format.store_id = text.substr(id_at + 4, 32);
  format.chunking.min = static_cast<std::uint32_t>(number_after(text, " min "));
  format.chunking.max = static_cast<std::uint32_t>(number_after(text, " max "));
  format.chunking.threshold = number_after(text, " threshold ");
  std::array<std::uint8_t, 16> id;
  if (!from_hex(format.store_id, id) || format.store_id != to_hex(id) || encode(format) != text) {
    throw Error(ErrorCode::damaged, "damaged store format file '" + subject + "'",
                "restore this small text file from a backup of the store");
  }
  if (format.chunking != ChunkerParams{}) {
    throw Error(ErrorCode::unsupported, "store '" + subject + "' cuts files into chunks of other sizes than this vstore",
                "use the vstore that made the store");
  }
  return format;
}

}  // namespace vstore

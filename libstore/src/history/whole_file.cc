#include "history/whole_file.h"

#include "object/chunker.h"
#include "vstore/file.h"

namespace vstore {

std::string read_whole(const ObjectReader& reader, const Id& content) {
  const FileReader file(reader, content);
  std::string text(file.size(), '\0');
  file.read(0, text.size(), reinterpret_cast<std::uint8_t*>(text.data()));
  return text;
}

Id write_whole(const ObjectReader& reader, ObjectWriter& writer, std::string_view text, const Id* displaced) {
  ListBuilder list(writer, displaced ? &reader : nullptr, displaced);
  const ByteView bytes = as_bytes(text);
  std::uint64_t begin = 0;
  for (const std::uint64_t end : find_cuts_plain(bytes, ChunkerParams{})) {
    const ByteView chunk = bytes.subspan(begin, end - begin);
    // A text of one chunk replaces a content of one chunk, if that is what it was: a hint like any other.
    list.add(writer.put(ObjectType::chunk, chunk, displaced), static_cast<std::uint32_t>(chunk.size()));
    begin = end;
  }
  return list.finish();
}

}  // namespace vstore

// A tar archive: its entries and their contents; no name may come out that leads outside.
//
// The seeds are GNU tar's, of a file, an executable, links, an empty directory and a long name:
//   tar --format=ustar|pax|gnu|v7 --mtime=@0 --owner=0 --group=0 --numeric-owner -b1 -cf
//   fixtures/fuzz/tar/FORMAT ...
#include <array>
#include <cstring>

#include "exchange/tar_reader.h"
#include "fuzz/fuzz.h"
#include "vstore/names.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView left(data, size);
  TarReader reader([&](std::span<std::uint8_t> out) {
    const std::size_t n = std::min(out.size(), left.size());
    if (n > 0) std::memcpy(out.data(), left.data(), n);
    left = left.subspan(n);
    return n;
  });
  test::accepts([&] {
    std::array<std::uint8_t, 1000> buffer;
    while (const auto entry = reader.next()) {
      const std::string path = clean_tar_path(entry->path);
      REQUIRE_THAT(path.empty() || path == ".vstore" || path.starts_with(".vstore/") ||
                   path_problem(path).empty());
      if (entry->size % 2 == 0) reader.read(buffer);
    }
    REQUIRE_THAT(left.empty());
  });
  return 0;
}

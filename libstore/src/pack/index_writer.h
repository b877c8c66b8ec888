// pack/index_writer.h - writes the index section: fan-out, prefixes, records.
#pragma once

#include "pack/pack_output.h"
#include "pack/sorted_objects.h"

namespace vstore {

/// Collects bytes for a section, hashing what goes to the output.
class SectionWriter {
 public:
  explicit SectionWriter(PackOutput& output) : output_(output) {}
  /// Room for `size` bytes at the end of the section.
  std::uint8_t* extend(std::size_t size);
  /// Writes what is left; the section's hash.
  Id finish();

 private:
  void drain();
  static constexpr std::size_t piece_max = 64 * 1024;
  PackOutput& output_;
  Bytes piece_;
  Hasher hasher_;
};

struct IndexWritten {
  std::uint64_t object_count;
  unsigned fanout_bits;
  Id hash;
};

/// Runs `objects` three times: to count, for the prefixes, for the records. Memory: the fan-out.
IndexWritten write_index(SortedObjects& objects, PackOutput& output);

}  // namespace vstore

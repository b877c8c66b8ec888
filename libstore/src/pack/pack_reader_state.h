// pack/pack_reader_state.h - what an open pack knows; shared by look-up (pack_reader.cc) and by the full
// check (pack_verify.cc).
#pragma once

#include <atomic>

#include "base/coding.h"
#include "os/mapped.h"
#include "pack/format.h"
#include "pack/pack_reader.h"

namespace vstore {

struct PackReader::State {
  std::string path;
  std::shared_ptr<const os::MappedFile> map;
  pack_format::Footer footer;
  PackSummary summary;
  const std::uint8_t* begin = nullptr;
  const std::uint8_t* table = nullptr;
  const std::uint8_t* bases = nullptr;
  const std::uint8_t* fanout = nullptr;
  const std::uint8_t* prefixes = nullptr;
  const std::uint8_t* records = nullptr;
  mutable std::atomic<std::uint64_t> read_since_release{0};

  /// Counts stored bytes read, and keeps the resident part of the map bounded (pack_reader.cc).
  void note_read(std::uint64_t size) const;

  [[noreturn]] void fail(const std::string& why) const { pack_format::fail_damaged(path, why); }

  // The rest reads the map: to be called under os::guarded(). Positions must be below object_count.
  std::uint64_t prefix(std::uint64_t i) const { return load_u64(prefixes + i * pack_format::prefix_size); }
  const std::uint8_t* record(std::uint64_t i) const { return records + i * pack_format::record_size; }
  Id id(std::uint64_t i) const;
  Location location(std::uint64_t i) const;
  FrameInfo frame(std::uint32_t index) const;
  /// Below 0, equal 0, above: entry i compared with an id.
  int compare(std::uint64_t i, std::uint64_t id_prefix, const Id& id) const;
  std::uint64_t lower_bound(const Id& id) const;
};

}  // namespace vstore

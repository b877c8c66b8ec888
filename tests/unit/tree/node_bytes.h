// tests/unit/tree/node_bytes.h - nodes written by hand, right or wrong.
#pragma once

#include <string>

#include "base/coding.h"
#include "support/memory_objects.h"

namespace vstore::test {

/// A key as a node has it: what it shares with the one before, and the rest.
struct CodedKey {
  std::uint64_t shared;
  std::string rest;
};

struct NodeBytes {
  std::uint8_t version = 1;
  std::uint8_t level = 0;
  std::vector<CodedKey> keys;
  std::vector<std::uint64_t> kinds_or_counts;  // bytes in a leaf, varints above
  std::vector<std::uint64_t> sizes;
  std::vector<Id> ids;

  Bytes encode() const {
    Bytes out{version, level};
    put_varint(out, keys.size());
    for (const CodedKey& key : keys) {
      put_varint(out, key.shared);
      put_varint(out, key.rest.size());
      put_bytes(out, key.rest);
    }
    for (const std::uint64_t value : kinds_or_counts) {
      level == 0 ? put_u8(out, static_cast<std::uint8_t>(value)) : put_varint(out, value);
    }
    for (const std::uint64_t size : sizes) put_varint(out, size);
    for (const Id& id : ids) put_id(out, id);
    return out;
  }

  void add(CodedKey key, std::uint64_t kind_or_count, std::uint64_t size, const Id& id) {
    keys.push_back(std::move(key));
    kinds_or_counts.push_back(kind_or_count);
    sizes.push_back(size);
    ids.push_back(id);
  }
};

inline Id id_filled(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

}  // namespace vstore::test

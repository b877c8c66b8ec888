// history/similarity.h - how alike two contents are, cheap enough to ask for many pairs.
//
// A content is cut into pieces, at line ends and punctuation, and only the hashes of the pieces are
// kept: its sketch. Two contents share the bytes of the pieces that both sketches have. A large text
// keeps every second, fourth, ... of its possible hashes, so a sketch never grows beyond some thousand
// pieces and the answer becomes an estimate. Large binaries are not read at all: their pieces are
// their chunks.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "vstore/object.h"
#include "vstore/tree.h"

namespace vstore {

/// Keeps the sketches it has made. One thread.
class Similarity {
 public:
  explicit Similarity(const ObjectReader& reader) : reader_(reader) {}
  /// Per cent of the larger content that the other shares; 0 without a look if the sizes alone rule
  /// out `at_least`.
  int percent(const Entry& a, const Entry& b, int at_least);

 private:
  struct Piece {
    std::uint64_t hash;
    std::uint64_t bytes;
  };
  struct Sketch {
    std::vector<Piece> pieces;  // by hash, each hash once
    std::uint64_t sampled = 1;  // one of so many hashes is kept; a power of two
  };
  /// What is known of a content: sketches are made when first needed.
  struct Content {
    bool decided = false;
    bool is_text = false;
    bool has_text = false, has_chunks = false;
    Sketch text, chunks;
  };

  Content& content(const Entry& entry);
  const Sketch& text_sketch(const Entry& entry, Content& content);
  const Sketch& chunk_sketch(const Entry& entry, Content& content);
  static void settle(Sketch& sketch);
  static std::uint64_t shared_bytes(const Sketch& a, const Sketch& b);

  const ObjectReader& reader_;
  std::unordered_map<Id, Content> contents_;
};

}  // namespace vstore

// history/similarity.h - how alike two contents are, cheap enough to ask for many pairs.
//
// A content is cut into pieces, at line ends and punctuation, and only the hashes of the pieces are
// kept: its sketch. Two contents share the bytes of the pieces that both sketches have. A large text
// keeps every second, fourth, ... of its possible hashes, so a sketch never grows beyond some thousand
// pieces and the answer becomes an estimate. Large binaries are not read at all: their pieces are
// their chunks.
//
// Texts of lines of usual length are cut and counted exactly as git does it, so that the same renames are found with
// the same percentages.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vstore/object.h"
#include "vstore/tree.h"

namespace vstore {

/// Keeps the sketches it has made. One thread.
class Similarity {
 public:
  explicit Similarity(const ObjectReader& reader) : reader_(reader) {}
  static constexpr int same = 60000;  ///< the score of equal contents

  /// How much of the larger content the other shares, of `same`; 0 without a look if the sizes alone rule out
  /// `at_least`.
  int score(const Entry& before, const Entry& after, int at_least);
  /// Bytes of `after` that come from `before`.
  std::uint64_t shared(const Entry& before, const Entry& after);

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
    bool has_lines = false;  // of usual length
    bool has_line_sketch = false, has_text = false, has_chunks = false;
    Sketch lines, text, chunks;
  };

  Content& content(const Entry& entry);
  const Sketch& line_sketch(const Entry& entry, Content& content);
  const Sketch& text_sketch(const Entry& entry, Content& content);
  const Sketch& chunk_sketch(const Entry& entry, Content& content);
  static bool lines_are_usual(std::string_view head);
  static void settle(Sketch& sketch);
  static std::uint64_t shared_bytes(const Sketch& a, const Sketch& b);

  const ObjectReader& reader_;
  std::unordered_map<Id, Content> contents_;
};

}  // namespace vstore

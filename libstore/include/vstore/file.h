// vstore/file.h - reading and writing the content of one file: a chunk, or a list tree of chunks.
// Specified in docs/format/list.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "vstore/id.h"
#include "vstore/object.h"

namespace vstore {

/// One chunk of a file and where it stands.
struct ChunkRef {
  std::uint64_t offset;  ///< in the file
  std::uint32_t size;
  Id id;
};

/// Reads one content by id. Const calls are thread-safe. `reader` must outlive it. What is missing or not what
/// it must be is a `damaged` error, in the constructor and in every call. Reading at an offset costs O(depth)
/// nodes and decodes only the chunks it needs.
class FileReader {
 public:
  /// `content` is the id of a chunk or of a list node; which, the reader finds out.
  FileReader(const ObjectReader& reader, const Id& content);
  FileReader(FileReader&&) noexcept;
  ~FileReader();

  std::uint64_t size() const noexcept;
  /// Copies min(length, size - offset) bytes to `out` and returns how many.
  std::uint64_t read(std::uint64_t offset, std::uint64_t length, std::uint8_t* out) const;
  /// Calls `visit(chunk bytes)` for all chunks in order (or those that overlap [offset, offset +
  /// length), trimmed); stops early when it returns false.
  void visit(const std::function<bool(ByteView)>& visit, std::uint64_t offset = 0,
             std::uint64_t length = UINT64_MAX) const;
  /// The chunks in order, without reading their bytes. An empty file has none to visit.
  void visit_chunks(const std::function<bool(const ChunkRef&)>& visit,
                    std::uint64_t offset = 0) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Strings chunks together into a content id: the single chunk's own id, or the root of a list
/// tree. An empty file is one empty chunk (which the caller must have stored). Belongs to one thread. `writer`
/// and `reader` must outlive it.
class ListBuilder {
 public:
  /// `displaced`: content id of the path's previous version, or null: its list nodes become hints.
  ListBuilder(ObjectWriter& writer, const ObjectReader* reader = nullptr, const Id* displaced = nullptr);
  ~ListBuilder();
  void add(const Id& chunk, std::uint32_t size);
  /// Total bytes so far.
  std::uint64_t size() const noexcept;
  Id finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How much of two contents is shared: the sizes and the bytes of `after` in chunks that `before`
/// has too. Reads list nodes only, and only those that differ: a chunk that moved between a node that
/// differs and one that does not counts as not shared, so `shared_bytes` is a lower bound.
struct ContentShare {
  std::uint64_t before_size = 0;
  std::uint64_t after_size = 0;
  std::uint64_t shared_bytes = 0;
};
ContentShare compare_contents(const ObjectReader& reader, const Id& before, const Id& after);

}  // namespace vstore

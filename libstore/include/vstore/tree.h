// vstore/tree.h - the ordered map at the heart of the store: a prolly tree of
// key -> {kind, size, id}. A snapshot maps full paths to files; the view maps ref names to
// objects. Specified in docs/format/tree.md.
//
// A tree is named by the id of its root node; the same map always has the same root, however it
// came about. All classes here are values or cheap handles; the ObjectReader given must outlive
// them. Const calls on Tree are thread-safe; a Cursor or TreeDiff belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vstore/id.h"
#include "vstore/object.h"

namespace vstore {

/// What an entry is. Values are part of the format. 0..7 occur in snapshots, 8.. in views.
enum class Kind : std::uint8_t {
  file = 0,
  executable = 1,
  symlink = 2,          ///< id is the chunk that holds the target
  empty_directory = 3,  ///< the key ends in '/', size is 0, id is null
  ref_commit = 8,       ///< size is 0 for all kinds of ref
  ref_tag = 9,          ///< annotated tag object
  ref_tree = 10,        ///< a workspace's stage
  ref_symbolic = 11,    ///< id is the chunk that holds the target's name
};

struct Entry {
  Kind kind = Kind::file;
  std::uint64_t size = 0;  ///< bytes of the content
  Id id;                   ///< content: a chunk or a list node (files), see Kind
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Number of entries and their total size.
struct Totals {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

class TreeCursor;

/// A read-only map. Copyable; keeps only the reader's address (it must outlive the Tree, its cursors and diffs)
/// and the root id. Thread-safe. A node that is missing or not what it must be is a `damaged` error in any call.
class Tree {
 public:
  Tree(const ObjectReader& reader, const Id& root) : reader_(&reader), root_(root) {}
  const Id& root() const noexcept { return root_; }
  const ObjectReader& reader() const noexcept { return *reader_; }

  std::optional<Entry> get(std::string_view key) const;
  /// True if any key lies below `directory` (given without trailing '/'), or "directory/" is a key.
  bool has_directory(std::string_view directory) const;

  /// Totals of the whole map: one node read.
  Totals totals() const;
  /// Totals of the keys in [from, to); an empty `to` means no upper bound. O(depth) nodes.
  Totals totals(std::string_view from, std::string_view to) const;
  /// Totals of the keys that begin with `prefix`. O(depth) nodes.
  Totals totals_prefix(std::string_view prefix) const;
  /// Number of keys < key. O(depth) nodes.
  std::uint64_t rank(std::string_view key) const;

  /// A cursor at the first entry / first key >= `key` / k-th entry (0-based); past the end if none.
  TreeCursor begin() const;
  TreeCursor seek(std::string_view key) const;
  TreeCursor nth(std::uint64_t k) const;

 private:
  const ObjectReader* reader_;
  Id root_;
};

/// Walks a map in key order. One thread at a time. `key()` and `entry()` need valid(); `key()` stays
/// valid until the cursor moves.
class TreeCursor {
 public:
  TreeCursor(TreeCursor&&) noexcept;
  TreeCursor& operator=(TreeCursor&&) noexcept;
  TreeCursor(const TreeCursor&);
  ~TreeCursor();

  bool valid() const noexcept;
  std::string_view key() const noexcept;
  const Entry& entry() const noexcept;
  void next();
  /// Moves forward to the first key >= `key`, skipping whole subtrees; never moves back.
  void seek_forward(std::string_view key);

 private:
  friend class Tree;
  struct State;
  explicit TreeCursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One difference: `before` absent = added, `after` absent = deleted, both = changed.
struct TreeChange {
  std::string key;
  std::optional<Entry> before;
  std::optional<Entry> after;
};

/// The differences between two maps in key order, reading only nodes that differ (plus the paths
/// to them). With `prefix`, only keys that begin with it. Pull interface: call next() until it
/// returns nullopt.
class TreeDiff {
 public:
  TreeDiff(Tree before, Tree after, std::string prefix = {});
  TreeDiff(TreeDiff&&) noexcept;
  ~TreeDiff();
  std::optional<TreeChange> next();
  /// Nodes read so far, for tests and for the curious.
  std::uint64_t nodes_read() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Root of the empty map. Like git's empty tree it can be read from every store without being stored.
const Id& empty_tree_id();

/// The smallest key greater than every key that begins with `prefix`; empty if there is none.
std::string prefix_end(std::string_view prefix);

/// Builds a map from entries given in strictly ascending key order. Throws `usage` if keys are not
/// ascending, or if one key is a '/'-prefix of another (docs/format/tree.md, rule on conflicts).
class TreeBuilder {
 public:
  explicit TreeBuilder(ObjectWriter& writer);
  ~TreeBuilder();
  void add(std::string_view key, const Entry& entry);
  /// Writes what is pending and returns the root id. An empty map has a root too.
  Id finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One edit of a map: put (entry given) or erase (nullopt; erasing an absent key is no error).
struct TreeEdit {
  std::string key;
  std::optional<Entry> entry;
};

/// What an edit did, for tests: nodes read and nodes written.
struct EditStats {
  std::uint64_t nodes_read = 0;
  std::uint64_t nodes_written = 0;
};

/// Applies edits to the map `base` and returns the new root. `next_edit` yields edits in strictly
/// ascending key order (else `usage`) and nullopt at the end. Reads and writes O(edits * depth)
/// nodes; replaced nodes are given to the writer as displaced. A result in which one key is a
/// '/'-prefix of another is a `usage` error naming both.
Id edit_tree(const Tree& base, ObjectWriter& writer,
             const std::function<std::optional<TreeEdit>()>& next_edit, EditStats* stats = nullptr);

}  // namespace vstore

// vstore/object.h - reading and writing objects by id, and the metadata objects.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore {

struct ObjectInfo {
  ObjectType type;
  std::uint64_t size;  ///< canonical bytes
};

/// Where objects are read from. Implementations are thread-safe for const calls.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  /// Type and size, or nullopt when the object is not visible. Never reads the object itself.
  virtual std::optional<ObjectInfo> find(const Id& id) const = 0;
  /// The canonical bytes, verified against `id`. Throws `damaged` when the object is missing, has
  /// another type or its bytes do not hash to the id.
  virtual Blob read(const Id& id, ObjectType type) const = 0;
};

/// Where objects are written to. Implementations say whether they are thread-safe.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  /// Stores an object unless it is there already; returns its id. `displaced`, where known, is the
  /// object of the same type that stood in the same place one version earlier: a candidate base
  /// for a based frame. It is a hint; a displaced id that does not exist is ignored.
  virtual Id put(ObjectType type, ByteView bytes, const Id* displaced = nullptr) = 0;
};

// ------------------------------------------------------------------------------------ metadata --

/// A moment: seconds since 1970-01-01 UTC, and the zone offset it was written in (minutes east).
struct Time {
  std::int64_t seconds = 0;
  std::int32_t zone_minutes = 0;
  friend bool operator==(const Time&, const Time&) = default;
};

struct Person {
  std::string name;
  std::string email;
  friend bool operator==(const Person&, const Person&) = default;
};

/// A commit: a snapshot root with its parents. `tree` is the root of a prolly map.
struct Commit {
  Id tree;
  std::vector<Id> parents;
  Person author;
  Time author_time;
  Person committer;
  Time commit_time;
  std::string message;
  std::map<std::string, std::string> meta;  ///< `--meta key=value`
  friend bool operator==(const Commit&, const Commit&) = default;
};

/// An annotated tag.
struct Tag {
  Id target;
  ObjectType target_type = ObjectType::commit;
  std::string name;
  Person tagger;
  Time time;
  std::string message;
  friend bool operator==(const Tag&, const Tag&) = default;
};

/// One change of the view (the map of every ref): an entry of the operation log.
struct Operation {
  std::vector<Id> parents;  ///< empty for the first
  Id view;                  ///< root of the view's prolly map after the operation
  Time time;
  Person who;
  std::string command;      ///< as the user typed it, or what a library caller gave; UTF-8
  std::string nonce;        ///< 32 hex digits, random: finds one's own operation after an uncertain outcome
  bool files = false;       ///< a workspace's files went along with its stage: taking it back moves them too
  std::optional<Id> undoes; ///< the operation that this one takes back; it may have expired
  friend bool operator==(const Operation&, const Operation&) = default;
};

/// Canonical JSON (sorted keys, no spaces, UTF-8, integers only), as docs/format/objects.md says.
/// What that cannot hold is a `usage` error: text that is not UTF-8 or has a NUL (pass a command line through
/// escape_for_terminal), '<', '>' or a line feed in a person, a zone of a day or more, a malformed nonce or
/// tag name, an object over 16 MiB.
std::string encode(const Commit& commit);
std::string encode(const Tag& tag);
std::string encode(const Operation& operation);

/// Decodes and demands canonical form: anything else, unknown fields included, is `damaged`.
Commit decode_commit(std::string_view json);
Tag decode_tag(std::string_view json);
Operation decode_operation(std::string_view json);

}  // namespace vstore

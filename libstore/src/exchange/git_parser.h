// exchange/git_parser.h - the stream of `git fast-export`, command by command (git-fast-import(1) has the
// grammar).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vstore/git_stream.h"

namespace vstore {

/// What a blob, an object or a parent is called: by mark (0: none) or by git's id.
struct GitName {
  std::uint64_t mark = 0;
  std::string id;
  bool empty() const { return mark == 0 && id.empty(); }
};

struct GitBlob {
  GitName name;
  std::uint64_t size = 0;  ///< of the data, which stands next in the stream
};

struct GitChange {
  std::string path;
  bool removed = false;
  unsigned mode = 0;  ///< 0100644, 0100755, 0120000, 0160000
  GitName content;
};

struct GitCommit {
  GitName name;
  Person author, committer;
  Time author_time, commit_time;
  std::string message;
  std::vector<GitName> parents;
  bool from_nothing = false;  ///< "deleteall": not the first parent's files, but none
  std::vector<GitChange> changes;
};

struct GitTag {
  GitName name, target;
  std::string tag;
  Person tagger;
  Time time;
  std::string message;
};

using GitCommand = std::variant<GitBlob, GitCommit, GitTag>;

/// Not thread-safe. Throws `damaged` for anything that is no such stream.
class GitParser {
 public:
  explicit GitParser(ByteSource& source) : source_(source) {}

  /// Refs ("reset") are passed over; nullopt at the end.
  std::optional<GitCommand> next();
  /// Bytes of the blob that next() just gave; fewer than asked for at its end. All must be taken.
  std::size_t read_data(std::span<std::uint8_t> out);
  /// Bytes of it that are still to be read.
  std::uint64_t data_left() const { return data_left_; }

 private:
  std::optional<std::string> line();
  const std::string& peek();
  bool take(std::string_view word, std::string& rest);
  std::uint64_t data_header();
  std::string data();
  GitName names();
  GitBlob blob();
  GitCommit commit();
  GitTag tag(std::string name);
  bool change(GitCommit& commit);
  bool fill();
  void demand_end_of_data();
  [[noreturn]] static void fail(const std::string& what);

  ByteSource& source_;
  Bytes buffer_ = Bytes(1u << 18);
  std::size_t begin_ = 0, end_ = 0;
  std::optional<std::string> peeked_;
  std::uint64_t data_left_ = 0;
  bool ended_ = false;
};

}  // namespace vstore

// history/commit_cache.h - commits in a compact form: parents by number, tree, and a filter of changed paths. Kept in a
// file that grows by batches; docs/format/commit-cache.md.
//
// 1. Commits are immutable, so what is known of one is true for ever; that a commit is in the cache does not mean that it
//    is still in the store.
// 2. A batch counts only if its checksum is right and all its numbers are in range; what follows a bad one does not count
//    either, and is overwritten by the next writer. So neither a crash nor two writers at once can do harm.
// 3. A parent has a smaller number than its children.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "history/path_filter.h"
#include "os/fs.h"
#include "vstore/object.h"

namespace vstore {

/// One thread.
class CommitCache {
 public:
  explicit CommitCache(const ObjectReader& reader) : reader_(reader) {}

  /// Reads what the file has; a file that is missing, damaged or of another store counts as empty.
  void load(os::Fs& fs, const std::string& path);
  /// Adds what is new to the file. Does nothing if that is impossible, or if somebody else added to it since load().
  void save(os::Fs& fs, const std::string& path) const;

  /// The number of a commit, which is taken in with its ancestors if it is new. Throws `damaged` if one is missing.
  std::uint32_t number_of(const Id& commit);

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
  const Id& id(std::uint32_t n) const { return records_[n].id; }
  const Id& tree(std::uint32_t n) const { return records_[n].tree; }
  std::span<const std::uint32_t> parents(std::uint32_t n) const {
    return {parents_.data() + records_[n].parents_begin, records_[n].parents_count};
  }
  /// False: the commit surely has the path as its first parent has it (a commit without parents: lacks it).
  bool may_change(std::uint32_t n, const PathHash& path) const {
    const Record& record = records_[n];
    if (record.filter_size == no_filter) return true;
    return may_contain({filters_.data() + record.filter_begin, record.filter_size}, path);
  }
  /// How many were taken in by number_of().
  std::uint32_t added() const noexcept { return size() - loaded_; }

 private:
  static constexpr std::uint16_t no_filter = 0xffff;  ///< too many paths changed
  struct Record {
    Id id;
    Id tree;
    std::uint32_t parents_begin = 0;
    std::uint32_t filter_begin = 0;
    std::uint16_t parents_count = 0;
    std::uint16_t filter_size = 0;
  };

  bool load_batch(ByteView bytes, std::size_t& at);
  Bytes encode_batch() const;
  void index();
  std::uint32_t find(const Id& commit);
  struct Pending {
    Id id, tree;
    std::vector<Id> parents;
  };
  Pending read(const Id& id) const;
  void take_in(const Pending& commit);
  void summarize(Record& record, const Id& before);

  const ObjectReader& reader_;
  std::vector<Record> records_;
  std::vector<std::uint32_t> parents_;
  Bytes filters_;
  std::uint32_t loaded_ = 0;                ///< records that came from the file,
  std::uint32_t loaded_parents_ = 0;        ///< their parents
  std::uint32_t loaded_filters_ = 0;        ///< and filter bytes
  std::uint64_t file_size_ = 0;             ///< the part of the file that counts
  std::unordered_map<Id, std::uint32_t> numbers_;  ///< made when first needed
  int scans_ = 0;                           ///< look-ups without it
};

}  // namespace vstore

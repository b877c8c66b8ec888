// A store in a scratch directory, filled in one transaction: for tests of what reads history.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unit/os/scratch.h"
#include "vstore/file.h"
#include "vstore/store.h"

namespace vstore::test {

/// Path -> content. A path that ends in '/' is an empty directory, one that ends in '@' a symlink without it.
using Files = std::map<std::string, std::string>;

struct CommitSpec {
  Files files;
  std::vector<Id> parents;
  std::int64_t seconds = 1'700'000'000;
  std::string message = "message\n";
  Person author = {"Ann Author", "ann@example.org"};
};

class Dataset {
 public:
  Dataset() : store_(Store::create(scratch_ / "store")), txn_(store_.begin()) {}

  Id put_content(const std::string& content) {
    constexpr std::size_t kChunk = 64u << 10;
    ListBuilder list(txn_);
    std::size_t at = 0;
    do {
      const std::string_view part = std::string_view(content).substr(at, kChunk);
      list.add(txn_.put(ObjectType::chunk, as_bytes(part)), static_cast<std::uint32_t>(part.size()));
      at += kChunk;
    } while (at < content.size());
    return list.finish();
  }

  Id put_tree(const Files& files) {
    TreeBuilder builder(txn_);
    for (const auto& [path, content] : files) {
      if (path.back() == '/') {
        builder.add(path, {Kind::empty_directory, 0, {}});
      } else if (path.back() == '@') {
        builder.add(path.substr(0, path.size() - 1), {Kind::symlink, content.size(), put_content(content)});
      } else {
        builder.add(path, {Kind::file, content.size(), put_content(content)});
      }
    }
    return builder.finish();
  }

  Id put_commit(const CommitSpec& spec) {
    const Time time{spec.seconds, 0};
    const Commit commit{put_tree(spec.files), spec.parents, spec.author,  time,
                        spec.author,          time,         spec.message, {}};
    return txn_.put(ObjectType::commit, as_bytes(encode(commit)));
  }

  Id put_tag(const Id& target, ObjectType type, const std::string& name) {
    const Tag tag{target, type, name, {"Tom Tagger", "tom@example.org"}, {1'700'000'000, 0}, "tagged\n"};
    return txn_.put(ObjectType::tag, as_bytes(encode(tag)));
  }

  void set_ref(const std::string& name, const RefValue& value) { txn_.set_ref(name, std::nullopt, value); }

  /// Publishes what was put; the next put begins a new transaction.
  Snapshot publish() {
    txn_.publish({{"Pat Publisher", "pat@example.org"}, "test", std::nullopt});
    txn_ = store_.begin();
    return store_.snapshot();
  }

 private:
  Scratch scratch_;
  Store store_;
  Transaction txn_;
};

}  // namespace vstore::test

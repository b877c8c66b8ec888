// support/history.h - a store with a history to read from: files in several versions, most chunks of most
// versions in based frames, as commits leave them.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "micro/inputs.h"
#include "vstore/import.h"
#include "vstore/store.h"

namespace vstore::bench {

inline constexpr std::size_t kFiles = 120;
inline constexpr std::size_t kVersions = 8;

/// Tables from 8 KiB to 1 MiB, every seventh file incompressible.
inline Bytes first_content(std::size_t file) {
  const std::size_t size = (8u << 10) << file % 8;
  return file % 7 == 0 ? noise(size, file) : table(size, file);
}

/// A few bytes differ, a row is inserted.
inline void edit(Bytes& bytes, std::mt19937_64& random) {
  for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] ^= 1;
  const Bytes row = table(60, random());
  const auto at = static_cast<std::ptrdiff_t>(random() % bytes.size());
  bytes.insert(bytes.begin() + at, row.begin(), row.end());
}

inline Id import_bytes(Transaction& txn, const Bytes& bytes, const Id* displaced) {
  std::size_t done = 0;
  const auto source = [&](std::span<std::uint8_t> out) {
    const std::size_t n = std::min(out.size(), bytes.size() - done);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(done), n, out.begin());
    done += n;
    return n;
  };
  return import_content(txn, source, bytes.size(), displaced).id;
}

/// The store and the trees of its versions.
class History {
 public:
  History(const std::string& directory, std::size_t cache_bytes)
      : store_(Store::create(directory, options(cache_bytes))) {
    std::vector<Bytes> contents(kFiles);
    for (std::size_t file = 0; file < kFiles; ++file) contents[file] = first_content(file);
    std::map<std::string, Entry> entries;
    std::mt19937_64 random(1);
    for (std::size_t version = 0; version < kVersions; ++version) {
      if (version > 0) {
        for (std::size_t file = 0; file < kFiles; file += 2) edit(contents[file], random);
      }
      trees.push_back(commit(contents, entries));
    }
    snapshot.emplace(store_.snapshot());
  }

  static std::string path(std::size_t file) { return "data/" + key(file); }

  std::vector<Id> trees;
  std::optional<Snapshot> snapshot;

 private:
  static StoreOptions options(std::size_t cache_bytes) {
    StoreOptions options;
    options.frame_cache_bytes = cache_bytes;
    return options;
  }

  Id commit(const std::vector<Bytes>& contents, std::map<std::string, Entry>& entries) {
    Transaction txn = store_.begin();
    for (std::size_t file = 0; file < kFiles; ++file) {
      Entry& entry = entries[path(file)];
      const Id before = entry.id;
      entry = {Kind::file, contents[file].size(),
               import_bytes(txn, contents[file], before.is_null() ? nullptr : &before)};
    }
    TreeBuilder builder(txn);
    for (const auto& [path, entry] : entries) builder.add(path, entry);
    const Id tree = builder.finish();
    txn.set_ref("refs/heads/v" + std::to_string(trees.size()), std::nullopt, RefValue::tree(tree));
    txn.publish({.who = {"Ada", "ada@example.org"}, .command = "bench"});
    return tree;
  }

  Store store_;
};

}  // namespace vstore::bench

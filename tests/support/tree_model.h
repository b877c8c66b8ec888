// tests/support/tree_model.h - maps for tests of trees: a std::map beside the tree it should equal.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/memory_objects.h"
#include "support/random.h"
#include "vstore/tree.h"

namespace vstore::test {

using TreeModel = std::map<std::string, Entry>;
using EditBatch = std::map<std::string, std::optional<Entry>>;

inline Id id_of(std::uint64_t n) {
  return hash_object(ObjectType::chunk, {reinterpret_cast<const std::uint8_t*>(&n), sizeof n});
}

/// An entry that fits the key.
inline Entry entry_for(const std::string& key, std::uint64_t n) {
  if (key.back() == '/') return {Kind::empty_directory, 0, {}};
  return {static_cast<Kind>(n % 3), n % 100000, id_of(n)};
}

inline Id build(ObjectWriter& writer, const TreeModel& model) {
  TreeBuilder builder(writer);
  for (const auto& [key, entry] : model) builder.add(key, entry);
  return builder.finish();
}

inline Id edit(const MemoryObjects& reader, ObjectWriter& writer, const Id& base, const EditBatch& batch,
               EditStats* stats = nullptr) {
  auto at = batch.begin();
  const auto next = [&]() -> std::optional<TreeEdit> {
    if (at == batch.end()) return std::nullopt;
    TreeEdit e{at->first, at->second};
    ++at;
    return e;
  };
  return edit_tree(Tree(reader, base), writer, next, stats);
}

inline TreeModel applied(TreeModel model, const EditBatch& batch) {
  for (const auto& [key, entry] : batch) {
    if (entry) {
      model.insert_or_assign(key, *entry);
    } else {
      model.erase(key);
    }
  }
  return model;
}

inline std::string path_name(std::string key) {
  if (!key.empty() && key.back() == '/') key.pop_back();
  return key;
}

/// Slow and plain: does a path in the map stand below another one?
inline bool has_path_conflict(const TreeModel& model) {
  for (const auto& [key, entry] : model) {
    const std::string name = path_name(key);
    if (key != name && model.contains(name)) return true;
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      if (model.contains(name.substr(0, slash)) || model.contains(name.substr(0, slash + 1))) return true;
    }
  }
  return false;
}

inline std::vector<std::pair<std::string, Entry>> walk(TreeCursor cursor) {
  std::vector<std::pair<std::string, Entry>> all;
  for (; cursor.valid(); cursor.next()) all.emplace_back(cursor.key(), cursor.entry());
  return all;
}

}  // namespace vstore::test

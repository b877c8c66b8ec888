// store/fsck_object.h - one object: its form, and what it names.
#pragma once

#include "store/claim_set.h"
#include "store/fsck_run.h"
#include "tree/tree_node.h"

namespace vstore {

/// Thread-safe.
class ObjectCheck {
 public:
  explicit ObjectCheck(FsckRun& run) : run_(run), reader_(*run.packs) {}

  /// Takes an object whose bytes hash to its id; `file` is the pack it lies in.
  void check(const std::string& file, const Id& id, ObjectType type, const Blob& bytes);

 private:
  /// The store's packs and the one object that is there without being stored.
  class Reader final : public ObjectReader {
   public:
    explicit Reader(const PackSet& packs) : packs_(packs) {}
    std::optional<ObjectInfo> find(const Id& id) const override;
    Blob read(const Id& id, ObjectType type) const override;

   private:
    const PackSet& packs_;
  };

  void check_form(const std::string& file, const Id& id, ObjectType type, const Blob& bytes);
  void check_named(const Id& namer, ObjectType namer_type, const Id& id, std::optional<ObjectType> type);
  void check_tree(const Id& id, const Blob& bytes, std::vector<std::string>& faults);
  void check_list(const Blob& bytes, std::vector<std::string>& faults);
  void check_sizes(const TreeNode& node, std::vector<std::string>& faults);
  std::optional<std::uint64_t> content_size(const Id& content) const;

  FsckRun& run_;
  Reader reader_;
  ClaimSet seen_places_;  // see tree/node_check.h
};

}  // namespace vstore

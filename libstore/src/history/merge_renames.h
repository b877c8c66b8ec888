// history/merge_renames.h - what two sides of a merge renamed since their base.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tree/merge_walk.h"

namespace vstore {

/// Found by comparing contents (find_renames() in vstore/history.h): costs more than the rest of a merge, so make
/// one only when a rename may matter.
class MergeRenames {
 public:
  MergeRenames(const ObjectReader& reader, const Tree& base, const Tree& ours, const Tree& theirs);

  /// The item as it is to be merged if a rename explains it: deleted on one side and changed on the other, it is
  /// found under its new name; added by both under one name, it has a base.
  std::optional<MergeItem> moved(const MergeItem& item) const;

  /// Files that the sides renamed to different names.
  struct Apart {
    std::string from, ours, theirs;
  };
  std::vector<Apart> apart() const;

  /// Files that one side renamed and the other deleted.
  struct Deleted {
    std::string from, to;
    bool by_us;
  };
  std::vector<Deleted> deleted() const;

  /// A file that one side renamed to where the other has added one.
  struct Collision {
    std::string to;
    bool we_moved;
  };
  std::optional<Collision> collision(const MergeItem& item) const;

 private:
  struct Renames {
    std::map<std::string, std::string> to;    ///< old path -> new path
    std::map<std::string, std::string> from;  ///< new path -> old path
  };
  void add_deleted(const Renames& renames, const Renames& others, bool by_us, std::vector<Deleted>& all) const;
  static Renames find(const ObjectReader& reader, const Tree& base, const Tree& side);

  const Tree& base_;
  const Tree& ours_;
  const Tree& theirs_;
  Renames our_renames_, their_renames_;
};

}  // namespace vstore

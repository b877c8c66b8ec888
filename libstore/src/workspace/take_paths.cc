#include "workspace/take_paths.h"

#include <set>

#include "history/path_set.h"
#include "workspace/dir_stack.h"
#include "workspace/path_match.h"
#include "workspace/selected_cursor.h"
#include "workspace/stage_edit.h"

namespace vstore {
namespace {

class PathTaker {
 public:
  PathTaker(const Tree& into, const Tree& from, const PathSelection& paths, bool overlay)
      : into_(into), from_(from), set_(paths.specs), matcher_(paths), overlay_(overlay) {}

  Id run(Transaction& txn) {
    find_files_above();
    StageEdit edit(txn, into_.root());
    auto above = above_.begin();
    const auto erase_above_until = [&](const std::string* key) {
      for (; above != above_.end() && (!key || *above < *key); ++above) edit.put(*above, std::nullopt);
    };
    set_.for_each_difference(into_, from_, [&](TreeChange&& change) {
      if (!wanted(change)) return true;
      erase_above_until(&change.key);
      if (above != above_.end() && *above == change.key) ++above;
      edit.put(std::move(change.key), change.after);
      return true;
    });
    erase_above_until(nullptr);
    return edit.finish();
  }

 private:
  /// Files and empty directories of `into`, selected or not, in whose place a taken path needs a directory.
  void find_files_above() {
    std::string seen;  // differences of one directory mostly follow each other
    set_.for_each_difference(into_, from_, [&](TreeChange&& change) {
      if (!change.after || !wanted(change)) return true;
      const std::string_view name = std::string_view(change.key).substr(0, change.key.size() - change.key.ends_with('/'));
      std::string_view directory = split_path(name).first;
      if (directory == seen) return true;
      seen = directory;
      for (; !directory.empty(); directory = split_path(directory).first) {
        std::string key(directory);
        if (into_.get(key)) above_.insert(key);
        if (into_.get(key += '/')) above_.insert(key);
        if (into_.has_directory(directory)) break;  // so nothing above it is a key
      }
      return true;
    });
  }

  bool wanted(const TreeChange& change) {
    if (change.after) return !(overlay_ && is_filled(change));
    return !overlay_ || gives_way(change.key);
  }

  /// An empty directory of `from` is there already if `into` has something in it.
  bool is_filled(const TreeChange& change) const {
    return change.key.ends_with('/') && into_.has_directory(change.key.substr(0, change.key.size() - 1));
  }

  /// True if a path that only `into` has can't stand beside what is taken: "a" against "a/x".
  bool gives_way(std::string_view key) {
    const std::string name(key.substr(0, key.size() - key.ends_with('/')));
    if (SelectedCursor(from_, {name}, &matcher_).valid()) return true;
    for (std::string_view above = split_path(name).first; !above.empty(); above = split_path(above).first) {
      if (from_.get(above) && matcher_.matches(above)) return true;
    }
    return false;
  }

  const Tree& into_;
  const Tree& from_;
  const PathSet set_;
  PathMatcher matcher_;
  const bool overlay_;
  std::set<std::string> above_;
};

}  // namespace

Id take_paths(Transaction& txn, const Tree& into, const Tree& from, const PathSelection& paths, bool overlay) {
  return PathTaker(into, from, paths, overlay).run(txn);
}

}  // namespace vstore

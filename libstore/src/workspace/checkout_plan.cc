#include "workspace/checkout_plan.h"

#include <algorithm>

#include "vstore/names.h"
#include "workspace/disk_check.h"
#include "workspace/scan.h"

namespace vstore {
namespace {

class Planner {
 public:
  Planner(Workspace::Impl& ws, const ObjectReader& reader, const Id& stage, bool resumed)
      : reader_(reader),
        stage_(reader, stage),
        top_(os::Dir::open(ws.root)),
        disk_(ws, top_),
        resumed_(resumed) {}

  CheckoutPlan run(const Id& from, const Id& to) {
    plan_.stage_is_source = stage_.root() == from;
    TreeDiff diff(Tree(reader_, from), Tree(reader_, to));
    while (auto change = diff.next()) {
      consider(*change);
      if (!change->after || plan_.leave.contains(change->key)) continue;
      ++plan_.writes.count;
      plan_.writes.bytes += change->after->size;
    }
    check_directories_in_the_way();
    return std::move(plan_);
  }

 private:
  void consider(const TreeChange& change) {
    if (!plan_.stage_is_source) {
      const auto staged = stage_.get(change.key);
      if (staged == change.after) {  // the target's state is staged already: keep stage and file
        plan_.leave.insert(change.key);
        return;
      }
      if (staged != change.before) {
        plan_.local_changes.push_back(change.key);
        return;
      }
    }
    const auto stat = disk_.stat(change.key);
    if (change.after) consider_write(change, stat);
    else consider_removal(change, stat);
  }

  void consider_write(const TreeChange& change, const std::optional<os::EntryStat>& stat) {
    if (!stat) return check_parents(change.key);
    if (stat->type == os::FileType::directory && change.after->kind != Kind::empty_directory) {
      directories_.push_back(change.key);
      return;
    }
    // A directory that is to be empty may lose its files just before: it is made again in any case.
    if (change.after->kind == Kind::empty_directory) {
      const std::string file = change.key.substr(0, change.key.size() - 1);
      if (stat->type != os::FileType::directory && !is_going(file)) plan_.untracked.push_back(file);
      return;
    }
    if (disk_.equals(change.key, *stat, *change.after)) {
      plan_.leave.insert(change.key);
    } else if (change.before && disk_.equals(change.key, *stat, *change.before)) {
      return;
    } else if (resumed_ && disk_.is_prefix_of(change.key, *stat, *change.after, reader_)) {
      plan_.overwrite.insert(change.key);
    } else {
      in_the_way(change);
    }
  }

  void consider_removal(const TreeChange& change, const std::optional<os::EntryStat>& stat) {
    plan_.removals.push_back(change.key);
    if (!stat || change.before->kind == Kind::empty_directory) return;
    // A directory in its place holds only untracked files, which stay.
    if (stat->type == os::FileType::directory) return;
    if (!disk_.equals(change.key, *stat, *change.before)) in_the_way(change);
  }

  void in_the_way(const TreeChange& change) {
    (change.before ? plan_.local_changes : plan_.untracked).push_back(change.key);
  }

  /// A new path whose parent is a file on disk: that file must be one that goes.
  void check_parents(const std::string& key) {
    for (std::size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
      const std::string parent = key.substr(0, slash);
      if (parent == checked_parent_) continue;
      const auto stat = disk_.stat(parent);
      if (!stat) return;
      if (stat->type == os::FileType::directory) {
        checked_parent_ = parent;
        continue;
      }
      if (!is_going(parent)) plan_.untracked.push_back(parent);
      return;
    }
  }

  /// Byte order puts "a" before "a/" and "a/b": its removal, if planned, is known by then.
  bool is_going(const std::string& path) const {
    return std::binary_search(plan_.removals.begin(), plan_.removals.end(), path);
  }

  /// A file is to be written where a directory is: all that lies in it must be going.
  void check_directories_in_the_way() {
    if (directories_.empty()) return;
    const std::unordered_set<std::string> going(plan_.removals.begin(), plan_.removals.end());
    for (const std::string& directory : directories_) {
      ScanOptions options;
      options.prefixes = {directory};
      options.threads = 1;
      Scan scan(top_, options);
      while (const ScanItem* item = scan.next()) {
        const std::string path(item->path);
        if (item->problem || !going.contains(path)) {
          plan_.untracked.push_back(path);
          break;
        }
      }
    }
  }

  const ObjectReader& reader_;
  Tree stage_;
  os::Dir top_;
  DiskCheck disk_;
  bool resumed_;
  CheckoutPlan plan_;
  std::vector<std::string> directories_;
  std::string checked_parent_;
};

std::string listed(const std::vector<std::string>& paths) {
  constexpr std::size_t shown_max = 10;
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < shown_max; ++i) text += "\n\t" + quote_path(paths[i]);
  if (paths.size() > shown_max) text += "\n\t(and " + std::to_string(paths.size() - shown_max) + " more)";
  return text;
}

}  // namespace

CheckoutPlan plan_checkout(Workspace::Impl& ws, const ObjectReader& reader, const Id& from, const Id& to, const Id& stage,
                           bool resumed) {
  return Planner(ws, reader, stage, resumed).run(from, to);
}

void demand_allowed(const CheckoutPlan& plan, const char* remedy) {
  if (!plan.local_changes.empty()) {
    throw Error(ErrorCode::refused,
                "your local changes to the following files would be overwritten:" + listed(plan.local_changes),
                remedy);
  }
  if (!plan.untracked.empty()) {
    throw Error(ErrorCode::refused,
                "the following untracked files would be overwritten:" + listed(plan.untracked),
                "move or remove them, or give --force to overwrite them");
  }
}

}  // namespace vstore

// history/pick.cc - one change after the other, each the base of the next.
#include "vstore/pick.h"

#include "history/pick_message.h"
#include "vstore/revision.h"

namespace vstore {
namespace {

Commit read_commit(const ObjectReader& reader, const Id& id) {
  return decode_commit(reader.read(id, ObjectType::commit).text());
}

class Picker {
 public:
  Picker(Transaction& txn, const Id& onto, const Id& files, const PickOptions& options)
      : txn_(txn), options_(options) {
    run_.head = onto;
    run_.files = files;
  }

  PickRun run(const std::vector<Id>& commits) {
    for (std::size_t i = 0; i < commits.size(); ++i) {
      pick(commits[i]);
      if (!run_.stop) continue;
      run_.rest.assign(commits.begin() + static_cast<std::ptrdiff_t>(i) + 1, commits.end());
      break;
    }
    return std::move(run_);
  }

 private:
  void pick(const Id& id) {
    const Commit commit = read_commit(txn_, id);
    const std::optional<Id> parent = parent_of(id, commit);
    if (options_.fast_forward && !options_.reverse && commit.parents.size() == 1 && parent == run_.head) {
      run_.head = id;
      run_.files = commit.tree;
      run_.done.push_back({id, id});
      return;
    }
    const Id before = parent ? read_commit(txn_, *parent).tree : empty_tree_id();
    TreeMerge merged = apply(id, commit, before);
    run_.merged_texts.insert(run_.merged_texts.end(), merged.merged_texts.begin(), merged.merged_texts.end());
    const std::string message = pick_message(id, commit, parent, options_);
    if (!merged.clean()) {
      run_.stop = PickStop{id, message, std::move(merged)};
    } else if (merged.files == run_.files && options_.commit) {
      take_empty(id, commit, message, before == commit.tree ? options_.began_empty : options_.became_empty, merged);
    } else {
      take(id, commit, message, merged.files);
    }
  }

  std::optional<Id> parent_of(const Id& id, const Commit& commit) const {
    const std::string name = abbreviate(txn_.base(), id);
    if (options_.mainline == 0) {
      if (commit.parents.size() > 1) {
        throw Error(ErrorCode::usage, "commit '" + name + "' is a merge but no -m option was given",
                    "say with -m 1 that its first parent is what it changed");
      }
      return commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    }
    if (commit.parents.size() < 2) {
      throw Error(ErrorCode::usage, "mainline was specified but commit '" + name + "' is not a merge", "leave -m out");
    }
    if (options_.mainline > commit.parents.size()) {
      throw Error(ErrorCode::usage, "commit '" + name + "' does not have parent " + std::to_string(options_.mainline),
                  "it has " + std::to_string(commit.parents.size()));
    }
    return commit.parents[options_.mainline - 1];
  }

  TreeMerge apply(const Id& id, const Commit& commit, const Id& before) {
    MergeOptions options = options_.merge;
    const std::string name = pick_label(txn_.base(), id, commit);
    options.ours_label = "HEAD";
    options.base_label = options_.reverse ? name : "parent of " + name;
    options.theirs_label = options_.reverse ? "parent of " + name : name;
    return options_.reverse ? merge_trees(txn_, txn_, commit.tree, run_.files, before, options)
                            : merge_trees(txn_, txn_, before, run_.files, commit.tree, options);
  }

  void take_empty(const Id& id, const Commit& commit, const std::string& message, EmptyPick what, TreeMerge& merged) {
    if (what == EmptyPick::drop) run_.done.push_back({id, std::nullopt});
    else if (what == EmptyPick::keep) take(id, commit, message, merged.files);
    else run_.stop = PickStop{id, message, std::move(merged)};
  }

  void take(const Id& id, const Commit& origin, const std::string& message, const Id& files) {
    run_.files = files;
    if (!options_.commit) {
      run_.done.push_back({id, std::nullopt});
      return;
    }
    Commit commit;
    commit.tree = files;
    commit.parents = {run_.head};
    commit.author = options_.reverse ? options_.author : origin.author;
    commit.author_time = options_.reverse ? options_.author_time : origin.author_time;
    commit.committer = options_.committer;
    commit.commit_time = options_.commit_time;
    commit.message = message;
    if (!options_.reverse) commit.meta = origin.meta;
    run_.head = txn_.put(ObjectType::commit, as_bytes(encode(commit)), &run_.head);
    run_.done.push_back({id, run_.head});
  }

  Transaction& txn_;
  const PickOptions& options_;
  PickRun run_;
};

}  // namespace

PickRun pick_commits(Transaction& txn, const Id& onto, const Id& files, const std::vector<Id>& commits,
                     const PickOptions& options) {
  return Picker(txn, onto, files, options).run(commits);
}

}  // namespace vstore

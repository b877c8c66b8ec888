// Exporting a history to git: parents first, of each commit what differs from its first parent.
#include <algorithm>
#include <unordered_map>

#include "exchange/git_text.h"
#include "vstore/error.h"
#include "vstore/file.h"
#include "vstore/git_stream.h"
#include "vstore/history.h"

namespace vstore {
namespace {

const char* mode_of(Kind kind) {
  switch (kind) {
    case Kind::executable:
      return "100755";
    case Kind::symlink:
      return "120000";
    default:
      return "100644";
  }
}

class Exporter {
 public:
  Exporter(const Snapshot& snapshot, std::map<Id, std::uint64_t>& marks, const ByteSink& sink,
           Progress* progress)
      : snapshot_(snapshot), marks_(marks), sink_(sink), progress_(progress) {
    for (const auto& [commit, mark] : marks_) last_mark_ = std::max(last_mark_, mark);
  }

  GitExportReport run(const std::vector<Ref>& refs) {
    sink_("feature done\n");
    for (const Id& commit : missing_commits(refs)) write_commit(commit);
    for (const Ref& ref : refs) write_ref(ref);
    sink_("done\n");
    return report_;
  }

 private:
  std::string mark_of(const Id& commit) const { return ":" + std::to_string(marks_.at(commit)); }

  /// What git does not have, parents before their children.
  std::vector<Id> missing_commits(const std::vector<Ref>& refs) const {
    LogOptions options;
    options.topo_order = true;
    for (const Ref& ref : refs) {
      if (const auto commit = snapshot_.ref_commit(ref.name)) options.set.include.push_back(*commit);
    }
    for (const auto& [commit, mark] : marks_) {
      if (snapshot_.find(commit)) options.set.exclude.push_back(commit);
    }
    std::vector<Id> commits;
    LogWalk walk(snapshot_, std::move(options));
    while (const auto entry = walk.next()) commits.push_back(entry->id);
    std::ranges::reverse(commits);
    return commits;
  }

  void data(std::string_view bytes) {
    sink_("data " + std::to_string(bytes.size()) + "\n");
    sink_(bytes);
    sink_("\n");
  }

  void write_commit(const Id& id) {
    if (progress_ && progress_->cancelled()) throw Error(ErrorCode::refused, "interrupted");
    const Commit commit = snapshot_.commit(id);
    std::string changes;
    const Tree before(
        snapshot_, commit.parents.empty() ? empty_tree_id() : snapshot_.commit(commit.parents.front()).tree);
    for_each_change(before, Tree(snapshot_, commit.tree), {}, [&](const Change& change) {
      changes += change_line(change);
      return true;
    });
    marks_[id] = ++last_mark_;
    sink_("commit refs/vstore/export\nmark " + mark_of(id) + "\nauthor " +
          signature(commit.author, commit.author_time) + "\ncommitter " +
          signature(commit.committer, commit.commit_time) + "\n");
    data(commit.message);
    const char* word = "from ";
    for (const Id& parent : commit.parents) sink_(std::exchange(word, "merge ") + mark_of(parent) + "\n");
    if (commit.parents.empty()) sink_("deleteall\n");  // else it would go on from the commit written before
    sink_(changes);
    ++report_.commits;
    if (progress_) progress_->advance(1, 0);
  }

  std::string change_line(const Change& change) {
    const auto holds = [&](const std::optional<Entry>& entry) {
      return entry && entry->kind != Kind::empty_directory;
    };
    if (change.after && !holds(change.after)) ++report_.empty_directories;
    if (holds(change.after)) {
      const std::uint64_t mark = write_blob(*change.after);
      return std::string("M ") + mode_of(change.after->kind) + " :" + std::to_string(mark) + " " +
             stream_path(change.new_path) + "\n";
    }
    return holds(change.before) ? "D " + stream_path(change.old_path) + "\n" : "";
  }

  /// Each content once in a run; git finds those it has from before by itself.
  std::uint64_t write_blob(const Entry& entry) {
    const auto [known, fresh] = blobs_.try_emplace(entry.id, last_mark_ + 1);
    if (!fresh) return known->second;
    ++last_mark_;
    sink_("blob\nmark :" + std::to_string(last_mark_) + "\ndata " + std::to_string(entry.size) + "\n");
    FileReader(snapshot_, entry.id).visit([&](ByteView bytes) {
      sink_(as_text(bytes));
      return true;
    });
    sink_("\n");
    ++report_.files;
    report_.bytes += entry.size;
    return last_mark_;
  }

  void write_ref(const Ref& ref) {
    const auto commit = snapshot_.ref_commit(ref.name);
    if (!commit) return;
    if (ref.value.kind != Kind::ref_tag)
      return sink_("reset " + ref.name + "\nfrom " + mark_of(*commit) + "\n\n");
    const Tag tag = snapshot_.tag(ref.value.id);
    constexpr std::string_view tags = "refs/tags/";
    const std::string name = ref.name.starts_with(tags) ? ref.name.substr(tags.size()) : ref.name;
    sink_("tag " + name + "\nfrom " + mark_of(*commit) + "\ntagger " + signature(tag.tagger, tag.time) +
          "\n");
    data(tag.message);
    ++report_.tags;
  }

  const Snapshot& snapshot_;
  std::map<Id, std::uint64_t>& marks_;
  const ByteSink& sink_;
  Progress* progress_;
  std::unordered_map<Id, std::uint64_t> blobs_;
  std::uint64_t last_mark_ = 0;
  GitExportReport report_;
};

}  // namespace

GitExportReport export_to_git(const Snapshot& snapshot, const std::vector<Ref>& refs,
                              std::map<Id, std::uint64_t>& marks, const ByteSink& sink, Progress* progress) {
  return Exporter(snapshot, marks, sink, progress).run(refs);
}

}  // namespace vstore
